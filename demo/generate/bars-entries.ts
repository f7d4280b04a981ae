import { britishInstant, date, minutesAfter } from './calendar';
import {
  coded,
  ethnicCategory,
  homeAddress,
  nhsNumberIdentifier,
  ODS,
  officialName,
  SNOMED,
  telecoms,
  ukCore,
} from './fhir';
import { organisation, practitionersOf, type Practitioner } from './network';
import type { Person } from './people';
import { uuid } from './random';
import type { Agreement, PlannedReferral } from './referrals';

export interface Entry {
  fullUrl: string;
  resource: { resourceType: string; [element: string]: unknown };
}

export type Ref = (part: string) => { reference: string };

/** References between the entries of one message; the request keeps its id over new, update and cancel. */
export function refersWithin(referral: PlannedReferral): Ref {
  return (part) => ({
    reference: `urn:uuid:${part === 'service-request' ? referral.id : uuid(`bars/${referral.id}/${part}`)}`,
  });
}

export function entry(ref: Ref, part: string, resourceType: string, elements: object): Entry {
  return { fullUrl: ref(part).reference, resource: { resourceType, meta: ukCore(resourceType), ...elements } };
}

export const SOCIAL_PRESCRIBING = coded(
  SNOMED,
  '871731000000106',
  'Referral to social prescribing service (procedure)',
);

export function clinicalEntries(ref: Ref, referral: PlannedReferral): Entry[] {
  const subject = ref('patient');
  const encounter = ref('encounter');
  const instant = britishInstant(referral.sentAt);
  const presenting = {
    clinicalStatus: coded('http://terminology.hl7.org/CodeSystem/condition-clinical', 'active'),
    verificationStatus: coded('http://terminology.hl7.org/CodeSystem/condition-ver-status', 'provisional'),
    category: [coded(SNOMED, '33962009', 'Presenting complaint')],
    code: { text: referral.reasons[0]?.label },
  };
  return [
    entry(ref, 'encounter', 'Encounter', {
      identifier: [{ system: 'https://practice.example.org/Id/case-number', value: `D${referral.id.slice(0, 8)}` }],
      status: 'finished',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'ambulatory' },
      subject,
      period: { start: instant },
    }),
    entry(ref, 'care-plan', 'CarePlan', {
      status: 'completed',
      intent: 'plan',
      subject,
      encounter,
      addresses: [ref('condition')],
      activity: [
        {
          outcomeCodeableConcept: [{ text: 'Talked it over; would like a link worker to get in touch.' }],
          reference: ref('task'),
        },
      ],
    }),
    entry(ref, 'task', 'Task', { status: 'requested', intent: 'order', code: SOCIAL_PRESCRIBING, authoredOn: instant }),
    entry(ref, 'condition', 'Condition', { ...presenting, subject, encounter, onsetDateTime: date(referral.sentAt) }),
  ];
}

export function patient(ref: Ref, person: Person): Entry {
  const [code, display] = person.language;
  return entry(ref, 'patient', 'Patient', {
    extension: [ethnicCategory(person)],
    identifier: [nhsNumberIdentifier(person, 'retired')],
    name: [officialName(person)],
    telecom: telecoms(person),
    gender: person.gender,
    birthDate: person.birthDate,
    address: [homeAddress(person)],
    communication: [
      { language: coded('https://fhir.hl7.org.uk/CodeSystem/UKCore-HumanLanguage', code, display), preferred: true },
    ],
    generalPractitioner: [ref('practice')],
  });
}

export function parties(ref: Ref, referral: PlannedReferral): Entry[] {
  const gp = practitionersOf(referral.person.practice)[0] as Practitioner;
  const [, given, family] = gp.name.split(' ');
  const organisationEntry = (part: string, ods: string) =>
    entry(ref, part, 'Organization', { identifier: [{ system: ODS, value: ods }], name: organisation(ods).name });
  return [
    organisationEntry('practice', referral.person.practice),
    organisationEntry('receiver', referral.receiver),
    entry(ref, 'requester', 'Practitioner', {
      identifier: [{ system: 'https://fhir.nhs.uk/Id/sds-role-profile-id', value: gp.id }],
      name: [{ family, given: [given], prefix: ['Dr'] }],
    }),
    entry(ref, 'requester-role', 'PractitionerRole', {
      practitioner: ref('requester'),
      organization: ref('practice'),
      specialty: [coded(SNOMED, '408443003', 'General medical practice')],
    }),
    entry(ref, 'healthcare-service', 'HealthcareService', {
      identifier: [{ system: 'https://fhir.nhs.uk/Id/dos-service-id', value: dosServiceId(referral.receiver) }],
      active: true,
      providedBy: ref('receiver'),
      name: 'Social prescribing',
    }),
  ];
}

/** Expressly agreed (with whom it may be shared), covered by direct care, or not said at all. */
export function consent(ref: Ref, agreement: Agreement, sentAt: Date): Entry[] {
  if (agreement.kind === 'unsaid') return [];
  const agreed = agreement.kind === 'agreed';
  const category = agreed
    ? coded('http://loinc.org', '59284-0', 'Patient Consent')
    : coded('https://fhir.nhs.uk/CodeSystem/consent-categories-bars', 'DRC', 'Direct Care');
  return [
    entry(ref, 'consent', 'Consent', {
      status: 'active',
      scope: coded('http://terminology.hl7.org/CodeSystem/consentscope', 'patient-privacy', 'Privacy Consent'),
      category: [category],
      patient: ref('patient'),
      dateTime: britishInstant(minutesAfter(sentAt, -10)),
      performer: agreed ? [ref('patient')] : undefined,
      policyRule: coded('http://terminology.hl7.org/CodeSystem/v3-ActCode', agreed ? 'OPTIN' : 'IMPLIED'),
      provision: agreed
        ? { type: 'permit', purpose: agreement.shareWith.map((code) => ({ system: 'urn:loopwell:share-with', code })) }
        : undefined,
    }),
  ];
}

/** Directory-of-services numbers of the demo; nine digits, so that none can be taken for an NHS number. */
export function dosServiceId(ods: string): string {
  const letters = [...ods].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 100_000, 7);
  return `9990${String(letters).padStart(5, '0')}`;
}
