import { asSequencer, type Database, Listener } from '../database';
import type { Logger } from '../kernel';

const CHANNEL = 'loopwell_feed';
const EVERYBODY = '*';
const HEADS = 'select party, last_seq as last from hub.feed_head where party = any ($1::uuid[])';
/** A lost NOTIFY costs at most this, in milliseconds. */
const POLL = 1_000;

/** Somebody who reads a feed on this node. */
export interface Reader {
  /** The head it has come to, while it waits there. */
  readonly seen: number | undefined;
  /** There may be news: of this very feed, or of any. */
  hear(own: boolean): void;
}

/**
 * Tells the readers on this node when their feeds have news: by NOTIFY, and once a second by one look at the heads of all the feeds
 * that are read here, however many readers there are.
 */
export class FeedWatch {
  private readonly readers = new Map<string, Set<Reader>>();
  private readonly listener: Listener;
  private poll?: NodeJS.Timeout;

  constructor(
    private readonly database: Database,
    logger: Logger,
  ) {
    this.listener = new Listener(database, CHANNEL, logger, (payload) => this.heard(payload ?? EVERYBODY));
  }

  async start(): Promise<void> {
    await this.listener.start();
    this.poll = setTimeout(() => void this.look(), POLL);
  }

  async close(): Promise<void> {
    clearTimeout(this.poll);
    this.poll = undefined;
    this.tellAll();
    await this.listener.close();
  }

  /** Until the function it returns is called. */
  join(party: string, reader: Reader): () => void {
    const readers = this.readers.get(party) ?? new Set();
    this.readers.set(party, readers.add(reader));
    return () => {
      readers.delete(reader);
      if (readers.size === 0 && this.readers.get(party) === readers) this.readers.delete(party);
    };
  }

  private heard(payload: string): void {
    if (payload === EVERYBODY) return this.tellAll();
    for (const party of payload.split(',')) this.readers.get(party)?.forEach((reader) => reader.hear(true));
  }

  private tellAll(): void {
    for (const readers of this.readers.values()) for (const reader of readers) reader.hear(false);
  }

  /** One query a node and second. Where the database is away, readers are told to find that out by themselves. */
  private async look(): Promise<void> {
    try {
      if (this.readers.size > 0) await this.compareHeads();
    } catch {
      this.tellAll();
    }
    if (this.poll) this.poll = setTimeout(() => void this.look(), POLL);
  }

  private async compareHeads(): Promise<void> {
    const parties = [...this.readers.keys()].filter(Boolean);
    const rows = await asSequencer<{ party: string; last: number }>(this.database, HEADS, [parties]);
    const heads = new Map(rows.map(({ party, last }) => [party, last]));
    for (const [party, readers] of this.readers) {
      const head = heads.get(party) ?? 0;
      for (const reader of readers) if (reader.seen !== undefined && reader.seen !== head) reader.hear(false);
    }
  }
}
