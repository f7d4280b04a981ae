import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import {
  AFTER,
  ascending,
  connectionOf,
  declared,
  descending,
  FIRST,
  type GraphContext,
  mutate,
  RootReads,
} from '../../graph';
import { URGENT_HELP } from '../self';
import { CrisisService } from './crisis.service';
import { AcknowledgeEscalationInput, EscalateToGpInput, Escalation, EscalationPayload } from './escalation.type';

const shape = { escalation: () => Escalation };
/** Made here, because a connection made only once it is asked for comes too late for the schema. */
const EscalationConnection = connectionOf(Escalation);

@Resolver()
export class CrisisResolver {
  constructor(private readonly crises: CrisisService) {}

  @RootReads({
    kind: 'connection',
    of: () => Escalation,
    pageSize: 25,
    orders: { '': [descending('at', 'timestamptz'), ascending('id', 'uuid')] },
    filters: { open: { sql: (v) => `(acknowledged_at is null) = ${v}::boolean` } },
  })
  @Query(() => EscalationConnection, {
    description: "Crises this viewer was told of or raised, newest first: with open, a practice's duty list.",
  })
  escalations(
    @Arg('open', () => Boolean, {
      nullable: true,
      description: 'Only those nobody has in hand yet, or only the others.',
    })
    _open?: boolean,
    @Arg('first', () => Int, { nullable: true, defaultValue: 25, description: FIRST }) _first?: number,
    @Arg('after', () => String, { nullable: true, description: AFTER }) _after?: string,
  ): Escalation {
    return declared();
  }

  @Mutation(() => EscalationPayload, {
    description:
      'Takes a crisis to a general practice at once, by whoever supports the person. It leaves the waiting list, and comes again until acknowledged.',
  })
  async escalateToGp(
    @Arg('input', () => EscalateToGpInput, { description: 'The crisis.' }) input: EscalateToGpInput,
    @Ctx() context: GraphContext,
  ) {
    const payload = await mutate(context, 'escalateToGp', input, shape, (tx) => this.crises.escalate(tx, input));
    return { ...payload, urgentHelp: URGENT_HELP };
  }

  @Mutation(() => EscalationPayload, {
    description: 'A clinician of the practice has it in hand. Said again it changes nothing.',
  })
  async acknowledgeEscalation(
    @Arg('input', () => AcknowledgeEscalationInput, { description: 'Which, and what was done.' })
    input: AcknowledgeEscalationInput,
    @Ctx() context: GraphContext,
  ) {
    const payload = await mutate(context, 'acknowledgeEscalation', input, shape, (tx) =>
      this.crises.acknowledge(tx, input),
    );
    return { ...payload, urgentHelp: URGENT_HELP };
  }
}
