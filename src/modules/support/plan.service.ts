import { sql, type Transaction } from '../../database';
import { invalid, notPermitted, type Results } from '../../graph';
import { localId } from '../../kernel';
import { checkWorking, MovementService } from '../referrals';
import type { RecordPlanInput } from './plan.type';

const insert = sql(
  'plans.insert',
  `insert into hub.plan (referral_id, what_matters, goals, organisation_id)
   select $1::uuid, coalesce($2, p.what_matters), coalesce($3::jsonb, p.goals, '[]'), hub.viewer_party()
   from (select) one left join graph.plan p on p.id = $1::uuid`,
);

export class PlanService {
  constructor(private readonly movements: MovementService) {}

  async record(tx: Transaction, input: RecordPlanInput): Promise<Results> {
    const referral = await this.movements.require(tx, localId('ref', input.referral));
    if (!referral.writer) throw notPermitted('Only its receiver records a plan.', 'input', 'referral');
    checkWorking(referral);
    const whatMatters = input.whatMatters?.trim() || null;
    if (!whatMatters && !input.goals?.length)
      throw invalid('Say what matters, or name a goal.', 'input', 'whatMatters');
    const goals = input.goals?.map(({ text, baseline = null, latest = null }, i) => {
      if (!text.trim())
        throw invalid('A goal says what the person wants to reach.', 'input', 'goals', String(i), 'text');
      return { text: text.trim(), baseline, latest };
    });
    await tx.query(insert, [referral.id, whatMatters, goals ? JSON.stringify(goals) : null]);
    return { referral: referral.id };
  }
}
