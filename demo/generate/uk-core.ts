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
import { dateBetween } from './calendar';
import { organisations } from './network';
import { people, type Person } from './people';
import { Random, uuid } from './random';

const RECORDS = 80;
const CONDITIONS = [
  ['44054006', 'Type 2 diabetes mellitus'], ['13645005', 'Chronic obstructive lung disease'], ['38341003', 'Hypertensive disorder'], ['195967001', 'Asthma'],
  ['396275006', 'Osteoarthritis'], ['35489007', 'Depressive disorder'], ['48694002', 'Anxiety'],
] as const; // prettier-ignore
const CLINICAL = 'http://terminology.hl7.org/CodeSystem';

/** The practices' own records of some of the people, one resource a line: organisations, then each person with hers. */
export function ukCoreResources(): object[] {
  const random = new Random('uk-core');
  const practices = organisations.filter(({ ods }) => ods.startsWith('Z81'));
  const registered = [people[0] as Person, ...random.sample(people.slice(1), RECORDS - 1)];
  return [
    ...practices.map(({ ods, name }) => ({ resourceType: 'Organization', id: ods, meta: ukCore('Organization'), identifier: [{ system: ODS, value: ods }], name })),
    ...registered.flatMap((person, i) => record(random, person, i)),
  ]; // prettier-ignore
}

function record(random: Random, person: Person, i: number): object[] {
  const id = uuid(`uk-core/patient/${person.nhsNumber}`);
  const subject = { reference: `Patient/${id}` };
  const conditions = random.sample(CONDITIONS, random.int(0, 2));
  return [
    patient(id, i % 16 === 5 ? { ...person, mobile: '07700 900999' } : person),
    ...conditions.map(([code, display]) => condition(random, person, subject, code, display)),
    observation(random, person, subject),
  ];
}

/** A few carry another telephone number than the referral did: the hub keeps both and says whose each is. */
function patient(id: string, person: Person): object {
  const [language, display] = person.language;
  return {
    resourceType: 'Patient',
    id,
    meta: ukCore('Patient'),
    extension: [ethnicCategory(person)],
    identifier: [nhsNumberIdentifier(person, 'current')],
    active: true,
    name: [officialName(person)],
    telecom: telecoms(person),
    gender: person.gender,
    birthDate: person.birthDate,
    address: [homeAddress(person)],
    communication: [
      {
        language: coded('https://fhir.hl7.org.uk/CodeSystem/UKCore-HumanLanguage', language, display),
        preferred: true,
      },
    ],
    generalPractitioner: [{ reference: `Organization/${person.practice}` }],
    managingOrganization: { reference: `Organization/${person.practice}` },
  };
}

function condition(random: Random, person: Person, subject: object, code: string, display: string): object {
  return {
    resourceType: 'Condition',
    id: uuid(`uk-core/condition/${person.nhsNumber}/${code}`),
    meta: ukCore('Condition'),
    clinicalStatus: coded(`${CLINICAL}/condition-clinical`, 'active', 'Active'),
    verificationStatus: coded(`${CLINICAL}/condition-ver-status`, 'confirmed', 'Confirmed'),
    category: [coded(`${CLINICAL}/condition-category`, 'problem-list-item', 'Problem List Item')],
    code: coded(SNOMED, code, display),
    subject,
    recordedDate: dateBetween(random, '2012-01-01', '2026-07-31'),
  };
}

function observation(random: Random, person: Person, subject: object): object {
  return {
    resourceType: 'Observation',
    id: uuid(`uk-core/observation/${person.nhsNumber}`),
    meta: ukCore('Observation'),
    status: 'final',
    category: [coded(`${CLINICAL}/observation-category`, 'survey', 'Survey')],
    code: coded(SNOMED, '718466001', 'Short Warwick-Edinburgh Mental Well-being Scale score'),
    subject,
    effectiveDateTime: dateBetween(random, '2026-05-01', '2026-11-13'),
    performer: [{ reference: `Organization/${person.practice}` }],
    valueInteger: random.int(12, 28),
  };
}
