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
  programme_id: string | null;
}

/** The least that is known of an entry: its place, and what stands there. */
export type FeedPlace = Pick<FeedEntry, 'seq' | 'previous_seq' | 'event_hash'>;

export interface FeedHead {
  /** Sequence of the newest event; 0 before the first. */
  last: number;
  /** The place just before the oldest kept. */
  floor: number;
  floorHash: string;
  lastHash: string;
}

/** What follows a place, and whether that place still stands. */
export interface FeedPage<Entry extends FeedPlace = FeedEntry> {
  head: FeedHead;
  /** Hash of the event at the place asked for; null if none stands there. */
  stands: string | null;
  entries: Entry[];
}

/** The place before every other, for a reader without a cursor. */
export const FROM_THE_OLDEST = -1;

const hash = (column: string) => `encode(substring(${column} from 1 for 6), 'hex')`;

interface PageParts {
  /** Placeholders of the place and the limit. */
  after: string;
  limit: string;
  /** Placeholder of the kinds that are wanted; without it, all are. */
  kinds?: string;
  /** Further columns of each entry, which is named r. */
  envelope?: string;
  /** Select list over the page's rows, which are named entry, beside seq, previous_seq and event_hash. */
  shown: string;
  /** A further CTE, such as the page's audit row; it may read `page`. */
  trail?: string;
}

/**
 * One statement: the head, what stands at a place, and what follows it, oldest first. Endings of access always pass the filter. It
 * is sent once for each delivery, so what counts is how little PostgreSQL has to set up for it.
 */
export function pageText({ after, kinds, limit, envelope, shown, trail }: PageParts): string {
  const wanted = (entry: string) =>
    kinds ? ` and (${entry}.kind = any (${kinds}) or ${entry}.kind = 'ACCESS_ENDED')` : '';
  // without kinds the sequence has no gap; with them, the previous one of these kinds is looked up for the page's first
  const previous = kinds
    ? `coalesce(lag(r.seq) over (order by r.seq), ` +
      `(select max(p.seq) from graph.feed_entry p where p.seq <= ${after}::bigint${wanted('p')}), 0)`
    : 'r.seq - 1';
  return (
    `with head as materialized (select coalesce(h.last_seq, 0) as last, coalesce(h.floor_seq, 0) as floor, ` +
    `coalesce(${hash('h.floor_hash')}, '') as floor_hash from (values (1)) one (row) left join graph.feed_head h on true), ` +
    `mark as materialized (select max(${hash('e.event_hash')}) filter (where e.seq = ${after}::bigint) as stands, ` +
    `max(${hash('e.event_hash')}) filter (where e.seq = head.last) as newest ` +
    `from head join graph.feed_place e on e.seq = any (array[${after}::bigint, head.last])), ` +
    `page as materialized (select entry.seq::integer as seq, entry.previous_seq::integer as previous_seq, ${hash('entry.event_hash')} as event_hash, ${shown} ` +
    `from (select r.*, ${previous} as previous_seq${envelope ? `, ${envelope}` : ''} from (select e.* from graph.feed_entry e where e.seq > ${after}::bigint ` +
    `and e.seq <= (select last from head)${wanted('e')} order by e.seq limit ${limit}::integer) r) entry)${trail ? `, ${trail}` : ''} ` +
    `select head.last::integer as head_last, head.floor::integer as head_floor, head.floor_hash as head_floor_hash, ` +
    `coalesce(mark.newest, '') as head_last_hash, mark.stands, page.* ` +
    // a page with entries has an audit row, which there is none of for a token that was revoked; an empty one asks by itself
    `from head cross join mark left join page on true where page.seq is not null or hub.token_stands() order by page.seq`
  );
}

interface HeadRow {
  head_last: number;
  head_floor: number;
  head_floor_hash: string;
  head_last_hash: string;
  stands: string | null;
  seq: number | null;
}

/** Rows of a page's statement, of which there is at least one. */
export function pageOfRows<Entry extends FeedPlace>(rows: readonly object[]): FeedPage<Entry> {
  const [first] = rows as HeadRow[];
  if (!first) throw new Error('a page of the feed has no head');
  return {
    head: {
      last: first.head_last,
      floor: first.head_floor,
      floorHash: first.head_floor_hash,
      lastHash: first.head_last_hash,
    },
    stands: first.stands,
    entries: first.seq === null ? [] : (rows as Entry[]),
  };
}

const ENTRY = `event_id, kind, occurred_at, disclosure, reference, actor_id, referral_id, service_id, contact_id, measurement_id, programme_id`;
const shown = ENTRY.split(/,\s*/)
  .map((column) => `entry.${column}`)
  .join(', ');
const readPage = sql('feed.page', pageText({ after: '$1', limit: '$2', shown }));
const readPageOfKinds = sql('feed.page_of_kinds', pageText({ after: '$1', limit: '$2', kinds: '$3', shown }));
const readEntry = sql(
  'feed.entry',
  `select seq::integer as seq, $2::integer as previous_seq, ${hash('event_hash')} as event_hash, ${ENTRY} from graph.feed_entry where seq = $1`,
);

export async function feedPage(
  tx: Transaction,
  after: number,
  kinds: readonly string[] | null,
  limit: number,
): Promise<FeedPage> {
  return pageOfRows(
    await (kinds ? tx.query(readPageOfKinds, [after, limit, kinds]) : tx.query<object>(readPage, [after, limit])),
  );
}

/** One entry again, at the moment of its delivery. */
export async function feedEntryAt(tx: Transaction, seq: number, previous: number): Promise<FeedEntry | undefined> {
  return tx.one<FeedEntry>(readEntry, [seq, previous]);
}
