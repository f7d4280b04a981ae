import { Int, ObjectType } from 'type-graphql';
import { ascending, CalendarDate, Column, Connection, extendType, Node, One, Reads } from '../../graph';
import { Organisation } from '../organisations';
import { Barrier } from './barrier';

@Reads('graph.service', { prefix: 'srv', published: true })
@ObjectType({
  implements: Node,
  description: 'What an organisation offers, from Open Referral UK feeds (HSDS-UK 3.0 service).',
})
export class Service extends Node {
  @Column(() => String, { description: 'Its name.' }) name: string;
  @Column(() => String, { nullable: true, description: 'What it does, as plain text.' }) description?: string | null;
  @One(() => Organisation, 'organisation_id', { description: 'Who offers it.' }) organisation: unknown;
  @Column(() => [String], { form: 'texts', description: 'Taxonomy terms, as kebab-case keys.' }) categories: string[];
  @Column(() => Boolean, { form: 'boolean', description: 'Whether referrals are taken now.' })
  acceptingReferrals: boolean;
  @Column(() => Boolean, { form: 'boolean', description: 'Whether the provider itself takes no referrals for now.' })
  paused: boolean;
  @Column(() => Int, { nullable: true, form: 'int', description: 'Free places, where the provider says.' })
  placesLeft?: number | null;
  @Column(() => Int, { nullable: true, form: 'int', description: 'People waiting, where the provider says.' })
  waitingListLength?: number | null;
  @Column(() => String, { nullable: true, description: 'Who it is for.' }) eligibility?: string | null;
  @Column(() => String, { nullable: true, description: 'What it costs the person.' }) costs?: string | null;
  @Column(() => [String], { form: 'texts', description: 'Languages it is offered in (ISO 639 codes or names).' })
  languages: string[];
  @Column(() => CalendarDate, { nullable: true, form: 'date', description: 'When the entry was last assured.' })
  assuredOn?: string | null;
  @Column(() => Boolean, { form: 'boolean', description: 'True where nobody has assured the entry within a year.' })
  stale: boolean;
  @Column(() => CalendarDate, { nullable: true, form: 'date', description: 'When its funding ends, where known.' })
  fundingEndsOn?: string | null;
  @Column(() => Boolean, {
    form: 'boolean',
    description: 'True for activities in nature: green or blue social prescribing.',
  })
  green: boolean;
  @Column(() => [Barrier], {
    form: 'texts',
    description: 'Barriers it gets past, as far as its own entry in the directory tells.',
  })
  overcomes: Barrier[];
}

extendType(Organisation, {
  services: Connection(() => Service, 'organisation_id', [ascending('name', 'text'), ascending('id', 'uuid')], {
    description: 'What it offers, by name.',
  }),
});
