import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { type GraphContext, mutate } from '../../graph';
import { Referral } from '../referrals';
import { ContactService } from './contact.service';
import { Contact, RecordContactInput, RecordContactPayload } from './contact.type';

@Resolver()
export class ContactMutations {
  constructor(private readonly contacts: ContactService) {}

  @Mutation(() => RecordContactPayload, {
    description: 'Records a contact; the first attended one starts support by itself.',
  })
  recordContact(
    @Arg('input', () => RecordContactInput, { description: 'The contact.' }) input: RecordContactInput,
    @Ctx() context: GraphContext,
  ) {
    const shape = { contact: () => Contact, referral: () => Referral };
    return mutate(context, 'recordContact', input, shape, (tx) => this.contacts.record(tx, input));
  }
}
