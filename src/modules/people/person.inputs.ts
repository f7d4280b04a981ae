import { Field, ID, InputType } from 'type-graphql';
import { CalendarDate, NhsNumber } from '../../graph';

@InputType({ description: 'A way to reach a person.' })
export class ContactPointInput {
  @Field(() => String, { description: 'Kind of channel: phone, sms, email, post.' }) system: string;
  @Field(() => String, { description: 'The number or address.' }) value: string;
  @Field(() => Boolean, { description: 'False where somebody else may read or answer it.' }) safe: boolean;
  @Field(() => String, { nullable: true, description: 'How or when to use it.' }) note?: string | null;
}

@InputType({ description: 'Whom a referral is for: one already known to you by `id`, or what you know of the person.' })
export class ReferralPersonInput {
  @Field(() => ID, { nullable: true, description: 'Global id, per_…; then nothing else is needed.' }) id?:
    string | null;
  @Field(() => NhsNumber, { nullable: true, description: 'NHS number.' }) nhsNumber?: string | null;
  @Field(() => String, { nullable: true, description: 'Given name.' }) givenName?: string | null;
  @Field(() => String, { nullable: true, description: 'Family name.' }) familyName?: string | null;
  @Field(() => CalendarDate, { nullable: true, description: 'Date of birth.' }) birthDate?: string | null;
  @Field(() => String, { nullable: true, description: 'Full postcode of the usual address.' }) postcode?: string | null;
  @Field(() => [ContactPointInput], { nullable: true, description: 'Ways to reach the person.' }) contactPoints?:
    ContactPointInput[] | null;
  @Field(() => [String], { nullable: true, description: 'Accessible information and communication needs.' }) needs?:
    string[] | null;
  @Field(() => [String], {
    nullable: true,
    description: 'Channels the person may be reached by: phone, sms, email, post. Without it, those marked safe.',
  })
  permittedChannels?: string[] | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'True where the address must stay hidden: it goes to the receiver, and is not passed on from there.',
  })
  hiddenAddress?: boolean | null;
}
