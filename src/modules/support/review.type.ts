import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { ascending, CalendarDate, Column, DateTime, extendType, List, One, Reads } from '../../graph';
import { Organisation } from '../organisations';
import { KEY, Referral } from '../referrals';

@Reads('graph.extension')
@ObjectType({ description: 'Why support goes on beyond twelve contacts or ninety days, and how far.' })
export class Extension {
  @Column(() => String, { description: 'Why it goes on.' }) reason: string;
  @Column(() => Int, { nullable: true, form: 'int', description: 'Until how many contacts in all.' }) contacts?:
    number | null;
  @Column(() => CalendarDate, { nullable: true, form: 'date', description: 'Until which day.' }) until?: string | null;
  @Column(() => DateTime, { form: 'datetime', description: 'When it was recorded.' }) at: Date;
  @One(() => Organisation, 'organisation_id', { nullable: true, description: 'Who recorded it.' }) author?: unknown;
}

extendType(Referral, {
  reviewDue: Column(() => Boolean, {
    nullable: true,
    form: 'boolean',
    description:
      'Whether support has come to twelve contacts or ninety days since acceptance, or to the end of its extension; for those with full disclosure.',
  }),
  extensions: List(() => Extension, 'referral_id', [ascending('ordinal', 'integer')], {
    description: 'Extensions of support, oldest first: for those with full disclosure, and for whoever recorded them.',
  }),
});

@InputType({
  description:
    'Extends support beyond a review, with a reason. It answers a review that is due: a threshold that was passed and is not set anew asks no more.',
})
export class ExtendSupportInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: 'The referral, ref_….' }) referral: string;
  @Field(() => String, { description: 'Why it goes on. Never an NHS number.' }) reason: string;
  @Field(() => Int, {
    nullable: true,
    description: 'Review at this many contacts in all; more than have taken place.',
  })
  contacts?: number | null;
  @Field(() => CalendarDate, { nullable: true, description: 'Review once this day has passed; not in the past.' })
  until?: string | null;
}
