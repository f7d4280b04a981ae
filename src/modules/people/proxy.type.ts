import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import {
  ascending,
  CalendarDate,
  Column,
  DateTime,
  extendType,
  List,
  NhsNumber,
  Node,
  Reads,
  UserError,
} from '../../graph';
import { Person } from './person.type';

export enum ProxyScope {
  READ = 'READ',
  CONSENT = 'CONSENT',
  REFER = 'REFER',
}
registerEnumType(ProxyScope, {
  name: 'ProxyScope',
  description: 'What somebody may do for a person.',
  valuesConfig: {
    READ: { description: 'See what the person sees of herself; always part of it.' },
    CONSENT: { description: 'Give and withdraw consent, and withdraw from a referral.' },
    REFER: { description: 'Refer the person.' },
  },
});

@Reads('graph.proxy', { prefix: 'prx', person: 'person_id' })
@ObjectType({
  implements: Node,
  description: 'Somebody acts for a person: a relative, a carer, somebody with parental responsibility or an attorney.',
})
export class Proxy extends Node {
  @Column(() => String, { description: 'Who they are to the person.' }) relationship: string;
  @Column(() => [ProxyScope], { form: 'texts', description: 'What they may do.' }) scopes: ProxyScope[];
  @Column(() => DateTime, { form: 'datetime', description: 'When it was recorded.' }) createdAt: Date;
  @Column(() => CalendarDate, { form: 'date', description: 'The last day it holds.' }) expiresOn: string;
  @Column(() => DateTime, { nullable: true, form: 'datetime', description: 'When it was ended before its time.' })
  endedAt?: Date | null;
}

extendType(Person, {
  proxies: List(() => Proxy, 'person_id', [ascending('created_at', 'timestamptz'), ascending('id', 'uuid')], {
    description: 'Delegations of this person that this viewer recorded.',
  }),
});

const KEY = 'Makes a retry safe: the same key and input are carried out once.';

@InputType({ description: 'Lets somebody act for a person.' })
export class RecordProxyInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: 'For whom, per_….' }) person: string;
  @Field(() => NhsNumber, { description: 'NHS number the proxy signs in with. Kept as a hash alone.' })
  nhsNumber: string;
  @Field(() => String, { description: 'Who they are to the person, such as daughter or attorney.' })
  relationship: string;
  @Field(() => [ProxyScope], { description: 'What they may do.' }) scopes: ProxyScope[];
  @Field(() => CalendarDate, { description: 'The last day it holds; at most two years ahead.' }) expiresOn: string;
}

@InputType({ description: 'Ends a delegation.' })
export class EndProxyInput {
  @Field(() => String, { description: KEY }) idempotencyKey: string;
  @Field(() => ID, { description: 'Which, prx_….' }) proxy: string;
}

@ObjectType({ description: 'What became of a delegation.' })
export class ProxyPayload {
  @Field(() => Proxy, { nullable: true, description: 'The delegation; null on failure.' }) proxy?: unknown;
  @Field(() => [UserError], { description: 'Expected failures; empty on success.' }) userErrors: UserError[];
}
