import { concerns, RECENT_REVOCATIONS, type Revocation, type Viewer } from '../access';
import { asSequencer, type Database } from '../database';
import { type Logger, NOBODY } from '../kernel';
import type { FeedbackKind } from './event-log';
import type { FeedPage } from './feed.store';
import { isFresh } from './pace';
import type { Place } from './position';
import type { RenderedEntry, StreamEntry } from './stream';

// as one text: a row with columns for each of a thousand readers takes longer to take apart than to send
const NEXT = `select coalesce((select json_agg(json_build_array(n.reader - 1, n.stands, n.news)) from hub.next_news($1::uuid[], $2::bigint[]) n), '[]') as found,
  (select json_agg(r) from (${RECENT_REVOCATIONS}) r) as revoked`;
/** Readers asked for in one statement: as many as are told while what it found is fresh. */
const READERS = 500;
/** How long a text is there, once it is made, for others who come to it later than the first. In milliseconds. */
const KEPT = 1_000;

/** Looks until the texts are there soon enough; then each reads by itself. */
const TRIES = 3;

/** A piece of news, by the hash of its event. */
export type Piece = [hash: string, kind: FeedbackKind];
/** Pieces that one kind of reader wants, as it shows them. */
export type Texts = ReadonlyMap<string, RenderedEntry | undefined>;

/** A reader at the end of its feed. */
export interface Waiting {
  readonly viewer: Viewer;
  /** Where it waits; undefined where it does not, or not any more. */
  readonly waitsAt: Place | undefined;
  /** Names what it shows of news of the directory, where that is the same for every organisation. */
  readonly shared: string | undefined;
  wants(kind: FeedbackKind): boolean;
  /** One entry after a place, through its own eyes. */
  readOne(after: number): Promise<FeedPage<StreamEntry>>;
  /** What follows where it waits is all known: nothing, or this. */
  tell(news: readonly Piece[], texts: Texts | undefined): void;
  /** Something may follow: it reads by itself where that is its own, and otherwise asks for a look. */
  hear(own: boolean): void;
}

type TextsOf = Map<string | undefined, Map<string, RenderedEntry | undefined>>;
/** A reader by its number, what stands at its place, and what follows it. */
type Found = [reader: number, stands: string, news: Piece[]];
interface News {
  found: readonly Found[];
  texts: TextsOf;
}
const NOTHING: News = { found: [], texts: new Map() };

/**
 * News of the directory (a service's capacity, a programme's parameters) reaches every party of a network at the same moment and
 * says the same to each of them. So all readers that wait are looked after in one statement, and a piece of news is rendered once
 * for all who ask the same of it; only its place and cursor are each feed's own. What is done for each reader is done a thousand
 * times an event: it makes nothing that can be shared.
 */
export class NetworkNews {
  private asking = new Set<Waiting>();
  private looking = false;
  private readonly rendered = new Map<string, Promise<RenderedEntry | undefined>>();

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

  /** Looks what follows where this reader waits, together with all others that are asked for at this moment, and tells them. */
  lookFor(reader: Waiting): void {
    this.asking.add(reader);
    if (this.looking) return;
    this.looking = true;
    setImmediate(() => void this.lookForAll());
  }

  /** One look at a time: who is asked for meanwhile is in the next. */
  private async lookForAll(): Promise<void> {
    while (this.asking.size > 0) {
      const readers = [...this.asking];
      this.asking = new Set();
      for (let from = 0; from < readers.length; from += READERS)
        await this.look(readers.slice(from, from + READERS)).catch((error: Error) => {
          // what it could not tell them they find at the watch's next poll
          this.logger.error({ err: error.message }, 'news could not be told');
        });
    }
    this.looking = false;
  }

  /** Who is not there any more when the answer comes hears that there was something, for the next wait. */
  private async look(asked: readonly Waiting[]): Promise<void> {
    const [readers, places]: [Waiting[], Place[]] = [[], []];
    for (const reader of asked) {
      const place = reader.waitsAt;
      if (!place) reader.hear(false);
      else places[readers.push(reader) - 1] = place;
    }
    const { found, texts } = await this.findFresh(readers, places).catch((error: Error) => {
      this.logger.warn({ err: error.message }, 'could not look for news; each reader looks by itself');
      return NOTHING;
    });
    const known = new Map(found.map(([n, , news]) => [n, news]));
    for (const [n, reader] of readers.entries()) {
      const news = known.get(n);
      if (reader.waitsAt !== places[n]) reader.hear(false);
      else if (news) reader.tell(news, texts.get(reader.shared));
      else reader.hear(true);
    }
  }

  /** What follows where they wait, with its texts. Where these took long to make, it is looked at again: access may have ended meanwhile. */
  private async findFresh(readers: readonly Waiting[], places: readonly Place[]): Promise<News> {
    if (readers.length === 0) return NOTHING;
    const texts: TextsOf = new Map();
    for (let tries = 0; tries < TRIES; tries++) {
      const found = await this.find(readers, places);
      const foundAt = performance.now();
      await this.render(readers, places, found, texts);
      if (isFresh(foundAt)) return { found, texts };
    }
    return NOTHING;
  }

  private async find(readers: readonly Waiting[], places: readonly Place[]): Promise<Found[]> {
    const [row] = await asSequencer<{ found: Found[]; revoked: Revocation[] | null }>(this.database, NEXT, [
      `{${readers.map(({ viewer }) => viewer.party ?? NOBODY).join()}}`,
      `{${places.map(({ sequence }) => sequence).join()}}`,
    ]);
    const revoked = row?.revoked?.map((each) => ({ ...each, at: new Date(each.at) }));
    const stands = ([n, event]: Found) => places[n]?.event === event;
    const counts = ([n]: Found) => !revoked || !concerns(revoked, (readers[n] as Waiting).viewer);
    return (row?.found ?? []).filter((each) => stands(each) && counts(each));
  }

  /** Adds the text of each piece of news as each kind of reader shows it; the first who asks reads it through its own eyes. */
  private async render(readers: readonly Waiting[], places: readonly Place[], found: readonly Found[], texts: TextsOf) {
    const made: Promise<unknown>[] = [];
    for (const [n, , news] of found) {
      const reader = readers[n] as Waiting;
      if (news.length === 0 || reader.shared === undefined) continue;
      const known = texts.get(reader.shared) ?? new Map<string, RenderedEntry | undefined>();
      texts.set(reader.shared, known);
      for (const [i, [hash, kind]] of news.entries()) {
        if (known.has(hash) || !reader.wants(kind)) continue;
        known.set(hash, undefined);
        made.push(this.text(hash, reader, (places[n] as Place).sequence + i).then((text) => known.set(hash, text)));
      }
    }
    await Promise.all(made);
  }

  private text(hash: string, reader: Waiting, after: number): Promise<RenderedEntry | undefined> {
    const key = `${hash} ${reader.shared}`;
    const known = this.rendered.get(key);
    if (known) return known;
    const text = reader.readOne(after).then(
      ({ entries: [entry] }) =>
        entry && 'text' in entry && entry.event_hash === hash && entry.kind !== 'ACCESS_ENDED' ? entry : undefined,
      () => undefined,
    );
    this.rendered.set(key, text);
    void text.then(() => setTimeout(() => this.rendered.delete(key), KEPT).unref());
    return text;
  }
}
