import { sql, type Transaction } from '../database';
import type { FeedbackKind } from './event-log';

/** One place of a party's own feed, read through today's eyes. */
export interface FeedEntry {
  seq: number;
  previous_seq: number;
  event_id: string;
  event_hash: string;
  kind: FeedbackKind | 'ACCESS_ENDED';
  occurred_at: Date;
  disclosure: string;
  reference: string | null;
  actor_id: string | null;
  referral_id: string | null;
  service_id: string | null;
  contact_id: string | null;
  measurement_id: string | null;
}

export interface FeedHead {
  /** Sequence of the newest event; 0 before the first. */
  last: number;
  /** The place just before the oldest kept. */
  floor: number;
  floorHash: string;
  lastHash: string;
}

const hash = (column: string) => `encode(substring(${column} from 1 for 6), 'hex')`;
const wanted = `($2::text[] is null or kind = any ($2) or kind = 'ACCESS_ENDED')`;
const entry = `seq::integer, event_id, ${hash('event_hash')} as event_hash, kind, occurred_at, disclosure, reference, actor_id, referral_id,
  service_id, contact_id, measurement_id`;

const readHead = sql(
  'feed.head',
  `select h.last_seq::integer as last, h.floor_seq::integer as floor, coalesce(${hash('h.floor_hash')}, '') as "floorHash",
     coalesce((select ${hash('e.event_hash')} from graph.feed_entry e where e.seq = h.last_seq), '') as "lastHash"
   from graph.feed_head h`,
);
const readPage = sql(
  'feed.page',
  // without kinds the sequence has no gap; with them, the previous one of these kinds is looked up for the page's first
  `select ${entry}, case when $2::text[] is null then seq - 1 else coalesce(lag(seq) over (order by seq),
       (select max(p.seq) from graph.feed_entry p where p.seq <= $1 and ($2::text[] is null or p.kind = any ($2) or p.kind = 'ACCESS_ENDED')), 0) end::integer as previous_seq
   from graph.feed_entry where seq > $1 and seq <= $3 and ${wanted} order by seq limit $4`,
);
const readHashAt = sql('feed.at', `select ${hash('event_hash')} as hash from graph.feed_entry where seq = $1`);
const readEntry = sql(
  'feed.entry',
  `select ${entry}, $2::integer as previous_seq from graph.feed_entry where seq = $1`,
);

export async function feedHead(tx: Transaction): Promise<FeedHead> {
  return (await tx.one<FeedHead>(readHead)) ?? { last: 0, floor: 0, floorHash: '', lastHash: '' };
}

/** Entries after a place and up to another, oldest first. Endings of access always pass the filter. */
export async function feedPage(
  tx: Transaction,
  after: number,
  upTo: number,
  kinds: readonly string[] | null,
  limit: number,
) {
  return tx.query<FeedEntry>(readPage, [after, kinds, upTo, limit]);
}

/** The hash of the event at a place; undefined if none stands there. */
export async function feedHashAt(tx: Transaction, seq: number): Promise<string | undefined> {
  return (await tx.one<{ hash: string }>(readHashAt, [seq]))?.hash;
}

/** One entry again, at the moment of its delivery. */
export async function feedEntryAt(tx: Transaction, seq: number, previous: number): Promise<FeedEntry | undefined> {
  return tx.one<FeedEntry>(readEntry, [seq, previous]);
}
