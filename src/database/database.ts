import { Client, type ClientConfig, Pool, type PoolClient, type PoolConfig, types } from 'pg';
import { DataSource } from 'typeorm';
import type { Logger } from '../kernel';

/** How to reach PostgreSQL: a URL, or the socket directory of the embedded server. */
export type Address = string | { host: string; port: number; user: string };

export interface DatabaseOptions {
  address: Address;
  database?: string;
  logger: Logger;
  /** Connections this process keeps at the most. */
  poolSize?: number;
}

// Calendar dates stay text: a Date would shift them by the machine's time zone. Counts fit a number.
types.setTypeParser(types.builtins.DATE, (text) => text);
types.setTypeParser(types.builtins.INT8, (text) => Number(text));

/** PostgreSQL's own code for a server that is there and not ready. */
export const CANNOT_CONNECT_NOW = '57P03';

/** The pool hears the errors of idle clients alone: one whose connection ends while it is lent out would end the process. */
class LentClient extends Client {
  /** When it was made: nothing was prepared on it before. */
  readonly since = performance.now();

  constructor(config?: ClientConfig) {
    super(config);
    // what it was asked fails by itself; nothing is left to do here
    this.on('error', () => undefined);
  }
}

/** The same on every connection, whatever the server or the database is set to: a moment and a day are read and written one way, and a name means one thing. */
export const PINNED = '-c timezone=UTC -c datestyle=ISO,YMD -c search_path=pg_catalog,pg_temp';

/**
 * Statements are short, and prepared: compiling them would take longer than they do, and so would a plan of its own for each page
 * size, which PostgreSQL makes again and again where the page is small. They look rows up by keys, in memory or on disks without
 * arms, where a page out of turn costs hardly more than the next one.
 */
export const SESSION_OPTIONS = `${PINNED} -c jit=off -c plan_cache_mode=force_generic_plan -c random_page_cost=1.1`;

/** What was prepared before the definitions were made anew: its result is another now, or its function or view is gone. */
const STALE = new Set(['0A000', '42883', '42P01']);
export const isStale = (error: unknown): error is Error => {
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  return STALE.has(code ?? '') || /cache lookup failed/.test(message ?? '');
};

/**
 * The connection to PostgreSQL. TypeORM owns the data source and its pool; requests borrow clients from that pool, because they
 * send small named statements that PostgreSQL keeps prepared.
 */
export class Database {
  private renewedAt = 0;

  private constructor(
    readonly source: DataSource,
    readonly address: Address,
    readonly name: string | undefined,
  ) {}

  static async open(options: DatabaseOptions): Promise<Database> {
    const source = new DataSource({
      type: 'postgres',
      ...asTypeOrm(options.address, options.database),
      applicationName: 'loopwell',
      poolErrorHandler: (error: Error) =>
        options.logger.warn({ err: error.message }, 'an idle database connection ended'),
      extra: {
        Client: LentClient,
        max: options.poolSize ?? 16,
        options: sessionOptions(options.address, SESSION_OPTIONS),
        connectionTimeoutMillis: 2_000,
        statement_timeout: 5_000,
        lock_timeout: 2_000,
        // past the server's own limit: for a server, or a network, that says nothing any more
        query_timeout: 6_000,
        idle_in_transaction_session_timeout: 10_000,
      },
    });
    await source.initialize();
    return new Database(source, options.address, options.database);
  }

  get pool(): Pool {
    return (this.source.driver as unknown as { master: Pool }).master;
  }

  async connect(): Promise<PoolClient> {
    for (;;) {
      const client = (await this.pool.connect()) as PoolClient & LentClient;
      if (client.since >= this.renewedAt) return client;
      client.release(true);
    }
  }

  /**
   * Does a whole transaction's work, and once more on a new connection where the definitions were made anew meanwhile: what the
   * connections had prepared is of no use then, so none that is older is lent out again.
   */
  async onceMore<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (!isStale(error)) throw error;
      this.renewedAt = performance.now();
      return work().catch(async (again: unknown) => {
        if (!isStale(again)) throw again;
        await this.refuseWhileAway(again);
        // while it looked, a migration may have ended
        this.renewedAt = performance.now();
        return work();
      });
    }
  }

  /** Between `migrate down` and the older build's `migrate` there are no definitions: that passes, and is told as such. */
  private async refuseWhileAway(cause: Error): Promise<void> {
    const { rowCount } = await this.pool.query('select from public.loopwell_definitions where number = 0');
    if (rowCount) throw Object.assign(new Error('the definitions are away', { cause }), { code: CANNOT_CONNECT_NOW });
  }

  /** Settings for a connection of one's own, such as the one that listens. */
  get clientConfig(): PoolConfig {
    const place =
      typeof this.address === 'string'
        ? { connectionString: withoutOptions(withDatabase(this.address, this.name)) }
        : { ...this.address, database: this.name ?? 'loopwell' };
    return { ...place, options: sessionOptions(this.address, PINNED), keepAlive: true };
  }

  async close(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }
}

/** An address in the words of a data source. */
export function asTypeOrm(address: Address, database: string | undefined) {
  if (typeof address === 'string') return { url: withoutOptions(withDatabase(address, database)) };
  return { host: address.host, port: address.port, username: address.user, database: database ?? 'loopwell' };
}

/** What an address says of the session counts, save where the hub says otherwise: of two settings the later one holds. */
export function sessionOptions(address: Address, ours: string): string {
  const theirs = typeof address === 'string' ? new URL(address).searchParams.get('options') : null;
  return theirs ? `${theirs} ${ours}` : ours;
}

/** They are given beside the address: in it they would take the place of the hub's. */
function withoutOptions(url: string): string {
  const parsed = new URL(url);
  if (!parsed.searchParams.has('options')) return url;
  parsed.searchParams.delete('options');
  return parsed.toString();
}

export function withDatabase(url: string, database: string | undefined): string {
  if (!database) return url;
  const parsed = new URL(url);
  parsed.pathname = `/${database}`;
  return parsed.toString();
}
