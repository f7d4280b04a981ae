import { createUnionType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, DateTime, FeedCursor, One, PageInfo, Reads, UserError } from '../../graph';
import { Service } from '../directory';
import { Organisation } from '../organisations';
import { Measurement } from '../outcomes';
import { Disclosure, Referral } from '../referrals';
import { Contact } from '../support';
import { FeedbackKind } from './feedback.kinds';

@Reads('graph.feed_entry')
@ObjectType({
  description:
    "One envelope, the same by query, by subscription and by webhook. referral is read through the recipient's own eyes at delivery.",
})
export class FeedbackEvent {
  @Column(() => ID, {
    column: 'global_id',
    description: 'The event, evt_…: the same for every party and on every delivery. Dedupe on it.',
  })
  id: string;
  @Column(() => Int, { form: 'spliced', description: "Place in this party's feed; without kinds there is no gap." })
  sequence: number;
  @Column(() => Int, {
    form: 'spliced',
    description: 'The place before it in this feed, of the kinds asked for; 0 before the first.',
  })
  previousSequence: number;
  @Column(() => FeedCursor, { form: 'spliced', description: 'Resume after this event with it.' }) cursor: string;
  @Column(() => FeedbackKind, { description: 'What happened.' }) kind: FeedbackKind;
  @Column(() => DateTime, { form: 'datetime', description: 'When it happened.' }) occurredAt: Date;
  @Column(() => Disclosure, { description: 'How much this party may know of the referral now.' })
  disclosure: Disclosure;
  @Column(() => String, { description: 'What happened, in a sentence that names nobody.' }) summary: string;
  @Column(() => String, { nullable: true, description: 'The reference of the referral.' }) reference?: string | null;
  @One(() => Organisation, 'actor_id', { nullable: true, description: 'Who did it, where this party may know.' })
  actor?: unknown;
  @One(() => Referral, 'referral_id', {
    nullable: true,
    description: 'The referral, as this party may know it at delivery.',
  })
  referral?: unknown;
  @One(() => Service, 'service_id', { nullable: true, description: 'The service concerned.' }) service?: unknown;
  @One(() => Contact, 'contact_id', {
    nullable: true,
    description: 'The contact concerned, where this party may know it.',
  })
  contact?: unknown;
  @One(() => Measurement, 'measurement_id', {
    nullable: true,
    description: 'The measurement concerned, where this party may know it.',
  })
  measurement?: unknown;
  @Column(() => Boolean, {
    form: 'boolean',
    description: 'True where the sender counts on an answer: acknowledge it as seen or acted on.',
  })
  requiresAcknowledgement: boolean;
}

@ObjectType({ description: 'Nothing happened, and the stream stands. Sent every 15 seconds.' })
export class FeedHeartbeat {
  @Field(() => FeedCursor, { description: 'The last place this stream has passed: resume from it.' }) cursor: string;
  @Field(() => Int, {
    description: 'Sequence of the newest event of this feed; equal to your own when you have everything.',
  })
  headSequence: number;
  @Field(() => DateTime, { description: 'When the hub said so.' }) at: Date;
}

@ObjectType({
  description:
    'The cursor cannot be resumed from: read your state again, then resume from `resumeFrom`. The stream ends here.',
})
export class FeedReset {
  @Field(() => String, {
    description: 'CURSOR_INVALID, CURSOR_EXPIRED, or FEED_RESTORED where the log was restored or lost writes.',
  })
  reason: string;
  @Field(() => FeedCursor, { nullable: true, description: 'The place before the oldest event kept.' }) resumeFrom?:
    string | null;
}

export const FeedbackMessage = createUnionType({
  name: 'FeedbackMessage',
  description: 'What a feed says.',
  types: () => [FeedbackEvent, FeedHeartbeat, FeedReset] as const,
  resolveType: (value: unknown) => (value as { __type: string }).__type,
});

@ObjectType({ description: 'An event and its place.' })
export class FeedbackEdge {
  @Field(() => FeedCursor, { description: 'Resume after this event with it.' }) cursor: string;
  @Field(() => FeedbackEvent, { description: 'The event.' }) node: unknown;
}

@ObjectType({ description: "A page of this party's feed, oldest first." })
export class FeedbackConnection {
  @Field(() => [FeedbackEvent], { description: 'The page, without cursors.' }) nodes: unknown[];
  @Field(() => [FeedbackEdge], { description: 'The page, with a cursor each.' }) edges: FeedbackEdge[];
  @Field(() => PageInfo, { description: 'Where the page stands.' }) pageInfo: PageInfo;
  @Field(() => Int, { description: 'Sequence of the newest event of this feed.' }) headSequence: number;
  @Field(() => FeedCursor, { description: 'The newest place: subscribe after it to hear only what is new.' })
  headCursor: string;
  @Field(() => FeedReset, {
    nullable: true,
    description: 'Set where the cursor cannot be resumed from; the page is empty then.',
  })
  reset?: unknown;
}

export enum AcknowledgementStage {
  DELIVERED = 'DELIVERED',
  SEEN = 'SEEN',
  ACTED = 'ACTED',
}
registerEnumType(AcknowledgementStage, {
  name: 'AcknowledgementStage',
  description: 'How far feedback has come with its recipient. A later stage implies the earlier.',
  valuesConfig: {
    DELIVERED: { description: "The recipient's software has it." },
    SEEN: { description: 'Somebody has looked at it.' },
    ACTED: { description: 'Somebody has acted on it.' },
  },
});

@InputType({ description: 'Says how far feedback has come. Give `through` or `eventIds`.' })
export class AcknowledgeFeedbackInput {
  @Field(() => String, {
    nullable: true,
    description: 'Makes a retry safe; not needed, since acknowledging again changes nothing.',
  })
  idempotencyKey?: string | null;
  @Field(() => FeedCursor, { nullable: true, description: 'Everything up to and including this place.' }) through?:
    string | null;
  @Field(() => [ID], { nullable: true, description: 'These events alone, evt_….' }) eventIds?: string[] | null;
  @Field(() => AcknowledgementStage, { description: 'How far it has come.' }) stage: AcknowledgementStage;
}

@ObjectType({ description: 'What became of an acknowledgement.' })
export class AcknowledgeFeedbackPayload {
  @Field(() => Int, { description: 'How many events came further by it.' }) acknowledged: number;
  @Field(() => [UserError], { description: 'Expected failures; empty on success.' }) userErrors: UserError[];
}
