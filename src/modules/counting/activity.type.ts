import { Field, ObjectType } from 'type-graphql';
import { DateTime, FeedCursor } from '../../graph';
import { Network } from '../organisations';
import { SuppressedCount } from './counting.type';

@ObjectType({ description: 'What happened in a network in one hour that is over. Each count is suppressed by itself.' })
export class NetworkActivity {
  @Field(() => Network, { description: 'The network.' }) network: unknown;
  @Field(() => DateTime, { description: 'When the hour began.' }) from: Date;
  @Field(() => DateTime, { description: 'When it was over.' }) to: Date;
  @Field(() => SuppressedCount, { description: 'Referrals received.' }) received: SuppressedCount;
  @Field(() => SuppressedCount, { description: 'Referrals accepted.' }) accepted: SuppressedCount;
  @Field(() => SuppressedCount, { description: 'Referrals declined.' }) declined: SuppressedCount;
  @Field(() => SuppressedCount, { description: 'Contacts that took place.' }) attended: SuppressedCount;
  @Field(() => SuppressedCount, { description: 'Contacts missed, with notice or without.' }) missed: SuppressedCount;
  @Field(() => SuppressedCount, { description: 'Referrals closed.' }) closed: SuppressedCount;
  @Field(() => FeedCursor, { description: 'Resume after this hour with it.' }) cursor: string;
}
