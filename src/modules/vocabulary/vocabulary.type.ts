import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { ascending, Column, extendType, List, Reads, UserError } from '../../graph';
import { KEY, ReferralReason, ReferralRoute } from '../referrals';

@Reads('graph.reason_code')
@ObjectType({
  description: 'A SNOMED CT concept of the current map, with where its id and term were found. None is made up.',
})
export class ReasonCode {
  @Column(() => String, { description: 'The concept id.' }) code: string;
  @Column(() => String, { description: 'Its term, as the source has it.' }) term: string;
  @Column(() => String, { description: 'Who gives this id and term.' }) source: string;
  @Column(() => Boolean, { form: 'boolean', description: 'Whether the check digit of the id holds (Verhoeff).' })
  checkDigitHolds: boolean;
  @Column(() => Int, { form: 'int', description: 'Version of the map it stands in.' }) version: number;
  @Column(() => String, {
    nullable: true,
    description: 'Key of the reason it stands for; null for one that fits every referral.',
  })
  reason?: string | null;
}

extendType(ReferralReason, {
  codes: List(() => ReasonCode, 'reason_id', [ascending('position', 'integer')], {
    description: 'SNOMED CT concepts that stand for this reason; empty where no sourced one is known.',
  }),
});

@InputType({ description: "Gives a route a network's own name." })
export class NameRouteInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: 'The network, net_….' }) network: string;
  @Field(() => String, { description: 'Key of referralRoutes.' }) route: string;
  @Field(() => String, { description: 'Its name there, at most 80 characters.' }) label: string;
}

@ObjectType({ description: 'What became of naming a route.' })
export class NameRoutePayload {
  @Field(() => ReferralRoute, { nullable: true, description: 'The route as this viewer sees it now; null on failure.' })
  route?: unknown;
  @Field(() => [UserError], { description: 'Expected failures; empty on success.' }) userErrors: UserError[];
}
