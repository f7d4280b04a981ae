import { Arg, ID, Int, Query, Resolver } from 'type-graphql';
import { AFTER, ascending, byId, connectionOf, declared, FIRST, RootReads } from '../../graph';
import { localId } from '../../kernel';
import { Network, Organisation, Sector } from './organisation.type';

@Resolver()
export class OrganisationQueries {
  @RootReads({ kind: 'one', of: () => Organisation, filters: byId('org') })
  @Query(() => Organisation, { nullable: true, description: 'An organisation by its id.' })
  organisation(@Arg('id', () => ID, { description: 'Global id, org_….' }) _id: string): Organisation {
    return declared();
  }

  @RootReads({
    kind: 'connection',
    of: () => Organisation,
    pageSize: 25,
    orders: { '': [ascending('name', 'text'), ascending('id', 'uuid')] },
    filters: {
      search: { sql: (v) => `name ilike '%' || replace(replace(${v}::text, '\\', '\\\\'), '%', '\\%') || '%'` },
      sector: { sql: (v) => `sector = ${v}::text` },
      network: {
        sql: (v) => `id in (select m.id from graph.network_member m where m.network_id = ${v}::uuid)`,
        value: (id) => localId('net', id),
      },
      receivesReferrals: { sql: (v) => `receives_referrals = ${v}::boolean` },
    },
  })
  @Query(() => connectionOf(Organisation), { description: 'Organisations by name.' })
  organisations(
    @Arg('search', () => String, { nullable: true, description: 'Part of the name, in any case.' }) _search?: string,
    @Arg('sector', () => Sector, { nullable: true, description: 'Of this sector alone.' }) _sector?: Sector,
    @Arg('network', () => ID, { nullable: true, description: 'Members of this network alone, net_….' })
    _network?: string,
    @Arg('receivesReferrals', () => Boolean, {
      nullable: true,
      description: 'Only those that take LINK_WORKER referrals, or only the others.',
    })
    _receives?: boolean,
    @Arg('first', () => Int, { nullable: true, defaultValue: 25, description: FIRST }) _first?: number,
    @Arg('after', () => String, { nullable: true, description: AFTER }) _after?: string,
  ): Organisation {
    return declared();
  }

  @RootReads({ kind: 'one', of: () => Network, filters: byId('net') })
  @Query(() => Network, { nullable: true, description: 'A network by its id.' })
  network(@Arg('id', () => ID, { description: 'Global id, net_….' }) _id: string): Network {
    return declared();
  }
}
