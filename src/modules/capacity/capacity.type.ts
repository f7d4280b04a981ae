import { Float, Int, ObjectType } from 'type-graphql';
import { Column, extendType, One, Reads } from '../../graph';
import { Service } from '../directory';
import { Organisation, Practitioner } from '../organisations';

@Reads('graph.service_load')
@ObjectType({ description: 'What a service carries against what it is paid for. For who offers it.' })
export class ServiceLoad {
  @Column(() => Int, { form: 'int', description: 'Referrals to it that are open now.' }) openReferrals: number;
  @Column(() => Int, { nullable: true, form: 'int', description: 'Places somebody pays for, where the provider says.' })
  fundedPlaces?: number | null;
  @Column(() => Int, { nullable: true, form: 'int', description: 'Volunteers who help, where the provider says.' })
  volunteers?: number | null;
}

@Reads('graph.caseload')
@ObjectType({
  description: 'How much a practitioner carries, by the referrals assigned to them. For their own organisation.',
})
export class Caseload {
  @Column(() => Int, { form: 'int', description: 'People supported now: accepted, waiting, active or paused.' })
  active: number;
  @Column(() => Int, { form: 'int', description: 'People referred since 1 April, open or not.' }) thisYear: number;
  @Column(() => Int, { form: 'int', description: 'People a full-time link worker supports in a year.' })
  yearlyCapacity: number;
  @Column(() => Float, {
    form: 'float',
    description:
      'The active ones by complexity: each counts 1, and a quarter more for each reason beyond the first and each kind of barrier met, up to 3.',
  })
  weighted: number;
  @Column(() => Int, {
    form: 'int',
    description:
      'People of colleagues whom they cover for today, who count as active with those colleagues and not here.',
  })
  covered: number;
}

@Reads('graph.practice_share')
@ObjectType({
  description: "A practice's part in a shared link worker: how many people a year it may refer, and how many it has.",
})
export class PracticeShare {
  @One(() => Organisation, 'organisation_id', { description: 'Who employs the link worker.' }) organisation: unknown;
  @One(() => Organisation, 'practice_id', { description: 'Whose part it is.' }) practice: unknown;
  @One(() => Practitioner, 'practitioner_id', {
    nullable: true,
    description: 'The shared link worker; null for all of that organisation together.',
  })
  practitioner?: unknown;
  @Column(() => Int, { form: 'int', description: 'People a year, counted from 1 April.' }) quota: number;
  @Column(() => Int, { form: 'int', description: 'People referred since 1 April.' }) used: number;
}

extendType(Service, {
  load: One(() => ServiceLoad, 'id', {
    nullable: true,
    description: 'What it carries against what it is paid for; null for everybody but who offers it.',
  }),
});
extendType(Practitioner, {
  specialism: Column(() => String, {
    nullable: true,
    description: 'For a specialist link worker who sits in a service: its field, such as pulmonary rehabilitation.',
  }),
  caseload: One(() => Caseload, 'id', {
    nullable: true,
    description: 'What they carry; null for everybody but their own organisation.',
  }),
});
