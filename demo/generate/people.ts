import { dateBetween } from './calendar';
import { NAME_POOLS, type NamePool } from './names';
import { PRIMARY_CARE_NETWORKS } from './network';
import { nhsNumbers } from './nhs-numbers';
import { Random } from './random';

export interface Person {
  nhsNumber: string;
  prefix: string;
  given: string;
  family: string;
  gender: 'female' | 'male';
  birthDate: string;
  line: string;
  postcode: string;
  district: string;
  mobile?: string;
  landline?: string;
  email?: string;
  practice: string;
  network: string;
  ethnicity: NamePool['ethnicity'][number];
  language: readonly [code: string, name: string];
}

export const PEOPLE = 236;
const STREETS = ['Larkfield Road', 'Bessdale Avenue', 'Old Mill Close', 'Canon’s Walk', 'Tanners Hill', 'Rowan Gardens', 'Weald Crescent', 'Station Approach', 'Kenmoor Way', 'Priory Mead', 'Sandpit Lane', 'Elmcroft']; // prettier-ignore
// The letters that British inward codes use.
const INWARD = 'ABDEFGHJLNPQRSTUWXYZ';

function makePeople(): Person[] {
  const random = new Random('people');
  const numbers = nhsNumbers(PEOPLE);
  const taken = new Set<string>();
  const made = numbers.map((nhsNumber, i) => {
    for (;;) {
      const person = makePerson(random, nhsNumber, i);
      const name = `${person.given} ${person.family}`;
      if (taken.has(name)) continue;
      taken.add(name);
      return person;
    }
  });
  return [{ ...(made[0] as Person), ...PATIENT_OF_THE_DEMO }, ...made.slice(1)];
}

/** The person whose story a visitor reads from every side. */
const PATIENT_OF_THE_DEMO = {
  prefix: 'Mrs',
  given: 'Grace',
  family: 'Thornbury',
  gender: 'female',
  birthDate: '1958-03-14',
  line: '7 Rowan Gardens',
  postcode: 'HA1 2AB',
  district: 'HA1',
  mobile: '07700 900140',
  landline: '020 7946 0140',
  email: 'grace.thornbury@example.org',
  practice: 'Z81001',
  network: 'ZPC01',
  ethnicity: NAME_POOLS[0]![0].ethnicity[0]!,
  language: ['en', 'English'],
} as const satisfies Partial<Person>;

function makePerson(random: Random, nhsNumber: string, i: number): Person {
  const pool = random.weighted(NAME_POOLS);
  const gender = random.chance(0.6) ? 'female' : 'male';
  const given = random.pick(pool[gender]);
  const family = random.pick(pool.family);
  const network = PRIMARY_CARE_NETWORKS[i % PRIMARY_CARE_NETWORKS.length]!;
  const district = random.pick<string>(network.districts);
  return {
    nhsNumber,
    prefix: gender === 'male' ? 'Mr' : random.pick(['Mrs', 'Miss', 'Ms']),
    given,
    family,
    gender,
    birthDate: random.chance(0.55)
      ? dateBetween(random, '1930-01-01', '1965-12-31')
      : dateBetween(random, '1966-01-01', '2006-12-31'),
    line: `${random.int(1, 148)} ${random.pick(STREETS)}`,
    postcode: `${district} ${random.int(1, 9)}${random.pick([...INWARD])}${random.pick([...INWARD])}`,
    district,
    // Ofcom keeps these numbers for drama: no telephone anywhere answers to them.
    mobile: random.chance(0.9) ? `07700 900${digits(random.int(0, 999))}` : undefined,
    landline: random.chance(0.5) ? `020 7946 0${digits(random.int(0, 999))}` : undefined,
    email: random.chance(0.6) ? `${mailbox(given)}.${mailbox(family)}@example.org` : undefined,
    practice: random.pick(network.practices),
    network: network.ods,
    ethnicity: random.pick(pool.ethnicity),
    language: random.pick(pool.languages),
  };
}

const digits = (value: number): string => String(value).padStart(3, '0');
const mailbox = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '');

export const people: readonly Person[] = makePeople();
