import { Int, ObjectType } from 'type-graphql';
import { ascending, Column, Connection, DateTime, descending, extendType, List, Node, One, Reads } from '../../graph';
import { Consent } from '../consent';
import { Service } from '../directory';
import { Organisation, Practitioner } from '../organisations';
import { Person, Redaction } from '../people';
import { Disclosure, PartyRole, ReferralAction, ReferralKind, ReferralStatus } from './referral.enums';

@Reads('graph.referral_reason')
@ObjectType({ description: 'Why somebody is referred: one of the 27 reasons of Box 1, Guidelines in Practice 2021.' })
export class ReferralReason {
  @Column(() => String, { description: 'Stable key, such as social-engagement-or-isolation.' }) key: string;
  @Column(() => String, { description: 'The reason in words.' }) label: string;
  @Column(() => String, { nullable: true, description: 'SNOMED CT concept, where a sourced one exists.' }) snomedCode?:
    string | null;
}

@Reads('graph.referral_route')
@ObjectType({ description: 'How a referral arrived. Data, so that places may name their own.' })
export class ReferralRoute {
  @Column(() => String, { description: 'Stable key, such as general-practice.' }) key: string;
  @Column(() => String, { description: 'The route in words.' }) label: string;
}

@Reads('graph.decline')
@ObjectType({ description: 'Why a referral was declined or cancelled.' })
export class Decline {
  @Column(() => String, { description: 'The reason given.' }) reason: string;
  @Column(() => DateTime, { form: 'datetime', description: 'When.' }) at: Date;
}

@Reads('graph.note', { prefix: 'not', referral: 'referral_id' })
@ObjectType({ implements: Node, description: 'A note or a message on a referral.' })
export class Note extends Node {
  @Column(() => String, { description: 'What it says.' }) text: string;
  @Column(() => DateTime, { form: 'datetime', description: 'When it was written.' }) at: Date;
  @One(() => Organisation, 'organisation_id', { nullable: true, description: 'Who wrote it.' }) author?: unknown;
}

@Reads('graph.loop_entry')
@ObjectType({
  description:
    "The newest feed row of this referral and organisation. A viewer sees its own entry; a party with FULL disclosure sees all; a referrer also sees its receiver's.",
})
export class LoopEntry {
  @One(() => Organisation, 'organisation_id', { description: 'Whose entry it is.' }) organisation: unknown;
  @Column(() => [PartyRole], { form: 'texts', description: 'What it is in this referral.' }) roles: PartyRole[];
  @Column(() => Disclosure, { description: 'How much it may know.' }) disclosure: Disclosure;
  @Column(() => DateTime, { nullable: true, form: 'datetime', description: 'When the event entered its feed.' })
  sentAt?: Date | null;
  @Column(() => DateTime, { nullable: true, form: 'datetime', description: 'When its software said it had it.' })
  deliveredAt?: Date | null;
  @Column(() => DateTime, { nullable: true, form: 'datetime', description: 'When somebody there looked at it.' })
  seenAt?: Date | null;
  @Column(() => DateTime, { nullable: true, form: 'datetime', description: 'When somebody there acted on it.' })
  actedAt?: Date | null;
}

/** A colleague's case is opened for a purpose; the audit row then holds the purpose and the case. */
export const OPENING = 'hub.may_open(link_worker_id, id)';

@Reads('graph.referral', { prefix: 'ref', person: 'person_id', referral: 'id', opening: OPENING })
@ObjectType({ implements: Node, description: 'A request that somebody be supported, as this viewer may know it.' })
export class Referral extends Node {
  @Column(() => String, { description: 'For people, to read out on the telephone. Random.' }) reference: string;
  @Column(() => Int, { form: 'int', description: 'Counts changes of status; pass it as expectedVersion.' })
  version: number;
  @Column(() => ReferralKind, { description: 'What it asks for.' }) kind: ReferralKind;
  @Column(() => ReferralStatus, { description: 'How far it has come.' }) status: ReferralStatus;
  @Column(() => Disclosure, { description: 'How much of it this viewer may know.' }) disclosure: Disclosure;
  @Column(() => [ReferralAction], { form: 'texts', description: 'What this viewer may do to it now.' })
  allowedActions: ReferralAction[];
  @List(() => ReferralReason, 'referral_id', [ascending('position', 'integer')], {
    view: 'graph.referral_reason_of',
    description: 'Why; empty where this viewer is not to know.',
  })
  reasons: unknown;
  @One(() => Person, 'person_id', { nullable: true, description: 'Whom it is for, as this viewer may know them.' })
  person?: unknown;
  @One(() => Organisation, 'referrer_id', { nullable: true, description: 'Who sent it.' }) referrer?: unknown;
  @One(() => Organisation, 'receiver_id', { nullable: true, description: 'Who is asked.' }) receiver?: unknown;
  @One(() => Practitioner, 'link_worker_id', { nullable: true, description: 'Who works with the person.' })
  linkWorker?: unknown;
  @One(() => Service, 'service_id', { nullable: true, description: 'The service asked for.' }) service?: unknown;
  @One(() => Referral, 'parent_id', { nullable: true, description: 'The referral this one was referred on from.' })
  parent?: unknown;
  @Connection(() => Referral, 'parent_id', [ascending('received_at', 'timestamptz'), ascending('id', 'uuid')], {
    description: 'Referrals made on from this one, oldest first.',
  })
  onward: unknown;
  @Connection(() => Referral, 'later_id', [descending('received_at', 'timestamptz'), ascending('id', 'uuid')], {
    view: 'graph.previous_referral',
    description:
      'Earlier referrals of this person that are over, newest first, where this viewer knows whom both are for.',
  })
  previous: unknown;
  @Column(() => DateTime, { form: 'datetime', description: 'When the hub received it.' }) receivedAt: Date;
  @Column(() => DateTime, { form: 'datetime', description: 'When its status last changed.' }) updatedAt: Date;
  @Column(() => DateTime, {
    nullable: true,
    form: 'datetime',
    description: 'Since when it has waited; for staff of those who provide the support.',
  })
  waitingSince?: Date | null;
  @One(() => Decline, 'decline_id', { nullable: true, description: 'Why it was declined or cancelled.' })
  decline?: unknown;
  @List(() => Note, 'referral_id', [ascending('at', 'timestamptz'), ascending('id', 'uuid')], {
    description: 'Notes this viewer may read, oldest first.',
  })
  notes: unknown;
  @List(() => Redaction, 'referral_id', [ascending('position', 'integer')], {
    view: 'graph.redaction',
    description: 'What is not shown to this viewer, and why.',
  })
  redactions: unknown;
  @List(() => LoopEntry, 'referral_id', [ascending('organisation_id', 'uuid')], {
    description: "How far each party's feedback has come.",
  })
  loop: unknown;
  @One(() => ReferralRoute, 'route', {
    by: 'key',
    nullable: true,
    description: 'How it arrived; null where this viewer is not to know.',
  })
  route?: unknown;
}

extendType(Person, {
  referrals: Connection(
    () => Referral,
    'person_id',
    [descending('received_at', 'timestamptz'), ascending('id', 'uuid')],
    {
      description: 'Referrals of this person that this viewer is party to, newest first.',
    },
  ),
});
extendType(Consent, {
  referral: One(() => Referral, 'referral_id', { nullable: true, description: 'The referral it is about.' }),
});
