import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { type GraphContext, mutate, type Results } from '../../graph';
import type { Transaction } from '../../database';
import { Referral, ReferralPayload } from '../referrals';
import { ChoiceService } from './choice.service';
import { RecordChoicesInput } from './choice.type';
import { CorrectionService } from './correction.service';
import { VoidEntryInput } from './correction.type';
import { PlanService } from './plan.service';
import { RecordPlanInput } from './plan.type';
import { PreparationService } from './preparation.service';
import { RecordPreparationInput } from './preparation.type';
import { ReviewService } from './review.service';
import { ExtendSupportInput } from './review.type';

const onReferral = (
  context: GraphContext,
  name: string,
  input: { idempotencyKey: string },
  work: (tx: Transaction) => Promise<Results>,
) => mutate(context, name, input, { referral: () => Referral }, work);

@Resolver()
export class SupportMutations {
  constructor(
    private readonly choices: ChoiceService,
    private readonly plans: PlanService,
    private readonly reviews: ReviewService,
    private readonly preparations: PreparationService,
    private readonly corrections: CorrectionService,
  ) {}

  @Mutation(() => ReferralPayload, {
    description: 'Records what the person was offered, chose and declined, and why; by the receiver, while it works.',
  })
  recordChoices(
    @Arg('input', () => RecordChoicesInput, { description: 'The menu.' }) input: RecordChoicesInput,
    @Ctx() context: GraphContext,
  ) {
    return onReferral(context, 'recordChoices', input, (tx) => this.choices.record(tx, input));
  }

  @Mutation(() => ReferralPayload, {
    description: 'Agrees a personal plan with the person; by the receiver, while it works.',
  })
  recordPlan(
    @Arg('input', () => RecordPlanInput, { description: 'The plan.' }) input: RecordPlanInput,
    @Ctx() context: GraphContext,
  ) {
    return onReferral(context, 'recordPlan', input, (tx) => this.plans.record(tx, input));
  }

  @Mutation(() => ReferralPayload, {
    description:
      'Extends support beyond twelve contacts or ninety days, with a reason; by the receiver, while it works.',
  })
  extendSupport(
    @Arg('input', () => ExtendSupportInput, { description: 'The extension.' }) input: ExtendSupportInput,
    @Ctx() context: GraphContext,
  ) {
    return onReferral(context, 'extendSupport', input, (tx) => this.reviews.extend(tx, input));
  }

  @Mutation(() => ReferralPayload, {
    description:
      'Records whether the person is ready for what was asked for, and what must be adjusted; by the receiver or those with full disclosure.',
  })
  recordPreparation(
    @Arg('input', () => RecordPreparationInput, { description: 'What was found.' }) input: RecordPreparationInput,
    @Ctx() context: GraphContext,
  ) {
    return onReferral(context, 'recordPreparation', input, (tx) => this.preparations.record(tx, input));
  }

  @Mutation(() => ReferralPayload, {
    description:
      'Marks an entry as made in error, by its author alone. It is kept, its readers see the mark, and it counts no more. No event is raised. A death is taken back by who recorded it, or by general practice: every referral it closed stands again where it stood, and its parties hear SUPPORT_RESUMED.',
  })
  voidEntry(
    @Arg('input', () => VoidEntryInput, { description: 'The entry.' }) input: VoidEntryInput,
    @Ctx() context: GraphContext,
  ) {
    return onReferral(context, 'voidEntry', input, (tx) => this.corrections.void(tx, input));
  }
}
