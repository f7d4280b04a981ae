import { DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { type Address, asTypeOrm, SESSION_OPTIONS } from '../database';
import { CLOSE_GATE } from '../transaction';
import { clearDefinitions, dropFunctions } from './clear';
import { readBuild } from './build';
import type { Definitions } from './definitions';
import { makeDefinitions } from './make';
import { type DatabaseState, MigrationRefused, readState, refuseStrange, STATE_TABLES } from './state';
import { migrationClass, type Step } from './steps';

/** What a migration did. */
export interface Migrated {
  /** How many steps it applied. */
  steps: number;
  /** Whether the definitions were made anew. */
  defined: boolean;
}

/** Brings a database up to date: pending steps, then the definitions where theirs differ. All of it is one transaction. */
export async function migrateUp(address: Address, database?: string, build = readBuild()): Promise<Migrated> {
  const { steps, definitions } = build;
  return withRunner(address, database, steps, async (runner, executor) => {
    const state = (await readState((text) => runner.query(text))) ?? { steps: [] };
    refuseStrange(state, build);
    const pending = steps.length - state.steps.length;
    if (!pending && state.definitions?.digest === definitions.digest && state.definitions.number === definitions.number)
      return { steps: 0, defined: false };
    return inOneTransaction(runner, async () => {
      await runStepsUp(runner, executor, steps);
      await define(runner, definitions, state);
      return { steps: pending, defined: true };
    });
  });
}

/**
 * Takes back the newest step and with it all definitions: the build that had no such step makes its own. With `definitionsOnly` no
 * step is taken back, for the build before this one where both have the same steps.
 */
export async function migrateDown(
  address: Address,
  database?: string,
  { definitionsOnly = false, build = readBuild() } = {},
): Promise<void> {
  await withRunner(address, database, build.steps, async (runner, executor) => {
    const state = await readState((text) => runner.query(text));
    if (!state?.steps.length) return;
    refuseStrange(state, build);
    await inOneTransaction(runner, async () => {
      await runner.query('set local role loopwell_owner');
      await dropFunctions(runner);
      await runner.query('reset role');
      if (!definitionsOnly) await executor.undoLastMigration();
      await runner.query('delete from loopwell_definitions');
    });
  });
}

async function runStepsUp(runner: QueryRunner, executor: MigrationExecutor, steps: readonly Step[]): Promise<void> {
  await executor.executePendingMigrations();
  await runner.query(STATE_TABLES);
  for (const { key, sha256 } of steps)
    await runner.query('update loopwell_migration set sha256 = $2 where name = $1 and sha256 is null', [key, sha256]);
}

async function define(runner: QueryRunner, definitions: Definitions, state: DatabaseState): Promise<void> {
  const rows = await makeDefinitions(runner, definitions, state.definitions?.rows ?? {});
  await runner.query(
    `insert into loopwell_definitions (number, serves, digest, rows) values ($1, $2, $3, $4)
     on conflict (one) do update set number = excluded.number, serves = excluded.serves, digest = excluded.digest,
       rows = excluded.rows, made_at = now()`,
    [definitions.number, definitions.serves, definitions.digest, JSON.stringify(rows)],
  );
  // the serving login asks them whether it may serve, before it takes a role that may read
  await runner.query('grant select on loopwell_migration, loopwell_definitions to loopwell_login');
}

/** Work on one connection, as a member of loopwell_owner, while no other migration of this database is at work. */
async function withRunner<Result>(
  address: Address,
  database: string | undefined,
  steps: readonly Step[],
  work: (runner: QueryRunner, executor: MigrationExecutor) => Promise<Result>,
): Promise<Result> {
  const source = await new DataSource({
    type: 'postgres',
    ...asTypeOrm(address, database),
    applicationName: 'loopwell migrate',
    migrations: steps.map(migrationClass),
    migrationsTableName: 'loopwell_migration',
    extra: { max: 1, options: SESSION_OPTIONS },
  }).initialize();
  try {
    const runner = source.createQueryRunner();
    const executor = new MigrationExecutor(source, runner);
    executor.transaction = 'none';
    await takeTurn(runner);
    return await work(runner, executor);
  } finally {
    await source.destroy();
  }
}

/** How long a migration waits for another one, and for the tables, in milliseconds. */
const PATIENCE = 120_000;
/** How long it waits for all tables at once: what is asked meanwhile waits behind it. */
const LOCK_WAIT = 1_000;

async function takeTurn(runner: QueryRunner): Promise<void> {
  await runner.query(`set lock_timeout = ${PATIENCE}`);
  try {
    await runner.query(`select pg_advisory_lock(hashtext('loopwell_migrate'))`);
  } catch (error) {
    if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
    throw new MigrationRefused('Another migration of this database is at work: try again once it has ended.');
  }
  await runner.query(`set lock_timeout = ${LOCK_WAIT}`);
}

const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK = '40P01';

/** One transaction in which no other connection reads or writes, and in which the old definitions are gone. */
async function inOneTransaction<Result>(runner: QueryRunner, work: () => Promise<Result>): Promise<Result> {
  const until = Date.now() + PATIENCE;
  for (;;) {
    await runner.startTransaction();
    try {
      await lockTables(runner);
      const result = await work();
      await runner.commitTransaction();
      return result;
    } catch (error) {
      await runner.rollbackTransaction();
      if (![LOCK_NOT_AVAILABLE, DEADLOCK].includes((error as { code?: string }).code ?? '')) throw error;
      if (Date.now() > until)
        throw new MigrationRefused(
          'The tables could not be had for a moment: end what holds them for long (select * from pg_stat_activity), and try again.',
        );
    }
    // at random, so that what was held up goes on first
    await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 800));
  }
}

/** All tables, once the hub's own transactions have ended, and the old definitions out of the way. */
async function lockTables(runner: QueryRunner): Promise<void> {
  const [there] = (await runner.query(
    `select to_regnamespace('hub') is not null as hub, string_agg(c.oid::regclass::text, ', ' order by c.relname) as tables
     from pg_class c where c.relnamespace = to_regnamespace('hub') and c.relkind = 'r'`,
  )) as { hub: boolean; tables: string | null }[];
  if (!there?.hub) return;
  await runner.query(`select ${CLOSE_GATE}`);
  await runner.query('set local role loopwell_owner');
  if (there.tables) await runner.query(`lock table ${there.tables} in access exclusive mode`);
  await clearDefinitions(runner);
  await runner.query('reset role');
}
