import { Field, ID, InterfaceType } from 'type-graphql';

/** Anything with an id. */
@InterfaceType({
  description: 'Anything with an id: opaque, with a typed prefix (ref_…, org_…, per_…).',
  resolveType: (row: { __type: string }) => row.__type,
})
export abstract class Node {
  @Field(() => ID, { description: 'Opaque and stable. Pass it to `node` or to the root of its type.' }) id: string;
}
