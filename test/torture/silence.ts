import type { Postgres } from './postgres';
import { sentSoFar } from './kernel-buffers';
import type { Follower, TimedArrival } from './subscribers';

type Listener = Pick<Follower, 'socket' | 'connections' | 'arrivals'>;

/**
 * Entries of a page that was read before access ended may still be on their way through the node: it sends them for a moment, and a
 * busy machine needs its time to carry them. Those that were sequenced before and arrive within this time count as such, and are
 * reported; anything else that tells something counts against the hub. In milliseconds.
 */
export const IN_FLIGHT = 400;

/** The moment the end of somebody's access was acknowledged, and how far each of their connections had come by then. */
export class EndOfAccess {
  readonly at = Date.now();
  private readonly marks = new Map<Listener, { connection: number; offset: number }>();

  constructor(readers: readonly Listener[]) {
    for (const reader of readers) {
      const { socket, connections } = reader;
      if (socket) this.marks.set(reader, { connection: connections, offset: sentSoFar(socket) });
    }
  }

  /** What came after it, and was not certainly sent before it. */
  after(reader: Listener, concerns: (arrival: TimedArrival) => boolean): TimedArrival[] {
    const mark = this.marks.get(reader);
    return reader.arrivals.filter(
      (arrival) =>
        arrival.at >= this.at &&
        arrival.telling &&
        concerns(arrival) &&
        !(mark && arrival.connection === mark.connection && arrival.offset <= mark.offset),
    );
  }

  /** Splits them into what was under way and what must not have been sent. */
  async judge(postgres: Postgres, party: string, late: readonly TimedArrival[]) {
    const rows = await postgres.asAdmin<{ seq: number; sent: Date }>(
      'select seq::integer, sent_at as sent from hub.party_feed where party = $1 and seq = any ($2)',
      [party, late.map(({ sequence }) => sequence)],
    );
    return this.split(late, new Map(rows.map(({ seq, sent }) => [seq, sent.getTime()])));
  }

  /** By when each place was put into the feed. */
  split(late: readonly TimedArrival[], sentAt: ReadonlyMap<number, number>) {
    const underWay = late.filter(
      ({ sequence, at }) => (sentAt.get(sequence) ?? Infinity) < this.at && at - this.at <= IN_FLIGHT,
    );
    return { underWay, leaked: late.length - underWay.length };
  }
}
