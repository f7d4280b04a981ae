import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { CalendarDate, UserError } from '../../graph';
import { EXPECTED, KEY, Referral } from '../referrals';
import { ClosureOutcome, MeasureOccasion, Measurement } from './outcome.type';

@InputType({ description: 'The value of one item.' })
export class MeasurementItemInput {
  @Field(() => String, { description: 'Key of the item.' }) key: string;
  @Field(() => Float, { description: 'The value, in the range of the instrument.' }) value: number;
}

@InputType({ description: 'Records a measurement: items where the instrument has them, its score where it has one.' })
export class RecordMeasurementInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: 'The referral, ref_….' }) referral: string;
  @Field(() => String, { description: 'Key of instruments, such as ONS4.' }) instrument: string;
  @Field(() => MeasureOccasion, { description: 'When in the support.' }) occasion: MeasureOccasion;
  @Field(() => [MeasurementItemInput], {
    nullable: true,
    description: 'Every item, once; then the hub computes the score.',
  })
  items?: MeasurementItemInput[] | null;
  @Field(() => Float, { nullable: true, description: 'The score alone, for an instrument that has one.' }) score?:
    number | null;
  @Field(() => CalendarDate, { description: 'The day it was taken; not in the future.' }) takenOn: string;
}

@ObjectType({ description: 'What became of recording a measurement.' })
export class RecordMeasurementPayload {
  @Field(() => Measurement, { nullable: true, description: 'The measurement; null on failure.' }) measurement?: unknown;
  @Field(() => Referral, { nullable: true, description: 'Its referral; null on failure.' }) referral?: unknown;
  @Field(() => [UserError], { description: 'Expected failures; empty on success.' }) userErrors: UserError[];
}

@InputType({ description: 'Closes a referral with its outcome.' })
export class CloseReferralInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: 'The referral, ref_….' }) referral: string;
  @Field(() => Int, { nullable: true, description: EXPECTED }) expectedVersion?: number | null;
  @Field(() => ClosureOutcome, { description: 'How support ended.' }) result: ClosureOutcome;
  @Field(() => String, { nullable: true, description: 'In words. Never an NHS number.' }) summary?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'How the person goes on alone; needed unless declined, or the result allows none.',
  })
  selfManagementPlan?: string | null;
  @Field(() => Boolean, { nullable: true, description: 'True where the person did not want a plan.' }) planDeclined?:
    boolean | null;
}
