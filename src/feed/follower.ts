import { isOver, type Viewer } from '../access';
import { isFresh, Pace, type Read } from './pace';
import type { Piece, Texts, Waiting } from './news';
import { type Place, placeOf, positionOf } from './position';
import type { FeedMessage, FeedStreams, PageReader, RenderedEntry, StreamEntry, StreamOptions } from './stream';
import type { Reader } from './watch';

/**
 * One reader's way along its feed: it replays from its cursor, page by page, then waits at the end for what comes. What is heard
 * while it reads counts for its next wait, so it misses nothing.
 */
export class Follower implements Reader, Waiting {
  private place?: Place;
  private lastSent?: number;
  private nextBeat: number;
  private readonly pace = new Pace();
  /** The next page, where it is read while this one is sent. */
  private ahead?: Promise<Read | undefined>;
  private heard?: 'own' | 'any';
  private wake?: (entry?: RenderedEntry) => void;
  /** As its signal says, which is slow to ask for each delivery. */
  private left = false;
  /** It has come to the end of its feed once, and hears what happens now: before those who are still behind. */
  private live = false;
  private readonly kinds: readonly string[] | null;
  private readonly reader: PageReader;

  constructor(
    readonly viewer: Viewer,
    private readonly options: StreamOptions,
    private readonly streams: FeedStreams,
    signal: AbortSignal,
  ) {
    this.kinds = options.kinds ?? null;
    this.reader = options.read ?? streams.rows;
    this.place = placeOf(streams.cursors, this.party, options.after);
    this.nextBeat = performance.now() + streams.heartbeatEvery;
    signal.addEventListener('abort', () => {
      this.left = true;
      this.hear(true);
    });
  }

  get waitsAt(): Place | undefined {
    return this.wake && this.place;
  }
  get seen(): number | undefined {
    return this.waitsAt?.sequence;
  }
  get shared(): string | undefined {
    return this.reader.shared;
  }
  private get party(): string {
    return this.viewer.party ?? '';
  }
  private get over(): boolean {
    return this.left || isOver(this.viewer);
  }

  private get beatIsDue(): boolean {
    return performance.now() >= this.nextBeat;
  }

  async *messages(): AsyncGenerator<FeedMessage> {
    const { cursors, watch } = this.streams;
    const leave = watch.join(this.viewer.kind === 'organisation' ? this.party : '', this);
    try {
      while (!this.left) {
        const page = await this.read();
        if (!page || this.over) return;
        const position = positionOf(cursors, this.party, this.place, page);
        if ('reset' in position) {
          yield { type: 'reset', reason: position.reset, resumeFrom: position.resumeFrom };
          return;
        }
        this.place = position;
        this.live = !(yield* this.send(page));
        if (!this.live) continue;
        const { last, lastHash } = page.head;
        if (last > this.place.sequence) this.place = { sequence: last, event: lastHash };
        if (this.beatIsDue) yield this.heartbeat();
        yield* this.wait();
      }
    } finally {
      leave();
    }
  }

  /** Sends a page as long as it is fresh. True where more may follow at once. */
  private async *send({ entries, limit, readAt }: Read): AsyncGenerator<FeedMessage, boolean> {
    const full = entries.length === limit;
    if (full && this.options.push && this.pace.swift) this.readAhead(entries.at(-1)?.seq ?? 0);
    let sent = 0;
    let pushed = 0;
    for (const entry of entries) {
      if (this.left) return true;
      if (sent > 0 && !isFresh(readAt)) break;
      if ('text' in entry && this.options.push?.(entry)) pushed += 1;
      else yield { type: 'entry', entry };
      this.passed(entry);
      sent += 1;
    }
    this.pace.sent(sent, pushed, entries.length);
    if (!this.pace.swift) this.ahead = undefined;
    return full || sent < entries.length;
  }

  /** At the end of the feed, until something follows that it has to read by itself. */
  private async *wait(): AsyncGenerator<FeedMessage> {
    while (this.heard !== 'own' && !this.over) {
      if (!this.heard && this.beatIsDue) yield this.heartbeat();
      const entry = await this.word();
      if (!entry) continue;
      yield { type: 'entry', entry };
      this.passed(entry);
      // more may have come, of which it was not told
      this.heard ??= 'any';
    }
  }

  /** Resolves with news that it cannot push, or with nothing where there is something else to do. Never rejects. */
  private word(): Promise<RenderedEntry | undefined> {
    if (this.heard === 'own') return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.nextBeat = 0; // due by whatever clock
        this.hear(false);
      }, this.nextBeat - performance.now());
      this.wake = (entry) => {
        this.wake = undefined;
        clearTimeout(timer);
        resolve(entry);
      };
      if (this.heard) this.streams.news.lookFor(this);
      this.heard = undefined;
    });
  }

  hear(own: boolean): void {
    if (!own && this.wake) return this.streams.news.lookFor(this);
    this.heard = own ? 'own' : (this.heard ?? 'any');
    this.wake?.();
  }

  tell(news: readonly Piece[], texts: Texts | undefined): void {
    if (this.over) return this.hear(true);
    for (const [event, kind] of news) {
      const seq = (this.place as Place).sequence + 1;
      if (this.wants(kind)) {
        const known = texts?.get(event);
        const previous_seq = this.kinds ? this.lastSent : seq - 1;
        if (!known || previous_seq === undefined) return this.hear(true);
        const entry = { seq, previous_seq, event_hash: event, kind: known.kind, text: known.text };
        if (!this.options.push?.(entry)) return this.wake?.(entry);
        this.lastSent = seq;
      }
      this.place = { sequence: seq, event };
    }
    if (this.beatIsDue) this.wake?.();
  }

  wants(kind: string): boolean {
    return this.kinds?.includes(kind) ?? true;
  }

  readOne(after: number) {
    return this.streams.turns.take(() => this.reader.page(this.viewer, after, this.kinds, 1), true);
  }

  private passed({ seq, event_hash }: StreamEntry): void {
    this.place = { sequence: seq, event: event_hash };
    this.lastSent = seq;
  }

  private heartbeat(): FeedMessage {
    const { sequence, event } = this.place as Place;
    this.nextBeat = performance.now() + this.streams.heartbeatEvery;
    const cursor = this.streams.cursors.sign({ party: this.party, sequence, event });
    return { type: 'heartbeat', cursor, headSequence: sequence, at: new Date() };
  }

  private async read(): Promise<Read | undefined> {
    const page = await this.ahead;
    this.ahead = undefined;
    return page && isFresh(page.readAt) ? page : this.readAfter(this.place?.sequence ?? 0);
  }

  private readAhead(after: number): void {
    this.ahead = this.readAfter(after);
    // where it is not wanted any more, nobody asks what became of it
    this.ahead.catch(() => undefined);
  }

  private readAfter(after: number): Promise<Read | undefined> {
    return this.streams.turns.take(async () => {
      // it may have left while it waited in line
      if (this.over) return undefined;
      // what is heard from here on may be missing in what is read
      this.heard = undefined;
      return this.pace.read((limit) => this.reader.page(this.viewer, after, this.kinds, limit));
    }, this.live);
  }
}
