import { sql } from '../../database';
import { type GraphContext, MOST_ROWS } from '../../graph';
import { localId } from '../../kernel';
import { presentOf } from '../consent';
import type { Barrier } from '../directory';
import type { ReferralPersonInput } from '../people';
import { ageOn, isDistrict } from '../referrals';
import { brokenRules, type Facts, type Rule } from './cohort';
import type { CohortFactsInput } from './eligibility.type';

/** For people, so it says what to do and nothing else. */
export const NOT_AN_EMERGENCY_SERVICE =
  'This is not an emergency service. If a life is in danger, call 999. If you need medical help or mental health support now, call 111; it is free and open all day and night.';

interface Offer {
  id: string;
  /** Reasons asked for that it answers. */
  answers: string[];
  accepting: boolean;
  paused: boolean;
  places: number | null;
  minimumAge: number | null;
  maximumAge: number | null;
  areas: string[];
  overcomes: string[];
  rules: Rule[];
}

const findPerson = sql('eligibility.person', 'select birth_date, postcode_district from graph.person where id = $1');
const findOffers = sql(
  'eligibility.offers',
  `select s.id, array(select r from unnest($1::text[]) r where r = any (s.categories) or exists (
       select from graph.reason_category c where c.reason = r and c.category = any (s.categories))) as answers,
     s.accepting_referrals as accepting, s.paused, s.places_left as places, s.minimum_age as "minimumAge", s.maximum_age as "maximumAge", s.areas, s.overcomes,
     coalesce((select json_agg(json_build_object('kind', u.kind, 'excludes', u.excludes, 'minimum', u.minimum, 'maximum', u.maximum, 'oneOf', u.one_of,
         'wording', u.wording) order by u.position)
       from graph.programme p join graph.programme_rule u on u.parameters_id = p.parameters_id where p.id = s.programme_id), '[]') as rules
   from graph.service s
   where s.categories && ($1::text[] || array(select c.category from graph.reason_category c where c.reason = any ($1)))
   order by s.name, s.id`,
);
const logUnmet = sql('eligibility.unmet', 'select hub.log_unmet_need($1, $2) where hub.viewer_has_agreement()');

export interface Checked {
  services: string[];
  refusals: { service: string; reasons: string[] }[];
}

interface Question {
  person: ReferralPersonInput;
  reasons: string[];
  barriers: Barrier[];
  facts: CohortFactsInput;
}

/** Says before any form which services would take a person, and of each other one why not. */
export class EligibilityService {
  async check(context: GraphContext, { person, reasons, barriers, facts }: Question): Promise<Checked> {
    const known = await this.factsOf(context, person, facts);
    const offers = await context.tx.query<Offer>(findOffers, [reasons]);
    const refused = new Map(offers.map((offer) => [offer, whyNot(offer, known, barriers)]));
    const open = offers.filter((offer) => !refused.get(offer)?.length);
    const closed = offers.filter((offer) => refused.get(offer)?.length);
    const unmet = reasons.filter((reason) => !open.some(({ answers }) => answers.includes(reason)));
    // a need nobody could meet: what and roughly where, never who
    if (unmet.length) context.afterwards.push((tx) => tx.query(logUnmet, [unmet, known.district ?? null]));
    return {
      services: open.slice(0, MOST_ROWS).map(({ id }) => id),
      refusals: closed.slice(0, MOST_ROWS).map((offer) => ({ service: offer.id, reasons: refused.get(offer) ?? [] })),
    };
  }

  /** By an id only what this viewer may see of the person; an id it may not see tells as little as one that nobody has. */
  private async factsOf(
    { tx, touched }: GraphContext,
    person: ReferralPersonInput,
    facts: CohortFactsInput,
  ): Promise<Facts> {
    const id = person.id == null ? undefined : localId('per', person.id);
    const row = id && (await tx.one<{ birth_date: string | null; postcode_district: string | null }>(findPerson, [id]));
    if (row) touched.persons.add(id);
    const birthDate = person.birthDate ?? (row && row.birth_date);
    const district = (person.postcode?.trim().split(' ')[0] ?? (row && row.postcode_district))?.toUpperCase();
    return {
      ...withoutNulls(facts),
      ...(birthDate && { age: ageOn(presentOf(tx), birthDate) }),
      ...(district && isDistrict(district) && { district }),
    };
  }
}

function whyNot(offer: Offer, facts: Facts, barriers: readonly Barrier[]): string[] {
  const { age, district } = facts;
  const districts = offer.areas.filter(isDistrict);
  const against: [unknown, string][] = [
    [offer.paused, 'It takes no referrals for now.'],
    [!offer.accepting && !offer.paused, 'It is closed for referrals.'],
    [offer.places === 0, 'It has no places left.'],
    [
      age !== undefined && offer.minimumAge !== null && age < offer.minimumAge,
      `It is for people from ${offer.minimumAge} years on.`,
    ],
    [
      age !== undefined && offer.maximumAge !== null && age > offer.maximumAge,
      `It is for people up to ${offer.maximumAge} years.`,
    ],
    [district && districts.length > 0 && !districts.includes(district), `It does not serve ${district}.`],
    ...barriers.map((barrier): [unknown, string] => [
      !offer.overcomes.includes(barrier),
      `Nothing in its entry says that it gets past ${barrier}.`,
    ]),
  ];
  return [...against.filter(([applies]) => applies).map(([, reason]) => reason), ...brokenRules(offer.rules, facts)];
}

const withoutNulls = (facts: CohortFactsInput): Facts =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value != null));
