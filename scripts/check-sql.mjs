// What the formatter does not hold the SQL to: steps and definitions stay apart, one name stands in one file, a reader finds what
// decides. `node scripts/check-sql.mjs [folder]` names each fault with its place, and ends with 1 where there is one.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from './bootstrap.mjs';

const LINES = 150;
const COLUMNS = 120;
const DEFINITION = /\bcreate\s+(?:or\s+replace\s+)?(function|procedure|view|policy|trigger)\b/i;
const NAMED =
  /^(?:create or replace function|create view) ((?:hub|graph)\.\w+)|^alter table (hub\.\w+) enable row level security/gm;

/** Every fault below a folder that has migrations/ and src/. */
export function faultsOf(root) {
  const files = [...filesIn(root, 'migrations'), ...filesIn(root, 'src')].filter((file) => file.endsWith('.sql'));
  const read = (file) => fs.readFileSync(path.join(root, file), 'utf8');
  const steps = files.filter((file) => file.startsWith('migrations/'));
  const definitions = files.filter((file) => file.startsWith('src/'));
  const named = definitions.flatMap((file) =>
    [...read(file).matchAll(NAMED)].map(([, object, table]) => ({ file, name: object ?? `the guard of ${table}` })),
  );
  return [
    ...files.flatMap((file) => wideLines(file, read(file))),
    ...steps.flatMap((file) => stepFaults(file, withoutComments(read(file)), steps, named)),
    ...definitions.flatMap((file) => definitionFaults(file, read(file), knownStates(root))),
    ...namedTwice(named),
    ...distantViews(root, named),
    ...unguardedTables(steps, read, named),
  ];
}

const wideLines = (file, text) =>
  text
    .split('\n')
    .flatMap((line, i) =>
      line.length > COLUMNS ? [`${file}:${i + 1} has ${line.length} columns; ${COLUMNS} at the most.`] : [],
    );

function stepFaults(file, text, steps, named) {
  const faults = [];
  const definition = DEFINITION.exec(text)?.[1];
  if (definition)
    faults.push(
      `${file} makes a ${definition}: definitions stand beside their TypeScript, a step holds tables and data that moves.`,
    );
  for (const { name } of named) {
    if (name.includes(' ') || !new RegExp(`\\b${name.replace('.', '\\.')}\\s*\\(`).test(text)) continue;
    faults.push(`${file} names ${name}, a function of ours: set a default in the table's guard file instead.`);
  }
  const other = file.endsWith('.up.sql') ? file.replace('.up.sql', '.down.sql') : file.replace('.down.sql', '.up.sql');
  if (!steps.includes(other)) faults.push(`${file} has no ${path.basename(other)}.`);
  return faults;
}

function definitionFaults(file, text, states) {
  if (!/\.(functions|views|guard|data)\.sql$/.test(file))
    return [`${file} is neither .functions.sql, .views.sql, .guard.sql nor .data.sql: migrate would pass it over.`];
  const faults = [];
  const lines = text.trimEnd().split('\n');
  if (lines.length > LINES) faults.push(`${file} has ${lines.length} lines; ${LINES} at the most: one subject a file.`);
  lines.forEach((line, i) => {
    const begins =
      /^(create or replace function|create view|insert into)/.test(line) || /enable row level security/.test(line);
    if (begins && !lines[i - 1]?.startsWith('--'))
      faults.push(`${file}:${i + 1} has no comment above it that says what it decides.`);
  });
  for (const [, state] of text.matchAll(/errcode = '(\w+)'/g))
    if (!states.has(state)) faults.push(`${file} raises ${state}, which src/database/sqlstates.ts does not list.`);
  if (/(clock\(\)|_at)\)?::date/.test(text) || /\bcurrent_date\b/i.test(text))
    faults.push(`${file} makes a day of a moment by the session's zone: use hub.today() or hub.day_of().`);
  return faults;
}

function namedTwice(named) {
  const files = new Map();
  for (const each of named) files.set(each.name, [...(files.get(each.name) ?? []), each]);
  return [...files]
    .filter(([, all]) => all.length > 1)
    .map(([name, all]) => `${name} stands in ${all.map(({ file }) => file).join(' and ')}: one name, one file.`);
}

/** `@Reads('graph.referral')`: that view is a neighbour of the type that reads it. */
function distantViews(root, named) {
  const folders = new Map(named.map(({ name, file }) => [name, path.dirname(file)]));
  return filesIn(root, 'src')
    .filter((file) => file.endsWith('.type.ts'))
    .flatMap((file) =>
      [...fs.readFileSync(path.join(root, file), 'utf8').matchAll(/@Reads\('(graph\.\w+)'/g)]
        .map(([, view]) => view)
        .filter((view) => folders.get(view) !== path.dirname(file))
        .map(
          (view) =>
            `${file} reads ${view}, which stands in ${folders.get(view) ?? 'no file'}: a view is its type's neighbour.`,
        ),
    );
}

/** Row security is forced on a table without a guard file too, but no one reads it then. */
function unguardedTables(steps, read, named) {
  const guarded = new Set(named.map(({ name }) => name));
  const tables = new Map();
  for (const file of steps.filter((each) => each.endsWith('.up.sql'))) {
    const text = withoutComments(read(file));
    for (const [, table] of text.matchAll(/create table (hub\.\w+)/g)) tables.set(table, file);
    for (const [, dropped] of text.matchAll(/drop table ([^;]+);/g))
      for (const table of dropped.split(',')) tables.delete(table.trim());
  }
  return [...tables]
    .filter(([table]) => !guarded.has(`the guard of ${table}`))
    .map(([table, file]) => `${file} makes ${table}, which no guard file names: say who reads and who writes it.`);
}

function knownStates(root) {
  const file = path.join(root, 'src/database/sqlstates.ts');
  return new Set(
    fs.existsSync(file)
      ? fs
          .readFileSync(file, 'utf8')
          .match(/'LW\d+'/g)
          ?.map((text) => text.slice(1, -1))
      : [],
  );
}

const withoutComments = (sql) =>
  sql.replaceAll(/'(?:[^']|'')*'|--[^\n]*/g, (part) => (part.startsWith('--') ? '' : part));

function filesIn(root, folder) {
  if (!fs.existsSync(path.join(root, folder))) return [];
  return fs
    .readdirSync(path.join(root, folder), { recursive: true })
    .map((file) => path.join(folder, file).split(path.sep).join('/'))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = faultsOf(process.argv[2] ?? projectRoot);
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length ? 1 : 0;
}
