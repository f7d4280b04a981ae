import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { ascending, Column, DateTime, extendType, List, One, Reads } from '../../graph';
import { Organisation } from '../organisations';
import { KEY, Referral } from '../referrals';

export enum PreparationKind {
  PHYSICAL = 'PHYSICAL',
  PSYCHOLOGICAL = 'PSYCHOLOGICAL',
  SOCIAL = 'SOCIAL',
}
registerEnumType(PreparationKind, {
  name: 'PreparationKind',
  description: 'In which respect a person is made ready for a programme.',
  valuesConfig: {
    PHYSICAL: { description: 'Strength, breath, equipment at home.' },
    PSYCHOLOGICAL: { description: 'Fear, mood, confidence.' },
    SOCIAL: { description: 'Getting there, money, caring duties, company.' },
  },
});

@Reads('graph.preparation')
@ObjectType({
  description:
    'Support at home before a programme starts: whether the person is ready, and what must be adjusted for her.',
})
export class Preparation {
  @Column(() => PreparationKind, { description: 'In which respect.' }) kind: PreparationKind;
  @Column(() => Boolean, { form: 'boolean', description: 'Whether she is ready.' }) ready: boolean;
  @Column(() => String, { nullable: true, description: 'What the provider must adjust for her.' }) adjustments?:
    string | null;
  @Column(() => DateTime, { form: 'datetime', description: 'When it was found.' }) at: Date;
  @One(() => Organisation, 'organisation_id', { nullable: true, description: 'Who recorded it.' }) author?: unknown;
}

extendType(Referral, {
  preparation: List(
    () => Preparation,
    'referral_id',
    [ascending('at', 'timestamptz'), ascending('ordinal', 'integer')],
    {
      description:
        'How far the person was prepared for what this referral asks for, oldest first: for its receiver and those with full disclosure.',
    },
  ),
});

@InputType({
  description:
    'Records whether the person is ready for what a referral asks for: on an onward referral its provider reads it too.',
})
export class RecordPreparationInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: 'The referral she is prepared for, ref_….' }) referral: string;
  @Field(() => PreparationKind, { description: 'In which respect.' }) kind: PreparationKind;
  @Field(() => Boolean, { description: 'Whether she is ready.' }) ready: boolean;
  @Field(() => String, {
    nullable: true,
    description: 'What the provider must adjust for her, and nothing else of her. Never an NHS number.',
  })
  adjustments?: string | null;
  @Field(() => DateTime, { nullable: true, description: 'When it was found; now unless said otherwise.' })
  at?: Date | null;
}
