import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { sql, type Transaction } from '../../database';
import {
  ascending,
  declared,
  type GraphContext,
  invalid,
  mutate,
  notFound,
  type Results,
  RootReads,
} from '../../graph';
import { localId } from '../../kernel';
import { findService } from './referral.store';
import { BankHoliday, ResponseLimit, SetResponseLimitInput, SetResponseLimitPayload } from './response.type';

const setLimit = sql(
  'referrals.limit',
  `insert into hub.response_limit (organisation_id, service_id, working_days) values (hub.viewer_party(), $1, $2)
   on conflict (organisation_id, service_id) do update set working_days = excluded.working_days returning id`,
);

@Resolver()
export class ResponseResolver {
  @RootReads({ kind: 'list', of: () => BankHoliday, order: [ascending('day', 'date')] })
  @Query(() => [BankHoliday], { description: 'Bank holidays of England and Wales, by which working days are counted.' })
  bankHolidays(): BankHoliday[] {
    return declared();
  }

  @Mutation(() => SetResponseLimitPayload, {
    description:
      'Says how soon the organisation answers referrals. Past it, receiver and referrer are reminded; nothing is declined.',
  })
  setResponseLimit(
    @Arg('input', () => SetResponseLimitInput, { description: 'The limit.' }) input: SetResponseLimitInput,
    @Ctx() context: GraphContext,
  ) {
    const shape = { limit: () => ResponseLimit };
    return mutate(context, 'setResponseLimit', input, shape, (tx) => set(tx, input));
  }
}

async function set(tx: Transaction, { service, workingDays }: SetResponseLimitInput): Promise<Results> {
  if (workingDays < 1 || workingDays > 60) throw invalid('1 to 60 working days.', 'input', 'workingDays');
  const id = service == null ? null : localId('srv', service);
  if (id && (await findService(tx, id))?.organisation_id !== tx.identity.party) throw notFound('input', 'service');
  return { limit: (await tx.one<{ id: string }>(setLimit, [id, workingDays]))?.id ?? '' };
}
