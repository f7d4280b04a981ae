import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { ascending, Column, connectionOf, DateTime, FeedCursor, List, One, Reads, UserError } from '../../graph';
import { ConsentInput } from '../consent';
import { FeedbackKind } from '../feedback';
import { ReferralPersonInput } from '../people';
import { KEY } from '../referrals';
import { Plan } from '../support';

@Reads('graph.my_shared_with')
@ObjectType({ description: 'An organisation that takes part in your support.' })
export class SharedWith {
  @Column(() => ID, {
    column: 'global_id',
    description: 'The organisation, org_…: pass it to withdrawConsent to end its part.',
  })
  id: string;
  @Column(() => String, { description: 'What it is called.' }) name: string;
}

@Reads('graph.my_referral')
@ObjectType({
  description: 'A referral as the person it is for may know it. It holds no wait and no place on a list.',
})
export class MyReferral {
  @Column(() => ID, { column: 'global_id', description: 'The referral, ref_….' }) id: string;
  @Column(() => String, { description: 'For people, to read out on the telephone.' }) reference: string;
  @Column(() => String, { description: 'How far it has come, in plain English.' }) status: string;
  @Column(() => Boolean, { form: 'boolean', description: 'Whether you are on the list.' }) onWaitingList: boolean;
  @Column(() => String, { nullable: true, description: 'Who supports you, once somebody has taken it on.' })
  supporter?: string | null;
  @One(() => Plan, 'id', { nullable: true, description: 'The plan you agreed, as it stands.' }) plan?: unknown;
  @List(() => SharedWith, 'referral_id', [ascending('name', 'text'), ascending('id', 'uuid')], {
    description: 'Organisations that take part in it, or in what followed from it.',
  })
  sharedWith: unknown;
}

@ObjectType({ description: 'Something that happened to your referral, in plain English.' })
export class MyFeedbackEvent {
  @Field(() => ID, { description: 'The event, evt_…: the same on every reading.' }) id: string;
  @Field(() => Int, { description: 'Its place in your feed; there is no gap.' }) sequence: number;
  @Field(() => FeedCursor, { description: 'Go on after this event with it.' }) cursor: string;
  @Field(() => FeedbackKind, { description: 'What happened.' }) kind: FeedbackKind;
  @Field(() => DateTime, { description: 'When it happened.' }) occurredAt: Date;
  @Field(() => String, { description: 'What happened, in a sentence for you.' }) summary: string;
  @Field(() => String, { description: 'The reference of your referral.' }) reference: string;
}

@Reads('graph.my_access', { connection: 'AccessLog' })
@ObjectType({ description: 'Somebody looked at, or worked on, what concerns you.' })
export class AccessLogEntry {
  @Column(() => String, { description: 'Which organisation.' }) organisation: string;
  @Column(() => String, { description: 'What for, in words.' }) purpose: string;
  @Column(() => DateTime, { form: 'datetime', description: 'When.' }) at: Date;
  @Column(() => Boolean, {
    form: 'boolean',
    description: 'True where it went past what you had agreed to, to protect you or in an emergency.',
  })
  override: boolean;
}
/** Made here, because a connection made only once it is asked for comes too late for the schema. */
export const AccessLogConnection = connectionOf(AccessLogEntry);

@InputType({ description: 'Refers yourself. Staff who take a self-referral by telephone use createReferral.' })
export class SelfReferInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ReferralPersonInput, {
    description: 'What the link worker should know of you. What you leave out is filled from what the hub shows you.',
  })
  person: ReferralPersonInput;
  @Field(() => [String], { description: 'Keys of referralReasons; at least one.' }) reasons: string[];
  @Field(() => ID, {
    description: 'Where you are to be supported, net_…: a link worker organisation of it takes the referral.',
  })
  network: string;
  @Field(() => ConsentInput, { description: 'Who may know, and who never.' }) consent: ConsentInput;
  @Field(() => String, { nullable: true, description: 'In your own words. Never an NHS number.' }) note?: string | null;
}

@ObjectType({ description: 'What became of referring yourself.' })
export class SelfReferPayload {
  @Field(() => MyReferral, { nullable: true, description: 'Your referral; null on failure.' }) referral?: unknown;
  @Field(() => String, { description: 'Where to turn if it is urgent.' }) urgentHelp: string;
  @Field(() => [UserError], { description: 'Expected failures; empty on success.' }) userErrors: UserError[];
}
