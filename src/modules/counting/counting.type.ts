import { Field, Int, ObjectType } from 'type-graphql';
import { Service } from '../directory';
import { ReferralReason, ReferralRoute } from '../referrals';

/** Made by hub.suppress alone, in the database: no raw count ever reaches this process. */
@ObjectType({ description: 'A count that a small number cannot be read back from.' })
export class SuppressedCount {
  @Field(() => Int, {
    nullable: true,
    description: 'The count to the nearest five; 0 stays 0; null where it is from 1 to 7.',
  })
  value?: number | null;
  @Field(() => Boolean, { description: 'True where the count is from 1 to 7.' }) suppressed: boolean;
  @Field(() => Int, { description: 'The least the count may be.' }) lower: number;
  @Field(() => Int, { description: 'The most the count may be.' }) upper: number;
}

@ObjectType({ description: 'A need for which no service could be found, counted over one month.' })
export class UnmetNeed {
  @Field(() => ReferralReason, { description: 'The need.' }) reason: unknown;
  @Field(() => String, { nullable: true, description: 'Outward part of the postcode; null where it was not known.' })
  district?: string | null;
  @Field(() => SuppressedCount, { description: 'How often.' }) count: SuppressedCount;
}

@ObjectType({ description: 'Referrals or signposts by one route, counted over one month.' })
export class RouteCount {
  @Field(() => ReferralRoute, { description: 'The route.' }) route: unknown;
  @Field(() => SuppressedCount, { description: 'How many.' }) count: SuppressedCount;
}

@ObjectType({ description: 'Signposts for one reason, counted over one month. One for two reasons counts in both.' })
export class ReasonCount {
  @Field(() => ReferralReason, { description: 'The reason.' }) reason: unknown;
  @Field(() => SuppressedCount, { description: 'How many.' }) count: SuppressedCount;
}

@ObjectType({ description: 'Signposts to one service, counted over one month.' })
export class ServiceCount {
  @Field(() => Service, { description: 'The service.' }) service: unknown;
  @Field(() => SuppressedCount, { description: 'How many.' }) count: SuppressedCount;
}

@ObjectType({
  description:
    'Anonymous signposts of one month, each dimension alone: without cross-tables or totals nothing can be subtracted.',
})
export class SignpostCounts {
  @Field(() => [ReasonCount], { description: 'By reason.' }) byReason: ReasonCount[];
  @Field(() => [RouteCount], { description: 'By route.' }) byRoute: RouteCount[];
  @Field(() => [ServiceCount], { description: 'By service.' }) byService: ServiceCount[];
}

@ObjectType({ description: 'What a service was sent in one month against what it is paid for.' })
export class ServiceLoadCount {
  @Field(() => Service, { description: 'The service.' }) service: unknown;
  @Field(() => SuppressedCount, { description: 'Referrals it received in the month.' }) referrals: SuppressedCount;
  @Field(() => Int, { nullable: true, description: 'Places somebody pays for.' }) fundedPlaces?: number | null;
  @Field(() => Int, { nullable: true, description: 'Volunteers who help.' }) volunteers?: number | null;
}
