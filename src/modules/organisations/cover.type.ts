import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { CalendarDate, Column, One, Reads, UserError } from '../../graph';
import { Practitioner } from './organisation.type';

@Reads('graph.cover')
@ObjectType({ description: 'One colleague works on the cases of another who is away.' })
export class Cover {
  @One(() => Practitioner, 'practitioner_id', { description: 'Who is away.' }) practitioner: unknown;
  @One(() => Practitioner, 'covered_by_id', { description: 'Who covers.' }) coveredBy: unknown;
  @Column(() => CalendarDate, { form: 'date', column: 'from_day', description: 'The first day.' }) from: string;
  @Column(() => CalendarDate, { form: 'date', column: 'to_day', description: 'The last day.' }) to: string;
}

@InputType({ description: 'Says who covers for a colleague. It replaces what was said of these days before.' })
export class SetCoverInput {
  @Field(() => String, { description: 'Makes a retry safe: the same key and input are carried out once.' })
  idempotencyKey: string;
  @Field(() => ID, { description: 'Who is away, pra_…; of your own organisation.' }) practitioner: string;
  @Field(() => ID, {
    nullable: true,
    description: 'Who covers, pra_…; of your own organisation. Null: nobody does on these days.',
  })
  coveredBy?: string | null;
  @Field(() => CalendarDate, { description: 'The first day.' }) from: string;
  @Field(() => CalendarDate, { description: 'The last day.' }) to: string;
}
@ObjectType({ description: 'What became of setting a cover.' })
export class SetCoverPayload {
  @Field(() => Cover, { nullable: true, description: 'The cover; null on failure, or where it was ended.' })
  cover?: unknown;
  @Field(() => [UserError], { description: 'Expected failures; empty on success.' }) userErrors: UserError[];
}
