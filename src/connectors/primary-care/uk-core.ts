import { maskNhsNumbers } from '../../kernel/nhs-number';
import { attempt, refusal, Refused, type Origin } from '../read/attempt';
import { readFhirTime } from '../read/dates';
import { get, list, text, type JsonObject } from '../read/values';
import { codings, entriesOf, fhirDocuments, labelOf, References, typeOf, type Entry } from './fhir';
import { personByIdentifier, personOf } from './patient';
import type { Connector, InFile, Mapped, PersonDraft, SourceRecordDraft } from '../draft';

/**
 * UK Core STU 2 (FHIR R4): Bundles of any type, single resources and NDJSON. What primary care knows about a person
 * becomes source records; a referral comes as a BaRS message and never from here.
 */
export const ukCore: Connector = {
  format: 'fhir',
  sector: 'PRIMARY_CARE',
  async *read(files: InFile[]): AsyncGenerator<Mapped> {
    const references = new References();
    // Two readings: a bulk export puts patients in a file of their own, and may be too large to hold whole.
    for (const file of files) {
      for (const found of resources(file))
        if (!('ok' in found) && HELD.has(typeOf(found.resource)!)) references.add(found);
    }
    for (const file of files) yield* recordsOf(file, references);
  },
};

const HELD = new Set(['Patient', 'Organization', 'Practitioner', 'PractitionerRole', 'HealthcareService', 'Flag']);
const BESIDE = new Set([
  ...HELD,
  'Location',
  'RelatedPerson',
  'MessageHeader',
  'Endpoint',
  'Device',
  'Schedule',
  'Slot',
]);
const TAKEN = new Set(['Patient', 'Condition', 'Observation', 'Appointment', 'Encounter']);

interface Found extends Origin, Entry {
  system: string;
}

function* resources(file: InFile): Generator<Found | Mapped> {
  for (const document of fhirDocuments(file)) {
    if ('ok' in document) {
      yield document;
      continue;
    }
    const system = text(document.value, 'meta', 'source') ?? 'uk-core';
    const isBundle = typeOf(document.value) === 'Bundle';
    const entries = isBundle ? entriesOf(document.value) : entriesOf({ entry: [{ resource: document.value }] });
    for (const [at, entry] of entries.entries()) {
      // An NDJSON line number says more than a place within its Bundle; in a file of one Bundle the place does.
      const line = isBundle && document.line === 1 ? at + 1 : document.line;
      const raw = isBundle
        ? JSON.stringify(entry ? entry.resource : list(get(document.value, 'entry'))[at])
        : document.raw;
      const origin = { file: file.name, line, raw };
      if (entry) yield { ...origin, ...entry, system: text(entry.resource, 'meta', 'source') ?? system };
      else yield refusal(origin, 'resourceType', 'this is not a FHIR resource');
    }
  }
}

function* recordsOf(file: InFile, references: References): Generator<Mapped> {
  let others: Origin | undefined;
  let count = 0;
  for (const found of resources(file)) {
    if ('ok' in found) {
      yield found;
      continue;
    }
    const type = typeOf(found.resource)!;
    if (TAKEN.has(type)) {
      yield attempt(found, () => recordOf(found, type, references));
    } else if (!BESIDE.has(type)) {
      others ??= found;
      count += 1;
    }
  }
  // One line for all of them: a bulk export holds thousands of resources that the hub has no use for.
  if (others)
    yield refusal(others, 'resourceType', `${count} not taken; this connector takes ${[...TAKEN].join(', ')}`);
}

function recordOf({ resource, fullUrl, system }: Found, type: string, references: References): SourceRecordDraft {
  if (text(resource, 'status') === 'entered-in-error' || isConditionInError(resource)) {
    throw new Refused(`${type}.status`, 'the source marks this as entered in error');
  }
  const patient = type === 'Patient' ? resource : references.resolve(subjectReference(resource), resource);
  const known = patient && typeOf(patient) === 'Patient' ? patient : undefined;
  return {
    kind: 'source-record',
    person: known ? personOf(known, references) : personElsewhere(resource, type),
    organisationOds: known && organisationOf(known, references),
    system,
    externalId: externalIdOf(resource, type, fullUrl),
    recordKind: type,
    summary: maskNhsNumbers(summaryOf(resource, type)),
    attendance: attendanceOf(resource, type),
    occurredAt: occurredAtOf(resource, type),
  };
}

function isConditionInError(resource: JsonObject): boolean {
  return codings(resource.verificationStatus).some((coding) => coding.code === 'entered-in-error');
}

function subjectReference(resource: JsonObject): unknown {
  if (resource.subject) return resource.subject;
  const actors = list(resource.participant).map((each) => get(each, 'actor'));
  return (
    actors.find((actor) => /(^|\/)Patient\//.test(text(actor, 'reference') ?? '') || isPatient(actor)) ?? actors[0]
  );
}

function isPatient(actor: unknown): boolean {
  return text(actor, 'type') === 'Patient';
}

function personElsewhere(resource: JsonObject, type: string): PersonDraft {
  const field = type === 'Appointment' ? 'Appointment.participant.actor' : `${type}.subject`;
  const known = personByIdentifier(get(subjectReference(resource), 'identifier'), `${field}.identifier`);
  if (!known) throw new Refused(field, 'its Patient is not in these files, and it gives no NHS number');
  return known;
}

function organisationOf(patient: JsonObject, references: References): string | undefined {
  return [patient.managingOrganization, ...list(patient.generalPractitioner)]
    .map((reference) => references.odsOf(reference, patient))
    .find(Boolean);
}

/** With its type in front, because ids are unique only within a type. */
function externalIdOf(resource: JsonObject, type: string, fullUrl: string | undefined): string {
  const id = text(resource, 'id') ?? text(resource, 'identifier', 'value') ?? fullUrl?.split(/[/:]/).pop();
  if (!id) throw new Refused(`${type}.id`, 'the resource has no id, identifier or fullUrl');
  return `${type}/${id}`;
}

function summaryOf(resource: JsonObject, type: string): string {
  const what = labelOf(resource.code);
  const status = text(resource, 'status');
  switch (type) {
    case 'Observation':
      return [what ?? 'Observation', valueOf(resource)].filter(Boolean).join(': ');
    case 'Condition':
      return [what ?? 'Condition', labelOf(resource.clinicalStatus)?.toLowerCase()].filter(Boolean).join(', ');
    case 'Appointment':
      return withStatus('Appointment', labelOf(resource.serviceType) ?? labelOf(resource.appointmentType), status);
    case 'Encounter':
      return withStatus('Encounter', labelOf(resource.type) ?? text(resource, 'class', 'display'), status);
    default:
      return 'Registered person';
  }
}

function withStatus(kind: string, what: string | undefined, status: string | undefined): string {
  return `${kind}${what ? `: ${what}` : ''}${status ? ` (${status})` : ''}`;
}

function valueOf(observation: JsonObject): string | undefined {
  const own = quantity(observation.valueQuantity) ?? plainValue(observation);
  if (own) return own;
  const components = list(observation.component).map((part) => {
    const value = quantity(get(part, 'valueQuantity')) ?? plainValue(part);
    return value && `${labelOf(get(part, 'code')) ?? 'component'} ${value}`;
  });
  return components.filter(Boolean).join('; ') || undefined;
}

function quantity(value: unknown): string | undefined {
  const amount = text(value, 'value');
  const unit = text(value, 'unit') ?? text(value, 'code');
  return amount && [text(value, 'comparator'), amount, unit].filter(Boolean).join(' ');
}

function plainValue(holder: unknown): string | undefined {
  const truth = get(holder, 'valueBoolean');
  if (truth === true || truth === false) return truth ? 'yes' : 'no';
  const kinds = ['valueString', 'valueInteger', 'valueBoolean', 'valueDateTime', 'valueTime'];
  const written = kinds.map((kind) => text(holder, kind)).find(Boolean);
  return written ?? labelOf(get(holder, 'valueCodeableConcept'));
}

function attendanceOf(resource: JsonObject, type: string): SourceRecordDraft['attendance'] {
  const status = text(resource, 'status') ?? '';
  if (type === 'Encounter') return status === 'finished' ? 'ATTENDED' : undefined;
  if (type !== 'Appointment') return undefined;
  if (['arrived', 'checked-in', 'fulfilled'].includes(status)) return 'ATTENDED';
  if (status === 'noshow') return 'DID_NOT_ATTEND';
  const why = codings(resource.cancelationReason)[0]?.code ?? '';
  if (status !== 'cancelled') return undefined;
  // HL7 appointment-cancellation-reason groups its codes by who cancelled.
  if (/^pat(-|$)/.test(why)) return 'CANCELLED_BY_PERSON';
  return /^prov(-|$)/.test(why) ? 'CANCELLED_BY_SERVICE' : undefined;
}

const WHEN: Record<string, string[][]> = {
  Observation: [['effectiveDateTime'], ['effectivePeriod', 'start'], ['effectiveInstant'], ['issued']],
  Condition: [['onsetDateTime'], ['onsetPeriod', 'start'], ['recordedDate']],
  Appointment: [['start']],
  Encounter: [['period', 'start']],
};

function occurredAtOf(resource: JsonObject, type: string): string | undefined {
  for (const path of WHEN[type] ?? []) {
    const written = text(resource, ...path);
    const time = readFhirTime(written);
    if (time && time !== 'partial') return time;
    if (written && !time)
      throw new Refused([type, ...path].join('.'), 'this is not a FHIR date or time with an offset');
  }
  return undefined;
}
