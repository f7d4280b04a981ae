import { ObjectType, Query, Resolver } from 'type-graphql';
import { ascending, Column, DateTime, declared, List, One, Reads, RootReads } from '../../graph';
import { Network, Organisation, Practitioner, Sector } from '../organisations';
import { Person } from './person.type';

@Reads('graph.viewer')
@ObjectType({ description: 'Who is asking, as the token and the directory say.' })
export class Viewer {
  @One(() => Organisation, 'organisation_id', { nullable: true, description: 'The organisation that asks.' })
  organisation?: unknown;
  @One(() => Practitioner, 'practitioner_id', { nullable: true, description: 'The practitioner who asks.' })
  practitioner?: unknown;
  @One(() => Person, 'person_id', {
    view: 'graph.own_person',
    nullable: true,
    description: 'The person, where a person asks.',
  })
  person?: unknown;
  @Column(() => [String], { form: 'texts', description: 'Roles the token carries.' }) roles: string[];
  @Column(() => Sector, { nullable: true, description: 'Sector of the organisation; null for a person.' })
  sector?: Sector | null;
  @Column(() => String, { nullable: true, description: 'What the access is for, as the token says.' }) purpose?:
    string | null;
  @List(() => Network, 'organisation_id', [ascending('name', 'text'), ascending('id', 'uuid')], {
    view: 'graph.organisation_network',
    description: 'Networks of the organisation.',
  })
  networks: unknown;
  @Column(() => DateTime, { form: 'datetime', description: 'When the token ends; streams end with it.' })
  tokenExpiresAt: Date;
}

@Resolver()
export class ViewerQueries {
  @RootReads({ kind: 'one', of: () => Viewer, filters: {} })
  @Query(() => Viewer, { description: 'Who is asking.' })
  viewer(): Viewer {
    return declared();
  }
}
