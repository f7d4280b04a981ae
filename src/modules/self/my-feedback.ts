import { GraphQLError } from 'graphql';
import { sql, type Transaction } from '../../database';
import type { FeedbackKind } from '../feedback';
import type { GraphContext } from '../../graph';
import { globalId } from '../../kernel';
import type { MyFeedbackEvent } from './self.type';

interface Entry {
  seq: number;
  event_id: string;
  event_hash: string;
  kind: FeedbackKind;
  occurred_at: Date;
  reference: string;
}

const hash = (column: string) => `encode(substring(${column} from 1 for 6), 'hex')`;
const readPage = sql(
  'self.feedback',
  `select seq::integer, event_id, ${hash('event_hash')} as event_hash, kind, occurred_at, reference
   from graph.my_feed_entry where seq > $1 order by seq limit $2`,
);
// a cursor holds while the event it names stands at its place, or stood just before the oldest kept
const readPlace = sql(
  'self.place',
  `select ${hash('event_hash')} as hash from graph.my_feed_entry where seq = $1
   union all select ${hash('floor_hash')} from graph.my_feed_head where floor_seq = $1`,
);

/** What each kind says to the person it is about. Fixed sentences: they tell no wait, and nobody's part that she was not told of. */
const SENTENCES: Record<FeedbackKind, string> = {
  REFERRAL_RECEIVED: 'Your referral has been received.',
  REFERRAL_ACCEPTED: 'Your referral has been accepted.',
  REFERRAL_DECLINED: 'Your referral was not taken on.',
  REFERRAL_CANCELLED: 'Your referral was called back by whoever sent it.',
  WAITING_LIST_JOINED: 'You are on the list.',
  SUPPORT_STARTED: 'Your support has started.',
  SUPPORT_PAUSED: 'Your support is resting for now.',
  SUPPORT_RESUMED: 'Your support goes on.',
  ATTENDANCE_RECORDED: 'Your supporter noted a meeting with you.',
  REENGAGEMENT_DUE: 'Your supporter would like to hear from you.',
  CHOICES_RECORDED: 'What you were offered and what you chose was noted.',
  ONWARD_REFERRAL_CREATED: 'You were referred on to a service, as you agreed.',
  OUTCOME_RECORDED: 'How you are doing was noted.',
  REFERRAL_CLOSED: 'Your support has ended.',
  REVIEW_DUE: 'It is time to look at your support together.',
  CRISIS_ESCALATED: 'A doctor has been told that you may need urgent help.',
  CONSENT_CHANGED: 'What you agreed to share has changed.',
  ACCESS_ENDED: 'An organisation no longer takes part in your support.',
  POSSIBLE_ACTIVE_REFERRAL: 'You may have been referred twice.',
  CARE_TEAM_JOINED: 'An organisation you agreed to has joined your care team.',
  CAPACITY_CHANGED: 'A service has changed how many people it can take.',
  SERVICE_PARAMETERS_CHANGED: 'A service has changed whom it is for.',
  FUNDING_ENDING: 'A service may come to an end.',
  SOURCE_RECORD_CHANGED: 'What is recorded about you has changed.',
  WRITEBACK_FAILED: 'A note about your support has not reached a record system yet.',
  MESSAGE_POSTED: 'A message was posted.',
  RESULTS_CLAIM_SUBMITTED: 'A service has reported its results.',
};

/** The person's own feed: her rows, in their order, with cursors that are good for her alone. */
export async function myFeedback(
  { tx, services, viewer, touched }: GraphContext,
  after: string | null,
  first: number,
): Promise<MyFeedbackEvent[]> {
  if (viewer.kind !== 'person' || !viewer.party) return [];
  const party = viewer.party;
  const place = after === null ? { party, sequence: 0, event: '' } : services.cursors.open(after);
  if (!place || place.party !== party || !(await stands(tx, place.sequence, place.event))) {
    throw new GraphQLError('A cursor must come from your own feed; leave it out to read from the beginning.', {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  touched.persons.add(party);
  const entries = await tx.query<Entry>(readPage, [place.sequence, first]);
  return entries.map(({ seq, event_id, event_hash, kind, occurred_at, reference }) => ({
    id: globalId('evt', event_id),
    sequence: seq,
    cursor: services.cursors.sign({ party, sequence: seq, event: event_hash }),
    kind,
    occurredAt: occurred_at,
    summary: SENTENCES[kind],
    reference,
  }));
}

async function stands(tx: Transaction, sequence: number, event: string): Promise<boolean> {
  if (sequence === 0) return true;
  return (await tx.query<{ hash: string }>(readPlace, [sequence])).some(({ hash: held }) => held === event);
}
