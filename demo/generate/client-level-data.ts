import { dateBetween, daysAfter } from './calendar';
import { csv, type Row } from './csv';
import { organisation } from './network';
import { people, type Person } from './people';
import { Random } from './random';

const COLUMNS = [
  'LA Code', 'Reporting Period Start Date', 'Reporting Period End Date', 'NHS Number', 'LA Person Unique Identifier', 'First Name', 'Last Name',
  'GP Practice Name', 'GP Practice Code', 'Gender', 'Ethnicity', 'Date of Birth', 'Date of Death', 'Client Type', 'Primary Support Reason', 'Postcode',
  'Accommodation Status', 'Employment Status', 'Has Unpaid Carer', 'Autism Spectrum Disorder (ASD)', 'Visual Impairment', 'Hearing Impairment',
  'Dementia', 'Client Funding Status', 'Event Type', 'Event Reference', 'Event Start Date', 'Event End Date', 'Event Description', 'Event Outcome',
  'Request: Route of Access', 'Assessment Type', 'Eligible Needs Identified', 'Method of Assessment', 'Total Hrs Caring per week',
  'No. of adults being cared for', 'Adult 1 Linked Person_ID', 'Adult 2 Linked Person_ID', 'Adult 3 Linked Person_ID', 'Service Type',
  'Service Component', 'Delivery Mechanism', 'Provider CQC Location Name', 'Provider CQC Location ID', 'Review Reason', 'Review Outcomes Achieved',
  'Method of Review', 'Unit Cost', 'Cost Frequency (Unit Type)', 'Planned units per week',
] as const; // prettier-ignore

const CLIENTS = 50;
const REASONS = ['Physical support: Access and mobility only', 'Physical support: Personal care support', 'Mental health support', 'Support with memory and cognition', 'Social support: Support for social isolation or other']; // prettier-ignore
const HOMES = ['Owner occupier or shared ownership scheme', 'Tenant: Local authority or other social housing provider', 'Tenant: Private landlord', 'Settled mainstream housing with family or friends']; // prettier-ignore
const SERVICES = [
  ['Short term support: ST-Max', 'Reablement', 'CASSR commissioned support'],
  ['Long term support: Community', 'Home support or domiciliary care', 'CASSR managed personal budget'],
  ['Long term support: Community', 'Direct payment', 'Direct payment'],
  ['Short term support: Ongoing low level', 'Equipment', 'CASSR commissioned support'],
] as const;

/** The council's quarterly return: one row an event, with the person's details on every row. */
export function clientLevelData(): string {
  const random = new Random('client-level-data');
  const clients = [people[0] as Person, ...random.sample(people.slice(1), CLIENTS - 1)];
  const rows = clients.flatMap((person, i) => {
    const details = personDetails(random, person, i);
    return events(random, i).map((event) => ({ ...details, ...event }));
  });
  return csv(
    COLUMNS,
    rows.map((row, i) => ({ ...row, 'Event Reference': `E${String(i + 1).padStart(5, '0')}` })),
  );
}

function personDetails(random: Random, person: Person, i: number): Row {
  return {
    'LA Code': '999',
    'Reporting Period Start Date': '2025-10-01',
    'Reporting Period End Date': '2026-09-30',
    'NHS Number': person.nhsNumber,
    'LA Person Unique Identifier': `P${String(2000 + i)}`,
    'First Name': person.given,
    'Last Name': person.family,
    'GP Practice Name': organisation(person.practice).name,
    'GP Practice Code': person.practice,
    Gender: person.gender === 'male' ? 'Male' : 'Female',
    Ethnicity: person.ethnicity.council,
    'Date of Birth': person.birthDate,
    'Client Type': isCarer(i) ? 'Unpaid carer' : 'Service user',
    'Primary Support Reason': isCarer(i) ? 'Social support: Support to unpaid carer' : random.pick(REASONS),
    Postcode: person.postcode,
    'Accommodation Status': random.pick(HOMES),
    'Employment Status': person.birthDate < '1960' ? 'Not in paid employment: Not actively seeking work or retired' : random.pick(['Not in paid employment: Seeking work', 'Paid: Less than 16 hours a week', 'Unknown']),
    'Has Unpaid Carer': random.pick(['Yes', 'No', 'Unknown']),
  }; // prettier-ignore
}

/** Every sixth client is somebody's carer. */
const isCarer = (i: number): boolean => i % 6 === 4;

function events(random: Random, i: number): Row[] {
  const asked = dateBetween(random, '2025-10-06', '2026-06-30');
  const closes = random.pick([
    'NFA: Information and advice or signposting',
    'NFA: Support declined',
    'NFA: Referral to other service within the local authority',
  ]);
  // The patient of the demo has a whole pathway, so that her council record has something to say.
  const goesOn = i === 0 || random.chance(0.4);
  const request: Row = {
    'Event Type': 'Request',
    'Event Start Date': asked,
    'Event End Date': daysAfter(asked, random.int(1, 4)),
    'Event Outcome': goesOn ? 'Progress to assessment, review or reassessment' : closes,
  };
  if (!goesOn) return [request];
  const assessed = daysAfter(asked, random.int(10, 28));
  const supported = i === 0 || random.chance(0.35);
  const assessment: Row = {
    'Event Type': 'Assessment',
    'Event Start Date': assessed,
    'Event End Date': daysAfter(assessed, 5),
    'Event Outcome': supported
      ? 'Progress to support planning or services'
      : 'NFA: No services offered for other reason',
    'Assessment Type': random.pick(['Short term assessment', 'Long term assessment']),
  };
  return supported ? [request, assessment, service(random, assessed, isCarer(i))] : [request, assessment];
}

function service(random: Random, assessed: string, carer: boolean): Row {
  const [type, component, mechanism] = carer
    ? (['Unpaid carer support: Direct to unpaid carer', 'Direct payment', 'Direct payment'] as const)
    : random.pick(SERVICES);
  const ended = random.chance(0.4);
  const start = daysAfter(assessed, random.int(7, 16));
  return {
    'Event Type': 'Service',
    'Event Start Date': start,
    // Only a service may still be open.
    'Event End Date': ended ? daysAfter(start, 42) : undefined,
    'Event Outcome': ended ? 'NFA: Support ended as planned' : 'Continuation of support or services',
    'Service Type': type,
    'Service Component': component,
    'Delivery Mechanism': mechanism,
  };
}
