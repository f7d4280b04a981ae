import { sql, type Transaction } from '../../database';
import { invalid, notPermitted, Refusal, type Results, UserErrorCode } from '../../graph';
import { localId } from '../../kernel';
import { todayOf } from '../consent';
import { checkWorking, MovementService } from '../referrals';
import type { ExtendSupportInput } from './review.type';

const reviewContacts = sql('reviews.contacts', 'select hub.review_contacts($1)');
const countAttended = sql(
  'reviews.attended',
  `select count(*) as attended from graph.contact
   where referral_id = $1 and attendance = 'ATTENDED' and recorded_in_error_at is null`,
);
const extend = sql('reviews.extend', 'select hub.extend_support($1, $2, $3, $4)');

/** Asks the link worker to review, where this contact was the one at which a review falls due. */
export const askForReview = (tx: Transaction, referral: string) => tx.query(reviewContacts, [referral]);

export class ReviewService {
  constructor(private readonly movements: MovementService) {}

  async extend(tx: Transaction, input: ExtendSupportInput): Promise<Results> {
    const referral = await this.movements.require(tx, localId('ref', input.referral));
    if (!referral.writer) throw notPermitted('Only its receiver extends support.', 'input', 'referral');
    checkWorking(referral);
    if (!input.reason.trim())
      throw Refusal.of(UserErrorCode.REASON_REQUIRED, 'Say why support goes on.', ['input', 'reason']);
    const { contacts = null, until = null } = input;
    if (contacts === null && until === null)
      throw invalid('Say until how many contacts, or until when.', 'input', 'contacts');
    const attended = (await tx.one<{ attended: number }>(countAttended, [referral.id]))?.attended ?? 0;
    if (contacts !== null && contacts <= attended) {
      throw invalid(`Name more contacts than have taken place (${attended}).`, 'input', 'contacts');
    }
    if (until !== null && until < todayOf(tx)) {
      throw invalid('Support is extended to a day that is not past.', 'input', 'until');
    }
    await tx.query(extend, [referral.id, input.reason.trim(), contacts, until]);
    return { referral: referral.id };
  }
}
