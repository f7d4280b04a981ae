import type { ClientBase } from 'pg';
import { afterWhatTheyNeed } from '../migrate/order';
import { withoutComments } from '../migrate/statements';
import {
  COLUMNS,
  CONSTRAINTS,
  DEFAULTS,
  FUNCTIONS,
  FOREIGN_KEYS,
  GRANTS,
  INDEXES,
  POLICIES,
  SCHEMAS,
  TABLES,
  TRIGGERS,
  VIEWS,
} from './queries';

interface Printed {
  /** What the line belongs to: the name of a schema, table, view or function. */
  of: string;
  text: string;
}

/**
 * What the database holds and decides, as SQL text: tables with their columns by name, row security, policies, triggers, grants,
 * functions, views, and the rows of the reference tables named. Two databases that print the same text act the same, whatever
 * order their columns were added in. The text is not formatted; it can be run in an empty database whose roles exist.
 */
export async function printCatalogue(client: ClientBase, referenceTables: readonly string[]): Promise<string> {
  const read = async (query: string) => (await client.query<Printed>(query)).rows;
  const [grants, columns, constraints, indexes] = [
    await read(GRANTS),
    await read(COLUMNS),
    await read(CONSTRAINTS),
    await read(INDEXES),
  ];
  const [policies, triggers, defaults, keys] = [
    await read(POLICIES),
    await read(TRIGGERS),
    await read(DEFAULTS),
    await read(FOREIGN_KEYS),
  ];
  const of = (rows: Printed[], name: string) => rows.filter((row) => row.of === name).map((row) => row.text);

  const schemas = (await read(SCHEMAS)).flatMap(({ of: name, text }) => [text, ...of(grants, name)]);
  const tables = await read(TABLES);
  const bodies = tables.map(({ of: name, text }) => {
    const inside = [...of(columns, name), ...of(constraints, name)].map((line) => `  ${line}`).join(',\n');
    return `create table ${name} (\n${inside}\n);\n${[text, ...of(indexes, name)].join('\n')}`;
  });
  const functions = (await read(FUNCTIONS)).map(({ of: name, text }) =>
    [withoutComments(text), ...of(grants, name)].join('\n'),
  );
  const reads = (view: Printed, other: Printed) => new RegExp(`\\b${other.of}\\b`).test(view.text);
  const views = afterWhatTheyNeed(await read(VIEWS), reads).map(({ of: name, text }) =>
    [text, ...of(grants, name)].join('\n'),
  );
  const guards = tables.map(({ of: name }) =>
    [...of(keys, name), ...of(defaults, name), ...of(policies, name), ...of(triggers, name), ...of(grants, name)].join(
      '\n',
    ),
  );
  const rows: string[] = [];
  for (const table of [...referenceTables].sort()) rows.push(await referenceRows(client, table));
  return [...schemas, ...bodies, ...functions, ...views, ...guards, ...rows].filter(Boolean).join('\n\n');
}

/** The rows of a reference table, without what PostgreSQL numbers or draws by itself. */
async function referenceRows(client: ClientBase, table: string): Promise<string> {
  const { rows: columns } = await client.query<{ name: string }>(
    `select quote_ident(a.attname) as name from pg_attribute a left join pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum
     where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attidentity = '' and a.attgenerated = ''
       and coalesce(pg_get_expr(f.adbin, f.adrelid), '') <> 'gen_random_uuid()' order by a.attname`,
    [table],
  );
  const names = columns.map(({ name }) => name);
  const { rows } = await client.query<{ line: string }>(
    `select concat_ws(', ', ${names.map((name) => `quote_nullable(${name}::text)`).join(', ')}) as line from ${table}`,
  );
  const lines = rows.map(({ line }) => `(${line})`).sort();
  return lines.length ? `insert into ${table} (${names.join(', ')}) values\n${lines.join(',\n')};` : '';
}
