import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { ascending, Column, Connection, DateTime, extendType, Node, One, Reads, UserError } from '../../graph';
import { Barrier } from '../directory';
import { Organisation, Practitioner } from '../organisations';
import { Attendance } from '../people';
import { KEY, Referral } from '../referrals';

@Reads('graph.contact', { prefix: 'con', referral: 'referral_id' })
@ObjectType({ implements: Node, description: 'A contact with the person. attendance is null until it happens.' })
export class Contact extends Node {
  @Column(() => DateTime, { form: 'datetime', description: 'When it is, or was.' }) at: Date;
  @Column(() => Attendance, { nullable: true, description: 'What became of it; null until it happens.' })
  attendance?: Attendance | null;
  @Column(() => Int, {
    nullable: true,
    form: 'int',
    description: 'How long it took, in minutes; null where it was missed.',
  })
  minutes?: number | null;
  @Column(() => String, {
    nullable: true,
    description: 'How: face-to-face, telephone, video, home visit, or a local word.',
  })
  mode?: string | null;
  @Column(() => [Barrier], { form: 'texts', description: 'What stood in the way.' }) barriers: Barrier[];
  @One(() => Organisation, 'organisation_id', { nullable: true, description: 'Who recorded it.' })
  organisation?: unknown;
  @One(() => Practitioner, 'practitioner_id', { nullable: true, description: 'Who met the person.' })
  practitioner?: unknown;
  @Column(() => String, { nullable: true, description: 'What was said or agreed.' }) note?: string | null;
  @Column(() => DateTime, {
    nullable: true,
    form: 'datetime',
    description: 'When it was found to be wrong; it is kept, and counts no more.',
  })
  recordedInErrorAt?: Date | null;
}

extendType(Referral, {
  contacts: Connection(() => Contact, 'referral_id', [ascending('at', 'timestamptz'), ascending('id', 'uuid')], {
    description: 'Contacts this viewer may see, oldest first.',
  }),
});

@InputType({ description: 'Records a contact, past or planned.' })
export class RecordContactInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: 'The referral, ref_….' }) referral: string;
  @Field(() => DateTime, { description: 'When it was, or is planned.' }) at: Date;
  @Field(() => Attendance, { nullable: true, description: 'What became of it; leave out for a planned one.' })
  attendance?: Attendance | null;
  @Field(() => Int, {
    nullable: true,
    description: 'How long it took, in minutes; dropped where the contact was missed.',
  })
  minutes?: number | null;
  @Field(() => String, {
    nullable: true,
    description: 'How: face-to-face, telephone, video, home visit, or a local word.',
  })
  mode?: string | null;
  @Field(() => [Barrier], { nullable: true, description: 'What stood in the way.' }) barriers?: Barrier[] | null;
  @Field(() => String, { nullable: true, description: 'What was said or agreed. Never an NHS number.' }) note?:
    string | null;
}

@ObjectType({ description: 'What became of recording a contact.' })
export class RecordContactPayload {
  @Field(() => Contact, { nullable: true, description: 'The contact; null on failure.' }) contact?: unknown;
  @Field(() => Referral, { nullable: true, description: 'Its referral as it stands now; null on failure.' })
  referral?: unknown;
  @Field(() => [UserError], { description: 'Expected failures; empty on success.' }) userErrors: UserError[];
}
