import 'reflect-metadata';
import * as fc from 'fast-check';
import { type GraphQLSchema, parse } from 'graphql';
import { costError } from '../../src/graph';
import { hubSchema } from '../../src/server';

const TEXT = `query A($n: Int, $m: Int = 40, $deep: Boolean = true) {
    referrals(first: $n) { nodes { onward(first: $m) { nodes { ...F @include(if: $deep) } } } } }
  query B($n: Int) { referrals(first: $n) { nodes { id } } }
  fragment F on Referral { contacts(first: $m) { nodes { id } } }`;

describe('the cost of an operation', () => {
  let schema: GraphQLSchema;
  beforeAll(async () => {
    schema = await hubSchema();
  });

  it('is the same for a document that was seen before, with whatever variables, as for one that was not', () => {
    const document = parse(TEXT);
    // few, so that each comes again and again
    const size = fc.constantFrom(-1, 0, 10, 40, 100, 200, null, '7', true, [1]);
    const deep = fc.constantFrom(true, false, null, 'x');
    const variables = fc.record({ n: size, m: size, deep }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.constantFrom('A', 'B', undefined), variables, (name, given) => {
        const again = costError(schema, document, name, given);
        expect(again?.message).toBe(costError(schema, parse(TEXT), name, given)?.message);
      }),
      { numRuns: 400 },
    );
    const largest = { n: 100, m: 100 };
    expect(costError(schema, document, 'A', largest)?.extensions['code']).toBe('QUERY_TOO_COMPLEX');
    expect(costError(schema, document, 'B', largest)).toBeUndefined();
  });
});
