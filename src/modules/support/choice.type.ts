import { Field, ID, InputType, registerEnumType, ObjectType } from 'type-graphql';
import { ascending, Column, DateTime, extendType, List, Node, One, Reads } from '../../graph';
import { Service } from '../directory';
import { Organisation } from '../organisations';
import { KEY, Referral } from '../referrals';

export enum ChoiceDecision {
  OFFERED = 'OFFERED',
  CHOSEN = 'CHOSEN',
  DECLINED = 'DECLINED',
}
registerEnumType(ChoiceDecision, {
  name: 'ChoiceDecision',
  description: 'What became of an offer on the menu of choice.',
  valuesConfig: {
    OFFERED: { description: 'Offered, not decided yet.' },
    CHOSEN: { description: 'The person wants it.' },
    DECLINED: { description: 'The person does not want it; why says the reason.' },
  },
});

@Reads('graph.choice', { prefix: 'cho', referral: 'referral_id' })
@ObjectType({
  implements: Node,
  description: 'One line of the menu of choice: what was offered to the person, and what she made of it.',
})
export class Choice extends Node {
  @One(() => Service, 'service_id', { description: 'What was offered.' }) service: unknown;
  @Column(() => ChoiceDecision, { description: 'What the person made of it.' }) decision: ChoiceDecision;
  @Column(() => String, { nullable: true, description: 'Why, in her words; always there where she declined.' })
  why?: string | null;
  @Column(() => DateTime, { form: 'datetime', description: 'When it was recorded.' }) at: Date;
  @One(() => Organisation, 'organisation_id', { nullable: true, description: 'Who recorded it.' }) author?: unknown;
}

extendType(Referral, {
  choices: List(() => Choice, 'referral_id', [ascending('ordinal', 'integer')], {
    description:
      'The menu of choice, oldest first: for those with full disclosure, and for whoever recorded it. A later line on a service follows an earlier one; none is overwritten.',
  }),
});

@InputType({ description: 'One service of the menu, and what the person made of it.' })
export class ChoiceInput {
  @Field(() => ID, { description: 'The service, srv_…; each once.' }) service: string;
  @Field(() => ChoiceDecision, { description: 'What the person made of it.' }) decision: ChoiceDecision;
  @Field(() => String, { nullable: true, description: 'Why; needed where she declined. Never an NHS number.' }) why?:
    string | null;
}

@InputType({ description: 'Records what a person was offered, chose and declined.' })
export class RecordChoicesInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: 'The referral, ref_….' }) referral: string;
  @Field(() => [ChoiceInput], { description: 'The menu, in the order it was talked through; at least one.' })
  choices: ChoiceInput[];
}
