import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { declaredType, type GraphContext, mutate } from '../../graph';
import { localId } from '../../kernel';
import { Organisation } from '../organisations';
import { Referral, ReferralPayload } from '../referrals';
import { MessageService } from './message.service';
import { PostMessageInput } from './message.type';

@Resolver()
export class MessageResolver {
  constructor(private readonly messages: MessageService) {}

  @Query(() => [Organisation], {
    description:
      'Who would read a message on this referral, before it is sent: those it is for, and those with full disclosure. Only organisations this viewer may know of are named. Empty where it could not be sent.',
  })
  async messageAudience(
    @Arg('referral', () => ID, { description: 'The referral, ref_….' }) referral: string,
    @Arg('to', () => [ID], { nullable: true, description: 'Whom it is for, as in postMessage.' })
    to: string[] | null | undefined,
    @Ctx() { tx, loaders, touched }: GraphContext,
  ) {
    const audience = await this.messages.audience(tx, referral, to);
    if (audience.length) touched.referrals.add(localId('ref', referral));
    return Promise.all(audience.map((id) => loaders.one(declaredType(Organisation), id)));
  }

  @Mutation(() => ReferralPayload, {
    description:
      'Posts a message to live parties of a referral, who hear MESSAGE_POSTED and read it among the notes; so do those with full disclosure. By any live party.',
  })
  postMessage(
    @Arg('input', () => PostMessageInput, { description: 'The message.' }) input: PostMessageInput,
    @Ctx() context: GraphContext,
  ) {
    return mutate(context, 'postMessage', input, { referral: () => Referral }, (tx) => this.messages.post(tx, input));
  }
}
