import { sql, type Transaction } from '../database';

/** What happened, in the contract's words. */
export type FeedbackKind =
  | 'REFERRAL_RECEIVED'
  | 'REFERRAL_ACCEPTED'
  | 'REFERRAL_DECLINED'
  | 'REFERRAL_CANCELLED'
  | 'WAITING_LIST_JOINED'
  | 'SUPPORT_STARTED'
  | 'SUPPORT_PAUSED'
  | 'SUPPORT_RESUMED'
  | 'ATTENDANCE_RECORDED'
  | 'REENGAGEMENT_DUE'
  | 'CHOICES_RECORDED'
  | 'OUTCOME_RECORDED'
  | 'REFERRAL_CLOSED'
  | 'REVIEW_DUE'
  | 'CRISIS_ESCALATED'
  | 'CONSENT_CHANGED'
  | 'POSSIBLE_ACTIVE_REFERRAL'
  | 'CAPACITY_CHANGED'
  | 'SERVICE_PARAMETERS_CHANGED'
  | 'FUNDING_ENDING'
  | 'SOURCE_RECORD_CHANGED'
  | 'MESSAGE_POSTED'
  | 'CARE_TEAM_JOINED';

/** The rows an event is about, by their uuids. */
export interface EventSubject {
  contact?: string;
  measurement?: string;
  service?: string;
  organisation?: string;
}

const append = sql('feed.append', 'select hub.append_event($1, $2, $3) as id');

/**
 * Appends an event to the log, in the caller's transaction, after its writes. It names no recipient: the database computes the
 * audience from its rules and the referral's parties, and locks the referral first, so that causes are numbered before effects.
 */
export async function appendEvent(tx: Transaction, kind: FeedbackKind, referral: string, subject: EventSubject = {}) {
  await tx.query(append, [kind, referral, JSON.stringify(subject)]);
}
