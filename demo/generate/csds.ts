import { dateBetween, daysAfter } from './calendar';
import { csv, type Row } from './csv';
import { people, type Person } from './people';
import { Random } from './random';

const TRUST = 'ZR1';
const PATIENTS = 60;
const LAST_DAY = '2026-11-13';
const REFERRER = 'ORGANISATION IDENTIFIER (REFERRING)';
const PATIENT = 'LOCAL PATIENT IDENTIFIER (EXTENDED)';
const REQUEST = 'SERVICE REQUEST IDENTIFIER';
const CONTACT = 'CARE CONTACT IDENTIFIER';
const ACTIVITY = 'CARE ACTIVITY IDENTIFIER';
const TEAM = 'CARE PROFESSIONAL TEAM LOCAL IDENTIFIER';

const COLUMNS = {
  CYP001MPI: [PATIENT, 'ORGANISATION IDENTIFIER (LOCAL PATIENT IDENTIFIER)', 'NHS NUMBER', 'NHS NUMBER STATUS INDICATOR CODE', 'PERSON BIRTH DATE', 'POSTCODE OF USUAL ADDRESS', 'PERSON STATED GENDER CODE', 'ETHNIC CATEGORY', 'LANGUAGE CODE (PREFERRED)'],
  CYP101Referral: [REQUEST, PATIENT, 'REFERRAL REQUEST RECEIVED DATE', 'REFERRAL REQUEST RECEIVED TIME', 'SOURCE OF REFERRAL FOR COMMUNITY', REFERRER, 'PRIORITY TYPE CODE', 'PRIMARY REASON FOR REFERRAL (COMMUNITY CARE)', 'SERVICE DISCHARGE DATE'],
  CYP102ServiceTypeReferredTo: [REQUEST, TEAM, 'SERVICE OR TEAM TYPE REFERRED TO (COMMUNITY CARE)', 'REFERRAL CLOSURE DATE', 'REFERRAL REJECTION DATE', 'REFERRAL CLOSURE REASON', 'REFERRAL REJECTION REASON'],
  CYP201CareContact: [CONTACT, REQUEST, TEAM, 'CARE CONTACT DATE', 'CARE CONTACT TIME', 'CLINICAL CONTACT DURATION OF CARE CONTACT', 'CONSULTATION MECHANISM (COMMUNITY CARE)', 'ACTIVITY LOCATION TYPE CODE', 'GROUP THERAPY INDICATOR', 'ATTENDED OR DID NOT ATTEND CODE', 'ATTENDANCE STATUS', 'CARE CONTACT CANCELLATION DATE', 'CARE CONTACT CANCELLATION REASON'],
  CYP202CareActivity: [ACTIVITY, CONTACT, 'CARE PROFESSIONAL LOCAL IDENTIFIER', 'CLINICAL CONTACT DURATION OF CARE ACTIVITY'],
  CYP612CodedAssessmentContact: [ACTIVITY, 'CODED ASSESSMENT TOOL TYPE (SNOMED CT)', 'PERSON SCORE'],
} as const; // prettier-ignore
type Table = keyof typeof COLUMNS;
type Tables = Record<Table, Row[]>;

const SEEN = ['5', '6'];
// On time, late but seen, late and not seen, did not attend, cancelled by the patient, cancelled by the provider.
const ATTENDANCE = [['5', 55], ['6', 8], ['7', 4], ['3', 17], ['2', 10], ['4', 6]] as const; // prettier-ignore
// The attendance code moved to a new column; suppliers fill the one or the other, as here.
const OLD_COLUMN = 0.15;

/** The trust's monthly tables, by file name. */
export function communityTables(): Record<string, string> {
  const random = new Random('csds');
  const tables = Object.fromEntries(Object.keys(COLUMNS).map((name) => [name, [] as Row[]])) as Tables;
  const patients = [people[0] as Person, ...random.sample(people.slice(1), PATIENTS - 1)];
  patients.forEach((person, i) => patient(random, tables, person, i));
  return Object.fromEntries(
    Object.entries(COLUMNS).map(([name, columns]) => [`${name}.csv`, csv(columns, tables[name as Table])]),
  );
}

function patient(random: Random, tables: Tables, person: Person, i: number): void {
  const number = String(1000 + i);
  const local = `LP${number}`;
  const [language] = person.language;
  tables.CYP001MPI.push({
    [PATIENT]: local,
    'ORGANISATION IDENTIFIER (LOCAL PATIENT IDENTIFIER)': TRUST,
    'NHS NUMBER': person.nhsNumber,
    'NHS NUMBER STATUS INDICATOR CODE': '01',
    'PERSON BIRTH DATE': person.birthDate,
    'POSTCODE OF USUAL ADDRESS': person.postcode,
    'PERSON STATED GENDER CODE': person.gender === 'male' ? '1' : '2',
    'ETHNIC CATEGORY': person.ethnicity.code,
    'LANGUAGE CODE (PREFERRED)': language,
  });
  const received = dateBetween(random, '2026-05-01', '2026-09-30');
  const discharged = random.chance(0.35) ? daysAfter(received, random.int(35, 44)) : undefined;
  const request = `SR${number}`;
  const team = random.pick(['TEAM-PR', 'TEAM-PR', 'TEAM-FALLS', 'TEAM-DIABETES']);
  tables.CYP101Referral.push({
    [REQUEST]: request,
    [PATIENT]: local,
    'REFERRAL REQUEST RECEIVED DATE': received,
    'REFERRAL REQUEST RECEIVED TIME': '09:30:00',
    [REFERRER]: person.practice,
    'PRIORITY TYPE CODE': random.weighted([['1', 9], ['2', 1]]),
    'SERVICE DISCHARGE DATE': discharged,
  }); // prettier-ignore
  tables.CYP102ServiceTypeReferredTo.push({ [REQUEST]: request, [TEAM]: team, 'REFERRAL CLOSURE DATE': discharged });
  contacts(random, tables, request, team, received, discharged ?? LAST_DAY);
}

function contacts(random: Random, tables: Tables, request: string, team: string, from: string, until: string): void {
  const count = random.int(1, 4);
  let day = from;
  for (let i = 0; i < count; i++) {
    day = daysAfter(day, random.int(6, 11));
    if (day > until) return;
    const status = random.weighted(ATTENDANCE);
    const seen = SEEN.includes(status);
    const contact = `${request.replace('SR', 'CC')}-${i}`;
    const cancelled = status === '2' || status === '4';
    tables.CYP201CareContact.push({
      [CONTACT]: contact,
      [REQUEST]: request,
      [TEAM]: team,
      'CARE CONTACT DATE': day,
      'CARE CONTACT TIME': `${random.int(9, 15)}:${random.pick(['00', '15', '30', '45'])}:00`.padStart(8, '0'),
      'CLINICAL CONTACT DURATION OF CARE CONTACT': seen ? random.pick([30, 45, 60]) : undefined,
      'ACTIVITY LOCATION TYPE CODE': random.pick(['A', 'B', 'N01']),
      'GROUP THERAPY INDICATOR': team === 'TEAM-PR' ? 'Y' : 'N',
      [random.chance(OLD_COLUMN) ? 'ATTENDED OR DID NOT ATTEND CODE' : 'ATTENDANCE STATUS']: status,
      'CARE CONTACT CANCELLATION DATE': cancelled ? daysAfter(day, -1) : undefined,
    });
    if (seen) activity(random, tables, contact);
  }
}

function activity(random: Random, tables: Tables, contact: string): void {
  const id = contact.replace('CC', 'CA');
  tables.CYP202CareActivity.push({
    [ACTIVITY]: id,
    [CONTACT]: contact,
    'CARE PROFESSIONAL LOCAL IDENTIFIER': 'HCP01',
    'CLINICAL CONTACT DURATION OF CARE ACTIVITY': 30,
  });
  if (random.chance(0.4)) {
    tables.CYP612CodedAssessmentContact.push({
      [ACTIVITY]: id,
      'CODED ASSESSMENT TOOL TYPE (SNOMED CT)': '718466001',
      'PERSON SCORE': random.int(13, 30),
    });
  }
}
