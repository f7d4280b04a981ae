import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { ascending, CalendarDate, Column, extendType, List, One, Reads } from '../../graph';
import { KEY, Referral } from '../referrals';

@Reads('graph.goal')
@ObjectType({ description: 'Something the person wants to reach, in her words, and how far she is.' })
export class Goal {
  @Column(() => String, { description: 'What she wants to reach.' }) text: string;
  @Column(() => Int, {
    nullable: true,
    form: 'int',
    description: 'How far she was at the beginning, on her own scale.',
  })
  baseline?: number | null;
  @Column(() => Int, { nullable: true, form: 'int', description: 'How far she is now, on the same scale.' })
  latest?: number | null;
}

@Reads('graph.plan', { referral: 'id' })
@ObjectType({ description: 'The personal plan agreed with the person, as it stands.' })
export class Plan {
  @Column(() => String, { nullable: true, description: 'What matters to her.' }) whatMatters?: string | null;
  @List(() => Goal, 'referral_id', [ascending('position', 'integer')], { description: 'Her goals, in her order.' })
  goals: unknown;
  @Column(() => CalendarDate, { nullable: true, form: 'date', description: 'When it was agreed.' })
  agreedOn?: string | null;
}

extendType(Referral, {
  // joined by the referral's own id
  plan: One(() => Plan, 'id', {
    nullable: true,
    description:
      'The newest plan agreed with the person: for those who provide the support, the referrers and the registered practice.',
  }),
});

@InputType({ description: 'A goal of the plan.' })
export class GoalInput {
  @Field(() => String, { description: 'What the person wants to reach. Never an NHS number.' }) text: string;
  @Field(() => Int, { nullable: true, description: 'How far she was at the beginning, on her own scale.' }) baseline?:
    number | null;
  @Field(() => Int, { nullable: true, description: 'How far she is now, on the same scale.' }) latest?: number | null;
}

@InputType({
  description:
    'Agrees a plan with the person. What is left out stays as in the plan before; the plans before are kept.',
})
export class RecordPlanInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: 'The referral, ref_….' }) referral: string;
  @Field(() => String, { nullable: true, description: 'What matters to her. Never an NHS number.' }) whatMatters?:
    string | null;
  @Field(() => [GoalInput], { nullable: true, description: 'All her goals, in her order.' }) goals?: GoalInput[] | null;
}
