import { GraphQLError } from 'graphql';
import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { declaredType, type GraphContext, lazily, mutate, Refusal as Refused } from '../../graph';
import { Barrier, Service } from '../directory';
import { ReferralPersonInput } from '../people';
import { checkReasons } from '../referrals';
import { EligibilityService, NOT_AN_EMERGENCY_SERVICE } from './eligibility.service';
import { CohortFactsInput, Eligibility, RecordSignpostInput, RecordSignpostPayload } from './eligibility.type';
import { SignpostService } from './signpost.service';

@Resolver()
export class EligibilityResolver {
  constructor(
    private readonly checks: EligibilityService,
    private readonly signposts: SignpostService,
  ) {}

  @Query(() => Eligibility, {
    description:
      'Which services would take this person for these reasons, and of the others why not. A need that none meets is counted, without the person.',
  })
  async eligibilityCheck(
    @Ctx() context: GraphContext,
    @Arg('person', () => ReferralPersonInput, {
      description: 'By `id`, for one you know; or the birth date and postcode. Nothing of it is kept.',
    })
    person: ReferralPersonInput,
    @Arg('reasons', () => [String], { description: 'Keys of referralReasons; at least one.' }) reasons: string[],
    @Arg('barriers', () => [Barrier], { nullable: true, description: 'What stands in the way.' })
    barriers?: Barrier[] | null,
    @Arg('facts', () => CohortFactsInput, { nullable: true, description: 'What else is known, for cohort rules.' })
    facts?: CohortFactsInput | null,
  ) {
    // a person reads no directory, and is told the one thing that matters all the same
    if (context.viewer.kind === 'person')
      return { services: [], refusals: [], notAnEmergencyService: NOT_AN_EMERGENCY_SERVICE };
    await checkReasons(context.tx, reasons).catch(asInputError);
    const question = { person, reasons, barriers: barriers ?? [], facts: facts ?? {} };
    const { services, refusals } = await this.checks.check(context, question);
    const serviceOf = (id: string) => context.loaders.one(declaredType(Service), id);
    const refused = refusals.map((each) => lazily(each, { service: () => serviceOf(each.service) }));
    const known = { refusals: refused, notAnEmergencyService: NOT_AN_EMERGENCY_SERVICE };
    return lazily(known, { services: () => services.map(serviceOf) });
  }

  @Mutation(() => RecordSignpostPayload, {
    description: 'Counts that somebody was told of a service: service, reasons and route. Nobody is named anywhere.',
  })
  async recordSignpost(
    @Arg('input', () => RecordSignpostInput, { description: 'The signpost.' }) input: RecordSignpostInput,
    @Ctx() context: GraphContext,
  ) {
    const { recorded, userErrors } = await mutate(context, 'recordSignpost', input, { recorded: 'count' }, (tx) =>
      this.signposts.record(tx, input),
    );
    return { recorded: recorded === 1, userErrors };
  }
}

/** A query has no userErrors: what is wrong with its input stands in `errors`. */
function asInputError(error: unknown): never {
  if (!(error instanceof Refused)) throw error;
  throw new GraphQLError(error.errors.map(({ message }) => message).join(' '), {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}
