import { Client } from 'pg';
import { begin, type Identity } from '../../src/database';
import { configFor, type TestDatabase } from '../support/database';
import { adult, consent } from '../support/people';

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

/** A call of a keeper's function. */
export const call = (text: string, ...values: unknown[]): [string, unknown[]] => [
  `select hub.${text} as result`,
  values,
];

/** Opens a referral past every rule of the TypeScript. */
export const openTo = (receiver?: string, more: object = {}) =>
  call('open_referral($1)', {
    kind: 'LINK_WORKER',
    reference: 'SP-TEST',
    receiver,
    route: 'general-practice',
    reasons: [],
    person: adult(90),
    record: { system: 's', externalId: 'e', recordKind: 'Patient', summary: 's' },
    consent: consent([]),
    ...more,
  });
