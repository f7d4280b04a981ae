import { GraphQLError } from 'graphql';
import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import {
  AFTER,
  ascending,
  declared,
  descending,
  FeedCursor,
  FIRST,
  type GraphContext,
  MOST_ROWS,
  mutate,
  RootReads,
} from '../../graph';
import { myFeedback } from './my-feedback';
import { SelfReferralService } from './self.service';
import {
  AccessLogConnection,
  AccessLogEntry,
  MyFeedbackEvent,
  MyReferral,
  SelfReferInput,
  SelfReferPayload,
} from './self.type';
import { URGENT_HELP } from './urgent-help';

/** What a person reads of herself. To an organisation these answer as absent or empty. */
@Resolver()
export class SelfResolver {
  constructor(private readonly selfReferrals: SelfReferralService) {}

  @RootReads({
    kind: 'one',
    of: () => MyReferral,
    filters: { reference: { sql: (v) => `reference = upper(trim(${v}::text))` } },
    order: [ascending('rank', 'integer')],
  })
  @Query(() => MyReferral, {
    nullable: true,
    description:
      'Your referral: by its reference, or the newest that follows from no other. For the person alone; null for anybody else.',
  })
  myReferral(
    @Arg('reference', () => String, { nullable: true, description: 'Which one; the newest without it.' })
    _reference?: string | null,
  ): MyReferral {
    return declared();
  }

  @Query(() => [MyFeedbackEvent], {
    description: 'What happened to your referrals, oldest first. For the person alone; empty for anybody else.',
  })
  myFeedback(
    @Ctx() context: GraphContext,
    @Arg('after', () => FeedCursor, {
      nullable: true,
      description: 'Go on after this place; from the beginning without it.',
    })
    after?: string | null,
    @Arg('first', () => Int, { nullable: true, defaultValue: 100, description: FIRST }) first?: number | null,
  ): Promise<MyFeedbackEvent[]> {
    const limit = first ?? MOST_ROWS;
    if (limit < 0 || limit > MOST_ROWS)
      throw new GraphQLError(`A page holds 0 to ${MOST_ROWS} rows.`, { extensions: { code: 'BAD_USER_INPUT' } });
    return myFeedback(context, after ?? null, limit);
  }

  @RootReads({
    kind: 'connection',
    of: () => AccessLogEntry,
    pageSize: 25,
    orders: { '': [descending('at', 'timestamptz'), descending('id', 'text')] },
    filters: {},
  })
  @Query(() => AccessLogConnection, {
    description: 'Who looked at what concerns you, newest first. For the person alone; empty for anybody else.',
  })
  myAccessLog(
    @Arg('first', () => Int, { nullable: true, defaultValue: 25, description: FIRST }) _first?: number,
    @Arg('after', () => String, { nullable: true, description: AFTER }) _after?: string,
  ): AccessLogEntry {
    return declared();
  }

  @Mutation(() => SelfReferPayload, { description: 'Refers yourself to a link worker. For the person alone.' })
  async selfRefer(
    @Arg('input', () => SelfReferInput, { description: 'The referral.' }) input: SelfReferInput,
    @Ctx() context: GraphContext,
  ) {
    const shape = { referral: () => MyReferral };
    const payload = await mutate(context, 'selfRefer', input, shape, (tx) =>
      this.selfReferrals.refer(tx, context.viewer, input),
    );
    return { ...payload, urgentHelp: URGENT_HELP };
  }
}
