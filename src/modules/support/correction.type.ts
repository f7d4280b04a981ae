import { Field, ID, InputType } from 'type-graphql';
import { Column, DateTime, extendType } from '../../graph';
import { Measurement } from '../outcomes';
import { KEY, Note } from '../referrals';
import { Choice } from './choice.type';
import { Contact } from './contact.type';

const at = Column(() => DateTime, {
  nullable: true,
  form: 'datetime',
  description: 'When it was found to be wrong; it is kept, and counts no more.',
});
const reason = Column(() => String, { nullable: true, description: 'What was wrong with it.' });

extendType(Contact, { recordedInErrorReason: reason });
for (const entry of [Measurement, Choice, Note]) {
  extendType(entry, { recordedInErrorAt: at, recordedInErrorReason: reason });
}

@InputType({ description: 'Marks an entry as made in error.' })
export class VoidEntryInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, {
    description:
      'A contact, con_…, measurement, mea_…, choice, cho_…, or note, not_…; or a referral, ref_…, that the recording of a death has closed: the death.',
  })
  entry: string;
  @Field(() => String, { description: 'What was wrong with it. Never an NHS number.' }) reason: string;
}
