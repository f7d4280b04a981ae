import { uuid } from './random';
import { slug } from './reasons';
import { DEBT_AND_WALKING_CHARITY, THEMES } from './themes';

export type Sector = 'PRIMARY_CARE' | 'COMMUNITY_SERVICES' | 'SOCIAL_CARE' | 'VOLUNTARY' | 'COMMISSIONER';
export interface Organisation {
  ods: string;
  name: string;
  sector: Sector;
  networks: string[];
  receivesReferrals: boolean;
  identifiers?: { system: string; value: string }[];
}
export interface Practitioner {
  id: string;
  name: string;
  jobTitle: string;
  organisation: string;
  specialism?: string;
}

const ICB = 'harrowdene-icb';
const WEST = 'harrowdene-west';
const EAST = 'harrowdene-east';

/** Practices belong to a primary care network, which employs the link workers and serves some postcode districts. */
export const PRIMARY_CARE_NETWORKS = [
  {
    ods: 'ZPC01',
    name: 'Hillside Primary Care Network',
    place: WEST,
    practices: ['Z81001', 'Z81002', 'Z81003'],
    districts: ['HA1', 'HA1', 'HA2'],
  },
  {
    ods: 'ZPC02',
    name: 'Roxeth Vale Primary Care Network',
    place: WEST,
    practices: ['Z81004', 'Z81005', 'Z81006'],
    districts: ['HA2', 'HA4', 'HA5', 'HA6'],
  },
  {
    ods: 'ZPC03',
    name: 'Belmont Rise Primary Care Network',
    place: EAST,
    practices: ['Z81007', 'Z81008', 'Z81009'],
    districts: ['HA3', 'HA7', 'HA8'],
  },
  {
    ods: 'ZPC04',
    name: 'Brook and Barn Primary Care Network',
    place: EAST,
    practices: ['Z81010', 'Z81011', 'Z81012'],
    districts: ['HA0', 'HA9', 'NW9'],
  },
] as const;

const PRACTICE_NAMES = [
  'Hilltop Surgery', 'Station Parade Practice', 'Lowlands Medical Centre', 'Roxeth Lane Surgery', 'Orchard Grove Practice', 'Pinner Brook Surgery',
  'Belmont Medical Centre', 'Stone Grove Practice', 'Clockhouse Surgery', 'Brookside Health Centre', 'Kingsgate Practice', 'Barn Hill Surgery',
]; // prettier-ignore

/** Some charities employ link workers of their own and may be sent people directly. */
const HOSTS_OF_LINK_WORKERS: readonly string[] = ['Neighbours Near', 'Side by Side Carers'];

const NETWORKS = [
  { key: ICB, name: 'Harrowdene Integrated Care Board', kind: 'ICB' },
  { key: WEST, name: 'Harrowdene West', kind: 'PLACE' },
  { key: EAST, name: 'Harrowdene East', kind: 'PLACE' },
  ...PRIMARY_CARE_NETWORKS.map(({ name }) => ({ key: slug(name), name, kind: 'PCN' })),
];

export const organisations: readonly Organisation[] = [
  {
    ods: 'ZQ1',
    name: 'Harrowdene Integrated Care Board',
    sector: 'COMMISSIONER',
    networks: [ICB],
    receivesReferrals: false,
  },
  ...PRIMARY_CARE_NETWORKS.flatMap(practicesOf),
  ...PRIMARY_CARE_NETWORKS.map((pcn) =>
    member(pcn.ods, pcn.name, 'PRIMARY_CARE', [ICB, pcn.place, slug(pcn.name)], true),
  ),
  member('ZR1', 'Harrowdene Community Health NHS Trust', 'COMMUNITY_SERVICES', [ICB, WEST, EAST], true),
  {
    ...member('Z999', 'Harrowdene Council', 'SOCIAL_CARE', [ICB, WEST, EAST], false),
    identifiers: [{ system: 'https://loopwell.example/id/local-authority-code', value: '999' }],
  },
  ...charities(),
];

function member(
  ods: string,
  name: string,
  sector: Sector,
  networks: string[],
  receivesReferrals = false,
): Organisation {
  return { ods, name, sector, networks, receivesReferrals };
}

function practicesOf(pcn: (typeof PRIMARY_CARE_NETWORKS)[number]): Organisation[] {
  return pcn.practices.map((ods) => {
    const name = PRACTICE_NAMES[Number(ods.slice(1)) - 81001] as string;
    return member(ods, name, 'PRIMARY_CARE', [ICB, pcn.place, slug(pcn.name)]);
  });
}

function charities(): Organisation[] {
  const names = [DEBT_AND_WALKING_CHARITY, ...THEMES.flatMap((theme) => theme.charities)];
  return names.map((name, i) => ({
    ...member(
      `ZV${String(i + 1).padStart(3, '0')}`,
      name,
      'VOLUNTARY',
      [ICB, i % 2 ? EAST : WEST],
      HOSTS_OF_LINK_WORKERS.includes(name),
    ),
    // The regulator's numbers have not reached nine million, so these can be nobody's.
    identifiers: [{ system: 'https://www.charitycommission.gov.uk', value: String(9_900_001 + i * 37) }],
  }));
}

const practitioner = (id: string, name: string, jobTitle: string, organisation: string): Practitioner => ({
  id,
  name,
  jobTitle,
  organisation,
});
const LINK_WORKER = 'Social prescribing link worker';
const GPS = [
  'Dr Nisha Shah', 'Dr Owen Prys', 'Dr Adaeze Obi', 'Dr Tomasz Wrona', 'Dr Leela Nair', 'Dr Ruth Ashdown',
  'Dr Imran Sadiq', 'Dr Clare Winterburn', 'Dr Kavitha Selvan', 'Dr Ben Marlowe', 'Dr Sunita Joshi', 'Dr Peter Oyelade',
]; // prettier-ignore

export const practitioners: readonly Practitioner[] = [
  ...GPS.map((name, i) =>
    practitioner(`R80${String(i + 1).padStart(2, '0')}`, name, 'General practitioner', `Z${81001 + i}`),
  ),
  practitioner('R8101', 'Amina Yusuf', LINK_WORKER, 'ZPC01'),
  practitioner('R8102', 'Daniel Achterberg', LINK_WORKER, 'ZPC01'),
  practitioner('R8103', 'Hansa Vadher', 'Senior social prescribing link worker', 'ZPC01'),
  practitioner('R8111', 'Grainne Molloy', LINK_WORKER, 'ZPC02'),
  practitioner('R8112', 'Samuel Quartey', LINK_WORKER, 'ZPC02'),
  practitioner('R8121', 'Ioana Dumitrescu', LINK_WORKER, 'ZPC03'),
  practitioner('R8122', 'Yasmin Farooqi', LINK_WORKER, 'ZPC03'),
  practitioner('R8123', 'Joel Bartram', LINK_WORKER, 'ZPC03'),
  practitioner('R8131', 'Thivya Raman', LINK_WORKER, 'ZPC04'),
  practitioner('R8132', 'Maureen Tulley', LINK_WORKER, 'ZPC04'),
  {
    ...practitioner('R8201', 'Tom Fairweather', 'Pulmonary rehabilitation link worker', 'ZR1'),
    specialism: 'Pulmonary rehabilitation',
  },
  practitioner('R8301', 'Priya Raghunathan', 'Social worker', 'Z999'),
  practitioner('R8401', 'Kofi Amankwah', 'Debt adviser', 'ZV001'),
  practitioner('R8501', 'Mei Lin Tan', 'Network analyst', 'ZQ1'),
];

export function organisation(ods: string): Organisation {
  const found = organisations.find((candidate) => candidate.ods === ods);
  if (!found) throw new Error(`demo generator: no organisation has the ODS code ${ods}; see demo/generate/network.ts`);
  return found;
}

export function practitionersOf(ods: string): Practitioner[] {
  return practitioners.filter((candidate) => candidate.organisation === ods);
}

/** One of each model: link workers of the networks, a specialist in a service, a hub, and a front door that only tells people where to go. */
const programmes = [
  ...PRIMARY_CARE_NETWORKS.map(({ ods, name, districts }) => ({
    key: `${slug(name)}-link-workers`,
    name: `${name} link workers`,
    model: 'LINK_WORKER',
    organisation: ods,
    aim: 'People whose health is shaped by what surrounds them find support that fits them.',
    area: [...new Set(districts)].join(', '),
    ageGroups: ['Adults'],
    fundingSource: 'Primary care network contract',
    startsOn: '2024-04-01',
    continuity: 'Posts are permanent.',
    plannedDays: 90,
    maximumContacts: 12,
    responseDays: 7,
    wouldNotBenefit: 'People in a crisis, and people who need a clinician first.',
    rules: [{ kind: 'AGE', minimum: 18, wording: 'For people from 18 years on.' }],
  })),
  {
    key: 'breathe-easier',
    name: 'Breathe Easier Harrowdene',
    model: 'LINK_WORKER',
    organisation: 'ZR1',
    aim: 'People with lung disease come to rehabilitation, and come back.',
    area: 'Harrowdene',
    ageGroups: ['Adults'],
    fundingSource: 'Charitable grant',
    startsOn: '2025-10-01',
    fundingEndsOn: '2027-09-30',
    continuity: 'The trust decides in the spring before the grant ends.',
    plannedDays: 120,
    maximumContacts: 12,
    wouldNotBenefit: 'People whose breathlessness has not been assessed.',
    rules: [
      {
        kind: 'CONDITION',
        oneOf: ['COPD', 'Asthma', 'Bronchiectasis', 'Interstitial lung disease'],
        wording: 'For people with a long-term lung condition.',
      },
    ],
    services: [{ organisation: 'ZR1', externalId: uuid('service/ZR1/Pulmonary rehabilitation') }],
  },
  {
    key: 'council-front-door',
    name: 'Harrowdene front door',
    model: 'SIGNPOSTING',
    organisation: 'Z999',
    aim: 'Whoever asks the council is told where to go.',
    area: 'Harrowdene',
    fundingSource: 'Council',
  },
  {
    key: 'accord-hub',
    name: 'Accord under one roof',
    model: 'HUB',
    organisation: 'ZV001',
    aim: 'Debt advice and company in one place, which people may walk into.',
    area: 'Harrowdene',
    fundingSource: 'Lottery grant and donations',
    startsOn: '2025-01-01',
    fundingEndsOn: '2026-12-31',
    continuity: 'Volunteers keep the walking group going.',
  },
];

export function networkFile(nhsNumberOfPatient: string): object {
  return {
    networks: NETWORKS,
    organisations,
    practitioners,
    // the board's own is for counts and for news of services: it reads nobody's row
    agreements: organisations.map(({ ods }) => ({
      organisation: ods,
      network: ICB,
      from: '2025-01-01',
      to: '2030-12-31',
    })),
    programmes,
    patient: { nhsNumber: nhsNumberOfPatient },
  };
}
