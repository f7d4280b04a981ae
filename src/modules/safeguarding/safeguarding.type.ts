import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { ascending, Column, DateTime, extendType, List, NhsNumber, Node, One, Reads, UserError } from '../../graph';
import { Organisation, Practitioner } from '../organisations';
import { KEY, Referral } from '../referrals';

@Reads('graph.safeguarding_note', { prefix: 'sgn', person: 'person_id', referral: 'referral_id' })
@ObjectType({
  implements: Node,
  description:
    'A safeguarding note. Read by the safeguarding leads of parties with full disclosure, whose tokens carry the role safeguarding, and by nobody else.',
})
export class SafeguardingNote extends Node {
  @Column(() => String, { description: 'What it says.' }) text: string;
  @Column(() => DateTime, { form: 'datetime', description: 'When it was written.' }) at: Date;
  @One(() => Organisation, 'organisation_id', { nullable: true, description: 'Who wrote it.' }) author?: unknown;
  @One(() => Practitioner, 'practitioner_id', { nullable: true, description: 'Which of its staff wrote it.' })
  practitioner?: unknown;
}

extendType(Referral, {
  safeguardingNotes: List(
    () => SafeguardingNote,
    'referral_id',
    [ascending('at', 'timestamptz'), ascending('id', 'uuid')],
    { description: 'Safeguarding notes, for safeguarding leads; empty for everybody else.' },
  ),
});

@InputType({ description: 'Writes a safeguarding note.' })
export class RecordSafeguardingNoteInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: 'The referral, ref_….' }) referral: string;
  @Field(() => String, { description: 'What a safeguarding lead must know. Never an NHS number.' }) text: string;
}

@ObjectType({ description: 'What became of a safeguarding note. It is not shown again without the role.' })
export class SafeguardingNotePayload {
  @Field(() => Boolean, { description: 'True where it is kept.' }) recorded: boolean;
  @Field(() => [UserError], { description: 'Expected failures; empty on success.' }) userErrors: UserError[];
}

@InputType({ description: 'Asks for access in an emergency.' })
export class RequestEmergencyAccessInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => NhsNumber, { description: 'NHS number of the person in the emergency.' }) nhsNumber: string;
  @Field(() => String, { description: 'Why it cannot wait. Kept, and audited. Never an NHS number.' }) reason: string;
}

@ObjectType({
  description: 'What became of asking for access. The answer is the same whether the number is known or not.',
})
export class EmergencyAccessPayload {
  @Field(() => Boolean, { description: 'True where the request was taken in.' }) received: boolean;
  @Field(() => [UserError], { description: 'Expected failures; empty on success.' }) userErrors: UserError[];
}
