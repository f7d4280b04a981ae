import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { ascending, declared, declaredType, type GraphContext, mutate, RootReads } from '../../graph';
import { localId, NOBODY } from '../../kernel';
import { Service } from '../directory';
import {
  SetPracticeShareInput,
  SetPracticeSharePayload,
  UpdateCapacityInput,
  UpdateCapacityPayload,
} from './capacity.inputs';
import { CapacityService } from './capacity.service';
import { Caseload, PracticeShare } from './capacity.type';

@Resolver()
export class CapacityResolver {
  constructor(private readonly capacity: CapacityService) {}

  @Query(() => Caseload, {
    nullable: true,
    description: 'What a practitioner of the own organisation carries; null for any other.',
  })
  caseload(
    @Ctx() { loaders, viewer }: GraphContext,
    @Arg('practitioner', () => ID, { nullable: true, description: 'pra_…; whoever asks, where left out.' })
    practitioner?: string | null,
  ) {
    const id = practitioner == null ? viewer.practitioner : localId('pra', practitioner);
    return loaders.one(declaredType(Caseload), id ?? NOBODY);
  }

  @RootReads({
    kind: 'list',
    of: () => PracticeShare,
    order: [ascending('practice_id', 'uuid'), ascending('id', 'uuid')],
  })
  @Query(() => [PracticeShare], {
    description: "Shares of practices in shared link workers: an employer's all, a practice's own.",
  })
  practiceShares(): PracticeShare[] {
    return declared();
  }

  @Mutation(() => UpdateCapacityPayload, {
    description: 'Says what a service can take. Everybody in its networks is told; a paused one takes no referrals.',
  })
  updateCapacity(
    @Arg('input', () => UpdateCapacityInput, { description: 'What has changed.' }) input: UpdateCapacityInput,
    @Ctx() context: GraphContext,
  ) {
    const shape = { service: () => Service };
    return mutate(context, 'updateCapacity', input, shape, (tx) => this.capacity.update(tx, input));
  }

  @Mutation(() => SetPracticeSharePayload, {
    description: 'Sets how many people a year a practice may refer to a shared link worker; by who employs the worker.',
  })
  setPracticeShare(
    @Arg('input', () => SetPracticeShareInput, { description: 'The share.' }) input: SetPracticeShareInput,
    @Ctx() context: GraphContext,
  ) {
    const shape = { share: () => PracticeShare };
    return mutate(context, 'setPracticeShare', input, shape, (tx) => this.capacity.share(tx, input));
  }
}
