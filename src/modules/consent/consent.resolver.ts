import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { type GraphContext, mutate } from '../../graph';
import { Person } from '../people';
import { ConsentService } from './consent.service';
import { Consent, ConsentPayload, RecordConsentInput, WithdrawConsentInput } from './consent.type';

/** A person is shown herself where an organisation is shown what it may know of her. */
const shapeFor = ({ viewer }: GraphContext) => ({
  consent: () => Consent,
  person: viewer.kind === 'person' ? { of: () => Person, view: 'graph.own_person' } : () => Person,
});

@Resolver()
export class ConsentMutations {
  constructor(private readonly consents: ConsentService) {}

  @Mutation(() => ConsentPayload, {
    description: 'Records what a person agreed to; by the person, or by a party on her word.',
  })
  recordConsent(
    @Arg('input', () => RecordConsentInput, { description: 'What was agreed.' }) input: RecordConsentInput,
    @Ctx() context: GraphContext,
  ) {
    return mutate(context, 'recordConsent', input, shapeFor(context), (tx) => this.consents.record(tx, input));
  }

  @Mutation(() => ConsentPayload, {
    description:
      "Takes consent back. Where it carried a referral's receiver, that referral and its open descendants are withdrawn.",
  })
  withdrawConsent(
    @Arg('input', () => WithdrawConsentInput, { description: 'What is taken back.' }) input: WithdrawConsentInput,
    @Ctx() context: GraphContext,
  ) {
    return mutate(context, 'withdrawConsent', input, shapeFor(context), (tx) => this.consents.withdraw(tx, input));
  }
}
