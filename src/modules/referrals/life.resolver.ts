import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { sql, type Transaction } from '../../database';
import { type GraphContext, invalid, mutate, notFound, type Results } from '../../graph';
import { localId } from '../../kernel';
import { todayOf } from '../consent';
import { Person } from '../people';
import { LifeChangePayload, RecordDeathInput, RecordPracticeChangeInput } from './life.inputs';
import { findReceiver } from './referral.store';

const died = sql('referrals.death', 'select hub.record_death($1, $2)');
const moved = sql('referrals.practice', 'select hub.change_practice($1, $2)');
const shape = { person: () => Person };

/** What happens in a person's life, said once by a party that speaks for her: the database carries it to her open referrals. */
@Resolver()
export class LifeChangeMutations {
  @Mutation(() => LifeChangePayload, {
    description:
      'Closes every open referral of the person with the result DIED, without a plan; each party hears REFERRAL_CLOSED once, the person nothing more.',
  })
  recordDeath(
    @Arg('input', () => RecordDeathInput, { description: 'Who, and when.' }) input: RecordDeathInput,
    @Ctx() context: GraphContext,
  ) {
    return mutate(context, 'recordDeath', input, shape, (tx) => recordDeath(tx, input));
  }

  @Mutation(() => LifeChangePayload, {
    description:
      "Moves the registered practice of the person's open referrals that this viewer speaks in: the old one's access ends, the new one joins at STAGE where consent lets it.",
  })
  recordPracticeChange(
    @Arg('input', () => RecordPracticeChangeInput, { description: 'Who, and where to.' })
    input: RecordPracticeChangeInput,
    @Ctx() context: GraphContext,
  ) {
    return mutate(context, 'recordPracticeChange', input, shape, (tx) => recordPractice(tx, input));
  }
}

async function recordDeath(tx: Transaction, input: RecordDeathInput): Promise<Results> {
  if (input.diedOn > todayOf(tx)) throw invalid('A death is not in the future.', 'input', 'diedOn');
  const person = localId('per', input.person);
  await tx.query(died, [person, input.diedOn]);
  return { person };
}

async function recordPractice(tx: Transaction, input: RecordPracticeChangeInput): Promise<Results> {
  const practice = await findReceiver(tx, localId('org', input.practice));
  if (!practice) throw notFound('input', 'practice');
  if (practice.sector !== 'PRIMARY_CARE') throw invalid('Not a general practice.', 'input', 'practice');
  const person = localId('per', input.person);
  await tx.query(moved, [person, practice.id]);
  return { person };
}
