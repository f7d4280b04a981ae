import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DateTime, UserError, UserErrorCode } from '../../graph';
import { ConsentInput } from '../consent';
import { ReferralPersonInput } from '../people';
import { PartyRole, ReferralAction, ReferralKind, ReferralStatus } from './referral.enums';
import { Referral } from './referral.type';

export const KEY = 'Makes a retry safe: the same key and input are carried out once.';
export const EXPECTED = 'The version that was read; a referral changed since answers STALE_VERSION.';

@InputType({ description: 'Opens a referral.' })
export class CreateReferralInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ReferralPersonInput, { description: 'Whom it is for.' }) person: ReferralPersonInput;
  @Field(() => [String], { description: 'Keys of referralReasons; at least one.' }) reasons: string[];
  @Field(() => String, { description: 'Key of referralRoutes.' }) route: string;
  @Field(() => ReferralKind, {
    nullable: true,
    defaultValue: ReferralKind.LINK_WORKER,
    description: 'LINK_WORKER or RETURN_TO_GP.',
  })
  kind?: ReferralKind | null;
  @Field(() => ID, { nullable: true, description: 'Who is asked, org_…. A service alone implies its organisation.' })
  receiver?: string | null;
  @Field(() => ID, { nullable: true, description: 'The service asked for, srv_….' }) service?: string | null;
  @Field(() => String, { nullable: true, description: 'What the receiver should know. Never an NHS number.' }) note?:
    string | null;
  @Field(() => ConsentInput, { description: 'What the person agreed to.' }) consent: ConsentInput;
}

@InputType({ description: 'Moves a referral.' })
export class ReferralActionInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: 'The referral, ref_….' }) referral: string;
  @Field(() => Int, { nullable: true, description: EXPECTED }) expectedVersion?: number | null;
  @Field(() => String, { nullable: true, description: 'A note kept with it. Never an NHS number.' }) note?:
    string | null;
}

@InputType({ description: 'Declines, cancels or withdraws a referral, with a reason.' })
export class DeclineReferralInput extends ReferralActionInput {
  @Field(() => String, { description: 'Why: a word such as CAPACITY, or a sentence.' }) reason: string;
}

@InputType({ description: 'Gives a referral to a practitioner of the receiver.' })
export class AssignReferralInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: 'The referral, ref_….' }) referral: string;
  @Field(() => Int, { nullable: true, description: EXPECTED }) expectedVersion?: number | null;
  @Field(() => ID, { description: 'Who works with the person, pra_…; of your own organisation.' }) practitioner: string;
  @Field(() => String, { nullable: true, description: 'Why it changes hands; kept as a note.' }) reason?: string | null;
}

@InputType({ description: 'Refers on to a service. Each hop has its own consent.' })
export class CreateOnwardReferralInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: 'The referral it follows from, ref_….' }) referral: string;
  @Field(() => ID, { description: 'The service asked for, srv_….' }) service: string;
  @Field(() => [String], { description: 'Keys of referralReasons; at least one.' }) reasons: string[];
  @Field(() => String, { nullable: true, description: 'What the provider should know. Never an NHS number.' }) note?:
    string | null;
  @Field(() => ConsentInput, { description: 'What the person agreed to for this hop.' }) consent: ConsentInput;
}

@InputType({ description: 'Narrows a list of referrals; every given part must hold.' })
export class ReferralFilter {
  @Field(() => [ReferralStatus], { nullable: true, description: 'In one of these statuses.' }) status?:
    ReferralStatus[] | null;
  @Field(() => ReferralKind, { nullable: true, description: 'Of this kind.' }) kind?: ReferralKind | null;
  @Field(() => [String], {
    nullable: true,
    description: 'For at least one of these reasons, where this viewer may know them.',
  })
  reasons?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'By one of these routes, where this viewer may know it.' })
  route?: string[] | null;
  @Field(() => PartyRole, { nullable: true, description: 'Where this viewer has this role.' }) role?: PartyRole | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Assigned to the practitioner who asks or to one they cover for today, or not.',
  })
  assignedToMe?: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Open, received by the organisation that asks and assigned to nobody, or not.',
  })
  unassigned?: boolean | null;
  @Field(() => ID, { nullable: true, description: 'Assigned to this practitioner, pra_….' }) linkWorker?: string | null;
  @Field(() => ID, { nullable: true, description: 'For this person, per_….' }) person?: string | null;
  @Field(() => Boolean, {
    nullable: true,
    description: "Unanswered past its receiver's limit, or not; see Referral.response.",
  })
  overdue?: boolean | null;
  @Field(() => DateTime, { nullable: true, description: 'Received at or after this instant.' })
  receivedAfter?: Date | null;
  @Field(() => DateTime, { nullable: true, description: 'Received before this instant.' }) receivedBefore?: Date | null;
  @Field(() => DateTime, { nullable: true, description: 'Status changed at or after this instant.' })
  updatedAfter?: Date | null;
  @Field(() => String, {
    nullable: true,
    description: 'A reference, or part of the name of a person this viewer may know.',
  })
  search?: string | null;
}

const errorsOptions = { description: 'Expected failures; empty on success.' };

@ObjectType({ description: 'What became of a mutation on a referral.' })
export class ReferralPayload {
  @Field(() => Referral, {
    nullable: true,
    description: 'The referral as this viewer may know it now; null on failure, or where that is nothing.',
  })
  referral?: unknown;
  @Field(() => [UserError], errorsOptions) userErrors: UserError[];
}
@ObjectType({
  description: 'What became of opening a referral. The receipt is the same whether the person was known or not.',
})
export class CreateReferralPayload {
  @Field(() => Referral, { nullable: true, description: 'The referral; null on failure.' }) referral?: unknown;
  @Field(() => [UserError], errorsOptions) userErrors: UserError[];
}

@ObjectType({ implements: UserError, description: 'The referral cannot move so from where it stands.' })
export class IllegalTransition extends UserError {
  @Field(() => ReferralStatus, { description: 'Where it stands.' }) from: ReferralStatus;
  @Field(() => [ReferralAction], { description: 'What this viewer may do instead.' }) allowed: ReferralAction[];

  static of(from: ReferralStatus, allowed: ReferralAction[], path: string[]): IllegalTransition {
    const message = `The referral is ${from}; ${allowed.length ? `you may ${allowed.join(', ')}` : 'nothing more can be done to it here'}.`;
    return Object.assign(new IllegalTransition(), {
      code: UserErrorCode.ILLEGAL_TRANSITION,
      message,
      path,
      from,
      allowed,
    });
  }
}
