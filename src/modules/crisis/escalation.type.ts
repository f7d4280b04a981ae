import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { ascending, Column, DateTime, extendType, List, Node, One, Reads, UserError } from '../../graph';
import { FeedbackEvent } from '../feedback';
import { Organisation, Practitioner } from '../organisations';
import { Person } from '../people';
import { KEY, Referral } from '../referrals';

@Reads('graph.escalation', { prefix: 'esc', person: 'person_id', referral: 'referral_id' })
@ObjectType({
  implements: Node,
  description:
    'A crisis that was taken to a general practice. It comes again until a clinician there says that it is in hand.',
})
export class Escalation extends Node {
  @Column(() => DateTime, { form: 'datetime', description: 'When it was raised.' }) at: Date;
  @Column(() => String, { description: 'On what basis it was told: VITAL_INTERESTS, CONSENT, or a local word.' })
  basis: string;
  @One(() => Organisation, 'practice_id', { nullable: true, description: 'The practice it went to.' })
  practice?: unknown;
  @Column(() => String, { nullable: true, description: 'What a clinician must know, and nothing else.' })
  facts?: string | null;
  @One(() => Person, 'person_id', { nullable: true, description: 'Whom it is about, as this viewer may know them.' })
  person?: unknown;
  @One(() => Organisation, 'organisation_id', { nullable: true, description: 'Who raised it.' }) raisedBy?: unknown;
  @Column(() => Boolean, {
    form: 'boolean',
    description:
      'True where the person had excluded this practice, and her life or health came first. She is shown it.',
  })
  override: boolean;
  @Column(() => DateTime, {
    nullable: true,
    form: 'datetime',
    description: 'When a clinician of the practice said that it is in hand; null until then.',
  })
  acknowledgedAt?: Date | null;
  @One(() => Practitioner, 'acknowledged_by', { nullable: true, description: 'The clinician who said so.' })
  acknowledgedBy?: unknown;
  @Column(() => String, { nullable: true, description: 'What the clinician noted for whoever raised it.' })
  acknowledgement?: string | null;
  @Column(() => Int, { form: 'int', description: 'How often the practice has been told.' }) alerts: number;
}

extendType(Referral, {
  escalations: List(() => Escalation, 'referral_id', [ascending('at', 'timestamptz'), ascending('id', 'uuid')], {
    description: 'Crises taken to a general practice that this viewer may see, oldest first.',
  }),
});
extendType(FeedbackEvent, {
  escalation: One(() => Escalation, 'event_id', {
    by: 'key',
    view: 'graph.escalation_event',
    nullable: true,
    description: 'The escalation concerned, where this party may know it.',
  }),
});

@InputType({ description: 'Takes a crisis to a general practice.' })
export class EscalateToGpInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: 'The referral, ref_….' }) referral: string;
  @Field(() => ID, {
    nullable: true,
    description: 'The practice to tell, org_…; without it, the one the person is registered with.',
  })
  practice?: string | null;
  @Field(() => String, {
    description:
      'On what basis: VITAL_INTERESTS where the person has excluded the practice; else CONSENT, or a local word.',
  })
  basis: string;
  @Field(() => String, { description: 'What a clinician must know, and nothing else. Never an NHS number.' })
  facts: string;
}

@InputType({ description: 'Says that a clinician of the practice has a crisis in hand.' })
export class AcknowledgeEscalationInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: 'The escalation, esc_….' }) escalation: string;
  @Field(() => String, {
    nullable: true,
    description: 'What was done, for whoever raised it. Never an NHS number.',
  })
  note?: string | null;
}

@ObjectType({ description: 'What became of an escalation.' })
export class EscalationPayload {
  @Field(() => Escalation, { nullable: true, description: 'The escalation; null on failure.' }) escalation?: unknown;
  @Field(() => String, { description: 'What to do meanwhile, whatever became of it.' }) urgentHelp: string;
  @Field(() => [UserError], { description: 'Expected failures; empty on success.' }) userErrors: UserError[];
}
