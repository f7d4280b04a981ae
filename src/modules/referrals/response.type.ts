import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { ascending, CalendarDate, Column, Connection, extendType, One, Reads, UserError } from '../../graph';
import { Service } from '../directory';
import { Organisation } from '../organisations';
import { KEY } from './referral.inputs';
import { Referral } from './referral.type';

@Reads('graph.referral_response')
@ObjectType({
  description: 'By when a referral is to be answered: for its receiver, its referrer and full disclosure.',
})
export class ReferralResponse {
  @Column(() => CalendarDate, { form: 'date', description: 'The last day on which an answer is in time.' })
  dueOn: string;
  @Column(() => Boolean, { form: 'boolean', description: 'Whether that day has passed in England.' }) overdue: boolean;
  @Column(() => Int, {
    form: 'int',
    description: 'How often receiver and referrer were reminded: each time as another REFERRAL_RECEIVED.',
  })
  reminders: number;
}

@Reads('graph.response_limit')
@ObjectType({ description: 'How many working days an organisation takes to answer at most.' })
export class ResponseLimit {
  @One(() => Service, 'service_id', { nullable: true, description: 'The service it holds for; null for all others.' })
  service?: unknown;
  @Column(() => Int, { form: 'int', description: "Working days, by England's bank holidays." }) workingDays: number;
}

@Reads('graph.bank_holiday')
@ObjectType({ description: 'A bank holiday of England and Wales, on which no clock of the hub runs.' })
export class BankHoliday {
  @Column(() => CalendarDate, { form: 'date', description: 'The day.' }) day: string;
  @Column(() => String, { description: 'Its name.' }) name: string;
}

extendType(Referral, {
  response: One(() => ReferralResponse, 'id', {
    nullable: true,
    description: 'By when it is to be answered; null once it is, or where this viewer is not to know.',
  }),
});
extendType(Organisation, {
  responseLimits: Connection(() => ResponseLimit, 'organisation_id', [ascending('id', 'uuid')], {
    description: 'How soon it answers referrals, where it said so; otherwise five working days.',
  }),
});

@InputType({ description: 'Says how soon the organisation that asks answers referrals.' })
export class SetResponseLimitInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { nullable: true, description: 'For this service of its own, srv_…, alone.' }) service?:
    string | null;
  @Field(() => Int, { description: '1 to 60 working days. Referrals sent before keep the limit they were sent under.' })
  workingDays: number;
}
@ObjectType({ description: 'What became of setting a limit.' })
export class SetResponseLimitPayload {
  @Field(() => ResponseLimit, { nullable: true, description: 'The limit; null on failure.' }) limit?: unknown;
  @Field(() => [UserError], { description: 'Expected failures; empty on success.' }) userErrors: UserError[];
}
