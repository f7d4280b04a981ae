import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { UserError } from '../../graph';
import { Service } from '../directory';
import { KEY } from '../referrals';

@InputType({
  description: 'What else is known of a person, for the cohort rules of programmes. What is left out breaks no rule.',
})
export class CohortFactsInput {
  @Field(() => [String], { nullable: true, description: 'Conditions, in the words programmes use.' }) conditions?:
    string[] | null;
  @Field(() => Int, { nullable: true, description: 'Patient Activation Measure level, 1 to 4.' }) pamLevel?:
    number | null;
  @Field(() => Int, { nullable: true, description: 'Contacts with general practice in the last year.' })
  contactsAYear?: number | null;
  @Field(() => Float, { nullable: true, description: 'Spending on medication in a year, in pounds.' })
  medicationSpendAYear?: number | null;
  @Field(() => Boolean, { nullable: true, description: 'Whether the person lives alone.' }) livesAlone?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'Whether the person is known to services and not engaged.' })
  notEngaged?: boolean | null;
}

@ObjectType({ description: 'A service that answers the need and would not take this person now, and why.' })
export class Refusal {
  @Field(() => Service, { description: 'The service.' }) service: unknown;
  @Field(() => [String], { description: 'Why, in words for people; at least one.' }) reasons: string[];
}

@ObjectType({
  description:
    'What could be done for a person, before anybody fills in a form. It advises; nothing is kept of the person.',
})
export class Eligibility {
  @Field(() => [Service], {
    description: 'Services that answer at least one of the reasons and would take the person; at most 100.',
  })
  services: unknown[];
  @Field(() => [Refusal], { description: 'Services that answer one and would not, with the reasons; at most 100.' })
  refusals: Refusal[];
  @Field(() => String, { description: 'What to do where it is urgent. Always shown.' }) notAnEmergencyService: string;
}

@InputType({ description: 'Counts that somebody was told of a service. There is no field for who.' })
export class RecordSignpostInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: 'The service, srv_….' }) service: string;
  @Field(() => [String], { description: 'Keys of referralReasons; at least one.' }) reasons: string[];
  @Field(() => String, { description: 'Key of referralRoutes.' }) route: string;
}

@ObjectType({ description: 'What became of recording a signpost.' })
export class RecordSignpostPayload {
  @Field(() => Boolean, { description: 'Whether it is counted.' }) recorded: boolean;
  @Field(() => [UserError], { description: 'Expected failures; empty on success.' }) userErrors: UserError[];
}
