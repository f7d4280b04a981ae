import { sql, type Transaction } from '../../database';
import { appendEvent } from '../../feed';
import { invalid, notPermitted, Refusal, type Results, UserErrorCode } from '../../graph';
import { localId } from '../../kernel';
import { todayOf } from '../consent';
import { checkWorking, MovementService, ReferralAction } from '../referrals';
import type { CloseReferralInput, RecordMeasurementInput } from './outcome.inputs';
import { ClosureOutcome, MeasureOccasion } from './outcome.type';
import { type InstrumentRules, scoreOf } from './scoring';

const findInstrument = sql(
  'outcomes.instrument',
  `select i.key, i.version, i.minimum, i.maximum, i.scoring, i.whole_numbers,
     (select coalesce(json_agg(n order by n.position), '[]') from graph.instrument_item n where n.instrument = i.key) as items,
     (select coalesce(json_agg(c), '[]') from graph.instrument_conversion c where c.instrument = i.key) as conversions,
     (select coalesce(json_agg(l order by l.from_score), '[]') from graph.instrument_level l where l.instrument = i.key) as levels
   from graph.instrument i where i.key = $1`,
);
const insertMeasurement = sql(
  'outcomes.measure',
  `insert into hub.measurement (referral_id, instrument, occasion, score, items, taken_on, organisation_id, instrument_version, converted_score, level)
   values ($1, $2, $3, $4, $5, $6, hub.viewer_party(), $7, $8, $9) returning id`,
);
const insertOutcome = sql(
  'outcomes.close',
  `insert into hub.outcome (referral_id, result, summary, self_management_plan, plan_declined, organisation_id)
   values ($1, $2, $3, $4, $5, hub.viewer_party())`,
);

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
    const rules = await tx.one<InstrumentRules>(findInstrument, [input.instrument]);
    if (!rules) throw invalid('Not a key of instruments.', 'input', 'instrument');
    const { items, score, convertedScore, level } = scoreOf(rules, input.items ?? [], input.score ?? null);
    checkDay(tx, input.takenOn);
    const values = [referral.id, rules.key, input.occasion, score, JSON.stringify(items), input.takenOn];
    values.push(rules.version, convertedScore, level);
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

function checkDay(tx: Transaction, day: string): void {
  if (day > todayOf(tx)) throw invalid('A measurement is not in the future.', 'input', 'takenOn');
}
