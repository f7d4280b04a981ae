import { Int, Float, ObjectType, registerEnumType } from 'type-graphql';
import { ascending, CalendarDate, Column, Connection, DateTime, extendType, List, Node, One, Reads } from '../../graph';
import { Referral } from '../referrals';

export enum ClosureOutcome {
  GOALS_MET = 'GOALS_MET',
  GOALS_PARTLY_MET = 'GOALS_PARTLY_MET',
  SUPPORTED_ONWARD = 'SUPPORTED_ONWARD',
  SELF_MANAGING = 'SELF_MANAGING',
  DISENGAGED = 'DISENGAGED',
  UNREACHABLE = 'UNREACHABLE',
  DECLINED_BY_PERSON = 'DECLINED_BY_PERSON',
  NOT_SUITABLE = 'NOT_SUITABLE',
  MOVED = 'MOVED',
  DIED = 'DIED',
  OTHER = 'OTHER',
}
registerEnumType(ClosureOutcome, {
  name: 'ClosureOutcome',
  description: 'How support ended.',
  valuesConfig: {
    GOALS_MET: { description: 'What the person wanted was reached.' },
    GOALS_PARTLY_MET: { description: 'Some of what the person wanted was reached.' },
    SUPPORTED_ONWARD: { description: 'Another service goes on from here.' },
    SELF_MANAGING: { description: 'The person goes on alone.' },
    DISENGAGED: { description: 'The person stopped coming.' },
    UNREACHABLE: { description: 'The person could not be reached.' },
    DECLINED_BY_PERSON: { description: 'The person did not want it.' },
    NOT_SUITABLE: { description: 'It did not fit the person.' },
    MOVED: { description: 'The person moved away.' },
    DIED: { description: 'The person died.' },
    OTHER: { description: 'Something else; see the summary.' },
  },
});

export enum MeasureOccasion {
  BASELINE = 'BASELINE',
  REVIEW = 'REVIEW',
  FOLLOW_UP = 'FOLLOW_UP',
  DISCHARGE = 'DISCHARGE',
}
registerEnumType(MeasureOccasion, {
  name: 'MeasureOccasion',
  description: 'When in the support a measurement was taken.',
  valuesConfig: {
    BASELINE: { description: 'Before support.' },
    REVIEW: { description: 'Meanwhile.' },
    FOLLOW_UP: { description: 'Some time after; possible also once closed.' },
    DISCHARGE: { description: 'At the end.' },
  },
});

export enum InstrumentScoring {
  NONE = 'NONE',
  SCORE = 'SCORE',
  SUM = 'SUM',
  COUNT = 'COUNT',
}
registerEnumType(InstrumentScoring, {
  name: 'InstrumentScoring',
  description: 'How an instrument comes to its score. The hub does the arithmetic.',
  valuesConfig: {
    NONE: { description: 'It has none: its items are read one by one and never added up.' },
    SCORE: { description: 'The score alone is recorded.' },
    SUM: { description: 'The sum of its items; the score alone is taken too.' },
    COUNT: { description: 'How many answers count; the score alone is taken too.' },
  },
});

@Reads('graph.instrument_item')
@ObjectType({ description: 'An item of an instrument: its range and direction, never its licensed wording.' })
export class InstrumentItem {
  @Column(() => String, { description: 'Stable key, to record its value by.' }) key: string;
  @Column(() => String, { description: 'What it is, or its number on the printed form.' }) label: string;
  @Column(() => Float, { form: 'float', description: 'Lowest value.' }) minimum: number;
  @Column(() => Float, { form: 'float', description: 'Highest value.' }) maximum: number;
  @Column(() => Boolean, { form: 'boolean', description: 'False where a lower value is better.' })
  higherIsBetter: boolean;
  @Column(() => Boolean, { form: 'boolean', description: 'Whether it may be left out.' }) optional: boolean;
}

@Reads('graph.instrument')
@ObjectType({
  description: 'A questionnaire or test: range, direction and licence, never the wording of a licensed one.',
})
export class Instrument {
  @Column(() => String, { description: 'Stable key, such as ONS4.' }) key: string;
  @Column(() => String, { description: 'Its name.' }) label: string;
  @Column(() => Float, {
    form: 'float',
    description: 'Lowest value of the score, or of each item where there is no score.',
  })
  minimum: number;
  @Column(() => Float, {
    form: 'float',
    description: 'Highest value of the score, or of each item where there is no score.',
  })
  maximum: number;
  @Column(() => Int, { form: 'int', description: 'How many items it has; 0 where the score alone is recorded.' })
  items: number;
  @List(() => InstrumentItem, 'instrument_id', [ascending('position', 'integer')], {
    description: 'Its items, in order.',
  })
  itemDefinitions: unknown;
  @Column(() => Boolean, {
    nullable: true,
    form: 'boolean',
    description: 'Direction of the score; null where there is none.',
  })
  higherIsBetter?: boolean | null;
  @Column(() => InstrumentScoring, { description: 'How its score comes about.' }) scoring: InstrumentScoring;
  @Column(() => Int, { form: 'int', description: 'Counts changes of its arithmetic.' }) version: number;
  @Column(() => Boolean, { form: 'boolean', description: 'Whether only whole numbers are taken.' })
  wholeNumbers: boolean;
  @Column(() => String, { description: 'On what terms it may be used.' }) licence: string;
  @Column(() => Boolean, { form: 'boolean', description: 'Whether its owner must license or register its use.' })
  licensed: boolean;
  @Column(() => String, { nullable: true, description: 'Where its range and arithmetic come from.' })
  source?: string | null;
}

@Reads('graph.measurement_item')
@ObjectType({ description: 'The value of one item of an instrument.' })
export class MeasurementItem {
  @Column(() => String, { description: 'Stable key of the item.' }) key: string;
  @Column(() => String, { description: 'What it asks about.' }) label: string;
  @Column(() => Float, { form: 'float', description: 'The value, in the range of the instrument.' }) value: number;
  @Column(() => Boolean, { form: 'boolean', description: 'False where a lower value is better, as for anxiety.' })
  higherIsBetter: boolean;
}

@Reads('graph.measurement_reading')
@ObjectType({ description: 'What a score says, by the version of the instrument that was in force when it was taken.' })
export class MeasurementReading {
  @Column(() => Int, { form: 'int', description: 'Version of the instrument it was scored by.' })
  instrumentVersion: number;
  @Column(() => Float, {
    nullable: true,
    form: 'float',
    description:
      'The score on the scale that may be compared, such as the metric score of SWEMWBS; null where none is published.',
  })
  convertedScore?: number | null;
  @Column(() => String, {
    nullable: true,
    description: 'The band the score falls in, such as Level 3 of PAM; null where none is published.',
  })
  level?: string | null;
}

@Reads('graph.measurement', { prefix: 'mea', referral: 'referral_id' })
@ObjectType({
  implements: Node,
  description:
    'An instrument taken once. score is null where an instrument has none (ONS4 is four items, never summed).',
})
export class Measurement extends Node {
  @One(() => Instrument, 'instrument', { by: 'key', description: 'What was taken.' }) instrument: unknown;
  @Column(() => MeasureOccasion, { description: 'When in the support.' }) occasion: MeasureOccasion;
  @Column(() => Float, { nullable: true, form: 'float', description: 'The score; null where the instrument has none.' })
  score?: number | null;
  @List(() => MeasurementItem, 'measurement_id', [ascending('position', 'integer')], {
    description: 'Items, in the order of the instrument.',
  })
  items: unknown;
  @One(() => MeasurementReading, 'id', { nullable: true, description: 'What the score says.' }) reading?: unknown;
  @Column(() => CalendarDate, { form: 'date', description: 'The day it was taken.' }) takenOn: string;
}

@Reads('graph.outcome', { referral: 'id' })
@ObjectType({ description: 'How a referral ended.' })
export class Outcome {
  @Column(() => ClosureOutcome, { description: 'The result.' }) result: ClosureOutcome;
  @Column(() => String, { nullable: true, description: 'In words; for its author and those with full disclosure.' })
  summary?: string | null;
  @Column(() => String, { nullable: true, description: 'How the person goes on alone.' }) selfManagementPlan?:
    string | null;
  @Column(() => Boolean, { form: 'boolean', description: 'True where the person did not want a plan.' })
  planDeclined: boolean;
  @Column(() => DateTime, { form: 'datetime', description: 'When the referral was closed.' }) closedAt: Date;
  @Column(() => Int, {
    nullable: true,
    form: 'int',
    description: 'How many contacts there were; for its author and those with full disclosure.',
  })
  contacts?: number | null;
}

extendType(Referral, {
  measurements: Connection(() => Measurement, 'referral_id', [ascending('taken_on', 'date'), ascending('id', 'uuid')], {
    pageSize: 50,
    description: 'Measurements this viewer may see, oldest first.',
  }),
  outcome: One(() => Outcome, 'outcome_id', { nullable: true, description: 'How it ended; null until then.' }),
});
