import type { QueryRunner } from 'typeorm';
import { forceRowSecurity } from './clear';
import { keepReferenceRows, type NamedRows } from './data';
import { type Definition, type Definitions, definitionsOf } from './definitions';

/**
 * Makes all definitions, in a transaction in which the old ones were cleared. Functions are made before the bodies are looked into,
 * since they name one another. Answers the reference rows that the data files name.
 */
export async function makeDefinitions(
  runner: QueryRunner,
  definitions: Definitions,
  named: NamedRows,
): Promise<NamedRows> {
  await runner.query('set local role loopwell_owner; set local check_function_bodies = off');
  const functions = definitionsOf(definitions.files, 'functions');
  await dropUnnamed(runner, functions);
  for (const definition of functions) await makeFunction(runner, definition);

  await runner.query('set local role loopwell_guard');
  for (const { file, name, statements } of definitionsOf(definitions.files, 'views'))
    await attempt(runner, `${file}, ${name}`, statements.join('\n'));

  await runner.query('set local role loopwell_owner');
  for (const { file, text } of definitions.files.filter(({ kind }) => kind === 'guard'))
    await attempt(runner, file, text);
  const rows = await keepReferenceRows(runner, definitions.files, named);
  await lookIntoBodies(runner);
  await forceRowSecurity(runner);
  await runner.query('reset role');
  return rows;
}

/** Functions that no file names any more. */
async function dropUnnamed(runner: QueryRunner, functions: readonly Definition[]): Promise<void> {
  const rows = (await runner.query(
    `select p.oid::regprocedure::text as signature from pg_proc p
     where p.pronamespace in ('hub'::regnamespace, 'graph'::regnamespace)
       and not p.pronamespace::regnamespace || '.' || p.proname = any ($1)`,
    [functions.map(({ name }) => name)],
  )) as { signature: string }[];
  for (const { signature } of rows) await runner.query(`drop function ${signature}`);
}

/** PostgreSQL's codes for a function that cannot be replaced as it is: another result, or other names of parameters. */
const OTHER_RESULT = '42P13';

/**
 * Replaces a function, which keeps what other connections prepared, and makes it anew where its signature is another. One name is one
 * function.
 */
async function makeFunction(runner: QueryRunner, { file, name, statements }: Definition): Promise<void> {
  const [create = '', ...rest] = statements;
  const signatures = async () =>
    (await runner.query(
      `select p.oid::text as id, p.oid::regprocedure::text as signature from pg_proc p
       where p.pronamespace::regnamespace || '.' || p.proname = $1`,
      [name],
    )) as { id: string; signature: string }[];
  const before = await signatures();
  await runner.query('savepoint replacing');
  try {
    await attempt(runner, `${file}, ${name}`, create);
  } catch (error) {
    if ((error as { code?: string }).code !== OTHER_RESULT) throw error;
    await runner.query('rollback to savepoint replacing');
    for (const { signature } of before) await runner.query(`drop function ${signature}`);
    await attempt(runner, `${file}, ${name}`, create);
  }
  const after = before.length ? await signatures() : [];
  if (after.length > 1)
    for (const { id, signature } of before)
      if (after.some((each) => each.id === id)) await runner.query(`drop function ${signature}`);
  if (rest.length) await attempt(runner, `${file}, ${name}`, rest.join('\n'));
}

/** Bodies are compiled once everything that they may name is there. */
async function lookIntoBodies(runner: QueryRunner): Promise<void> {
  await runner.query('set local check_function_bodies = on');
  await runner.query(
    `select case l.lanname when 'sql' then fmgr_sql_validator(p.oid)::text else plpgsql_validator(p.oid)::text end
     from pg_proc p join pg_language l on l.oid = p.prolang
     where p.pronamespace in ('hub'::regnamespace, 'graph'::regnamespace)`,
  );
}

/** Says of a statement that fails where it stands. */
async function attempt(runner: QueryRunner, where: string, text: string): Promise<void> {
  try {
    await runner.query(text);
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    throw Object.assign(new Error(`${where}: ${message}`, { cause: error }), { code });
  }
}
