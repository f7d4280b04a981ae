import { escapeIdentifier, escapeLiteral, Client } from 'pg';
import { type Address, type Migrated, MigrationRefused, migrateUp } from '../database';
import { startEmbedded } from '../database/embedded';
import { CommandError, exitCode } from './exit';
import type { Environment } from './config';

/** A database that is migrated and can be served from. */
export interface ReadyDatabase {
  address: Address;
  database?: string;
  description: string;
  stop(): Promise<void>;
}

/** The server that DATABASE_URL names, or the embedded one in `dataDir`; migrated where that is for us to do. */
export async function prepareDatabase(env: Environment, dataDir: string): Promise<ReadyDatabase> {
  if (env.DATABASE_URL) {
    // the serving login may change no schema, so with that alone the database is taken as it is
    const mayMigrate = env.LOOPWELL_MIGRATE_URL || new URL(env.DATABASE_URL).username !== 'loopwell_login';
    if (mayMigrate) await migrate(env.LOOPWELL_MIGRATE_URL ?? env.DATABASE_URL, env.DATABASE_URL);
    return { address: env.DATABASE_URL, description: 'PostgreSQL of DATABASE_URL', stop: async () => undefined };
  }
  const server = await startEmbedded(dataDir);
  try {
    const admin = { host: server.host, port: server.port, user: server.user };
    await createDatabase(admin, 'loopwell');
    await migrateUp(admin, 'loopwell').catch((error: Error) => offerReset(error, dataDir));
    return {
      address: { ...admin, user: 'loopwell_login' },
      database: 'loopwell',
      description: 'embedded PostgreSQL',
      stop: () => server.stop(),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** The demo holds nothing that its files do not bring again. */
function offerReset(error: Error, dataDir: string): never {
  if (!(error instanceof MigrationRefused)) throw error;
  throw new CommandError(
    `${error.message}\nTo begin the demo again with an empty folder: npm run demo -- --data-dir ${dataDir} --reset`,
    exitCode.config,
  );
}

/** A server that is not there is the operator's to mend, and no fault of ours to print a stack for. */
export function explainUnreachable(error: Error & { code?: string }): never {
  if (['28P01', '28000', '3D000'].includes(error.code ?? ''))
    throw new CommandError(`The database server refuses the login: ${error.message}.`, exitCode.config);
  const gone = /^(08|57P)/.test(error.code ?? '') || /Connection terminated/.test(error.message);
  if (
    gone ||
    ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'ENOENT', 'EAI_AGAIN'].includes(error.code ?? '')
  ) {
    throw new CommandError(
      `The database server cannot be reached (${error.code ?? error.message}).`,
      exitCode.dependencyDown,
    );
  }
  throw error;
}

/** Migrates, and lets the serving login in: its password is the one DATABASE_URL carries. */
export async function migrate(migrateUrl: string, servingUrl?: string): Promise<Migrated> {
  const applied = await migrateUp(migrateUrl).catch(explainUnreachable);
  const serving = servingUrl ? new URL(servingUrl) : undefined;
  if (serving?.username === 'loopwell_login' && serving.password && servingUrl !== migrateUrl) {
    await withClient({ connectionString: migrateUrl }, (client) =>
      client.query(`alter role loopwell_login password ${escapeLiteral(decodeURIComponent(serving.password))}`),
    );
  }
  return applied;
}

async function createDatabase(admin: { host: string; port: number; user: string }, name: string): Promise<void> {
  await withClient({ ...admin, database: 'postgres' }, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (!rowCount) await client.query(`create database ${escapeIdentifier(name)}`);
  });
}

async function withClient<Result>(
  config: ConstructorParameters<typeof Client>[0],
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client(config);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
