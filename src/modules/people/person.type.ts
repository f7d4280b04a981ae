import { ObjectType, registerEnumType } from 'type-graphql';
import {
  ascending,
  CalendarDate,
  Column,
  Connection,
  DateTime,
  descending,
  List,
  NhsNumber,
  Node,
  One,
  Reads,
} from '../../graph';
import { Organisation, Sector } from '../organisations';

export enum Attendance {
  ATTENDED = 'ATTENDED',
  DID_NOT_ATTEND = 'DID_NOT_ATTEND',
  UNABLE_TO_ATTEND = 'UNABLE_TO_ATTEND',
  CANCELLED_BY_PERSON = 'CANCELLED_BY_PERSON',
  CANCELLED_BY_SERVICE = 'CANCELLED_BY_SERVICE',
}
registerEnumType(Attendance, {
  name: 'Attendance',
  description: 'What became of a contact. Not attending and being unable to attend are never merged.',
  valuesConfig: {
    ATTENDED: { description: 'The person came, or was reached.' },
    DID_NOT_ATTEND: { description: 'The person did not come and gave no notice (DNA).' },
    UNABLE_TO_ATTEND: { description: 'The person could not come, and something stood in the way (UTA).' },
    CANCELLED_BY_PERSON: { description: 'The person cancelled beforehand.' },
    CANCELLED_BY_SERVICE: { description: 'The service cancelled.' },
  },
});

@Reads('graph.contact_point')
@ObjectType({ description: 'A way to reach a person, and whether it is safe to use.' })
export class ContactPoint {
  @Column(() => String, {
    description: 'Kind of channel: phone, sms, email, post (FHIR ContactPointSystem, and post).',
  })
  system: string;
  @Column(() => String, { description: 'The number or address.' }) value: string;
  @Column(() => Boolean, {
    form: 'boolean',
    description: 'False where somebody else may read or answer it: send nothing that says why.',
  })
  safe: boolean;
  @Column(() => String, { nullable: true, description: 'How or when to use it.' }) note?: string | null;
}

@Reads('graph.person_redaction')
@ObjectType({ description: 'Something that exists and that this viewer is not shown, and why.' })
export class Redaction {
  @Column(() => String, { description: 'The field concerned.' }) field: string;
  @Column(() => String, { description: 'Why it is not shown, for people.' }) reason: string;
}

@Reads('graph.source_record', { prefix: 'rec', person: 'person_id' })
@ObjectType({
  implements: Node,
  description:
    "One record as its sector sent it, in the hub's terms, with where it came from. Conflicting records are all kept.",
})
export class SourceRecord extends Node {
  @Column(() => Sector, { description: 'Sector of the sender.' }) sector: Sector;
  @One(() => Organisation, 'organisation_id', { nullable: true, description: 'Who sent it.' }) organisation?: unknown;
  @Column(() => String, { description: "The system the record comes from, as a URI or the file's own name for it." })
  system: string;
  @Column(() => String, { description: 'Its id in that system.' }) externalId: string;
  @Column(() => String, {
    description: "What kind of record, in its format's words: Patient, Condition, CareContact, Assessment.",
  })
  kind: string;
  @Column(() => String, { description: 'What it says, in a line.' }) summary: string;
  @Column(() => Attendance, { nullable: true, description: 'For contacts and appointments: what became of it.' })
  attendance?: Attendance | null;
  @Column(() => DateTime, { nullable: true, form: 'datetime', description: 'When it happened, as its sender says.' })
  occurredAt?: Date | null;
  @Column(() => DateTime, { form: 'datetime', description: 'When the hub received it.' }) receivedAt: Date;
}

@Reads('graph.person', { prefix: 'per', person: 'id' })
@ObjectType({
  implements: Node,
  description:
    'A person as this viewer may know them: each value is the preferred one among the records this viewer may see.',
})
export class Person extends Node {
  @Column(() => String, { nullable: true, description: 'Given and family name.' }) name?: string | null;
  @Column(() => CalendarDate, { nullable: true, form: 'date', description: 'Date of birth.' }) birthDate?:
    string | null;
  @Column(() => NhsNumber, { nullable: true, description: 'NHS number. Never shown to the voluntary sector.' })
  nhsNumber?: string | null;
  @Column(() => String, { nullable: true, description: 'Outward part of the postcode, such as HA1.' })
  postcodeDistrict?: string | null;
  @List(() => ContactPoint, 'person_id', [ascending('position', 'integer')], {
    description: 'Ways to reach the person.',
  })
  contactPoints: unknown;
  @Column(() => [String], { form: 'texts', description: 'Accessible information and communication needs (DAPB1605).' })
  needs: string[];
  @Column(() => [String], {
    form: 'texts',
    description: 'Channels the person may be reached by; none means: ask before using any.',
  })
  permittedChannels: string[];
  @Column(() => Boolean, {
    form: 'boolean',
    description: 'True where the address must stay hidden: say it to nobody who was not given it.',
  })
  hiddenAddress: boolean;
  @One(() => Organisation, 'registered_practice_id', {
    nullable: true,
    description: 'The general practice the person is registered with.',
  })
  registeredPractice?: unknown;
  @Connection(() => SourceRecord, 'person_id', [descending('received_at', 'timestamptz'), ascending('id', 'uuid')], {
    description: 'Records of this person that this viewer may see, newest first.',
    filters: { sector: { type: () => Sector, column: 'sector', cast: 'text', description: 'From this sector alone.' } },
  })
  records: unknown;
  @List(() => Redaction, 'person_id', [ascending('position', 'integer')], {
    description: 'What is not shown to this viewer, and why.',
  })
  redactions: unknown;
}
