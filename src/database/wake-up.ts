import { Client } from 'pg';
import type { Logger } from '../kernel';
import type { Database } from './database';

const CHANNEL = 'loopwell_feed';
const EVERYBODY = '*';
/** Reconnects wait at most this long, in milliseconds, plus jitter: a restart must not meet all nodes at once. */
const LONGEST_WAIT = 5_000;

/**
 * One LISTEN connection a node. NOTIFY is only a hint that shortens the wait: it is lost while disconnected, so every waiter also
 * has a time limit, and losing this connection costs at most that.
 */
export class WakeUp {
  private readonly waiters = new Map<string, Set<() => void>>();
  private client?: Client;
  private timer?: NodeJS.Timeout;
  private failures = 0;
  private closed = false;

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

  /** Resolves when connected for the first time; goes on reconnecting for ever. */
  async start(): Promise<void> {
    await this.connect();
  }

  /** Waits until this party is woken, `atMost` milliseconds have passed, or the signal aborts. Never rejects. */
  wait(party: string, atMost: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.waiters.get(party) ?? new Set();
      this.waiters.set(party, waiting);
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        waiting.delete(end);
        if (waiting.size === 0 && this.waiters.get(party) === waiting) this.waiters.delete(party);
        resolve();
      };
      const timer = setTimeout(end, atMost);
      waiting.add(end);
      signal.addEventListener('abort', end);
      if (signal.aborted) end();
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    this.wakeAll();
    await this.client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    if (this.closed) return;
    const client = new Client(this.database.clientConfig);
    // Without a listener an ended connection would end the process.
    client.on('error', (error) => this.lost(client, error));
    client.on('end', () => this.lost(client));
    client.on('notification', (message) => this.wake(message.payload ?? EVERYBODY));
    this.client = client;
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      this.failures = 0;
      this.wakeAll();
    } catch (error) {
      this.lost(client, error as Error);
    }
  }

  private lost(client: Client, error?: Error): void {
    if (this.closed || this.client !== client) return;
    this.client = undefined;
    const wait = Math.min(LONGEST_WAIT, 100 * 2 ** this.failures++) * (0.5 + Math.random() / 2);
    this.logger.warn({ err: error?.message, wait }, 'lost the connection that listens; subscribers poll meanwhile');
    client.end().catch(() => undefined);
    this.timer = setTimeout(() => void this.connect(), wait);
  }

  private wake(payload: string): void {
    if (payload === EVERYBODY) return this.wakeAll();
    for (const party of payload.split(',')) for (const end of [...(this.waiters.get(party) ?? [])]) end();
  }

  private wakeAll(): void {
    for (const waiting of [...this.waiters.values()]) for (const end of [...waiting]) end();
  }
}
