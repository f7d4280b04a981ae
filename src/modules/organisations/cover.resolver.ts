import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { sql, type Transaction } from '../../database';
import { ascending, declared, type GraphContext, invalid, mutate, type Results, RootReads } from '../../graph';
import { localId } from '../../kernel';
import { Cover, SetCoverInput, SetCoverPayload } from './cover.type';

const set = sql('organisations.cover', 'select hub.set_cover($1, $2, $3, $4) as cover');

@Resolver()
export class CoverResolver {
  @RootReads({ kind: 'list', of: () => Cover, order: [ascending('from_day', 'date'), ascending('id', 'uuid')] })
  @Query(() => [Cover], { description: 'Who covers for whom in the organisation that asks, from today on.' })
  covers(): Cover[] {
    return declared();
  }

  @Mutation(() => SetCoverPayload, {
    description: 'Says who covers for a colleague who is away. Their cases then count as assigned to both.',
  })
  setCover(
    @Arg('input', () => SetCoverInput, { description: 'Who, for whom, and when.' }) input: SetCoverInput,
    @Ctx() context: GraphContext,
  ) {
    return mutate(context, 'setCover', input, { cover: () => Cover }, (tx) => cover(tx, input));
  }
}

async function cover(tx: Transaction, { practitioner, coveredBy, from, to }: SetCoverInput): Promise<Results> {
  if (from > to) throw invalid('The last day is before the first.', 'input', 'to');
  if (practitioner === coveredBy) throw invalid('Nobody covers for themselves.', 'input', 'coveredBy');
  const colleague = coveredBy == null ? null : localId('pra', coveredBy);
  const made = await tx.one<{ cover: string | null }>(set, [localId('pra', practitioner), colleague, from, to]);
  return made?.cover ? { cover: made.cover } : {};
}
