import { sql, type Transaction } from '../../database';
import { invalid, notPermitted, type Results } from '../../graph';
import { localId } from '../../kernel';
import { CLOCK_TOLERANCE, presentOf } from '../consent';
import { checkWorking, MovementService } from '../referrals';
import type { RecordPreparationInput } from './preparation.type';

const insert = sql(
  'preparations.insert',
  `insert into hub.preparation (referral_id, kind, ready, adjustments, at, organisation_id)
   values ($1, $2, $3, $4, coalesce($5, hub.clock()), hub.viewer_party())`,
);

export class PreparationService {
  constructor(private readonly movements: MovementService) {}

  /** By the receiver, or by whoever has full disclosure: preparing begins before a provider has answered. */
  async record(tx: Transaction, input: RecordPreparationInput): Promise<Results> {
    const referral = await this.movements.require(tx, localId('ref', input.referral));
    if (!referral.writer && referral.disclosure !== 'FULL') {
      throw notPermitted('Its receiver and those with full disclosure record preparation.', 'input', 'referral');
    }
    checkWorking(referral, ['RECEIVED']);
    if (input.at && input.at.getTime() > presentOf(tx).getTime() + CLOCK_TOLERANCE) {
      throw invalid('What was found is not in the future.', 'input', 'at');
    }
    const adjustments = input.adjustments?.trim() || null;
    await tx.query(insert, [referral.id, input.kind, input.ready, adjustments, input.at ?? null]);
    return { referral: referral.id };
  }
}
