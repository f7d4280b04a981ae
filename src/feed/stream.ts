import { asIdentity, type Database } from '../database';
import type { Viewer } from '../access';
import { endable, type FeedCursors, type Logger, Turns } from '../kernel';
import { type FeedEntry, type FeedPage, feedPage, type FeedPlace } from './feed.store';
import { Follower } from './follower';
import { NetworkNews } from './news';
import type { ResetReason } from './position';
import type { FeedWatch } from './watch';

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

/** Page reads of one node at a time: more would only take each other's processor, and the connections that requests need. */
const TURNS = 4;
/** Heartbeats, in milliseconds. */
const BEAT = 15_000;

/** Serves any party's feed from PostgreSQL: replays from a cursor, then goes on live. What it has, all who follow share. */
export class FeedStreams {
  readonly news: NetworkNews;
  /** A thousand readers that come back at once wait for each other, and keep nobody who is up to date. */
  readonly turns: Turns;

  constructor(
    private readonly database: Database,
    readonly watch: FeedWatch,
    readonly cursors: FeedCursors,
    logger: Logger,
    readonly heartbeatEvery = BEAT,
  ) {
    this.news = new NetworkNews(database, logger);
    this.turns = new Turns(Math.min(TURNS, Math.ceil((database.pool.options.max ?? 2) / 2)));
  }

  follow(viewer: Viewer, options: StreamOptions): AsyncGenerator<FeedMessage> {
    return endable((signal) => new Follower(viewer, options, this, signal).messages());
  }

  /** Entries as rows: what reads the fields that are asked for looks again at each one's delivery. */
  readonly rows: PageReader = {
    page: (viewer, after, kinds, limit) =>
      asIdentity(this.database, viewer, (tx) => feedPage(tx, after, kinds, limit), { readOnly: true }),
  };
}
