import { isValidNhsNumber, normaliseNhsNumber } from '../../kernel/nhs-number';
import { Refused } from '../read/attempt';
import { readFhirTime } from '../read/dates';
import { postcode } from '../read/text';
import { bool, get, list, text, unique, type JsonObject } from '../read/values';
import { codings, extension, hasCode, isNhsNumberSystem, labelOf, type References, wordsOf } from './fhir';
import type { PersonDraft } from '../draft';

/** UK Core Patient (STU 2) to a person, with the reasonable adjustments flagged beside it. */
export function personOf(patient: JsonObject, references: References): PersonDraft {
  const name = bestOf(patient.name, ['official', 'usual', undefined]);
  const person: PersonDraft = {
    ...nhsNumberOf(patient.identifier, 'Patient.identifier'),
    givenName:
      list(get(name, 'given'))
        .map((each) => text(each))
        .filter(Boolean)
        .join(' ') || undefined,
    familyName: text(name, 'family'),
    birthDate: dayOf(text(patient, 'birthDate'), 'Patient.birthDate'),
    deathDate: dayOf(text(patient, 'deceasedDateTime'), 'Patient.deceasedDateTime'),
    postcode: postcode(text(bestOf(patient.address, ['home', undefined, 'temp']), 'postalCode')),
    contactPoints: contactPointsOf(patient),
    needs: needsOf(patient, references),
    practiceOds: list(patient.generalPractitioner)
      .map((reference) => references.odsOf(reference, patient))
      .find(Boolean),
    localId: localIdOf(patient),
  };
  const isKnown = person.nhsNumber ?? person.localId ?? (person.familyName && person.birthDate);
  if (!isKnown)
    throw new Refused('Patient.identifier', 'the Patient has no identifier, nor a family name and birth date');
  return person;
}

/** A person of whom a message gives no more than a logical identifier. */
export function personByIdentifier(identifier: unknown, field: string): PersonDraft | undefined {
  const known = nhsNumberOf(identifier, field);
  return known.nhsNumber ? { ...known, contactPoints: [], needs: [] } : undefined;
}

type NhsNumber = Pick<PersonDraft, 'nhsNumber' | 'nhsNumberVerified'>;

function nhsNumberOf(identifiers: unknown, field: string): NhsNumber {
  const current = list(identifiers).filter((each) => text(each, 'use') !== 'old');
  const found = current.find((each) => isNhsNumberSystem(text(each, 'system')) && text(each, 'value'));
  const value = text(found, 'value');
  if (!value) return {};
  if (!isValidNhsNumber(value)) throw new Refused(field, 'the NHS number fails its check digit');
  return { nhsNumber: normaliseNhsNumber(value), nhsNumberVerified: verified(found) };
}

/** Messages still send the retired code system's slugs; in both, one value alone means verified. */
function verified(identifier: unknown): boolean | undefined {
  const status = extension(identifier, 'Extension-UKCore-NHSNumberVerificationStatus');
  const code = codings(get(status, 'valueCodeableConcept'))[0]?.code;
  return code === undefined ? undefined : code === '01' || code === 'number-present-and-verified';
}

function dayOf(value: string | undefined, field: string): string | undefined {
  if (value === undefined) return undefined;
  const time = readFhirTime(value);
  if (time === undefined) throw new Refused(field, 'this is not a FHIR date');
  return time === 'partial' ? undefined : time.slice(0, 10);
}

/** The first of several names or addresses by the order of uses; old ones never. */
function bestOf(values: unknown, uses: (string | undefined)[]): unknown {
  const current = list(values).filter((each) => text(each, 'use') !== 'old');
  for (const use of uses) {
    const found = current.find((each) => text(each, 'use') === use);
    if (found) return found;
  }
  return current[0];
}

/** BaRS puts the person's own numbers under a contact whose relationship is ONESELF. */
function contactPointsOf(patient: JsonObject): PersonDraft['contactPoints'] {
  const oneself = list(patient.contact).filter((contact) =>
    codings(get(contact, 'relationship')).some((coding) => coding.code === 'ONESELF'),
  );
  const seen = new Set<string>();
  const points: PersonDraft['contactPoints'] = [];
  for (const telecom of [...list(patient.telecom), ...oneself.flatMap((contact) => list(get(contact, 'telecom')))]) {
    const system = text(telecom, 'system') ?? 'other';
    const value = text(telecom, 'value');
    if (!value || text(telecom, 'use') === 'old' || seen.has(`${system} ${value}`)) continue;
    seen.add(`${system} ${value}`);
    const use = text(telecom, 'use');
    points.push({ system, value, safe: true, ...(use ? { note: use } : {}) });
  }
  return points;
}

function needsOf(patient: JsonObject, references: References): string[] {
  const preference = extension(patient, 'Extension-UKCore-ContactPreference');
  const preferred = (url: string) => labelOf(get(extension(preference, url), 'valueCodeableConcept'));
  const method = preferred('PreferredContactMethod');
  const format = preferred('PreferredWrittenCommunicationFormat');
  const interpreter = bool(get(extension(patient, 'patient-interpreterRequired'), 'valueBoolean'));
  return unique([
    interpreter ? 'Interpreter required' : undefined,
    method && `Preferred contact method: ${method}`,
    format && `Preferred written communication format: ${format}`,
    ...languagesOf(patient),
    ...adjustmentsOf(patient, references),
  ]);
}

/** Languages other than English; every coding counts, since sign languages are sent beside spoken ones. */
function languagesOf(patient: JsonObject): string[] {
  return list(patient.communication)
    .flatMap((each) => codings(get(each, 'language')))
    .filter((coding) => !/^en(-|$)/i.test(coding.code ?? ''))
    .map((coding) => coding.display ?? coding.code)
    .filter((language) => language !== undefined)
    .map((language) => `Language: ${language}`);
}

/** Flags of category RA, "reasonable adjustment" (flag-categories-bars). */
function adjustmentsOf(patient: JsonObject, references: References): string[] {
  return references
    .all('Flag')
    .filter((flag) => hasCode(flag.category, 'flag-categories-bars', 'RA') && text(flag, 'status') !== 'inactive')
    .filter((flag) => text(flag, 'status') !== 'entered-in-error')
    .filter((flag) => references.resolve(flag.subject, flag) === patient)
    .flatMap((flag) => wordsOf(flag.code).slice(0, 1));
}

function localIdOf(patient: JsonObject): PersonDraft['localId'] {
  for (const identifier of list(patient.identifier)) {
    const [system, value] = [text(identifier, 'system'), text(identifier, 'value')];
    if (system && value && !isNhsNumberSystem(system) && text(identifier, 'use') !== 'old') return { system, value };
  }
  return undefined;
}
