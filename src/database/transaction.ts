import { escapeLiteral, type PoolClient } from 'pg';
import type { Database } from './database';

/** Who a transaction acts for, in the words of PostgreSQL's settings. Access decides what they mean. */
export interface Identity {
  kind: 'organisation' | 'person' | 'operator';
  party?: string;
  practitioner?: string;
  /** The token names a practitioner whom the directory does not: somebody, and nobody's case is known to be theirs. */
  unlisted?: boolean;
  /** Of somebody who acts for the person: the delegation they act under. */
  proxy?: string;
  sector?: string;
  roles: readonly string[];
  purpose?: string;
  expiresAt?: Date;
  /** Id of the token (`jti`) and when it was issued: one that was revoked is refused. */
  token?: string;
  issuedAt?: Date;
  /** Stands for the present in the rows written; for the demo's history and for tests. */
  clock?: Date;
}

/** A statement, with a name where PostgreSQL is to keep it prepared on each connection. */
export interface Statement {
  name?: string;
  text: string;
}

const named = new Map<string, Statement>();

/** `sql('referrals.lock', 'select …')`: the name says whose statement it is, also in pg_stat_activity. */
export function sql(name: string, text: string): Statement {
  const statement = { name, text: `/* ${name} */ ${text}` };
  named.set(name, statement);
  return statement;
}

/** Every named statement of the modules that were loaded. */
export const namedStatements = (): ReadonlyMap<string, Statement> => named;

/** One operation's transaction. Everything it reads and writes is as its viewer; nothing of it outlives it. */
export class Transaction {
  private savepoints = 0;
  private last: Promise<unknown> = Promise.resolve();
  private over = false;

  constructor(
    private readonly client: PoolClient,
    readonly identity: Identity,
    /** A savepoint the beginning set already, for the first attempt. */
    private savepoint?: string,
  ) {}

  async query<Row>(statement: Statement, values: unknown[] = []): Promise<Row[]> {
    const { rows } = await this.inTurn(() => this.client.query({ ...statement, values }));
    return rows as Row[];
  }

  async one<Row>(statement: Statement, values: unknown[] = []): Promise<Row | undefined> {
    return (await this.query<Row>(statement, values))[0];
  }

  /** Text made for one operation, such as a declared read; prepared only if it has a name. */
  async run<Row>(text: string, values: unknown[]): Promise<Row[]> {
    const { rows } = await this.inTurn(() => this.client.query(text, values));
    return rows as Row[];
  }

  /** Resolvers ask side by side, but a connection answers one statement at a time, and its driver no longer queues them. */
  private inTurn<Result>(ask: () => Promise<Result>): Promise<Result> {
    if (this.over) return Promise.reject(new Error('the transaction is over'));
    const turn = this.last.then(ask, ask);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** Undoes what `work` wrote if it throws, and leaves the transaction usable. */
  async attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    const name = this.savepoint ?? `attempt_${++this.savepoints}`;
    if (!this.savepoint) await this.inTurn(() => this.client.query(`savepoint ${name}`));
    this.savepoint = undefined;
    try {
      return await work();
    } catch (error) {
      await this.inTurn(() => this.client.query(`rollback to savepoint ${name}`));
      throw error;
    }
  }

  /**
   * Like `attempt`, and again where PostgreSQL ended a deadlock by it: what the savepoint undoes lets go of its locks, and the next
   * look is a fresh one.
   */
  async attemptAgain<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.attempt(work);
      } catch (error) {
        if (!RETRYABLE.has((error as { code?: string }).code ?? '') || attempt >= RETRIES) throw error;
      }
      await briefly(attempt);
    }
  }

  /** Sends the last statement and the commit in one message. */
  commit(last = ''): Promise<void> {
    return this.endWith(`${last}commit`);
  }

  rollback(): Promise<void> {
    return this.endWith('rollback');
  }

  private async endWith(text: string): Promise<void> {
    const ended = this.inTurn(() => this.client.query(text));
    this.leave();
    await ended;
  }

  /** Refuses what is asked from here on: by then its connection may act for somebody else. */
  leave(): void {
    this.over = true;
  }
}

/**
 * The first statement of each of our transactions. A migration takes this table for itself before all others: it lets the transactions
 * under way end, and those that come wait here, where they hold nothing yet, so that it never meets half of one.
 */
export const PASS_GATE = 'lock table public.loopwell_definitions in access share mode';

/** The `select` that makes a transaction act for this identity. Settings are the transaction's own: the pool never keeps one. */
export function settingsOf(identity: Identity, role: 'loopwell_api', readOnly: boolean): string {
  const settings: Record<string, string | undefined> = {
    'app.kind': identity.kind,
    'app.party': identity.party,
    'app.practitioner': identity.practitioner,
    'app.unlisted': identity.unlisted ? 'true' : undefined,
    'app.proxy': identity.proxy,
    'app.sector': identity.sector,
    'app.roles': identity.roles.join(','),
    'app.purpose': identity.purpose,
    'app.expires': identity.expiresAt?.toISOString(),
    'app.token': identity.token,
    'app.issued': identity.issuedAt?.toISOString(),
    'app.clock': identity.clock?.toISOString(),
    role,
    // A crash of the database may cost the last second of read audit, never a write.
    ...(readOnly ? { synchronous_commit: 'off' } : {}),
  };
  const set = Object.entries(settings).map(
    ([name, value]) => `set_config('${name}', ${escapeLiteral(value ?? '')}, true)`,
  );
  // one column, which says nothing: fourteen would be described and taken apart at each operation
  return `select num_nulls(${set.join(', ')})`;
}

/** Begins a transaction as this identity, in one message; one that writes has its first savepoint in it. */
export async function begin(
  client: PoolClient,
  identity: Identity,
  role: 'loopwell_api',
  readOnly: boolean,
): Promise<Transaction> {
  const savepoint = readOnly ? undefined : 'attempt_0';
  await client.query(
    `begin; ${PASS_GATE}; ${settingsOf(identity, role, readOnly)}${savepoint ? `; savepoint ${savepoint}` : ''}`,
  );
  return new Transaction(client, identity, savepoint);
}

/** Undoes a transaction. Gives what is wrong with its connection, which is then of no use; one that has fallen silent is not asked. */
export async function undo(client: PoolClient, after: Error): Promise<Error | undefined> {
  if (after.message === 'Query read timeout') return after;
  return client.query('rollback').then(
    () => undefined,
    (cause: Error) => cause,
  );
}

/** Serialisation failures and deadlocks: PostgreSQL asks for the whole transaction again. */
const RETRYABLE = new Set(['40001', '40P01']);
const RETRIES = 3;
/** At random, or those who met would meet again. */
const briefly = (attempt: number) => new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));

/** Runs `work` in a transaction as this identity and commits it; retries where PostgreSQL asks for it. */
export function asIdentity<Result>(
  database: Database,
  identity: Identity,
  work: (transaction: Transaction) => Promise<Result>,
  options: TransactionOptions = {},
): Promise<Result> {
  return database.onceMore(() => withRetries(database, identity, work, options));
}

interface TransactionOptions {
  readOnly?: boolean;
  /** What is sent with the commit. */
  last?: (transaction: Transaction) => string;
}

async function withRetries<Result>(
  database: Database,
  identity: Identity,
  work: (transaction: Transaction) => Promise<Result>,
  options: TransactionOptions,
): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    const client = await database.connect();
    let broken: Error | undefined;
    let transaction: Transaction | undefined;
    try {
      transaction = await begin(client, identity, 'loopwell_api', options.readOnly ?? false);
      const result = await work(transaction);
      await transaction.commit(options.last?.(transaction));
      return result;
    } catch (error) {
      transaction?.leave();
      broken = await undo(client, error as Error);
      if (!RETRYABLE.has((error as { code?: string }).code ?? '') || attempt >= RETRIES) throw error;
    } finally {
      client.release(broken);
    }
    await briefly(attempt);
  }
}

/** One statement of the hub's own work between operations, in the role that reads and moves feeds and no person's record. */
export function asSequencer<Row>(database: Database, text: string, values: unknown[] = []): Promise<Row[]> {
  return database.onceMore(() => oneStatement<Row>(database, text, values));
}

async function oneStatement<Row>(database: Database, text: string, values: unknown[]): Promise<Row[]> {
  const client = await database.connect();
  let broken: Error | undefined;
  try {
    await client.query(`begin; ${PASS_GATE}; set local role loopwell_sequencer`);
    const { rows } = await client.query(text, values);
    await client.query('commit');
    return rows as Row[];
  } catch (error) {
    broken = await undo(client, error as Error);
    throw error;
  } finally {
    client.release(broken);
  }
}
