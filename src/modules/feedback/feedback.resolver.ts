import { GraphQLError } from 'graphql';
import { Arg, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { feedEntryAt, type FeedMessage } from '../../feed';
import { FeedCursor, type GraphContext, MOST_ROWS, mutate } from '../../graph';
import { globalId } from '../../kernel';
import { asksForAnswer, FeedbackKind, summaryOf } from './feedback.kinds';
import { asRow, type FeedRow, FeedbackService } from './feedback.service';
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
  context: Pick<GraphContext, 'services' | 'viewer'>;
}

@Resolver(() => FeedbackEvent)
export class FeedbackResolver {
  constructor(private readonly feedbacks: FeedbackService) {}

  @FieldResolver()
  id(@Root() entry: FeedRow): string {
    return globalId('evt', entry.event_id);
  }

  @FieldResolver()
  sequence(@Root() entry: FeedRow): number {
    return entry.seq;
  }

  @FieldResolver()
  previousSequence(@Root() entry: FeedRow): number {
    return entry.previous_seq;
  }

  @FieldResolver()
  cursor(@Root() entry: FeedRow, @Ctx() { services, viewer }: GraphContext): string {
    return services.cursors.sign({ party: viewer.party ?? '', sequence: entry.seq, event: entry.event_hash });
  }

  @FieldResolver()
  summary(@Root() entry: FeedRow): string {
    return summaryOf(entry.kind as FeedbackKind);
  }

  @FieldResolver()
  requiresAcknowledgement(@Root() entry: FeedRow): boolean {
    return asksForAnswer(entry.kind as FeedbackKind, entry.disclosure);
  }

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

  @Subscription(() => FeedbackMessage, {
    name: 'feedback',
    subscribe: ({ args, context }: SubscribeData) => context.services.streams.follow(context.viewer, args),
    description:
      "This party's feed: replays from the cursor, then live. At least once: dedupe on id. Without kinds, sequence has no gap; with kinds, previousSequence joins up, and endings of access always pass.",
  })
  async follow(
    @Root() message: FeedMessage,
    @Ctx() { tx }: GraphContext,
    @Arg('after', () => FeedCursor, { nullable: true, description: AFTER }) _after?: string | null,
    @Arg('kinds', () => [FeedbackKind], { nullable: true, description: KINDS }) _kinds?: FeedbackKind[] | null,
  ): Promise<typeof FeedbackMessage> {
    if (message.type === 'heartbeat') return { ...message, __type: 'FeedHeartbeat' } as never;
    if (message.type === 'reset') return { ...message, __type: 'FeedReset' } as never;
    // access is read again at the moment of delivery, not when the page was read
    const entry = await feedEntryAt(tx, message.entry.seq, message.entry.previous_seq);
    return asRow(entry ?? message.entry) as never;
  }
}
