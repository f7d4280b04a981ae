import { asIdentity, type Database } from '../database';
import type { Viewer } from '../access';
import { endable, type FeedCursors, Turns } from '../kernel';
import { type FeedEntry, type FeedPage, feedPage, type FeedPlace } from './feed.store';
import { NetworkNews } from './news';
import type { FeedWatch } from './watch';
import { type Place, placeOf, positionOf, type ResetReason } from './position';

/** An entry that is rendered already, as the text of an answer. */
export type RenderedEntry = FeedPlace & { kind: FeedEntry['kind']; text: string };
/** An entry of the log as its viewer may know it. */
export type StreamEntry = FeedEntry | RenderedEntry;

/** What a stream says: an event's place, that it is still there, or that it cannot go on from this cursor. */
export type FeedMessage =
  | { type: 'entry'; entry: StreamEntry }
  | { type: 'heartbeat'; cursor: string; headSequence: number; at: Date }
  | { type: 'reset'; reason: ResetReason; resumeFrom: string };

/** Reads what follows a place, as this viewer may know it at that moment. */
export interface PageReader {
  page(viewer: Viewer, after: number, kinds: readonly string[] | null, limit: number): Promise<FeedPage<StreamEntry>>;
  /** Names what it shows of news of the directory, where that is the same for every organisation. */
  readonly shared?: string;
}

export interface StreamOptions {
  after?: string | null;
  kinds?: readonly string[] | null;
  /** Instead of entries as rows, such as entries rendered for one document. */
  read?: PageReader;
  /** Takes an entry straight to its reader; false where that cannot be now, and it goes the ordinary way. */
  push?: (entry: RenderedEntry) => boolean;
}

/** Entries read at a time, at first and at the most: a reader that stands still holds no more than this. */
const FIRST_PAGE = 16;
const PAGE = 100;
/**
 * A page that takes longer to read asks for much of each entry, and the next is half as long; not shorter than half of the first,
 * or a busy machine would make many small reads of few large ones. In milliseconds.
 */
const SLOW = 150;
/** What was read longer ago is read again before it is sent: access may have ended meanwhile. In milliseconds. */
const FRESH = 50;
/** Heartbeats, in milliseconds. */
const BEAT = 15_000;

/** Serves any party's feed from PostgreSQL: replays from a cursor, then goes on live. */
export class FeedStreams {
  private readonly news: NetworkNews;
  // a thousand readers that come back at once wait for each other, not for connections that requests need
  private readonly turns: Turns;

  constructor(
    private readonly database: Database,
    private readonly watch: FeedWatch,
    private readonly cursors: FeedCursors,
    private readonly heartbeatEvery = BEAT,
  ) {
    this.news = new NetworkNews(database);
    this.turns = new Turns(Math.ceil((database.pool.options.max ?? 2) / 2));
  }

  follow(viewer: Viewer, options: StreamOptions): AsyncGenerator<FeedMessage> {
    return endable((signal) => this.messages(viewer, options, signal));
  }

  private async *messages(viewer: Viewer, options: StreamOptions, signal: AbortSignal): AsyncGenerator<FeedMessage> {
    const party = viewer.party ?? '';
    const kinds = options.kinds ?? null;
    const { read = this.rows, push } = options;
    let place: Place | undefined = placeOf(this.cursors, party, options.after);
    let lastSent: number | undefined;
    let nextBeat = Date.now() + this.heartbeatEvery;
    let limit = FIRST_PAGE;
    const reader = this.watch.join(party, signal);
    try {
      while (!signal.aborted) {
        const idle = reader.begin();
        const news = place && idle ? await this.news.page(read, viewer, place, kinds, lastSent) : undefined;
        let begun = 0;
        const after = place?.sequence ?? 0;
        const inTurn = () => {
          begun = Date.now();
          return read.page(viewer, after, kinds, limit);
        };
        const page = news ?? (await this.turns.take(inTurn));
        const readAt = Date.now();
        if (viewer.expiresAt.getTime() <= readAt) return;
        const position = positionOf(this.cursors, party, place, page);
        if ('reset' in position) {
          yield { type: 'reset', reason: position.reset, resumeFrom: position.resumeFrom };
          return;
        }
        place = position;
        let sent = 0;
        for (const entry of page.entries) {
          if (signal.aborted) return;
          if (sent > 0 && Date.now() - readAt > FRESH) break;
          if (!('text' in entry && push?.(entry))) yield { type: 'entry', entry };
          place = { sequence: entry.seq, event: entry.event_hash };
          lastSent = entry.seq;
          sent += 1;
        }
        const more = sent < page.entries.length || sent === limit;
        // a slow reader gets as much at a time as it takes while that is fresh
        if (sent < page.entries.length) limit = sent;
        else if (!news)
          limit = readAt - begun > SLOW ? Math.max(FIRST_PAGE >> 1, limit >> 1) : Math.min(PAGE, limit * 2);
        if (more) {
          reader.hear(true);
          continue;
        }
        const { last, lastHash } = page.head;
        if (last > place.sequence) place = { sequence: last, event: lastHash };
        if (readAt >= nextBeat) {
          nextBeat = readAt + this.heartbeatEvery;
          const cursor = this.cursors.sign({ party, ...place });
          yield { type: 'heartbeat', cursor, headSequence: last, at: new Date() };
        }
        await reader.news(last, nextBeat - readAt);
      }
    } finally {
      reader.leave();
    }
  }

  /** Entries as rows: what reads the fields that are asked for looks again at each one's delivery. */
  readonly rows: PageReader = {
    page: (viewer, after, kinds, limit) =>
      asIdentity(this.database, viewer, (tx) => feedPage(tx, after, kinds, limit), { readOnly: true }),
  };
}
