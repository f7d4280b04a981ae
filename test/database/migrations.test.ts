import { readdirSync } from 'node:fs';
import * as path from 'node:path';
import { migrateDown, migrateUp } from '../../src/database';
import { createTestDatabase } from '../support/database';

const FOLDER = path.resolve(__dirname, '../../migrations');
const UP = readdirSync(FOLDER).filter((name) => name.endsWith('.up.sql'));

/** Whatever a migration may make, as the catalogue says it. */
const CATALOGUE = `
  select 'column ' || a.attrelid::regclass || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end as thing
    from pg_attribute a join pg_class c on c.oid = a.attrelid where c.relnamespace in ('hub'::regnamespace, 'graph'::regnamespace) and c.relkind in ('r', 'v') and a.attnum > 0 and not a.attisdropped
  union all select 'view ' || c.oid::regclass || ' ' || md5(pg_get_viewdef(c.oid)) from pg_class c where c.relnamespace = 'graph'::regnamespace and c.relkind = 'v'
  union all select 'policy ' || p.polrelid::regclass || ' ' || p.polname || ' ' || coalesce(pg_get_expr(p.polqual, p.polrelid), '') || ' ' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') from pg_policy p
  union all select 'function ' || p.oid::regprocedure || ' ' || md5(p.prosrc) || ' ' || p.prosecdef || ' ' || p.proowner::regrole from pg_proc p where p.pronamespace in ('hub'::regnamespace, 'graph'::regnamespace)
  union all select 'index ' || pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indrelid where c.relnamespace = 'hub'::regnamespace
  union all select 'trigger ' || pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid where c.relnamespace = 'hub'::regnamespace and not t.tgisinternal
  union all select 'grant ' || table_schema || '.' || table_name || ' ' || privilege_type || ' ' || grantee from information_schema.role_table_grants where table_schema in ('hub', 'graph')
  order by 1`;

describe('the migrations', () => {
  it('each have a way back', () => {
    const down = readdirSync(FOLDER).filter((name) => name.endsWith('.down.sql'));
    expect(down.map((name) => name.replace('.down', '.up')).sort()).toEqual(UP.sort());
  });

  it('can all be taken back and applied again, to the very same schema', async () => {
    const database = await createTestDatabase();
    const { admin } = database;
    const things = async () => (await database.asAdmin<{ thing: string }>(CATALOGUE)).map(({ thing }) => thing);
    const before = await things();
    expect(before.length).toBeGreaterThan(500);
    for (const _each of UP) await migrateDown(admin, database.name);
    const left = "select from pg_namespace where nspname in ('hub', 'graph')";
    expect(await database.asAdmin(left)).toEqual([]);
    expect(await migrateUp(admin, database.name)).toBe(UP.length);
    expect(await things()).toEqual(before);
  });
});
