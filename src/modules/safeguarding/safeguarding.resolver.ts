import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { type GraphContext, mutate } from '../../graph';
import { SafeguardingService } from './safeguarding.service';
import {
  EmergencyAccessPayload,
  RecordSafeguardingNoteInput,
  RequestEmergencyAccessInput,
  SafeguardingNotePayload,
} from './safeguarding.type';

@Resolver()
export class SafeguardingResolver {
  constructor(private readonly safeguarding: SafeguardingService) {}

  @Mutation(() => SafeguardingNotePayload, {
    description: 'Writes a safeguarding note; by a party with full disclosure, for safeguarding leads to read.',
  })
  async recordSafeguardingNote(
    @Arg('input', () => RecordSafeguardingNoteInput, { description: 'The note.' }) input: RecordSafeguardingNoteInput,
    @Ctx() context: GraphContext,
  ) {
    const { userErrors } = await mutate(context, 'recordSafeguardingNote', input, {}, (tx) =>
      this.safeguarding.record(tx, input),
    );
    return { recorded: !userErrors.length, userErrors };
  }

  @Mutation(() => EmergencyAccessPayload, {
    description:
      'Lets an organisation that provides care see how far the open referrals of a person have come, for 24 hours. By a practitioner, with a reason; ' +
      'link workers and the person are told. Nobody whom the person excludes gets in.',
  })
  async requestEmergencyAccess(
    @Arg('input', () => RequestEmergencyAccessInput, { description: 'Who, and why.' })
    input: RequestEmergencyAccessInput,
    @Ctx() context: GraphContext,
  ) {
    const { userErrors } = await mutate(context, 'requestEmergencyAccess', input, {}, (tx) =>
      this.safeguarding.request(tx, input),
    );
    return { received: !userErrors.length, userErrors };
  }
}
