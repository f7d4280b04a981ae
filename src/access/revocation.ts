import { type Database, sql, type Transaction } from '../database';
import type { Logger } from '../kernel';
import type { Viewer } from './viewer';

export type RevocationKind = 'TOKEN' | 'PRACTITIONER' | 'ORGANISATION';

interface Revocation {
  id: number;
  kind: RevocationKind;
  value: string;
  at: Date;
}

const insert = sql('access.revoke', 'insert into hub.revocation (kind, value, reason) values ($1, $2, $3)');

/** From its commit on nothing is answered to these tokens; what they have open ends within moments, on every node. */
export const revoke = (tx: Transaction, kind: RevocationKind, value: string, reason: string) =>
  tx.query(insert, [kind, value, reason]);

/** How often a node looks for new ones, in milliseconds. */
const LOOK_EVERY = 1_000;

/**
 * Tells this node of tokens that were revoked, so that quiet connections end too. The database refuses such a token by itself; this
 * only spares its bearer the wait.
 */
export class RevocationWatch {
  private readonly listeners: ((concerns: (viewer: Viewer) => boolean) => void)[] = [];
  private timer?: NodeJS.Timeout;
  private last?: number;
  private ended = false;

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

  onChange(listener: (concerns: (viewer: Viewer) => boolean) => void): void {
    this.listeners.push(listener);
  }

  async start(): Promise<void> {
    await this.look();
  }

  stop(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }

  private async look(): Promise<void> {
    try {
      const found = await this.newer();
      if (found.length) {
        for (const listener of this.listeners) listener((viewer) => found.some((each) => concerns(each, viewer)));
      }
    } catch (error) {
      this.logger.warn({ err: (error as Error).message }, 'could not look for revoked tokens; it tries again');
    }
    if (!this.ended) this.timer = setTimeout(() => void this.look(), LOOK_EVERY);
  }

  /** Revoked since the last look; at the first look, those there are already concern nobody who is connected. */
  private async newer(): Promise<Revocation[]> {
    const after = this.last === undefined ? '(select coalesce(max(id), 0) from hub.revocation)' : String(this.last);
    const client = await this.database.connect();
    let broken: Error | undefined;
    try {
      const results = (await client.query(
        `select set_config('role', 'loopwell_sequencer', true); select coalesce(max(id), 0) as last from hub.revocation; ` +
          `select id, kind, value, at from hub.revocation where id > ${after} order by id`,
      )) as unknown as { rows: never[] }[];
      const [, heads, found] = results as unknown as [unknown, { rows: { last: number }[] }, { rows: Revocation[] }];
      this.last = Math.max(heads.rows[0]?.last ?? 0, ...found.rows.map(({ id }) => id));
      return found.rows;
    } catch (error) {
      broken = error as Error;
      throw error;
    } finally {
      client.release(broken);
    }
  }
}

/** The same rule as hub.token_stands(). */
function concerns({ kind, value, at }: Revocation, { token, party, practitioner, issuedAt }: Viewer): boolean {
  if (kind === 'TOKEN') return value === token;
  const named = kind === 'PRACTITIONER' ? practitioner : party;
  return value === named && (issuedAt === undefined || at > issuedAt);
}
