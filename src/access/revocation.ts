import { asSequencer, type Database, sql, type Transaction } from '../database';
import type { Logger } from '../kernel';
import type { Viewer } from './viewer';

export type RevocationKind = 'TOKEN' | 'PRACTITIONER' | 'ORGANISATION';

export interface Revocation {
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
/** Looked at again for a while, rather than from the last id on: of two at once the lower id may be committed last. */
export const RECENT_REVOCATIONS =
  "select kind, value, at from hub.revocation where at > clock_timestamp() - interval '1 minute'";

/**
 * Tells this node of tokens that were revoked, so that quiet connections end too. The database refuses such a token by itself; this
 * only spares its bearer the wait.
 */
export class RevocationWatch {
  private readonly listeners: ((concerns: (viewer: Viewer) => boolean) => void)[] = [];
  private timer?: NodeJS.Timeout;
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
      const found = await asSequencer<Revocation>(this.database, RECENT_REVOCATIONS);
      if (found.length) {
        for (const listener of this.listeners) listener((viewer) => concerns(found, viewer));
      }
    } catch (error) {
      this.logger.warn({ err: (error as Error).message }, 'could not look for revoked tokens; it tries again');
    }
    if (!this.ended) this.timer = setTimeout(() => void this.look(), LOOK_EVERY);
  }
}

/** Whether any of these ends this viewer's token: the same rule as hub.token_stands(). */
export const concerns = (
  revocations: readonly Revocation[],
  { token, party, practitioner, issuedAt }: Viewer,
): boolean =>
  revocations.some(({ kind, value, at }) => {
    if (kind === 'TOKEN') return value === token;
    const named = kind === 'PRACTITIONER' ? practitioner : party;
    return value === named && (issuedAt === undefined || at > issuedAt);
  });
