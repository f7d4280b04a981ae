import { Client } from 'pg';
import { begin, type Identity } from '../../src/database';
import { configFor, type TestDatabase } from '../support/database';

export interface Attempt {
  /** SQLSTATE of the refusal. */
  code?: string;
  message?: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read what they asked for
  rows: any[];
}

/** A session of the login the hub serves with: the adversary's seat, past every line of TypeScript. Nothing it does is kept. */
export class Session {
  private constructor(private readonly client: Client) {}

  static async open(database: TestDatabase): Promise<Session> {
    const client = new Client(configFor(database.address, database.name));
    await client.connect();
    return new Session(client);
  }

  /** Statements of one transaction as this identity, in turn; gives what became of the last. Stops at the first refusal. */
  async as(identity: Identity | undefined, ...statements: [string, unknown[]?][]): Promise<Attempt> {
    if (identity) await begin(this.client as never, identity, 'loopwell_api', false);
    else await this.client.query('begin; set local role loopwell_api');
    try {
      return await this.run(statements);
    } finally {
      await this.client.query('rollback');
    }
  }

  /** The login itself, outside any transaction of the hub. */
  async bare(...statements: [string, unknown[]?][]): Promise<Attempt> {
    await this.client.query('begin');
    try {
      return await this.run(statements);
    } finally {
      await this.client.query('rollback');
    }
  }

  private async run(statements: [string, unknown[]?][]): Promise<Attempt> {
    let rows: Attempt['rows'] = [];
    for (const [text, values] of statements) {
      try {
        rows = (await this.client.query(text, values)).rows;
      } catch (error) {
        const { code, message } = error as { code?: string; message?: string };
        return { code, message, rows: [] };
      }
    }
    return { rows };
  }

  close(): Promise<void> {
    return this.client.end();
  }
}
