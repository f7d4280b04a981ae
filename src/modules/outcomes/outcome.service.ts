import { sql, type Transaction } from '../../database';
import { appendEvent } from '../../feed';
import { invalid, notPermitted, Refusal, type Results, UserErrorCode } from '../../graph';
import { localId } from '../../kernel';
import { presentOf } from '../consent';
import { checkWorking, MovementService, ReferralAction } from '../referrals';
import type { CloseReferralInput, RecordMeasurementInput } from './outcome.inputs';
import { ClosureOutcome, MeasureOccasion } from './outcome.type';

const findInstrument = sql(
  'outcomes.instrument',
  `select i.key, i.minimum, i.maximum, i.scored,
     coalesce((select array_agg(n.key order by n.position) from graph.instrument_item n where n.instrument = i.key), '{}') as items
   from graph.instrument i where i.key = $1`,
);
const insertMeasurement = sql(
  'outcomes.measure',
  `insert into hub.measurement (referral_id, instrument, occasion, score, items, taken_on, organisation_id)
   values ($1, $2, $3, $4, $5, $6, hub.viewer_party()) returning id`,
);
const insertOutcome = sql(
  'outcomes.close',
  `insert into hub.outcome (referral_id, result, summary, self_management_plan, plan_declined, organisation_id)
   values ($1, $2, $3, $4, $5, hub.viewer_party())`,
);

interface InstrumentRow {
  key: string;
  minimum: number;
  maximum: number;
  scored: boolean;
  items: string[];
}

/** Nobody can be asked for a plan here. */
const WITHOUT_PLAN = new Set([
  ClosureOutcome.DIED,
  ClosureOutcome.MOVED,
  ClosureOutcome.UNREACHABLE,
  ClosureOutcome.NOT_SUITABLE,
]);
/** These tell the parties how the person is; a baseline or a review is the link worker's own work. */
const TOLD = new Set([MeasureOccasion.FOLLOW_UP, MeasureOccasion.DISCHARGE]);

export class OutcomeService {
  constructor(private readonly movements: MovementService) {}

  async measure(tx: Transaction, input: RecordMeasurementInput): Promise<Results> {
    const referral = await this.movements.require(tx, localId('ref', input.referral));
    if (!referral.writer) throw notPermitted('Only its receiver records measurements.', 'input', 'referral');
    checkWorking(referral, input.occasion === MeasureOccasion.FOLLOW_UP ? ['CLOSED'] : []);
    const instrument = await tx.one<InstrumentRow>(findInstrument, [input.instrument]);
    if (!instrument) throw invalid('Not a key of instruments.', 'input', 'instrument');
    const items = checkItems(instrument, input);
    const score = checkScore(instrument, input.score ?? null);
    checkDay(tx, input.takenOn);
    const values = [referral.id, instrument.key, input.occasion, score, JSON.stringify(items), input.takenOn];
    const measurement = (await tx.one<{ id: string }>(insertMeasurement, values))?.id ?? '';
    if (TOLD.has(input.occasion)) await appendEvent(tx, 'OUTCOME_RECORDED', referral.id, { measurement });
    return { measurement, referral: referral.id };
  }

  async close(tx: Transaction, input: CloseReferralInput): Promise<Results> {
    const referral = await this.movements.require(tx, localId('ref', input.referral), input.expectedVersion);
    const plan = input.selfManagementPlan?.trim() || null;
    if (referral.allowed_actions.includes(ReferralAction.CLOSE)) {
      if (!plan && !input.planDeclined && !WITHOUT_PLAN.has(input.result)) {
        const message = 'Closing needs a self-management plan, or planDeclined: true.';
        throw Refusal.of(UserErrorCode.REASON_REQUIRED, message, ['input', 'selfManagementPlan']);
      }
      await tx.query(insertOutcome, [
        referral.id,
        input.result,
        input.summary?.trim() || null,
        plan,
        input.planDeclined ?? false,
      ]);
    }
    await this.movements.carryOut(tx, referral, ReferralAction.CLOSE);
    return { referral: referral.id };
  }
}

function checkItems(instrument: InstrumentRow, input: RecordMeasurementInput): Record<string, number> {
  const given = input.items ?? [];
  if (given.length !== instrument.items.length || new Set(given.map(({ key }) => key)).size !== given.length) {
    const wanted = instrument.items.length
      ? `its items ${instrument.items.join(', ')}, once each`
      : 'its score and no items';
    throw invalid(`${instrument.key} takes ${wanted}.`, 'input', 'items');
  }
  given.forEach(({ key, value }, i) => {
    if (!instrument.items.includes(key))
      throw invalid(`Items of ${instrument.key}: ${instrument.items.join(', ')}.`, 'input', 'items', String(i), 'key');
    if (!within(instrument, value)) throw invalid(rangeOf(instrument), 'input', 'items', String(i), 'value');
  });
  return Object.fromEntries(given.map(({ key, value }) => [key, value]));
}

function checkScore(instrument: InstrumentRow, score: number | null): number | null {
  if (!instrument.scored && score !== null)
    throw invalid(`${instrument.key} has no score: its items are never summed.`, 'input', 'score');
  if (instrument.scored && score === null) throw invalid(`${instrument.key} needs its score.`, 'input', 'score');
  if (score !== null && !within(instrument, score)) throw invalid(rangeOf(instrument), 'input', 'score');
  return score;
}

const within = ({ minimum, maximum }: InstrumentRow, value: number) => value >= minimum && value <= maximum;
const rangeOf = ({ key, minimum, maximum }: InstrumentRow) => `${key} goes from ${minimum} to ${maximum}.`;

function checkDay(tx: Transaction, day: string): void {
  // a sender east of us may already have tomorrow
  const latest = new Date(presentOf(tx).getTime() + 14 * 3_600_000).toISOString().slice(0, 10);
  if (day > latest) throw invalid('A measurement is not in the future.', 'input', 'takenOn');
}
