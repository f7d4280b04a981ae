import type { FeedbackKind } from '../../feed';
import { GenericUserError, invalid, notFound, notPermitted, Refusal, type Results, UserErrorCode } from '../../graph';
import { localId } from '../../kernel';
import type { Transaction } from '../../database';
import { ReferralAction } from './referral.enums';
import { type AssignReferralInput, IllegalTransition, type ReferralActionInput } from './referral.inputs';
import * as store from './referral.store';

/** What the parties hear when a referral is moved. */
const EVENTS: Record<Exclude<ReferralAction, 'WITHDRAW'>, FeedbackKind> = {
  ACCEPT: 'REFERRAL_ACCEPTED',
  DECLINE: 'REFERRAL_DECLINED',
  PLACE_ON_WAITING_LIST: 'WAITING_LIST_JOINED',
  START: 'SUPPORT_STARTED',
  PAUSE: 'SUPPORT_PAUSED',
  RESUME: 'SUPPORT_RESUMED',
  CLOSE: 'REFERRAL_CLOSED',
  CANCEL: 'REFERRAL_CANCELLED',
};

interface MoveInput extends Pick<ReferralActionInput, 'referral' | 'expectedVersion' | 'note'> {
  reason?: string | null;
}

/** Moves referrals along the transition table, which lives in the database and is enforced there. */
export class MovementService {
  async move(tx: Transaction, action: ReferralAction, input: MoveInput): Promise<Results> {
    if (input.reason !== undefined && !input.reason?.trim()) {
      throw Refusal.of(UserErrorCode.REASON_REQUIRED, 'Say why.', ['input', 'reason']);
    }
    const id = localId('ref', input.referral);
    if (tx.identity.kind === 'person' && action === ReferralAction.WITHDRAW) {
      await store.withdrawReferral(tx, id, input.reason ?? null);
      return { referral: id };
    }
    const referral = await this.require(tx, id, input.expectedVersion);
    if (input.note?.trim()) await store.addNote(tx, id, input.note);
    await this.carryOut(tx, referral, action, input.reason ?? null);
    return { referral: id };
  }

  /** The referral, locked; refuses where the viewer sees none or read an older version. */
  async require(tx: Transaction, id: string, expectedVersion?: number | null) {
    const referral = await store.lockReferral(tx, id);
    if (!referral) throw notFound('input', 'referral');
    if (expectedVersion != null && expectedVersion !== referral.version)
      throw stale(`version ${referral.version}`, 'expectedVersion');
    return referral;
  }

  /** One move of a locked referral, with its event. Refuses what the table does not hold for this viewer. */
  async carryOut(
    tx: Transaction,
    referral: store.ReferralState,
    action: ReferralAction,
    reason: string | null = null,
  ): Promise<void> {
    const to = referral.targets?.[action];
    if (!to)
      throw new Refusal([IllegalTransition.of(referral.status, referral.allowed_actions, ['input', 'referral'])]);
    if (!referral.allowed_actions.includes(action))
      throw notPermitted(`Another party of this referral may ${action}.`, 'input', 'referral');
    if (action === ReferralAction.WITHDRAW) {
      await store.withdrawReferral(tx, referral.id, reason);
      return;
    }
    await store.moveReferral(tx, referral.id, to, reason, EVENTS[action]);
  }

  async assign(tx: Transaction, input: AssignReferralInput): Promise<Results> {
    const id = localId('ref', input.referral);
    const read = await store.assignmentOf(tx, id);
    const referral = await this.require(tx, id, input.expectedVersion);
    if (!referral.writer) throw notPermitted('Only its receiver assigns a referral.', 'input', 'referral');
    if (!referral.open) {
      throw new Refusal([IllegalTransition.of(referral.status, referral.allowed_actions, ['input', 'referral'])]);
    }
    if (read !== referral.assignment) throw stale('somebody else assigned it meanwhile', 'practitioner');
    const practitioner = await store.findColleague(tx, localId('pra', input.practitioner));
    if (!practitioner) throw invalid('Not a practitioner of your organisation.', 'input', 'practitioner');
    await store.assignReferral(tx, id, practitioner.id);
    if (input.reason?.trim()) await store.addNote(tx, id, input.reason);
    return { referral: id };
  }
}

const stale = (how: string, field: string) =>
  new Refusal([
    GenericUserError.of(UserErrorCode.STALE_VERSION, `The referral has changed since it was read: ${how}.`, [
      'input',
      field,
    ]),
  ]);
