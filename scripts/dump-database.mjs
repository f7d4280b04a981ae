// `node scripts/dump-database.mjs`: a freshly migrated database as SQL that makes it again in an empty one. Kept under test/fixtures for
// a form that was released, so that what upgrades from it is compared with what is made anew.
import pg from 'pg';
import { built, withFreshDatabase } from './fresh-database.mjs';

const { printCatalogue, referenceTables } = built('./database');

const dump = await withFreshDatabase(async (address) => {
  const client = new pg.Client(address);
  await client.connect();
  const catalogue = await printCatalogue(client, referenceTables());
  const state = [];
  for (const table of ['public.loopwell_migration', 'public.loopwell_definitions'])
    state.push(await asInserts(client, table));
  await client.end();
  return [
    '-- A freshly migrated database, by `node scripts/dump-database.mjs`. The roles of the cluster are there already.',
    'set check_function_bodies = off;',
    catalogue,
    'create table public.loopwell_migration (id serial primary key, "timestamp" bigint not null, name varchar not null, sha256 text, number integer);',
    `create table public.loopwell_definitions (one boolean primary key default true check (one), number integer not null,
  serves integer not null, digest text not null, rows json not null, made_at timestamptz not null default now());`,
    ...state,
  ].join('\n\n');
});
process.stdout.write(`${dump}\n`);
process.exit();

async function asInserts(client, table) {
  const { rows } = await client.query(`select to_jsonb(t) - 'made_at' as row from ${table} t order by 1`);
  return rows
    .map(({ row }) => {
      const values = Object.values(row).map((value) =>
        value === null ? 'null' : pg.escapeLiteral(typeof value === 'object' ? JSON.stringify(value) : String(value)),
      );
      return `insert into ${table} (${Object.keys(row).join(', ')}) values (${values.join(', ')});`;
    })
    .join('\n');
}
