import { DataSource, type Logger, MigrationExecutor, type QueryFailedError, type QueryRunner } from 'typeorm';
import { type Address, asTypeOrm, SESSION_OPTIONS, sessionOptions } from '../database';
import { type Build, readBuild } from './build';
import { clearDefinitions, dropFunctions, forceRowSecurity } from './clear';
import type { Definitions } from './definitions';
import { makeDefinitions } from './make';
import { MigrationRefused } from './refused';
import { type DatabaseState, readState, refuseStrange, STATE_TABLES } from './state';
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
      await runStepsUp(runner, executor, build);
      await define(runner, definitions, state);
      return { steps: pending, defined: true };
    });
  });
}

/**
 * Goes back to the build before: takes away the definitions and, with `steps`, what the steps did that came with them. Answers the
 * steps that were taken back. Refuses to leave steps of these definitions behind unless it was told which way is meant: what their
 * tables and columns hold is lost with them.
 */
export async function migrateDown(
  address: Address,
  database?: string,
  { steps = false, build = readBuild() } = {},
): Promise<string[]> {
  return withRunner(address, database, build.steps, async (runner, executor) => {
    const state = await readState((text) => runner.query(text));
    if (!state?.definitions?.number)
      throw new MigrationRefused('There are no definitions to take away: the build before may migrate.');
    refuseStrange(state, build);
    const { number } = state.definitions;
    const names = new Map(build.steps.map(({ key, name }) => [key, name]));
    const own = state.steps.filter((step) => step.number === number).map(({ name }) => names.get(name) ?? name);
    if (own.length && !steps)
      throw new MigrationRefused(
        `These definitions came with ${own.length === 1 ? 'the step' : 'the steps'} ${own.join(', ')}. To take back that too, and lose what its tables and columns hold: loopwell migrate down --steps`,
      );
    await inOneTransaction(runner, async () => {
      await runner.query('set local role loopwell_owner');
      await dropFunctions(runner);
      await runner.query('reset role');
      for (const _step of own) await executor.undoLastMigration();
      await forceRowSecurity(runner);
      // what its data files named is kept in mind: the older build removes those rows that it does not name
      await runner.query(`update public.loopwell_definitions set number = 0, serves = 0, digest = ''`);
    });
    return own.reverse();
  });
}

async function runStepsUp(
  runner: QueryRunner,
  executor: MigrationExecutor,
  { steps, definitions }: Build,
): Promise<void> {
  await executor.executePendingMigrations();
  await runner.query(STATE_TABLES);
  for (const { key, sha256 } of steps)
    await runner.query(
      'update public.loopwell_migration set sha256 = $2, number = $3 where name = $1 and sha256 is null',
      [key, sha256, definitions.number],
    );
}

async function define(runner: QueryRunner, definitions: Definitions, state: DatabaseState): Promise<void> {
  const rows = await makeDefinitions(runner, definitions, state.definitions?.rows ?? {});
  await runner.query(
    `insert into public.loopwell_definitions (number, serves, digest, rows) values ($1, $2, $3, $4)
     on conflict (one) do update set number = excluded.number, serves = excluded.serves, digest = excluded.digest,
       rows = excluded.rows, made_at = now()`,
    [definitions.number, definitions.serves, definitions.digest, JSON.stringify(rows)],
  );
  // a node asks them whether it may serve, and each of its transactions passes the second, before it takes a role that may read
  await runner.query(
    'grant select on public.loopwell_migration, public.loopwell_definitions to loopwell_login, loopwell_sequencer',
  );
}

const say = () => undefined;
/** What fails is thrown, and told once. */
const SILENT: Logger = {
  log: say,
  logMigration: say,
  logQuery: say,
  logQueryError: say,
  logQuerySlow: say,
  logSchemaBuild: say,
};

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
    // said, so that no search path decides where
    schema: 'public',
    migrationsTableName: 'loopwell_migration',
    logger: SILENT,
    // what a role or a database sets for everyday statements does not count for this one
    extra: {
      max: 1,
      options: sessionOptions(
        address,
        `${SESSION_OPTIONS} -c statement_timeout=0 -c idle_in_transaction_session_timeout=0`,
      ),
    },
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
/** The locks were not had in time, or another's transaction stood crosswise. */
const TRY_AGAIN = new Set([LOCK_NOT_AVAILABLE, '40P01', '57014']);

/** One transaction in which no other connection reads or writes, and in which the old definitions are gone. */
async function inOneTransaction<Result>(runner: QueryRunner, work: () => Promise<Result>): Promise<Result> {
  const until = Date.now() + PATIENCE;
  for (;;) {
    // what is committed while it waits for the tables is seen by its steps
    await runner.startTransaction('READ COMMITTED');
    try {
      await lockTables(runner);
      const result = await work();
      await runner.commitTransaction();
      return result;
    } catch (error) {
      // a connection that is gone has undone it already
      await runner.rollbackTransaction().catch(() => undefined);
      if (!TRY_AGAIN.has((error as { code?: string }).code ?? '')) throw explained(error);
      if (Date.now() > until)
        throw new MigrationRefused(
          'The tables could not be had for a moment: end what holds them for long (select * from pg_stat_activity), and try again.',
        );
    }
    // at random, so that what was held up goes on first
    await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 800));
  }
}

/** What an operator can mend is said as such. */
function explained(error: unknown): unknown {
  const { code, message, cause = error } = error as Error & { code?: string };
  const { detail } = ((cause as Partial<QueryFailedError>).driverError ?? {}) as { detail?: string };
  if (code === '2BP01')
    return new MigrationRefused(
      `What others have made on the definitions stands in the way: ${detail ?? message}. Drop it, migrate, and make it again.`,
    );
  if (code === '23503' || code === '23505')
    return new MigrationRefused(
      `${message}. ${detail ?? ''} Keep the row in its data file, or move what names it by a step.`,
    );
  if (code === '42501')
    return new MigrationRefused(
      `LOOPWELL_MIGRATE_URL logs in as a role that may not change this database (${message}): use the role that made it.`,
    );
  return error;
}

/** All tables, the gate of the hub's own transactions first, and the old definitions out of the way. */
async function lockTables(runner: QueryRunner): Promise<void> {
  const [there] = (await runner.query(
    `select to_regnamespace('hub') is not null as hub, to_regclass('public.loopwell_definitions') is not null as gate,
       string_agg(c.oid::regclass::text, ', ' order by c.relname) as tables
     from pg_class c where c.relnamespace = to_regnamespace('hub') and c.relkind in ('r', 'p')`,
  )) as { hub: boolean; gate: boolean; tables: string | null }[];
  if (!there?.hub) return;
  await runner.query(`set local statement_timeout = ${LOCK_WAIT}`);
  if (there.gate) await runner.query('lock table public.loopwell_definitions in access exclusive mode');
  await runner.query('set local role loopwell_owner');
  if (there.tables) await runner.query(`lock table ${there.tables} in access exclusive mode`);
  await runner.query('set local statement_timeout = 0');
  await clearDefinitions(runner);
  await runner.query('reset role');
}
