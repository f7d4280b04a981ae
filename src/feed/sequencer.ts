import { Client } from 'pg';
import { type Database, PASS_GATE } from '../database';
import { type Logger, pause } from '../kernel';

/** Events moved in one statement. */
const BATCH = 500;
/** How long a node waits before it looks whether others' events are pending, in milliseconds. */
const LOOK_EVERY = 100;
/**
 * A while between batches, in milliseconds: under load what comes meanwhile goes together, and its readers are woken together; an event
 * after a quiet moment does not wait.
 */
const BETWEEN = 5;
/** How often what falls due with time is done and the audit trail chained, in milliseconds. */
const TICK_EVERY = 1_000;

/**
 * Moves pending events into the parties' feeds. Every node runs one; a lock that lasts one statement lets a single node work at a
 * time, so a dead or frozen node holds nothing and any other takes over.
 */
export class Sequencer {
  private client?: Client;
  private ended = false;
  private woken = false;
  private kick: () => void = () => undefined;
  private done: Promise<void> = Promise.resolve();
  private lastTick = 0;

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.done = this.run();
  }

  /** Something was committed here: look at once rather than at the next interval. */
  wake(): void {
    this.woken = true;
    this.kick();
  }

  async stop(): Promise<void> {
    this.ended = true;
    this.kick();
    await this.done;
    await this.client?.end().catch(() => undefined);
  }

  private async run(): Promise<void> {
    while (!this.ended) {
      this.woken = false;
      try {
        this.client ??= await this.connect();
        const moved = await this.sequence(this.client);
        await this.tick(this.client);
        if (moved > 0) {
          await pause(BETWEEN);
          continue;
        }
      } catch (error) {
        if (!this.ended)
          this.logger.warn({ err: (error as Error).message }, 'the sequencer could not work; it tries again');
        await this.client?.end().catch(() => undefined);
        this.client = undefined;
      }
      await this.rest();
    }
  }

  private async sequence(client: Client): Promise<number> {
    const [row] = await this.ask<{ moved: number }>(client, `select hub.sequence_events(${BATCH}) as moved`);
    return row?.moved ?? 0;
  }

  private async tick(client: Client): Promise<void> {
    if (Date.now() - this.lastTick < TICK_EVERY) return;
    this.lastTick = Date.now();
    await this.ask(client, 'select hub.run_clocks()');
    await this.ask(client, 'select hub.chain_audit()');
  }

  /** One statement, in one message that PostgreSQL takes as one transaction. */
  private async ask<Row>(client: Client, text: string): Promise<Row[]> {
    const results = (await client.query(`${PASS_GATE}; ${text}`)) as unknown as { rows: Row[] }[];
    return results.at(-1)?.rows ?? [];
  }

  private rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LOOK_EVERY);
      this.kick = () => {
        clearTimeout(timer);
        resolve();
      };
      // what was committed while it looked, or did something else, is not left until the next look
      if (this.ended || this.woken) this.kick();
    });
  }

  /** A connection of its own, in the sequencer's role from its first moment; a frozen one is ended by PostgreSQL. */
  private async connect(): Promise<Client> {
    const client = new Client({
      ...this.database.clientConfig,
      options: `${this.database.clientConfig.options} -c role=loopwell_sequencer -c idle_in_transaction_session_timeout=2000 -c statement_timeout=30000`,
      query_timeout: 31_000,
    });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }
}
