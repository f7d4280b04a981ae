import type { QueryRunner } from 'typeorm';
import { attempt } from './attempt';
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
  await makeFunctions(runner, functions);

  await runner.query('set local role loopwell_guard');
  for (const { file, name, statements } of definitionsOf(definitions.files, 'views'))
    await attempt(runner, `${file}, ${name}`, statements.join('\n'));

  await runner.query('set local role loopwell_owner');
  for (const { file, text } of definitions.files.filter(({ kind }) => kind === 'guard'))
    await attempt(runner, file, text);
  const rows = await keepReferenceRows(runner, definitions.files, named);
  await lookIntoBodies(runner, functions);
  await forceRowSecurity(runner);
  await runner.query('reset role');
  return rows;
}

/** Functions that no file names any more. */
async function dropUnnamed(runner: QueryRunner, functions: readonly Definition[]): Promise<void> {
  const named = new Set(functions.map(({ name }) => name));
  for (const { name, signature } of await existingFunctions(runner))
    if (!named.has(name)) await runner.query(`drop routine ${signature}`);
}

/** PostgreSQL's code for a function that cannot be replaced as it is: another result, or other names of parameters. */
const OTHER_SIGNATURE = '42P13';

interface Existing {
  id: string;
  name: string;
  /** With the types of its parameters, as DROP wants it. */
  signature: string;
}

/**
 * Replaces each function, which keeps what other connections prepared, and makes it anew where its signature is another. One name is
 * one function. What is said of functions (owner, grants) is said once all are there.
 */
async function makeFunctions(runner: QueryRunner, functions: readonly Definition[]): Promise<void> {
  const before = await existingFunctions(runner);
  for (const { file, name, statements } of functions) {
    const [create = ''] = statements;
    const where = `${file}, ${name}`;
    const old = before.filter((each) => each.name === name);
    try {
      await attempt(runner, where, `savepoint replacing;\n${create}\nrelease savepoint replacing`);
    } catch (error) {
      if (!old.length || (error as { code?: string }).code !== OTHER_SIGNATURE) throw error;
      const drops = old.map(({ signature }) => `drop routine ${signature}`);
      await attempt(
        runner,
        where,
        ['rollback to savepoint replacing', 'release savepoint replacing', ...drops, create].join(';\n'),
      );
    }
  }
  // parameters of other types made another function of the same name beside the old one
  const after = await existingFunctions(runner);
  for (const { id, name, signature } of before) {
    const stays = after.some((each) => each.id === id);
    if (stays && after.some((each) => each.name === name && each.id !== id))
      await runner.query(`drop routine ${signature}`);
  }
  for (const { file, name, statements } of functions)
    if (statements.length > 1) await attempt(runner, `${file}, ${name}`, statements.slice(1).join('\n'));
}

async function existingFunctions(runner: QueryRunner): Promise<Existing[]> {
  return (await runner.query(
    `select p.oid::text as id, p.pronamespace::regnamespace || '.' || p.proname as name, p.oid::regprocedure::text as signature
     from pg_proc p where p.pronamespace in ('hub'::regnamespace, 'graph'::regnamespace)`,
  )) as Existing[];
}

/** Bodies are compiled once everything that they may name is there. */
async function lookIntoBodies(runner: QueryRunner, functions: readonly Definition[]): Promise<void> {
  await runner.query('set local check_function_bodies = on');
  const rows = (await runner.query(
    `select p.pronamespace::regnamespace || '.' || p.proname as name, l.lanname as language, p.oid::text as id
     from pg_proc p join pg_language l on l.oid = p.prolang
     where p.pronamespace in ('hub'::regnamespace, 'graph'::regnamespace)`,
  )) as { name: string; language: 'sql' | 'plpgsql'; id: string }[];
  const files = new Map(functions.map(({ file, name }) => [name, file]));
  for (const { name, language, id } of rows) {
    const validator = language === 'sql' ? 'fmgr_sql_validator' : 'plpgsql_validator';
    await attempt(runner, `${files.get(name)}, ${name}`, `select ${validator}(${id})`);
  }
}
