import { Float, Int, ObjectType } from 'type-graphql';
import {
  ascending,
  CalendarDate,
  Column,
  Connection,
  DateTime,
  descending,
  extendType,
  List,
  Node,
  One,
  Reads,
} from '../../graph';
import { Service } from '../directory';
import { FeedbackEvent } from '../feedback';
import { Organisation } from '../organisations';
import { Referral } from '../referrals';
import { CohortRuleKind, SupportModel } from './programme.enums';

@Reads('graph.programme_rule', { published: true })
@ObjectType({ description: 'One rule of whom a programme is for. Only a known fact can break it.' })
export class CohortRule {
  @Column(() => CohortRuleKind, { description: 'What it asks.' }) kind: CohortRuleKind;
  @Column(() => Boolean, { form: 'boolean', description: 'True where whoever fits it would not benefit.' })
  excludes: boolean;
  @Column(() => Float, { nullable: true, form: 'float', description: 'From this on, inclusive.' }) minimum?:
    number | null;
  @Column(() => Float, { nullable: true, form: 'float', description: 'Up to this, inclusive.' }) maximum?:
    number | null;
  @Column(() => [String], { form: 'texts', description: 'One of these, for kinds that name things.' }) oneOf: string[];
  @Column(() => String, { description: 'The rule in words, as it is given to whoever is refused by it.' })
  wording: string;
}

@Reads('graph.programme_parameters', { published: true })
@ObjectType({ description: 'What a programme promises and asks, as published. Each version is kept.' })
export class ProgrammeParameters {
  @Column(() => Int, { form: 'int', description: 'Its version; 1 came with the network.' }) version: number;
  @Column(() => DateTime, { form: 'datetime', description: 'When it was published.' }) publishedAt: Date;
  @One(() => Organisation, 'published_by', {
    nullable: true,
    description: 'Who published it; null where it came with the network.',
  })
  publishedBy?: unknown;
  @Column(() => Int, { nullable: true, form: 'int', description: 'How long support is planned to last, in days.' })
  plannedDays?: number | null;
  @Column(() => Int, { nullable: true, form: 'int', description: 'Contacts a person may have without an extension.' })
  maximumContacts?: number | null;
  @Column(() => Int, { nullable: true, form: 'int', description: 'Days in which a referral is answered.' })
  responseDays?: number | null;
  @Column(() => String, { nullable: true, description: 'Who would not benefit, in words.' }) wouldNotBenefit?:
    string | null;
  @Column(() => String, { nullable: true, description: 'Anything else parties should know.' }) note?: string | null;
  @List(() => CohortRule, 'parameters_id', [ascending('position', 'integer')], {
    description: 'Whom it is for: every rule must hold, and none that excludes.',
  })
  rules: unknown;
}

@Reads('graph.programme', { prefix: 'prg', published: true })
@ObjectType({ implements: Node, description: 'A social prescribing programme: who runs it, how, for whom, how long.' })
export class Programme extends Node {
  @Column(() => String, { description: 'Its name.' }) name: string;
  @Column(() => SupportModel, { description: 'How it supports people.' }) model: SupportModel;
  @One(() => Organisation, 'organisation_id', { description: 'Who runs it.' }) organisation: unknown;
  @Column(() => String, { nullable: true, description: 'What it is for.' }) aim?: string | null;
  @Column(() => String, { nullable: true, description: 'Where it works, in words.' }) area?: string | null;
  @Column(() => [String], { form: 'texts', description: 'Age groups it was set up for.' }) ageGroups: string[];
  @Column(() => String, { nullable: true, description: 'Who pays.' }) fundingSource?: string | null;
  @Column(() => CalendarDate, { nullable: true, form: 'date', description: 'Its first day.' }) startsOn?: string | null;
  @Column(() => CalendarDate, { nullable: true, form: 'date', description: 'Its last day, where one is set.' })
  endsOn?: string | null;
  @Column(() => CalendarDate, { nullable: true, form: 'date', description: 'When its funding ends, where known.' })
  fundingEndsOn?: string | null;
  @Column(() => String, { nullable: true, description: 'What becomes of the people it supports when it ends.' })
  continuity?: string | null;
  @Column(() => Int, { form: 'int', description: 'Version of the parameters in force; the next one is this plus one.' })
  parametersVersion: number;
  @One(() => ProgrammeParameters, 'parameters_id', { nullable: true, description: 'The parameters in force.' })
  parameters?: unknown;
  @Connection(() => ProgrammeParameters, 'programme_id', [descending('version', 'integer'), ascending('id', 'uuid')], {
    description: 'All versions of its parameters, newest first.',
  })
  versions: unknown;
  @Connection(() => Service, 'programme_id', [ascending('name', 'text'), ascending('id', 'uuid')], {
    description: 'Services that are part of it, by name.',
  })
  services: unknown;
}

extendType(Organisation, {
  programmes: Connection(() => Programme, 'organisation_id', [ascending('name', 'text'), ascending('id', 'uuid')], {
    description: 'Programmes it runs, by name.',
  }),
});
extendType(Service, {
  programme: One(() => Programme, 'programme_id', { nullable: true, description: 'The programme it is part of.' }),
});
extendType(Referral, {
  programme: One(() => Programme, 'id', {
    by: 'referral_id',
    view: 'graph.referral_programme',
    nullable: true,
    description:
      "The programme it belongs to: its service's, else its receiver's. Null where this viewer is not to know those.",
  }),
});
extendType(FeedbackEvent, {
  programme: One(() => Programme, 'programme_id', {
    nullable: true,
    description: 'The programme whose parameters changed.',
  }),
});
