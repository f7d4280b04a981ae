import type { QueryRunner } from 'typeorm';
import { attempt } from './attempt';
import type { DefinitionFile } from './definitions';
import { afterWhatTheyNeed } from './order';
import { statementsOf, withoutComments } from './statements';

/** By table, the keys of the rows that data files named. */
export type NamedRows = Record<string, string[]>;

interface ReferenceTable {
  /** hub.reason */
  name: string;
  /** The temporary table that holds what the files say of it: pg_temp.reason */
  staged: string;
  /** Its primary key, and its other columns that the files fill. */
  key: string[];
  columns: string[];
}

const INSERT = /^insert into (hub\.(\w+))\s*\(([^)]*)\)/;

/**
 * Brings the reference tables to what the data files say: rows are added and changed, and a row that an earlier file named and none
 * names now is removed. Rows that the operator added are left alone. An insert that says ON CONFLICT is a first value: it runs as it
 * stands, and what the operator made of the row stays. Answers which rows the files name.
 */
export async function keepReferenceRows(
  runner: QueryRunner,
  files: readonly DefinitionFile[],
  before: NamedRows,
): Promise<NamedRows> {
  const inserts = files
    .filter(({ kind }) => kind === 'data')
    .flatMap(({ file, text }) =>
      statementsOf(text).map((statement) => ({ file, text: withoutComments(statement).trim() })),
    );
  const staged = new Map<string, ReferenceTable>();
  const first: { file: string; text: string }[] = [];
  for (const { file, text } of inserts) {
    const [, name = '', word = '', columns = ''] = INSERT.exec(text) ?? [];
    if (!name) throw new Error(`${file} holds something else than inserts into tables of hub.`);
    if (/\bon conflict\b/.test(text)) first.push({ file, text });
    else {
      if (!staged.has(name)) staged.set(name, await stage(runner, name, word, columns));
      await attempt(runner, file, text.replace(name, stagedAs(word)));
    }
  }
  const refers = await references(runner);
  const tables = afterWhatTheyNeed(
    [...staged.values()],
    (one, other) => refers.get(one.name)?.includes(other.name) ?? false,
  );
  const named: NamedRows = {};
  for (const table of tables) named[table.name] = await keysOf(runner, table);
  for (const [name, keys] of Object.entries(before).reverse()) {
    const gone = keys.filter((key) => !named[name]?.includes(key));
    if (gone.length) await remove(runner, name, gone);
  }
  for (const table of tables) await merge(runner, table);
  for (const { file, text } of first) await attempt(runner, file, text);
  for (const table of tables) await runner.query(`drop table ${table.staged}`);
  return named;
}

const stagedAs = (word: string) => `pg_temp.${word}`;

/** What the files say of a table is put into a temporary one of its form first. */
async function stage(runner: QueryRunner, name: string, word: string, columns: string): Promise<ReferenceTable> {
  await runner.query(`create temp table ${word} (like ${name} including defaults including identity)`);
  const key = await primaryKey(runner, name);
  const filled = columns.split(',').map((column) => column.trim());
  return { name, staged: stagedAs(word), key, columns: filled.filter((column) => !key.includes(column)) };
}

async function primaryKey(runner: QueryRunner, name: string): Promise<string[]> {
  const rows = (await runner.query(
    `select a.attname::text as name from pg_constraint c cross join unnest(c.conkey) with ordinality k (number, place)
     join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.number
     where c.conrelid = to_regclass($1) and c.contype = 'p' order by k.place`,
    [name],
  )) as { name: string }[];
  return rows.map((row) => row.name);
}

/** A key as one text, the same for the files' rows and the table's. */
const keyText = (key: readonly string[], row: string) =>
  `jsonb_build_array(${key.map((k) => `${row}.${k}::text`).join(', ')})::text`;

async function keysOf(runner: QueryRunner, { staged, key }: ReferenceTable): Promise<string[]> {
  const rows = (await runner.query(`select ${keyText(key, 's')} as key from ${staged} s order by 1`)) as {
    key: string;
  }[];
  return rows.map((row) => row.key);
}

async function remove(runner: QueryRunner, name: string, keys: string[]): Promise<void> {
  const key = await primaryKey(runner, name);
  if (!key.length) return;
  await runner.query('create temp table gone (key text)');
  await runner.query('insert into pg_temp.gone select unnest($1::text[])', [keys]);
  const text = `delete from ${name} t where ${keyText(key, 't')} in (select g.key from pg_temp.gone g)`;
  await attempt(runner, `${name}, rows that no data file names any more`, text);
  await runner.query('drop table pg_temp.gone');
}

async function merge(runner: QueryRunner, { name, staged, key, columns }: ReferenceTable): Promise<void> {
  const all = [...key, ...columns];
  const change = columns.length
    ? `do update set ${columns.map((c) => `${c} = excluded.${c}`).join(', ')}
       where (${columns.map((c) => `t.${c}`).join(', ')}) is distinct from (${columns.map((c) => `excluded.${c}`).join(', ')})`
    : 'do nothing';
  await attempt(
    runner,
    `${name}, rows of the data files`,
    `insert into ${name} as t (${all.join(', ')}) select ${all.join(', ')} from ${staged}
     on conflict (${key.join(', ')}) ${change}`,
  );
}

/** Table to the tables that it refers to. */
async function references(runner: QueryRunner): Promise<Map<string, string[]>> {
  const rows = (await runner.query(
    `select c.conrelid::regclass::text as of, array_agg(c.confrelid::regclass::text) as to from pg_constraint c
     where c.contype = 'f' and c.connamespace = 'hub'::regnamespace group by 1`,
  )) as { of: string; to: string[] }[];
  return new Map(rows.map((row) => [row.of, row.to]));
}
