import type { Service } from './directory';
import type { Organisation } from './network';
import { type Random, uuid } from './random';
import { slug } from './reasons';

// Centres of the postcode districts, near enough to search by distance.
const CENTRES = {
  HA0: [51.553, -0.305], HA1: [51.583, -0.338], HA2: [51.572, -0.36], HA3: [51.598, -0.318], HA4: [51.573, -0.42], HA5: [51.592, -0.384],
  HA6: [51.611, -0.424], HA7: [51.613, -0.31], HA8: [51.612, -0.276], HA9: [51.562, -0.28], NW9: [51.588, -0.254], UB5: [51.545, -0.375],
} as const; // prettier-ignore
export type District = keyof typeof CENTRES;
export const DISTRICTS = Object.keys(CENTRES) as District[];

const VENUES = [
  'Community Hall',
  'Library',
  'Church Rooms',
  'Pavilion',
  'Leisure Centre',
  'Meeting House',
  'Temple Hall',
  'Pumping Station Cafe',
];
const LANGUAGES = [['gu', 'Gujarati'], ['ta', 'Tamil'], ['ro', 'Romanian'], ['so', 'Somali'], ['hi', 'Hindi'], ['pl', 'Polish'], ['ur', 'Urdu']] as const; // prettier-ignore

/** One service as an Open Referral UK 3.0 publisher lists it, with everything that a page of details would add. */
export function serviceEntry(random: Random, service: Service, organisation: Organisation): object {
  const at = (part: string): string => uuid(`oruk/${service.id}/${part}`);
  const site = `https://${slug(organisation.name)}.example.org`;
  return {
    id: service.id,
    name: service.name,
    description: description(random, service, organisation),
    url: `${site}/${slug(service.name)}`,
    email: `hello@${slug(organisation.name)}.example.org`,
    status: service.status,
    minimum_age: service.minimumAge,
    maximum_age: service.maximumAge,
    assured_date: service.assuredDate,
    last_modified: `${service.assuredDate ?? '2025-02-03'}T10:30:00.000Z`,
    alert:
      service.status === 'temporarily closed'
        ? 'Full at present: not taking new people until a place comes free.'
        : undefined,
    organization: organizationEntry(organisation, site),
    schedules: [schedule(random, at('schedule'))],
    service_areas: service.districts.map((district) => ({
      id: at(`area/${district}`),
      name: district,
      service_area: district,
      extent: district,
      extent_type: 'text',
    })),
    service_at_locations: [{ id: at('service-at-location'), location: location(random, service, at) }],
    languages: languages(random, at),
    funding: service.fundingEnds ? [fundingEntry(at('funding'), service.fundingEnds)] : [],
    cost_options: [cost(random, at('cost'))],
    contacts: [{ id: at('contact'), name: 'Referrals desk', title: 'Referrals', phones: [phone(random, at('phone'))] }],
    attributes: service.terms.map((term) => attribute(at(`attribute/${term}`), term, term === service.reason)),
  };
}

function description(random: Random, service: Service, organisation: Organisation): string {
  const opening = random.pick([
    'Small and friendly, with tea afterwards.',
    'Come once to see; nobody has to join on the first day.',
    'Run by volunteers who have been where you are.',
    'We ring you back within three working days.',
    'Bring a friend or a carer if you like.',
  ]);
  const access = random.pick([
    'Step-free.',
    'Step-free, with a hearing loop.',
    'Two steps at the door; ask us for the ramp.',
    'We can help with a lift.',
  ]);
  return `<p>${service.name} at ${organisation.name}. ${opening}</p><p>${access}</p>`;
}

function organizationEntry(organisation: Organisation, website: string): object {
  const identifier = (scheme: string, type: string, value: string) => ({
    id: uuid(`oruk/organization/${organisation.ods}/${scheme}`),
    identifier_scheme: scheme,
    identifier_type: type,
    identifier: value,
  });
  const charity = organisation.identifiers?.find(({ system }) => system.includes('charitycommission'));
  return {
    id: uuid(`oruk/organization/${organisation.ods}`),
    name: organisation.name,
    description: `${organisation.name} serves Harrowdene and the districts around it.`,
    website,
    organization_identifiers: [
      identifier('GB-ODS', 'ODS', organisation.ods),
      ...(charity ? [identifier('GB-CHC', 'Charity number', charity.value)] : []),
    ],
  };
}

function schedule(random: Random, id: string): object {
  const hour = random.int(9, 17);
  return {
    id,
    dtstart: '2026-01-05',
    freq: random.chance(0.9) ? 'WEEKLY' : 'MONTHLY',
    interval: 1,
    byday: random.sample(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'], random.int(1, 2)).join(','),
    opens_at: `${String(hour).padStart(2, '0')}:00:00`,
    closes_at: `${String(hour + random.int(1, 3)).padStart(2, '0')}:30:00`,
    attending_type: random.pick(['venue', 'venue', 'venue', 'phone', 'home visit', 'online']),
  };
}

function location(random: Random, service: Service, at: (part: string) => string): object {
  const district =
    service.districts.includes('HA1') && service.ods === 'ZV001' ? 'HA1' : random.pick(service.districts);
  const [latitude, longitude] = CENTRES[district];
  const jitter = (): number => (random.next() - 0.5) * 0.012;
  const venue = `${random.pick(['Rowan', 'Weald', 'Kenmoor', 'Priory', 'Bessdale', 'Tanners'])} ${random.pick(VENUES)}`;
  return {
    id: at('location'),
    location_type: 'physical',
    name: venue,
    latitude: Number((latitude + jitter()).toFixed(5)),
    longitude: Number((longitude + jitter()).toFixed(5)),
    addresses: [
      {
        id: at('address'),
        address_1: venue,
        city: 'Harrow',
        state_province: 'Greater London',
        postal_code: `${district} ${random.int(1, 9)}${random.pick(['AB', 'DL', 'JN', 'QT', 'XZ'])}`,
        country: 'GB',
        address_type: 'physical',
      },
    ],
    accessibility: [
      {
        id: at('accessibility'),
        description: random.pick(['Step-free entrance', 'Step-free entrance and lift', 'Ramp on request']),
      },
    ],
  };
}

function languages(random: Random, at: (part: string) => string): object[] {
  const spoken = [['en', 'English'] as const, ...random.sample(LANGUAGES, random.weighted([[0, 6], [1, 3], [2, 1]]))]; // prettier-ignore
  return spoken.map(([code, name]) => ({ id: at(`language/${code}`), name, code }));
}

// Open Referral UK gives funding no end date of its own; publishers that know one say it in words and in `valid_to`, as costs do.
function fundingEntry(id: string, ends: string): object {
  return { id, source: `Grant, ends ${ends}`, valid_to: ends };
}

function cost(random: Random, id: string): object {
  const amount = random.weighted([[0, 75], [2, 12], [3.5, 8], [5, 5]]); // prettier-ignore
  return amount
    ? { id, option: 'Each session', amount, amount_description: 'GBP a session' }
    : { id, option: 'Free', amount: 0 };
}

function phone(random: Random, id: string): object {
  return { id, number: `020 7946 0${String(random.int(0, 999)).padStart(3, '0')}` };
}

function attribute(id: string, term: string, isReason: boolean): object {
  return {
    id,
    link_type: 'service',
    taxonomy_term: {
      id: uuid(`oruk/term/${term}`),
      name: term,
      description: isReason ? 'What the service helps with' : 'What happens there',
      taxonomy: isReason ? 'Reasons for referral' : 'Activities',
      term,
    },
  };
}
