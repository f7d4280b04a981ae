import { sql } from '../../database';
import { type GraphContext, MOST_ROWS } from '../../graph';
import { localId } from '../../kernel';
import { todayOf } from '../consent';
import { ageOn, type Barrier, districtOf, obstacles, type ServiceLimits } from '../directory';
import type { ReferralPersonInput } from '../people';
import { brokenRules, type Facts, type Rule } from './cohort';
import type { CohortFactsInput } from './eligibility.type';

/** For people, so it says what to do and nothing else. */
export const NOT_AN_EMERGENCY_SERVICE =
  'This is not an emergency service. If a life is in danger, call 999. If you need medical help or mental health support now, call 111; it is free and open all day and night.';

interface Offer extends ServiceLimits {
  id: string;
  /** Reasons asked for that it answers. */
  answers: string[];
  overcomes: string[];
  rules: Rule[];
}

const findPerson = sql('eligibility.person', 'select birth_date, postcode_district from graph.person where id = $1');
const findOffers = sql(
  'eligibility.offers',
  `select s.id, array(select r from unnest($1::text[]) r where r = any (s.categories) or exists (
       select from graph.reason_category c where c.reason = r and c.category = any (s.categories))) as answers,
     s.accepting_referrals as accepting, s.paused, s.minimum_age as "minimumAge", s.maximum_age as "maximumAge", s.areas, s.overcomes,
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
    const district = districtOf(person.postcode ?? (row && row.postcode_district));
    return {
      ...withoutNulls(facts),
      ...(birthDate && { age: ageOn(todayOf(tx), birthDate) }),
      ...(district && { district }),
    };
  }
}

function whyNot(offer: Offer, facts: Facts, barriers: readonly Barrier[]): string[] {
  return [
    ...obstacles(offer, facts).map(({ reason }) => reason),
    ...barriers
      .filter((barrier) => !offer.overcomes.includes(barrier))
      .map((barrier) => `Nothing in its entry says that it gets past ${barrier}.`),
    ...brokenRules(offer.rules, facts),
  ];
}

const withoutNulls = (facts: CohortFactsInput): Facts =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value != null));
