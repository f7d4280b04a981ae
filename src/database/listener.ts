import { Client } from 'pg';
import type { Logger } from '../kernel';
import type { Database } from './database';

/** Reconnects wait at most this long, in milliseconds, plus jitter: a restart must not meet all nodes at once. */
const LONGEST_WAIT = 5_000;

/** One LISTEN connection, which reconnects for ever. NOTIFY is only a hint: it is lost while disconnected. */
export class Listener {
  private client?: Client;
  private timer?: NodeJS.Timeout;
  private failures = 0;
  private closed = false;

  /** `heard` gets each payload, and undefined after a connection was made: what was said before it is not known. */
  constructor(
    private readonly database: Database,
    private readonly channel: string,
    private readonly logger: Logger,
    private readonly heard: (payload: string | undefined) => void,
  ) {}

  /** Resolves once the first attempt has been made. */
  async start(): Promise<void> {
    if (this.closed) return;
    const client = new Client(this.database.clientConfig);
    // Without a listener an ended connection would end the process.
    client.on('error', (error) => this.lost(client, error));
    client.on('end', () => this.lost(client));
    client.on('notification', (message) => this.heard(message.payload ?? ''));
    this.client = client;
    try {
      await client.connect();
      await client.query(`listen ${this.channel}`);
      this.failures = 0;
      this.heard(undefined);
    } catch (error) {
      this.lost(client, error as Error);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.client?.end().catch(() => undefined);
  }

  private lost(client: Client, error?: Error): void {
    if (this.closed || this.client !== client) return;
    this.client = undefined;
    const wait = Math.min(LONGEST_WAIT, 100 * 2 ** this.failures++) * (0.5 + Math.random() / 2);
    this.logger.warn({ err: error?.message, wait }, 'lost the connection that listens; subscribers poll meanwhile');
    client.end().catch(() => undefined);
    this.timer = setTimeout(() => void this.start(), wait);
  }
}
