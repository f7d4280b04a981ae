import { dateBetween } from './calendar';
import { organisation, organisations } from './network';
import { Random, uuid } from './random';
import { COUNCIL_SERVICES, DEBT_AND_WALKING_SERVICES, THEMES, TRUST_SERVICES } from './themes';
import { DISTRICTS, serviceEntry, type District } from './oruk';

/** What the story of a referral needs to know of a service; the feed says the rest. */
export interface Service {
  id: string;
  ods: string;
  name: string;
  reason: string;
  terms: readonly string[];
  districts: readonly District[];
  minimumAge?: number;
  maximumAge?: number;
  status: 'active' | 'inactive' | 'temporarily closed';
  assuredDate?: string;
  fundingEnds?: string;
}

const GREEN = /garden|walk|allotment|cycl|green|park/i;
const FOR_OLDER_PEOPLE = /elders|seniors|older|sunday lunch|telephone friends/i;
const FOR_YOUNG_ADULTS = /young adult/i;

export const services: readonly Service[] = [
  ...DEBT_AND_WALKING_SERVICES.map(({ name, reason, terms }) => ({
    ...bare('ZV001', name, reason, terms),
    districts: [...DISTRICTS],
    minimumAge: 18,
    assuredDate: '2026-09-07',
  })),
  ...charityServices(),
  ...COUNCIL_SERVICES.map(({ name, reason, terms }) => everywhere('Z999', name, reason, terms)),
  ...TRUST_SERVICES.map(({ name, reason, terms }) => everywhere('ZR1', name, reason, terms)),
];

function bare(ods: string, name: string, reason: string, terms: readonly string[]) {
  const allTerms = [...new Set([reason, ...terms])];
  return { id: uuid(`service/${ods}/${name}`), ods, name, reason, terms: allTerms, status: 'active' as const };
}

function everywhere(ods: string, name: string, reason: string, terms: readonly string[]): Service {
  return { ...bare(ods, name, reason, terms), districts: [...DISTRICTS], minimumAge: 18, assuredDate: '2026-06-01' };
}

function charityServices(): Service[] {
  const random = new Random('directory');
  const byName = new Map(organisations.map((one) => [one.name, one.ods]));
  const offered = THEMES.flatMap((theme) =>
    theme.services.map((name, i) => {
      const charity = theme.charities[i % theme.charities.length] as string;
      return vary(random, bare(byName.get(charity) as string, name, theme.reason, termsOf(name, theme.term)));
    }),
  );
  // Not localeCompare: its order is the machine's, and the files must be the same on every machine.
  const key = ({ ods, name }: Service): string => `${ods} ${name}`;
  return offered.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function termsOf(name: string, term: string): string[] {
  return GREEN.test(name) ? [term, 'green'] : [term];
}

/** Directories age unevenly: some entries are years old, some services paused, some money about to end. */
function vary(random: Random, service: ReturnType<typeof bare>): Service {
  const centre = random.int(0, DISTRICTS.length - 1);
  const reach = random.int(3, 6);
  const near = DISTRICTS.filter(
    (_, i) => Math.min(Math.abs(i - centre), DISTRICTS.length - Math.abs(i - centre)) <= reach,
  );
  const ages = FOR_YOUNG_ADULTS.test(service.name)
    ? { minimumAge: 16, maximumAge: 25 }
    : FOR_OLDER_PEOPLE.test(service.name)
      ? { minimumAge: random.pick([50, 55, 60]) }
      : random.chance(0.8)
        ? { minimumAge: random.pick([16, 18, 18]) }
        : {};
  return {
    ...service,
    ...ages,
    districts: random.chance(0.4) ? [...DISTRICTS] : near,
    status: random.weighted([['active', 91], ['temporarily closed', 7], ['inactive', 2]]),
    assuredDate: random.weighted([
      [dateBetween(random, '2026-01-05', '2026-10-30'), 78],
      [dateBetween(random, '2022-03-01', '2024-12-20'), 16],
      [undefined, 6],
    ]),
    // Five weeks after the demo's present is soon enough for a link worker to be warned.
    fundingEnds: random.weighted([['2026-12-21', 8], ['2027-03-31', 30], [undefined, 62]]),
  }; // prettier-ignore
}

/** One page of the feed: the envelope, and what it holds. */
export function directoryFeed(): { envelope: object; contents: object[] } {
  const random = new Random('directory/entries');
  const envelope = {
    total_items: services.length,
    total_pages: 1,
    page_number: 1,
    size: services.length,
    first_page: true,
    last_page: true,
    empty: false,
  };
  return { envelope, contents: services.map((service) => serviceEntry(random, service, organisation(service.ods))) };
}
