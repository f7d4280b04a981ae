import { sql, type Transaction } from '../../database';
import { appendEvent } from '../../feed';
import { invalid, notPermitted, type Results } from '../../graph';
import { localId } from '../../kernel';
import { CLOCK_TOLERANCE, presentOf } from '../consent';
import { Attendance } from '../people';
import { checkWorking, MovementService, ReferralAction, ReferralStatus } from '../referrals';
import type { RecordContactInput } from './contact.type';
import { askForReview } from './review.service';

const insert = sql(
  'contacts.insert',
  `insert into hub.contact (referral_id, at, attendance, minutes, mode, barriers, organisation_id, practitioner_id, note)
   values ($1, $2, $3, $4, $5, $6, hub.viewer_party(), hub.viewer_practitioner(), $7) returning id`,
);
const countMissed = sql(
  'contacts.missed',
  `select count(*) as missed from graph.contact
   where referral_id = $1 and attendance in ('DID_NOT_ATTEND', 'UNABLE_TO_ATTEND') and recorded_in_error_at is null`,
);

/** From this many missed contacts on, the link worker is asked to re-engage the person. */
const SECOND_MISS = 2;

export class ContactService {
  constructor(private readonly movements: MovementService) {}

  async record(tx: Transaction, input: RecordContactInput): Promise<Results> {
    const referral = await this.movements.require(tx, localId('ref', input.referral));
    if (!referral.writer) throw notPermitted('Only its receiver records contacts.', 'input', 'referral');
    checkWorking(referral);
    const happened = input.attendance != null;
    if (happened && input.at.getTime() > presentOf(tx).getTime() + CLOCK_TOLERANCE) {
      throw invalid('A contact that has an attendance is not in the future.', 'input', 'at');
    }
    if (input.minutes != null && (input.minutes < 0 || input.minutes > 1440)) {
      throw invalid('Minutes are 0 to 1440.', 'input', 'minutes');
    }
    const attended = input.attendance === Attendance.ATTENDED;
    // minutes on a missed contact are a slip of the form, no reason to lose the record
    const minutes = attended || !happened ? (input.minutes ?? null) : null;
    const values = [
      referral.id,
      input.at,
      input.attendance ?? null,
      minutes,
      input.mode ?? null,
      input.barriers ?? [],
      input.note ?? null,
    ];
    const contact = (await tx.one<{ id: string }>(insert, values))?.id ?? '';

    if (attended && [ReferralStatus.ACCEPTED, ReferralStatus.WAITING].includes(referral.status)) {
      await this.movements.carryOut(tx, referral, ReferralAction.START);
    }
    if (happened) await appendEvent(tx, 'ATTENDANCE_RECORDED', referral.id, { contact });
    if (attended) await askForReview(tx, referral.id);
    const missed = input.attendance === Attendance.DID_NOT_ATTEND || input.attendance === Attendance.UNABLE_TO_ATTEND;
    if (missed && ((await tx.one<{ missed: number }>(countMissed, [referral.id]))?.missed ?? 0) >= SECOND_MISS) {
      await appendEvent(tx, 'REENGAGEMENT_DUE', referral.id, { contact });
    }
    return { contact, referral: referral.id };
  }
}
