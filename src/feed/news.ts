import DataLoader from 'dataloader';
import { concerns, RECENT_REVOCATIONS, type Revocation, type Viewer } from '../access';
import { asSequencer, type Database } from '../database';
import type { FeedbackKind } from './event-log';
import type { FeedPage } from './feed.store';
import type { Place } from './position';
import type { PageReader, StreamEntry } from './stream';

const NEXT = `select n.*, (select json_agg(r) from (${RECENT_REVOCATIONS}) r) as revoked from hub.next_news($1, $2) n`;
/** Readers asked for in one statement. */
const READERS = 2_000;
/** How long a text is there for others who were woken with the first, in milliseconds. */
const KEPT = 1_000;

/** What a feed holds after a place: nothing, or one piece of news and nothing else. */
interface Glance {
  reader: number;
  /** Hash of the event at the place asked for. */
  stands: string;
  seq: number | null;
  hash: string | null;
  kind: FeedbackKind | null;
  /** Tokens that were revoked of late; null for none. */
  revoked: Revocation[] | null;
}
interface Asked {
  viewer: Viewer;
  place: Place;
}

/**
 * News of the directory (a service's capacity, a programme's parameters) reaches every party of a network at the same moment and
 * says the same to each of them. So all readers that were woken together look after it in one statement, and it is rendered once
 * for all who ask the same of it; only its place and cursor are each feed's own.
 */
export class NetworkNews {
  private readonly glances: DataLoader<Asked, Glance | undefined>;
  private readonly entries = new Map<string, Promise<StreamEntry | undefined>>();

  constructor(private readonly database: Database) {
    this.glances = new DataLoader((asked) => this.look(asked), {
      cache: false,
      maxBatchSize: READERS,
      batchScheduleFn: (ask) => setImmediate(ask),
    });
  }

  /**
   * The page after a place, where that is empty or one piece of news alone; undefined where it has to be read as any other.
   * `previous`: the place before it among these kinds, where it is known.
   */
  async page(
    reader: PageReader,
    viewer: Viewer,
    place: Place,
    kinds: readonly string[] | null,
    previous: number | undefined,
  ): Promise<FeedPage<StreamEntry> | undefined> {
    if (!viewer.party) return undefined;
    const glance = await this.glances.load({ viewer, place });
    if (glance?.stands !== place.event) return undefined;
    const page = (last: number, lastHash: string, entries: StreamEntry[] = []) => ({
      head: { last, lastHash, floor: 0, floorHash: '' },
      stands: place.event,
      entries,
    });
    const { seq, hash, kind } = glance;
    if (seq === null || hash === null || kind === null) return page(place.sequence, place.event);
    if (kinds && !kinds.includes(kind)) return page(seq, hash);
    const previous_seq = kinds ? previous : place.sequence;
    if (previous_seq === undefined || !reader.shared) return undefined;
    const entry = await this.entry(`${hash} ${reader.shared}`, hash, () =>
      reader.page(viewer, place.sequence, kinds, 1),
    );
    return entry && page(seq, hash, [{ ...entry, seq, previous_seq }]);
  }

  /** The first who asks reads it through its own eyes; undefined where that shows something else than the news. */
  private entry(key: string, hash: string, read: () => Promise<FeedPage<StreamEntry>>) {
    const known = this.entries.get(key);
    if (known) return known;
    const made = read().then(
      ({ entries: [entry] }) => (entry?.event_hash === hash && entry.kind !== 'ACCESS_ENDED' ? entry : undefined),
      // each of them finds out by itself what stands in its way
      () => undefined,
    );
    this.entries.set(key, made);
    setTimeout(() => this.entries.delete(key), KEPT).unref();
    return made;
  }

  private async look(asked: readonly Asked[]): Promise<(Glance | undefined)[]> {
    const rows = await asSequencer<Glance>(this.database, NEXT, [
      asked.map(({ viewer }) => viewer.party),
      asked.map(({ place }) => place.sequence),
    ]);
    const found = new Map(rows.map((row) => [row.reader, row]));
    const revoked = (rows[0]?.revoked ?? []).map((each) => ({ ...each, at: new Date(each.at) }));
    return asked.map(({ viewer }, i) => (concerns(revoked, viewer) ? undefined : found.get(i + 1)));
  }
}
