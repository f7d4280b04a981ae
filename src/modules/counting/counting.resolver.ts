import { GraphQLError } from 'graphql';
import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { sql, type Statement } from '../../database';
import { CalendarDate, declaredType, type GraphContext, lazily } from '../../graph';
import { localId } from '../../kernel';
import { todayOf } from '../consent';
import { Service } from '../directory';
import { ReferralReason, ReferralRoute } from '../referrals';
import { RouteCount, ServiceLoadCount, SignpostCounts, type SuppressedCount, UnmetNeed } from './counting.type';

const routes = sql('counting.routes', 'select route, count from hub.count_routes($1, $2)');
const signposts = sql('counting.signposts', 'select dimension, key, count from hub.count_signposts($1, $2)');
const unmet = sql('counting.unmet', 'select reason, district, count from hub.count_unmet_need($1, $2)');
const loads = sql(
  'counting.loads',
  'select service, referrals, funded_places as "fundedPlaces", volunteers from hub.count_service_loads($1, $2)',
);

const NETWORK =
  'net_…; one whose commissioner the viewer is, under an agreement there. Nothing is counted for anybody else.';
const MONTH = 'Any day of a month that is over; the month before this one where left out.';

/** Counts for commissioners, a whole closed month at a time. The database hands out none that is not suppressed. */
@Resolver()
export class CountingQueries {
  @Query(() => [UnmetNeed], {
    description: 'Needs for which eligibilityCheck found no service, by reason and district.',
  })
  async unmetNeed(
    @Ctx() context: GraphContext,
    @Arg('network', () => ID, { description: NETWORK }) network: string,
    @Arg('month', () => CalendarDate, { nullable: true, description: MONTH }) month?: string | null,
  ) {
    const rows = await counted<{ reason: string; district: string | null; count: SuppressedCount }>(
      context,
      unmet,
      network,
      month,
    );
    return rows.map((row) => lazily(row, { reason: () => reasonOf(context, row.reason) }));
  }

  @Query(() => [RouteCount], { description: 'Referrals received by members of the network, by route.' })
  async routeCounts(
    @Ctx() context: GraphContext,
    @Arg('network', () => ID, { description: NETWORK }) network: string,
    @Arg('month', () => CalendarDate, { nullable: true, description: MONTH }) month?: string | null,
  ) {
    const rows = await counted<{ route: string; count: SuppressedCount }>(context, routes, network, month);
    return rows.map((row) => lazily(row, { route: () => routeOf(context, row.route) }));
  }

  @Query(() => SignpostCounts, { description: 'Anonymous signposts by members of the network.' })
  async signpostCounts(
    @Ctx() context: GraphContext,
    @Arg('network', () => ID, { description: NETWORK }) network: string,
    @Arg('month', () => CalendarDate, { nullable: true, description: MONTH }) month?: string | null,
  ) {
    const rows = await counted<{ dimension: string; key: string; count: SuppressedCount }>(
      context,
      signposts,
      network,
      month,
    );
    const by = (dimension: string) => rows.filter((row) => row.dimension === dimension);
    return {
      byReason: by('reason').map(({ key, count }) => lazily({ count }, { reason: () => reasonOf(context, key) })),
      byRoute: by('route').map(({ key, count }) => lazily({ count }, { route: () => routeOf(context, key) })),
      byService: by('service').map(({ key, count }) => lazily({ count }, { service: () => serviceOf(context, key) })),
    };
  }

  @Query(() => [ServiceLoadCount], {
    description: 'What services of the network were sent against what they are paid for, where their providers say.',
  })
  async serviceLoads(
    @Ctx() context: GraphContext,
    @Arg('network', () => ID, { description: NETWORK }) network: string,
    @Arg('month', () => CalendarDate, { nullable: true, description: MONTH }) month?: string | null,
  ) {
    const rows = await counted<{ service: string; referrals: SuppressedCount }>(context, loads, network, month);
    return rows.map((row) => lazily(row, { service: () => serviceOf(context, row.service) }));
  }
}

const reasonOf = ({ loaders }: GraphContext, key: string) => loaders.one(declaredType(ReferralReason), key, 'key');
const routeOf = ({ loaders }: GraphContext, key: string) => loaders.one(declaredType(ReferralRoute), key, 'key');
const serviceOf = ({ loaders }: GraphContext, id: string) => loaders.one(declaredType(Service), id);

/** Of one month that is over: what still grows would tell of each one who joins it. */
async function counted<Row>(
  { tx }: GraphContext,
  statement: Statement,
  network: string,
  month: string | null | undefined,
): Promise<Row[]> {
  const thisMonth = todayOf(tx).slice(0, 7);
  if (month != null && month.slice(0, 7) >= thisMonth) {
    throw new GraphQLError('Only a month that is over is counted.', { extensions: { code: 'BAD_USER_INPUT' } });
  }
  const wanted = month ?? lastMonth(thisMonth);
  return tx.query<Row>(statement, [localId('net', network), wanted]);
}

function lastMonth(thisMonth: string): string {
  const [year = 0, month = 0] = thisMonth.split('-').map(Number);
  return new Date(Date.UTC(year, month - 2, 1)).toISOString().slice(0, 10);
}
