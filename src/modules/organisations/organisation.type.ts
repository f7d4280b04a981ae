import { ObjectType, registerEnumType } from 'type-graphql';
import { ascending, CalendarDate, Column, Connection, List, Node, One, Reads } from '../../graph';

export enum Sector {
  PRIMARY_CARE = 'PRIMARY_CARE',
  COMMUNITY_SERVICES = 'COMMUNITY_SERVICES',
  SOCIAL_CARE = 'SOCIAL_CARE',
  VOLUNTARY = 'VOLUNTARY',
  COMMISSIONER = 'COMMISSIONER',
}
registerEnumType(Sector, {
  name: 'Sector',
  description: 'Which part of health and care an organisation belongs to.',
  valuesConfig: {
    PRIMARY_CARE: { description: 'General practices and primary care networks.' },
    COMMUNITY_SERVICES: { description: 'NHS community services, such as pulmonary rehabilitation.' },
    SOCIAL_CARE: { description: "Councils' adult social care." },
    VOLUNTARY: { description: 'Charities, community groups and social enterprises. Never shown an NHS number.' },
    COMMISSIONER: { description: 'Integrated care boards: directories and suppressed counts, never a referral.' },
  },
});

export enum NetworkKind {
  ICB = 'ICB',
  PLACE = 'PLACE',
  PCN = 'PCN',
  NEIGHBOURHOOD = 'NEIGHBOURHOOD',
  SOCIAL_PRESCRIBING = 'SOCIAL_PRESCRIBING',
}
registerEnumType(NetworkKind, {
  name: 'NetworkKind',
  description: 'What brings organisations together.',
  valuesConfig: {
    ICB: { description: 'Integrated care board.' },
    PLACE: { description: 'Place within an integrated care system, usually a borough or county.' },
    PCN: { description: 'Primary care network.' },
    NEIGHBOURHOOD: { description: 'Integrated neighbourhood team.' },
    SOCIAL_PRESCRIBING: { description: 'Local social prescribing network.' },
  },
});

const byName = [ascending('name', 'text'), ascending('id', 'uuid')];

@Reads('graph.organisation_identifier', { published: true })
@ObjectType({ description: 'A name that another system gave: ODS code, charity number.' })
export class Identifier {
  @Column(() => String, {
    description: 'Who gives such values, as a URI; ODS codes have https://fhir.nhs.uk/Id/ods-organization-code.',
  })
  system: string;
  @Column(() => String, { description: 'The value.' }) value: string;
}

@Reads('graph.network', { prefix: 'net', published: true })
@ObjectType({ implements: Node, description: 'Organisations that work together: an ICB, a place, a PCN.' })
export class Network extends Node {
  @Column(() => String, { description: 'Its name.' }) name: string;
  @Column(() => NetworkKind, { description: 'What brings its members together.' }) kind: NetworkKind;
  @Connection(() => Organisation, 'network_id', byName, {
    view: 'graph.network_member',
    description: 'Its members, by name.',
  })
  members: unknown;
}

@Reads('graph.organisation_end', { published: true })
@ObjectType({ description: 'An organisation that is no more.' })
export class OrganisationEnd {
  @Column(() => CalendarDate, { form: 'date', description: 'The day it ended.' }) closedOn: string;
  @One(() => Organisation, 'successor_id', { nullable: true, description: 'Who goes on for it, where it merged.' })
  successor?: unknown;
}

@Reads('graph.organisation', { prefix: 'org', published: true })
@ObjectType({ implements: Node, description: 'An organisation of any sector.' })
export class Organisation extends Node {
  @Column(() => String, { description: 'Its name.' }) name: string;
  @Column(() => Sector, { description: 'The sector it belongs to.' }) sector: Sector;
  @Column(() => Boolean, { form: 'boolean', description: 'Whether it takes referrals of kind LINK_WORKER.' })
  receivesReferrals: boolean;
  @One(() => OrganisationEnd, 'id', { nullable: true, description: 'When and how it ended; null while it exists.' })
  ended?: unknown;
  @List(() => Identifier, 'organisation_id', [ascending('system', 'text'), ascending('value', 'text')], {
    description: 'Its names in other systems.',
  })
  identifiers: unknown;
  @List(() => Network, 'organisation_id', byName, {
    view: 'graph.organisation_network',
    description: 'Networks it is a member of.',
  })
  networks: unknown;
}

@Reads('graph.practitioner', { prefix: 'pra', published: true })
@ObjectType({ implements: Node, description: 'Somebody who works for an organisation: a GP, a link worker.' })
export class Practitioner extends Node {
  @Column(() => String, { description: 'Name as used at work.' }) name: string;
  @Column(() => String, {
    nullable: true,
    description: 'Local title: link workers are also called connectors, navigators or wellbeing advisors.',
  })
  jobTitle?: string | null;
  @One(() => Organisation, 'organisation_id', { description: 'The employer.' }) organisation: unknown;
  @Column(() => CalendarDate, {
    nullable: true,
    form: 'date',
    description: 'When they left; null while they work there.',
  })
  leftOn?: string | null;
}
