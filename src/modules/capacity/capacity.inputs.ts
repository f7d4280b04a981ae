import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { UserError } from '../../graph';
import { Service } from '../directory';
import { KEY } from '../referrals';
import { PracticeShare } from './capacity.type';

const errors = { description: 'Expected failures; empty on success.' };

@InputType({ description: 'Says what a service can take; what is left out stays, and null takes a number back.' })
export class UpdateCapacityInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: 'The service, srv_…; of your own organisation.' }) service: string;
  @Field(() => Int, { nullable: true, description: 'Free places.' }) placesLeft?: number | null;
  @Field(() => Boolean, { nullable: true, description: 'True to take no referrals for now; false to take them again.' })
  paused?: boolean | null;
  @Field(() => Int, { nullable: true, description: 'People waiting.' }) waitingListLength?: number | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Places somebody pays for. Shown to you alone, and to your commissioner beside suppressed counts.',
  })
  fundedPlaces?: number | null;
  @Field(() => Int, { nullable: true, description: 'Volunteers who help. Shown as fundedPlaces is.' })
  volunteers?: number | null;
}

@ObjectType({ description: 'What became of a change of capacity.' })
export class UpdateCapacityPayload {
  @Field(() => Service, { nullable: true, description: 'The service as it stands now; null on failure.' })
  service?: unknown;
  @Field(() => [UserError], errors) userErrors: UserError[];
}

@InputType({ description: 'Sets how many people a year a practice may refer to a shared link worker.' })
export class SetPracticeShareInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: 'The practice, org_….' }) practice: string;
  @Field(() => ID, {
    nullable: true,
    description: 'The link worker, pra_…, of your own organisation; all of them together where left out.',
  })
  practitioner?: string | null;
  @Field(() => Int, { description: 'People a year.' }) quota: number;
}

@ObjectType({ description: "What became of setting a practice's share." })
export class SetPracticeSharePayload {
  @Field(() => PracticeShare, { nullable: true, description: 'The share and its use; null on failure.' })
  share?: unknown;
  @Field(() => [UserError], errors) userErrors: UserError[];
}
