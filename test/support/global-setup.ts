import 'reflect-metadata';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { type Address, migrateUp, withDatabase } from '../../src/database';
import { type EmbeddedPostgres, startEmbedded } from '../../src/database/embedded';

export const TEMPLATE = `loopwell_test_template_${process.pid}`;

/**
 * One server for the whole run: DATABASE_URL's, or an embedded one whose data may be lost. Each test file clones the migrated
 * template, so files never meet.
 */
export default async function setUp(): Promise<void> {
  const url = process.env['LOOPWELL_MIGRATE_URL'] ?? process.env['DATABASE_URL'];
  let admin: Address;
  let app: Address;
  if (url) {
    admin = url;
    app = await loginUrl(url);
  } else {
    const server = await startEmbedded(path.join(mkdtempSync(path.join(tmpdir(), 'loopwell-test-')), 'data'), {
      settings: { fsync: 'off', full_page_writes: 'off', max_connections: '300' },
    });
    (globalThis as { loopwellServer?: EmbeddedPostgres }).loopwellServer = server;
    admin = { host: server.host, port: server.port, user: server.user };
    app = { ...admin, user: 'loopwell_login' };
  }
  await withAdmin(admin, (client) => client.query(`create database ${TEMPLATE}`));
  await migrateUp(admin, TEMPLATE);
  if (typeof app === 'string' && app !== process.env['DATABASE_URL']) {
    const password = new URL(app).password;
    await withAdmin(admin, (client) => client.query(`alter role loopwell_login login password '${password}'`));
  }
  process.env['LOOPWELL_TEST'] = JSON.stringify({ admin, app, template: TEMPLATE });
}

/** The serving login: DATABASE_URL's own if it is one, otherwise the login the migrations make, with a password of this run. */
async function loginUrl(admin: string): Promise<string> {
  const given = process.env['DATABASE_URL'];
  if (given && new URL(given).username === 'loopwell_login') return given;
  const login = new URL(given ?? admin);
  login.username = 'loopwell_login';
  login.password = randomBytes(12).toString('hex');
  return login.toString();
}

export async function withAdmin<Result>(
  admin: Address,
  work: (client: Client) => Promise<Result>,
  database = 'postgres',
): Promise<Result> {
  const client = new Client(
    typeof admin === 'string' ? { connectionString: withDatabase(admin, database) } : { ...admin, database },
  );
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
