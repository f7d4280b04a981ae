import { GraphQLError } from 'graphql';
import { Arg, Ctx, Int, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { feedEntryAt, type FeedMessage, type StreamOptions } from '../../feed';
import { FeedCursor, type GraphContext, MOST_ROWS, mutate, StreamReads } from '../../graph';
import { ENVELOPE, FeedbackKind } from './feedback.kinds';
import { asRow, FeedbackService } from './feedback.service';
import {
  AcknowledgeFeedbackInput,
  AcknowledgeFeedbackPayload,
  FeedbackConnection,
  FeedbackEvent,
  FeedbackMessage,
} from './feedback.type';

const KINDS = 'Only these kinds; endings of access always pass.';
const AFTER = 'Resume after this place; without it, from the oldest event kept.';

/** What a subscription's source is given: raw arguments, and a context that has no transaction yet. */
interface SubscribeData {
  args: { after?: string | null; kinds?: FeedbackKind[] | null };
  context: Pick<GraphContext, 'services' | 'viewer'> & Pick<StreamOptions, 'read' | 'push'>;
}

@Resolver()
export class FeedbackResolver {
  constructor(private readonly feedbacks: FeedbackService) {}

  @Query(() => FeedbackConnection, {
    description:
      "This party's feed by query: the same envelope and cursors as the subscription. No cursor: from the oldest event kept. first: 0 reads only the head.",
  })
  feedback(
    @Ctx() context: GraphContext,
    @Arg('after', () => FeedCursor, { nullable: true, description: AFTER }) after?: string | null,
    @Arg('kinds', () => [FeedbackKind], { nullable: true, description: KINDS }) kinds?: FeedbackKind[] | null,
    @Arg('first', () => Int, {
      nullable: true,
      defaultValue: 100,
      description: 'How many to return, at most 100; 0 reads only the head.',
    })
    first?: number | null,
  ) {
    const limit = first ?? MOST_ROWS;
    if (limit < 0 || limit > MOST_ROWS)
      throw new GraphQLError(`A page holds 0 to ${MOST_ROWS} rows.`, { extensions: { code: 'BAD_USER_INPUT' } });
    return this.feedbacks.page(context, after ?? null, kinds ?? null, limit);
  }

  @Mutation(() => AcknowledgeFeedbackPayload, {
    description: 'Says how far feedback has come with this party: delivered, seen or acted on.',
  })
  acknowledgeFeedback(
    @Arg('input', () => AcknowledgeFeedbackInput, { description: 'What has come how far.' })
    input: AcknowledgeFeedbackInput,
    @Ctx() context: GraphContext,
  ) {
    return mutate(context, 'acknowledgeFeedback', input, { acknowledged: 'count' }, () =>
      this.feedbacks.acknowledge(context, input),
    );
  }

  @StreamReads('feedback', {
    of: () => FeedbackEvent,
    envelope: ENVELOPE,
    personal: ['referral', 'contact', 'measurement'],
  })
  @Subscription(() => FeedbackMessage, {
    name: 'feedback',
    subscribe: ({ args, context }: SubscribeData) =>
      context.services.streams.follow(context.viewer, { ...args, read: context.read, push: context.push }),
    description:
      "This party's feed: replays from the cursor, then live. At least once: dedupe on id. Without kinds, sequence has no gap; with kinds, previousSequence joins up, and endings of access always pass.",
  })
  async follow(
    @Root() message: FeedMessage,
    @Ctx() { tx, services, viewer }: GraphContext,
    @Arg('after', () => FeedCursor, { nullable: true, description: AFTER }) _after?: string | null,
    @Arg('kinds', () => [FeedbackKind], { nullable: true, description: KINDS }) _kinds?: FeedbackKind[] | null,
  ): Promise<typeof FeedbackMessage> {
    if (message.type === 'heartbeat') return { ...message, __type: 'FeedHeartbeat' } as never;
    if (message.type === 'reset') return { ...message, __type: 'FeedReset' } as never;
    // access is read again at the moment of delivery, not when the page was read
    const { entry } = message;
    if ('text' in entry) throw new Error('an entry that is rendered already is not carried out');
    const now = (await feedEntryAt(tx, entry.seq, entry.previous_seq)) ?? entry;
    return asRow(now, services.cursors, viewer.party ?? '') as never;
  }
}
