import { Arg, ID, Query, Resolver } from 'type-graphql';
import { byId, declared, NhsNumber, RootReads } from '../../graph';
import { Person } from './person.type';

@Resolver()
export class PersonQueries {
  @RootReads({ kind: 'one', of: () => Person, filters: byId('per') })
  @Query(() => Person, { nullable: true, description: 'A person by id; null where this viewer knows nobody by it.' })
  person(@Arg('id', () => ID, { description: 'Global id, per_….' }) _id: string): Person {
    return declared();
  }

  @RootReads({
    kind: 'one',
    of: () => Person,
    filters: {
      nhsNumber: {
        sql: (v) => `id = (select n.person_id from graph.person_number n where n.nhs_number = ${v}::text limit 1)`,
      },
    },
  })
  @Query(() => Person, {
    nullable: true,
    description:
      'A person by NHS number, among the records this viewer may see; null does not say whether the number is known to others.',
  })
  personByNhsNumber(
    @Arg('nhsNumber', () => NhsNumber, { description: 'Ten digits, Modulus 11 checked.' }) _number: string,
  ): Person {
    return declared();
  }
}
