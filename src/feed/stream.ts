import { asIdentity, type Database, type WakeUp } from '../database';
import type { Viewer } from '../access';
import type { FeedCursors } from '../kernel';
import { type FeedEntry, feedHead, feedPage } from './feed.store';
import { positionOf, type ResetReason } from './position';

/** What a stream says: an event's place, that it is still there, or that it cannot go on from this cursor. */
export type FeedMessage =
  | { type: 'entry'; entry: FeedEntry }
  | { type: 'heartbeat'; cursor: string; headSequence: number; at: Date }
  | { type: 'reset'; reason: ResetReason; resumeFrom: string };

export interface StreamOptions {
  after?: string | null;
  kinds?: readonly string[] | null;
}

/** Entries read at a time: a reader that stands still holds no more than this. */
const PAGE = 100;
/** A lost NOTIFY costs at most this, in milliseconds. */
const POLL = 1_000;
/** Heartbeats, in milliseconds. */
const BEAT = 15_000;

/** Serves any party's feed from PostgreSQL: replays from a cursor, then goes on live. */
export class FeedStreams {
  constructor(
    private readonly database: Database,
    private readonly wakeUp: WakeUp,
    private readonly cursors: FeedCursors,
    private readonly heartbeatEvery = BEAT,
  ) {}

  /** A plain function round a generator: its `return` must reach a wait that is parked. */
  follow(viewer: Viewer, options: StreamOptions): AsyncGenerator<FeedMessage> {
    const stop = new AbortController();
    const messages = this.messages(viewer, options, stop.signal);
    const end = messages.return.bind(messages);
    messages.return = (value) => {
      stop.abort();
      return end(value);
    };
    return messages;
  }

  private async *messages(viewer: Viewer, options: StreamOptions, signal: AbortSignal): AsyncGenerator<FeedMessage> {
    const party = viewer.party ?? '';
    const start = await this.read(viewer, async (tx) =>
      positionOf(tx, this.cursors, await feedHead(tx), party, options.after),
    );
    if ('reset' in start) {
      yield { type: 'reset', reason: start.reset, resumeFrom: start.resumeFrom };
      return;
    }
    let passed = start.sequence;
    let passedHash = start.event;
    let nextBeat = Date.now() + this.heartbeatEvery;
    while (!signal.aborted) {
      // The wait begins before the page is read: a NOTIFY between the two is not missed.
      const done = new AbortController();
      const woken = this.wakeUp.wait(
        party,
        Math.max(0, Math.min(POLL, nextBeat - Date.now())),
        AbortSignal.any([signal, done.signal]),
      );
      try {
        const { head, entries, position } = await this.page(viewer, passed, passedHash, options.kinds ?? null);
        if ('reset' in position) {
          yield { type: 'reset', reason: position.reset, resumeFrom: position.resumeFrom };
          return;
        }
        for (const entry of entries) {
          if (signal.aborted) return;
          yield { type: 'entry', entry };
          passed = entry.seq;
          passedHash = entry.event_hash;
        }
        if (entries.length === PAGE) continue;
        if (head.last > passed) {
          passed = head.last;
          passedHash = head.lastHash;
        }
        if (Date.now() >= nextBeat) {
          nextBeat = Date.now() + this.heartbeatEvery;
          const cursor = this.cursors.sign({ party, sequence: passed, event: passedHash });
          yield { type: 'heartbeat', cursor, headSequence: head.last, at: new Date() };
        }
        await woken;
      } finally {
        done.abort();
      }
    }
  }

  /** What follows a place, unless the log was restored, or cut off behind it, since the place was passed. */
  private page(viewer: Viewer, after: number, event: string, kinds: readonly string[] | null) {
    return this.read(viewer, async (tx) => {
      const head = await feedHead(tx);
      if (head.last === after && head.lastHash === event)
        return { head, position: { sequence: after, event }, entries: [] };
      const party = viewer.party ?? '';
      const cursor = this.cursors.sign({ party, sequence: after, event });
      const position = await positionOf(tx, this.cursors, head, party, cursor);
      const more = 'sequence' in position && head.last > after;
      return { head, position, entries: more ? await feedPage(tx, after, head.last, kinds, PAGE) : [] };
    });
  }

  private read<Result>(viewer: Viewer, work: Parameters<typeof asIdentity<Result>>[2]): Promise<Result> {
    return asIdentity(this.database, viewer, work, { readOnly: true });
  }
}
