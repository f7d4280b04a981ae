import { Field, ID, InputType } from 'type-graphql';
import { ascending, extendType, List } from '../../graph';
import { Organisation } from '../organisations';
import { KEY, Note } from '../referrals';

extendType(Note, {
  to: List(() => Organisation, 'note_id', [ascending('name', 'text'), ascending('id', 'uuid')], {
    view: 'graph.note_addressee',
    description:
      'Whom a message is for: all of them to its author and those with full disclosure, itself to one of them; empty for other notes.',
  }),
});

@InputType({ description: 'Posts a message on a referral. No person reads it.' })
export class PostMessageInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: 'The referral, ref_….' }) referral: string;
  @Field(() => String, { description: 'What it says. Never an NHS number.' }) text: string;
  @Field(() => [ID], {
    nullable: true,
    description:
      'Whom it is for, org_…: parties of the referral that this viewer may know of. Left out: its referrer where the receiver writes, those who provide the support where anybody else does.',
  })
  to?: string[] | null;
}
