import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { ascending, declared, type GraphContext, mutate, RootReads } from '../../graph';
import { Referral, ReferralPayload } from '../referrals';
import { CloseReferralInput, RecordMeasurementInput, RecordMeasurementPayload } from './outcome.inputs';
import { OutcomeService } from './outcome.service';
import { Instrument, Measurement } from './outcome.type';

@Resolver()
export class OutcomeResolver {
  constructor(private readonly outcomes: OutcomeService) {}

  @RootReads({ kind: 'list', of: () => Instrument, order: [ascending('position', 'integer')] })
  @Query(() => [Instrument], { description: 'Instruments that can be recorded.' })
  instruments(): Instrument[] {
    return declared();
  }

  @Mutation(() => RecordMeasurementPayload, {
    description: 'Records a measurement; items are checked and never summed where there is no score.',
  })
  recordMeasurement(
    @Arg('input', () => RecordMeasurementInput, { description: 'The measurement.' }) input: RecordMeasurementInput,
    @Ctx() context: GraphContext,
  ) {
    const shape = { measurement: () => Measurement, referral: () => Referral };
    return mutate(context, 'recordMeasurement', input, shape, (tx) => this.outcomes.measure(tx, input));
  }

  @Mutation(() => ReferralPayload, {
    description: 'Closes the referral with its outcome; every party hears the result.',
  })
  closeReferral(
    @Arg('input', () => CloseReferralInput, { description: 'The outcome.' }) input: CloseReferralInput,
    @Ctx() context: GraphContext,
  ) {
    return mutate(context, 'closeReferral', input, { referral: () => Referral }, (tx) =>
      this.outcomes.close(tx, input),
    );
  }
}
