import { asSequencer, type Database, Listener } from '../database';
import type { Logger } from '../kernel';

const CHANNEL = 'loopwell_feed';
const EVERYBODY = '*';
const HEADS = 'select party, last_seq as last from hub.feed_head where party = any ($1::uuid[])';
/** A lost NOTIFY costs at most this, in milliseconds. */
const POLL = 1_000;

/** A reader's wait for news of one feed. */
export interface Wait {
  /** Resolves when the feed may have news, the time is over, or the signal aborts. Never rejects. */
  readonly over: Promise<void>;
  /** The head this reader has seen; undefined while it still reads. */
  seen?: number;
}
interface Waiter extends Wait {
  end: () => void;
}

/**
 * Tells the readers on this node when their feeds have news: by NOTIFY, and once a second by one look at the heads of all the feeds
 * that are read here, however many readers there are.
 */
export class FeedWatch {
  private readonly waiters = new Map<string, Set<Waiter>>();
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
    this.wakeAll();
    await this.listener.close();
  }

  wait(party: string, atMost: number, signal: AbortSignal): Wait {
    const waiting = this.waiters.get(party) ?? new Set();
    this.waiters.set(party, waiting);
    let resolve: () => void = () => undefined;
    const over = new Promise<void>((done) => (resolve = done));
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      waiting.delete(waiter);
      if (waiting.size === 0 && this.waiters.get(party) === waiting) this.waiters.delete(party);
      resolve();
    };
    const timer = setTimeout(end, atMost);
    const waiter: Waiter = { over, end };
    waiting.add(waiter);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    return waiter;
  }

  private heard(payload: string): void {
    if (payload === EVERYBODY) return this.wakeAll();
    for (const party of payload.split(',')) for (const { end } of [...(this.waiters.get(party) ?? [])]) end();
  }

  private wakeAll(): void {
    for (const waiting of [...this.waiters.values()]) for (const { end } of [...waiting]) end();
  }

  /** One query a node and second. Where the database is away, readers are woken to find that out by themselves. */
  private async look(): Promise<void> {
    try {
      if (this.waiters.size > 0) await this.compareHeads();
    } catch {
      this.wakeAll();
    }
    if (this.poll) this.poll = setTimeout(() => void this.look(), POLL);
  }

  private async compareHeads(): Promise<void> {
    const parties = [...this.waiters.keys()].filter(Boolean);
    const rows = await asSequencer<{ party: string; last: number }>(this.database, HEADS, [parties]);
    const heads = new Map(rows.map(({ party, last }) => [party, last]));
    for (const [party, waiting] of this.waiters) {
      const head = heads.get(party) ?? 0;
      for (const { seen, end } of [...waiting]) if (seen !== undefined && seen !== head) end();
    }
  }
}
