import { Arg, Float, ID, Int, Query, Resolver } from 'type-graphql';
import { AFTER, ascending, byId, connectionOf, declared, FIRST, RootReads } from '../../graph';
import { Barrier } from './barrier';
import { Service } from './service.type';

/** Barriers the directory has an answer to (`overcomes` of graph.service); the others do not narrow. */
const ANSWERED: readonly Barrier[] = [
  Barrier.ACCESS,
  Barrier.COST,
  Barrier.LANGUAGE,
  Barrier.LITERACY,
  Barrier.STIGMA,
  Barrier.TRANSPORT,
  Barrier.WAIT,
];

const district = (postcode: string) => `split_part(upper(trim(${postcode}::text)), ' ', 1)`;
const serves = (postcode: string) => `${district(postcode)} = any (areas)`;

/** Kilometres from a postcode's district: its centre is that of the services which say they serve it. `t` is the service at hand. */
const distanceFrom = (postcode: string) => `(
  select 111.2 * sqrt(power(avg(s.latitude) - t.latitude, 2) + power((avg(s.longitude) - t.longitude) * cos(radians(t.latitude)), 2))
  from graph.service s where ${district(postcode)} = any (s.areas))`;

@Resolver()
export class ServiceQueries {
  @RootReads({ kind: 'one', of: () => Service, filters: byId('srv') })
  @Query(() => Service, { nullable: true, description: 'A service by its id.' })
  service(@Arg('id', () => ID, { description: 'Global id, srv_….' }) _id: string): Service {
    return declared();
  }

  @RootReads({
    kind: 'connection',
    of: () => Service,
    pageSize: 25,
    orders: { '': [ascending('name', 'text'), ascending('id', 'uuid')] },
    filters: {
      search: {
        sql: (v) =>
          `concat_ws(' ', name, description, array_to_string(categories, ' ')) ilike '%' || replace(replace(${v}::text, '\\', '\\\\'), '%', '\\%') || '%'`,
      },
      categories: { sql: (v) => `categories && ${v}::text[]` },
      acceptingOnly: { sql: (v) => `(accepting_referrals or not ${v}::boolean)` },
      barriers: {
        sql: (v) =>
          `overcomes @> array(select b from unnest(${v}::text[]) b where b = any ('{${ANSWERED.join(',')}}'::text[]))`,
      },
      nearPostcode: { sql: (v, given) => (given('withinKm') ? `${v}::text is not null` : serves(v)) },
      withinKm: {
        sql: (v, given) => {
          const postcode = given('nearPostcode');
          return postcode
            ? `${distanceFrom(postcode)} <= ${v}::double precision`
            : `${v}::double precision is not null`;
        },
      },
    },
  })
  @Query(() => connectionOf(Service), { description: 'Services by name.' })
  services(
    @Arg('search', () => String, { nullable: true, description: 'Words in name, description or categories.' })
    _search?: string,
    @Arg('categories', () => [String], { nullable: true, description: 'At least one of these taxonomy terms.' })
    _categories?: string[],
    @Arg('acceptingOnly', () => Boolean, { nullable: true, description: 'Only those that take referrals now.' })
    _accepting?: boolean,
    @Arg('barriers', () => [Barrier], {
      nullable: true,
      description: 'Only those that get past these barriers, as far as the directory tells.',
    })
    _barriers?: Barrier[],
    @Arg('nearPostcode', () => String, {
      nullable: true,
      description: 'Only those that serve the district of this postcode, or with withinKm lie near it.',
    })
    _near?: string,
    @Arg('withinKm', () => Float, {
      nullable: true,
      description: 'With nearPostcode: how far a service may lie from there, in kilometres.',
    })
    _within?: number,
    @Arg('first', () => Int, { nullable: true, defaultValue: 25, description: FIRST }) _first?: number,
    @Arg('after', () => String, { nullable: true, description: AFTER }) _after?: string,
  ): Service {
    return declared();
  }
}
