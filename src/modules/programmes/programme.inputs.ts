import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { UserError } from '../../graph';
import { KEY } from '../referrals';
import { CohortRuleKind } from './programme.enums';
import { Programme } from './programme.type';

@InputType({ description: 'One rule of whom a programme is for.' })
export class CohortRuleInput {
  @Field(() => CohortRuleKind, { description: 'What it asks.' }) kind: CohortRuleKind;
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'True where whoever fits it would not benefit.',
  })
  excludes?: boolean | null;
  @Field(() => Float, { nullable: true, description: 'From this on, inclusive.' }) minimum?: number | null;
  @Field(() => Float, { nullable: true, description: 'Up to this, inclusive.' }) maximum?: number | null;
  @Field(() => [String], { nullable: true, description: 'One of these, for AREA and CONDITION.' }) oneOf?:
    string[] | null;
  @Field(() => String, { description: 'The rule in words, as it is given to whoever is refused by it.' })
  wording: string;
}

@InputType({ description: "A new version of a programme's parameters, whole: what is left out is no longer promised." })
export class PublishServiceParametersInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: 'The programme, prg_….' }) programme: string;
  @Field(() => Int, { description: 'parametersVersion as read, plus one; otherwise STALE_VERSION.' }) version: number;
  @Field(() => Int, { nullable: true, description: 'How long support is planned to last, in days, at most 3650.' })
  plannedDays?: number | null;
  @Field(() => Int, { nullable: true, description: 'Contacts a person may have without an extension.' })
  maximumContacts?: number | null;
  @Field(() => Int, { nullable: true, description: 'Days in which a referral is answered.' }) responseDays?:
    number | null;
  @Field(() => String, { nullable: true, description: 'Who would not benefit, in words.' }) wouldNotBenefit?:
    string | null;
  @Field(() => String, { nullable: true, description: 'Anything else parties should know.' }) note?: string | null;
  @Field(() => [CohortRuleInput], { nullable: true, description: 'Whom it is for, at most 30 rules.' }) rules?:
    CohortRuleInput[] | null;
}

@ObjectType({ description: 'What became of publishing parameters.' })
export class PublishServiceParametersPayload {
  @Field(() => Programme, { nullable: true, description: 'The programme with its new version; null on failure.' })
  programme?: unknown;
  @Field(() => [UserError], { description: 'Expected failures; empty on success.' }) userErrors: UserError[];
}
