import { registerEnumType } from 'type-graphql';

/** Each kind with what it means, and with the sentence its envelope carries. Sentences are fixed: they tell nothing of anybody. */
const kinds = {
  REFERRAL_RECEIVED: ['A referral has arrived with its receiver.', 'A referral has been received.'],
  REFERRAL_ACCEPTED: ['The receiver has taken it on.', 'The referral has been accepted.'],
  REFERRAL_DECLINED: ['The receiver has not taken it on.', 'The referral has been declined.'],
  REFERRAL_CANCELLED: ['The referrer has called it back.', 'The referral has been cancelled.'],
  WAITING_LIST_JOINED: ['The person is on a waiting list.', 'The person has joined the waiting list.'],
  SUPPORT_STARTED: ['Support has started.', 'Support has started.'],
  SUPPORT_PAUSED: ['Support rests for a while.', 'Support has been paused.'],
  SUPPORT_RESUMED: ['Support goes on.', 'Support has been resumed.'],
  ATTENDANCE_RECORDED: ['A contact took place, or was missed.', 'Attendance has been recorded.'],
  REENGAGEMENT_DUE: [
    'A second contact was missed: time to ask what stands in the way.',
    'Contacts have been missed; re-engagement is due.',
  ],
  CHOICES_RECORDED: ['What was offered, chosen and declined.', 'Choices have been recorded.'],
  ONWARD_REFERRAL_CREATED: ['The person was referred on.', 'An onward referral has been made.'],
  OUTCOME_RECORDED: ['A follow-up or discharge measurement was taken.', 'An outcome has been recorded.'],
  REFERRAL_CLOSED: ['Support has ended, with an outcome.', 'The referral has been closed.'],
  REVIEW_DUE: ['Twelve contacts or ninety days have passed.', 'A review is due.'],
  CRISIS_ESCALATED: ['A crisis goes to a clinician.', 'A crisis has been escalated.'],
  CONSENT_CHANGED: ['The person gave or withdrew consent.', 'Consent has changed.'],
  ACCESS_ENDED: ['This party may know nothing more of the referral.', 'Your access to this referral has ended.'],
  POSSIBLE_ACTIVE_REFERRAL: [
    'Somebody else has referred a person you support.',
    'A person you support may have been referred again.',
  ],
  CARE_TEAM_JOINED: ['An organisation joined the care team by consent.', 'An organisation has joined the care team.'],
  CAPACITY_CHANGED: ['A service has more or fewer places.', 'The capacity of a service has changed.'],
  SERVICE_PARAMETERS_CHANGED: [
    'Eligibility or limits of a programme changed.',
    'The parameters of a programme have changed.',
  ],
  FUNDING_ENDING: ['Funding ends before the planned finish.', 'The funding of a service is ending.'],
  SOURCE_RECORD_CHANGED: ['A sector has sent new particulars of the person.', 'A record of the person has changed.'],
  WRITEBACK_FAILED: ['Filing into a record system failed.', 'A write-back has failed.'],
  MESSAGE_POSTED: ['A message was posted to this party.', 'A message has been posted.'],
  RESULTS_CLAIM_SUBMITTED: ['A claim for results was submitted.', 'A results claim has been submitted.'],
} as const;

type Kind = keyof typeof kinds;
export const FeedbackKind = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, kind])) as { [K in Kind]: K };
export type FeedbackKind = Kind;

registerEnumType(FeedbackKind, {
  name: 'FeedbackKind',
  description: 'What happened.',
  valuesConfig: Object.fromEntries(
    Object.entries(kinds).map(([kind, [description]]) => [kind, { description }]),
  ) as never,
});

/** The sentence an event of this kind carries. */
export const summaryOf = (kind: FeedbackKind): string => kinds[kind][1];

/** A referral that arrived, and a crisis, ask for an answer. */
export const asksForAnswer = (kind: FeedbackKind, disclosure: string): boolean =>
  kind === 'CRISIS_ESCALATED' || (kind === 'REFERRAL_RECEIVED' && disclosure !== 'STAGE');

const summaries = Object.entries(kinds).map(([kind, [, summary]]) => `when '${kind}' then '${summary}'`);

/** The same in SQL, for entries that are rendered there; `r` is the entry. */
export const ENVELOPE =
  `'evt_' || r.event_id as global_id, case r.kind ${summaries.join(' ')} end as summary, ` +
  `r.kind = 'CRISIS_ESCALATED' or r.kind = 'REFERRAL_RECEIVED' and r.disclosure <> 'STAGE' as requires_acknowledgement`;
