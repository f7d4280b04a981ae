import type { RevocationWatch, Viewer } from '../access';

/** Why the hub ends a connection. Each transport says it in its own way. */
export type Ending = 'TOKEN_OVER' | 'TRY_AGAIN_LATER' | 'RESTART';

/** One open stream or socket. */
export interface Connection {
  viewer: Viewer;
  end: (why: Ending) => void;
}

/** Connections one caller may have open on a node at a time. */
const PER_CALLER = 250;
/** A restart tells clients in waves over this long at the most, so that they do not all come back at once. In milliseconds. */
const LONGEST_WAVE = 5_000;
const EACH = 5;

/** What is open on this node. A connection ends with its token, however quiet its feed is: at the token's time, or when it is revoked. */
export class Connections {
  private readonly open = new Set<Connection>();
  private readonly callers = new Map<string, number>();

  constructor(revocations: RevocationWatch) {
    revocations.onChange((concerns) => {
      for (const connection of this.open) if (concerns(connection.viewer)) connection.end('TOKEN_OVER');
    });
  }

  get size(): number {
    return this.open.size;
  }

  /** Takes note of a connection until the function it returns is called; undefined where its caller has too many. */
  add(connection: Connection): (() => void) | undefined {
    const caller = callerOf(connection.viewer);
    const count = this.callers.get(caller) ?? 0;
    if (count >= PER_CALLER) return undefined;
    this.callers.set(caller, count + 1);
    this.open.add(connection);
    const left = Math.min(connection.viewer.expiresAt.getTime() - Date.now(), 2 ** 31 - 1);
    const timer = setTimeout(() => connection.end('TOKEN_OVER'), Math.max(0, left));
    return () => {
      clearTimeout(timer);
      if (!this.open.delete(connection)) return;
      const others = (this.callers.get(caller) ?? 1) - 1;
      if (others) this.callers.set(caller, others);
      else this.callers.delete(caller);
    };
  }

  /** Tells all that the hub restarts, in jittered waves. */
  async endAll(): Promise<void> {
    const within = Math.min(LONGEST_WAVE, this.open.size * EACH);
    await Promise.all(
      [...this.open].map(async (connection) => {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * within));
        if (this.open.has(connection)) connection.end('RESTART');
      }),
    );
  }
}

const callerOf = ({ kind, party, practitioner }: Viewer) => `${kind} ${party} ${practitioner ?? ''}`;
