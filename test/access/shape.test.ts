import { createTestDatabase, type TestDatabase } from '../support/database';
import { apiColumns, apiFunctions } from './grants';

const roles =
  '{loopwell_owner,loopwell_guard,loopwell_keeper,loopwell_counter,loopwell_sequencer,loopwell_api,loopwell_login}';

describe('the shape of the guard', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const names = async (text: string) => (await database.asAdmin<{ name: string }>(text)).map(({ name }) => name);

  it('forces row security on every table that holds anything, and keeps a policy on each', async () => {
    const tables = await names(
      `select c.relname as name from pg_class c where c.relnamespace = 'hub'::regnamespace and c.relkind in ('r', 'p')`,
    );
    expect(tables.length).toBeGreaterThan(25);
    expect(
      await names(`select c.relname as name from pg_class c where c.relnamespace = 'hub'::regnamespace and c.relkind in ('r', 'p')
        and (not c.relrowsecurity or not c.relforcerowsecurity or c.relowner <> 'loopwell_owner'::regrole
          or not exists (select from pg_policy p where p.polrelid = c.oid))`),
    ).toEqual([]);
    expect(
      await names(
        `select c.relname as name from pg_class c where c.relnamespace = 'hub'::regnamespace and c.relkind in ('v', 'm', 'f')`,
      ),
    ).toEqual([]);
  });

  it('keeps the readers of all that hangs on a referral up to date', async () => {
    // hub.fold_referral fills these by name; of a source record end_party does
    const byName = ['consent', 'note', 'outcome', 'source_record'];
    const hanging =
      await names(`select c.relname as name from pg_class c where c.relnamespace = 'hub'::regnamespace and c.relkind = 'r'
      and (select count(*) from pg_attribute a where a.attrelid = c.oid and a.attname in ('referral_id', 'party_ids')) = 2
      and not exists (select from hub.referral_child r where r.relation = c.oid) order by 1`);
    expect(hanging).toEqual(byName);
  });

  it('lets every view read as the guard, and keeps nothing else in its schema', async () => {
    const views = await names(`select c.relname as name from pg_class c where c.relnamespace = 'graph'::regnamespace`);
    expect(views.length).toBeGreaterThan(25);
    expect(
      await names(`select c.relname as name from pg_class c where c.relnamespace = 'graph'::regnamespace
        and (c.relkind <> 'v' or c.relowner <> 'loopwell_guard'::regrole or coalesce(array_to_string(c.reloptions, ','), '') like '%security_invoker%')`),
    ).toEqual([]);
  });

  it('gives no role of its own a way past row security', async () => {
    expect(
      await names(
        `select rolname as name from pg_roles where rolname = any ('${roles}') and (rolsuper or rolbypassrls or rolcreaterole or rolreplication)`,
      ),
    ).toEqual([]);
    expect(
      await names(`select rolname as name from pg_roles where rolname = any ('${roles}') and rolcanlogin`),
    ).toEqual(['loopwell_login']);
    expect(await names(`select rolname as name from pg_roles where rolname = 'loopwell_login' and rolinherit`)).toEqual(
      [],
    );
    expect(
      await names(`select m.rolname || ' is ' || r.rolname as name from pg_auth_members a join pg_roles r on r.oid = a.roleid join pg_roles m on m.oid = a.member
        where m.rolname in ('loopwell_login', 'loopwell_api', 'loopwell_sequencer', 'loopwell_guard', 'loopwell_keeper', 'loopwell_counter') order by 1`),
    ).toEqual(['loopwell_login is loopwell_api', 'loopwell_login is loopwell_sequencer']);
  });

  it('lets only owner and keeper pass every row', async () => {
    const open =
      await names(`select p.polrelid::regclass || ' to ' || r.rolname as name from pg_policy p cross join unnest(p.polroles) grantee join pg_roles r on r.oid = grantee
      where pg_get_expr(p.polqual, p.polrelid) = 'true' and r.rolname not in ('loopwell_owner', 'loopwell_keeper') order by 1`);
    expect(open).toEqual([
      'hub.event to loopwell_sequencer',
      'hub.feed_head to loopwell_sequencer',
      'hub.outbox_pending to loopwell_sequencer',
      'hub.party_feed to loopwell_sequencer',
      'hub.revocation to loopwell_sequencer',
      'hub.transition to loopwell_api',
      'hub.transition to loopwell_guard',
    ]);
  });

  it('runs every function with more rights than its caller on a fixed path, with the temporary schema last', async () => {
    const keepers = `pg_proc p where p.pronamespace = 'hub'::regnamespace and (p.prosecdef or p.proowner in ('loopwell_keeper'::regrole, 'loopwell_counter'::regrole))`;
    expect((await names(`select p.proname as name from ${keepers}`)).length).toBeGreaterThan(15);
    expect(
      await names(
        `select p.proname as name from ${keepers} and not coalesce(p.proconfig, '{}') && array['search_path=pg_catalog, hub, pg_temp', 'search_path=pg_catalog, pg_temp']`,
      ),
    ).toEqual([]);
    // a definer that belonged to the owner would run with the owner's rights on every table
    expect(
      await names(
        `select p.proname as name from pg_proc p where p.pronamespace = 'hub'::regnamespace and p.prosecdef and p.proowner not in ('loopwell_keeper'::regrole, 'loopwell_counter'::regrole)`,
      ),
    ).toEqual([]);
  });

  it('grants to everybody only who is asking, and what time it is', async () => {
    expect(
      await names(`select p.proname as name from pg_proc p cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        where p.pronamespace in ('hub'::regnamespace, 'graph'::regnamespace) and a.grantee = 0 order by 1`),
    ).toEqual([
      'clock',
      'day_of',
      'start_of',
      'today',
      'viewer_is_operator',
      'viewer_is_organisation',
      'viewer_is_person',
      'viewer_party',
      'viewer_practitioner',
      'viewer_sector',
    ]);
    expect(
      await names(`select c.oid::regclass::text as name from pg_class c cross join lateral aclexplode(c.relacl) a
        where c.relnamespace in ('hub'::regnamespace, 'graph'::regnamespace) and a.grantee = 0`),
    ).toEqual([]);
  });

  it('lets requests call these functions of the keepers and no others', async () => {
    expect(
      await names(`select p.proname as name from pg_proc p where p.pronamespace = 'hub'::regnamespace and p.prokind = 'f'
        and has_function_privilege('loopwell_api', p.oid, 'execute') order by 1`),
    ).toEqual(apiFunctions);
  });

  it('grants requests these columns and no others', async () => {
    const granted = await database.asAdmin<{ name: string; columns: string }>(`
      select c.relname || ' ' || lower(privilege) as name,
        case when count(*) filter (where has_column_privilege('loopwell_api', c.oid, a.attnum, privilege)) = count(*) then '*'
          else string_agg(a.attname, ', ' order by a.attnum) filter (where has_column_privilege('loopwell_api', c.oid, a.attnum, privilege)) end as columns
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      cross join unnest(array['SELECT', 'INSERT', 'UPDATE']) privilege
      where c.relnamespace = 'hub'::regnamespace and c.relkind = 'r' group by c.oid, c.relname, privilege
      having bool_or(has_column_privilege('loopwell_api', c.oid, a.attnum, privilege)) order by 1`);
    expect(Object.fromEntries(granted.map(({ name, columns }) => [name, columns]))).toEqual(apiColumns);
    expect(
      await names(`select c.relname || ' ' || privilege as name from pg_class c cross join unnest(array['DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) privilege
        where c.relnamespace in ('hub'::regnamespace, 'graph'::regnamespace) and c.relkind in ('r', 'v') and has_table_privilege('loopwell_api', c.oid, privilege)`),
    ).toEqual([]);
  });

  it('lets requests write through no view, and read no piece of one', async () => {
    expect(
      await names(`select c.relname as name from pg_class c where c.relnamespace = 'graph'::regnamespace
        and (has_any_column_privilege('loopwell_api', c.oid, 'INSERT') or has_any_column_privilege('loopwell_api', c.oid, 'UPDATE'))`),
    ).toEqual([]);
    expect(
      await names(
        `select c.relname as name from pg_class c where c.relnamespace = 'graph'::regnamespace and not has_table_privilege('loopwell_api', c.oid, 'SELECT')`,
      ),
    ).toEqual(['preferred_record']);
  });
});
