import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { CalendarDate, UserError } from '../../graph';
import { Person } from '../people';
import { KEY } from './referral.inputs';

const WHOSE = 'Whom it is about, per_….';

@InputType({ description: 'Says that a person has died.' })
export class RecordDeathInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: WHOSE }) person: string;
  @Field(() => CalendarDate, { description: 'The day; not in the future.' }) diedOn: string;
}

@InputType({ description: 'Says that a person is now registered with another general practice.' })
export class RecordPracticeChangeInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: WHOSE }) person: string;
  @Field(() => ID, { description: 'The practice now, org_….' }) practice: string;
}

@ObjectType({ description: "What became of recording a change in a person's life." })
export class LifeChangePayload {
  @Field(() => Person, { nullable: true, description: 'The person as this viewer may know them; null on failure.' })
  person?: unknown;
  @Field(() => [UserError], { description: 'Expected failures; empty on success.' }) userErrors: UserError[];
}
