import { randomBytes } from 'node:crypto';
import { Client, type PoolConfig } from 'pg';
import { type Address, withDatabase } from '../../src/database';
import { withAdmin } from './global-setup';

const run = JSON.parse(process.env['LOOPWELL_TEST'] ?? '{}') as { admin: Address; app: Address; template: string };

/** A database of this test file's own, cloned from the migrated template. */
export interface TestDatabase {
  /** How the hub logs in. */
  address: Address;
  admin: Address;
  name: string;
  /** A superuser's connection, to arrange what no viewer may and to look behind the guard. */
  asAdmin<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

export const configFor = (address: Address, database: string): PoolConfig =>
  typeof address === 'string' ? { connectionString: withDatabase(address, database) } : { ...address, database };

export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `loopwell_test_${randomBytes(6).toString('hex')}`;
  await withAdmin(run.admin, async (client) => {
    // a template is cloned by one at a time
    await client.query("select pg_advisory_lock(hashtext('loopwell_test_clone'))");
    await client.query(`create database ${name} template ${run.template}`);
  });
  const client = new Client(configFor(run.admin, name));
  client.on('error', () => undefined);
  await client.connect();
  let last: Promise<unknown> = Promise.resolve();
  return {
    address: run.app,
    admin: run.admin,
    name,
    async asAdmin<Row>(text: string, values: unknown[] = []) {
      const turn = last.then(() => client.query(text, values));
      last = turn.catch(() => undefined);
      return (await turn).rows as Row[];
    },
    async drop() {
      await client.end().catch(() => undefined);
      await withAdmin(run.admin, (admin) => admin.query(`drop database if exists ${name} with (force)`));
    },
  };
}
