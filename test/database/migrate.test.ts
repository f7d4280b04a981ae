import { Client } from 'pg';
import {
  migrateDown,
  MigrationRefused,
  migrateUp,
  printCatalogue,
  readBuild,
  referenceTables,
} from '../../src/database';
import { ImaginedBuild } from '../support/builds';
import { configFor, createTestDatabase, type TestDatabase } from '../support/database';
import { until } from '../support/until';

const SERVICE_VIEW = 'modules/directory/service.views.sql';
const CLOCK = 'database/clock.functions.sql';
const REASONS = 'modules/vocabulary/reason.data.sql';

describe('migrate', () => {
  let database: TestDatabase;
  let connection: Client;
  beforeEach(async () => {
    database = await createTestDatabase();
    connection = new Client(configFor(database.admin, database.name));
    await connection.connect();
  });
  afterEach(async () => {
    await connection.end();
    await database.drop();
  });

  const up = (build = readBuild()) => migrateUp(database.admin, database.name, build);
  const down = (build = readBuild(), steps = false) => migrateDown(database.admin, database.name, { build, steps });
  const catalogue = () => printCatalogue(connection, referenceTables());
  const one = async <Row = Record<string, unknown>>(text: string) => (await database.asAdmin<Row>(text))[0];

  describe('of a database that is up to date', () => {
    it('does nothing', async () => {
      const before = await catalogue();
      expect(await up()).toEqual({ steps: 0, defined: false });
      expect(await catalogue()).toBe(before);
    });

    it('makes the very same definitions when it makes them anew', async () => {
      const before = await catalogue();
      await database.asAdmin(`update loopwell_definitions set digest = 'another'`);
      expect(await up()).toEqual({ steps: 0, defined: true });
      expect(await catalogue()).toBe(before);
    });

    it('takes all steps back, leaves nothing, and makes the very same again', async () => {
      const before = await catalogue();
      const { steps } = readBuild();
      expect(await down(readBuild(), true)).toHaveLength(steps.length);
      expect(await database.asAdmin(`select from pg_namespace where nspname in ('hub', 'graph')`)).toEqual([]);
      expect(await up()).toEqual({ steps: steps.length, defined: true });
      expect(await catalogue()).toBe(before);
    });
  });

  describe('refuses, names what is wrong and leaves all as it was:', () => {
    const refusal = async (work: () => Promise<unknown>) => {
      const before = await catalogue();
      const error = await work().then(
        () => undefined,
        (refused: unknown) => refused,
      );
      expect(error).toBeInstanceOf(MigrationRefused);
      expect(await catalogue()).toBe(before);
      return (error as Error).message;
    };

    it('a step that was edited after it was applied', async () => {
      const build = readBuild();
      const steps = build.steps.map((step) => (step.name === '0004-people' ? { ...step, sha256: 'another' } : step));
      const message = await refusal(() => up({ ...build, steps }));
      expect(message).toMatch(/0004-people was edited.*put it back.*a new step/);
    });

    it('a step that this build does not know', async () => {
      await up(ImaginedBuild.next().withStep('0099-tomorrow', 'create table hub.tomorrow (id uuid primary key)').build);
      await database.asAdmin('update loopwell_definitions set number = 1');
      expect(await refusal(up)).toMatch(/holds the step tomorrow1700000000099, which this build does not know/);
    });

    it('definitions of a newer build', async () => {
      await up(ImaginedBuild.next().withFile(CLOCK, (text) => `${text}\n-- a remark\n`).build);
      expect(await refusal(up)).toMatch(/holds definitions 2, and this build has 1/);
    });

    it('a step that comes before one that is applied', async () => {
      const later = ImaginedBuild.next().withStep('0099-later', 'create table hub.later (id integer)');
      await up(later.build);
      const [first = later.build.steps[0]] = later.build.steps;
      const early = { ...first, name: '0098-early', key: 'early1700000000098' } as (typeof later.build.steps)[number];
      const steps = [...later.build.steps.slice(0, -1), early, ...later.build.steps.slice(-1)];
      expect(await refusal(() => up({ ...later.build, steps }))).toMatch(/0098-early comes before one that is applied/);
    });

    it("a view of others on the definitions, by PostgreSQL's own word for it", async () => {
      await database.asAdmin('create view public.report as select * from graph.organisation');
      const next = ImaginedBuild.next().withFile(CLOCK, (text) => `${text}\n-- a remark\n`).build;
      expect(await refusal(() => up(next))).toMatch(/view public\.report depends on view graph\.organisation.*Drop it/);
    });

    it('a database from before definitions', async () => {
      await database.asAdmin(`update loopwell_migration set sha256 = null;
        insert into loopwell_migration (timestamp, name) values (1700000000014, 'estimates1700000000014')`);
      expect(await refusal(up)).toMatch(/from before definitions \(it holds the step estimates1700000000014\)/);
    });
  });

  describe('with a step', () => {
    it('drops a column that a view shows', async () => {
      const build = ImaginedBuild.next()
        .withStep('0099-costs', 'alter table hub.service drop column costs')
        .withFile(SERVICE_VIEW, (text) => text.replaceAll('s.costs', 'null::text'))
        .withFile(SERVICE_VIEW, (text) => text.replace('    null::text,\n', '    null::text as costs,\n')).build;
      expect(await up(build)).toEqual({ steps: 1, defined: true });
      expect(
        await one(
          `select count(*)::integer as columns from pg_attribute where attrelid = 'hub.service'::regclass and attname = 'costs'`,
        ),
      ).toEqual({ columns: 0 });
      expect(await database.asAdmin('select costs from graph.service')).toEqual([]);
    });

    it('gives a column that a view shows another type', async () => {
      await up(
        ImaginedBuild.next().withStep('0099-minutes', 'alter table hub.contact alter column minutes type bigint').build,
      );
      expect(
        await one(
          `select format_type(atttypid, -1) as type from pg_attribute where attrelid = 'graph.contact'::regclass and attname = 'minutes'`,
        ),
      ).toEqual({ type: 'bigint' });
    });

    it('changes every row of a table that is only appended to, and guards it again', async () => {
      await database.asAdmin(`insert into hub.audit (roles, request_id, operation, action, outcome)
        select 'referrer', 'r' || n, 'test', 'READ', 'OK' from generate_series(1, 3) n`);
      await up(ImaginedBuild.next().withStep('0099-roles', `update hub.audit set roles = 'changed'`).build);
      expect(await one('select count(*)::integer as changed from hub.audit where roles = $$changed$$')).toEqual({
        changed: 3,
      });
      await expect(database.asAdmin(`update hub.audit set roles = 'again'`)).rejects.toMatchObject({ code: 'LW403' });
      expect(await one(`select relforcerowsecurity as forced from pg_class where oid = 'hub.audit'::regclass`)).toEqual(
        { forced: true },
      );
    });

    it('forces row security on a table that no guard file names', async () => {
      await up(ImaginedBuild.next().withStep('0099-bare', 'create table hub.bare (id uuid primary key)').build);
      expect(
        await one(
          `select relrowsecurity as enabled, relforcerowsecurity as forced from pg_class where oid = 'hub.bare'::regclass`,
        ),
      ).toEqual({ enabled: true, forced: true });
    });

    it('goes back: the step and all definitions are undone, and the older build makes its own', async () => {
      const before = await catalogue();
      const newer = ImaginedBuild.next()
        .withStep(
          '0099-more',
          'alter table hub.service add column more text',
          'alter table hub.service drop column more',
        )
        .withFile('modules/directory/more.functions.sql', () => MORE)
        .withFile(REASONS, (text) =>
          text.replace(/null\);\s*$/, "null),\n  (28, 'new-one', 'New one', null);\n"),
        ).build;
      await up(newer);
      expect(await one(`select label from hub.reason where key = 'new-one'`)).toEqual({ label: 'New one' });
      await expect(down(newer)).rejects.toThrow(/came with the step 0099-more\. To take back that too.*--steps/);
      expect(await down(newer, true)).toEqual(['0099-more']);
      expect(await database.asAdmin(`select from pg_class where relnamespace = 'graph'::regnamespace`)).toEqual([]);
      expect(await database.asAdmin(`select from pg_proc where pronamespace = 'hub'::regnamespace`)).toEqual([]);
      expect(await up()).toEqual({ steps: 0, defined: true });
      expect(await catalogue()).toBe(before);
    });

    it('goes back without a step where only the definitions are newer', async () => {
      const before = await catalogue();
      const newer = ImaginedBuild.next().withFile('modules/directory/more.functions.sql', () => MORE).build;
      await up(newer);
      expect(await down(newer)).toEqual([]);
      expect(await up()).toEqual({ steps: 0, defined: true });
      expect(await catalogue()).toBe(before);
    });

    it('goes back once: a second time there is nothing to take away', async () => {
      const newer = ImaginedBuild.next().withFile('modules/directory/more.functions.sql', () => MORE).build;
      await up(newer);
      await down(newer);
      await expect(down(newer)).rejects.toThrow(/no definitions to take away/);
    });

    it('forgets no row that its files named when it goes back, so that the older build removes it', async () => {
      const rule = `('CONSENT_CHANGED', 'PERSON', null)`;
      const newer = ImaginedBuild.next().withFile('feed/event-rule.data.sql', (text) =>
        text.replace(rule, `${rule},\n  ('CONSENT_CHANGED', 'REFERRER', null)`),
      ).build;
      const hears = () =>
        one(
          `select count(*)::integer as rules from hub.event_rule where kind = 'CONSENT_CHANGED' and role = 'REFERRER'`,
        );
      await up(newer);
      expect(await hears()).toEqual({ rules: 1 });
      await down(newer);
      await up();
      expect(await hears()).toEqual({ rules: 0 });
    });

    it('leaves every table forced under row security while there are no definitions', async () => {
      const newer = ImaginedBuild.next().withFile('modules/directory/more.functions.sql', () => MORE).build;
      await up(newer);
      await down(newer);
      expect(
        await database.asAdmin(
          `select from pg_class c where c.relnamespace = 'hub'::regnamespace and c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity)`,
        ),
      ).toEqual([]);
    });
  });

  const MORE = `-- More.\ncreate or replace function hub.more(word text) returns text language sql as $$ select word $$;\n`;

  describe('with other definitions', () => {
    it('drops what no file names any more', async () => {
      const before = await catalogue();
      await up(
        ImaginedBuild.next()
          .withFile('modules/directory/more.functions.sql', () => MORE)
          .withFile(
            'modules/directory/more.views.sql',
            () =>
              '-- More.\ncreate view graph.more as select s.id from hub.service s;\ngrant select on graph.more to loopwell_api;\n',
          )
          .withFile(
            'modules/directory/service.guard.sql',
            (text) => `${text}
create policy more on hub.service for select to loopwell_counter using (true);
create trigger more before insert on hub.service for each row execute function hub.check_move();
grant delete on hub.service to loopwell_api;
alter table hub.service alter column description set default hub.more('more');\n`,
          ).build,
      );
      expect(await catalogue()).not.toBe(before);
      await database.asAdmin('update loopwell_definitions set number = 1');
      await up();
      expect(await catalogue()).toBe(before);
    });

    it('replaces a function under its own name, so that what others have prepared goes on', async () => {
      const oid = () => one(`select oid from pg_proc where proname = 'today'`);
      const before = await oid();
      const next = ImaginedBuild.next().withFile(CLOCK, (text) =>
        text.replace("select (hub.clock() at time zone 'Europe/London')::date", `select date '2026-02-03'`),
      );
      await up(next.build);
      expect(await oid()).toEqual(before);
      expect(await one('select hub.today()::text as today')).toEqual({ today: '2026-02-03' });
    });

    it('makes a function anew whose result or parameters are others, and leaves none behind', async () => {
      await up(
        ImaginedBuild.next()
          .withFile('access/audit.functions.sql', (text) =>
            text.replace('hub.chain_audit()\nreturns integer', 'hub.chain_audit()\nreturns bigint'),
          )
          .withFile(CLOCK, (text) =>
            text.replace('hub.day_of(moment timestamptz)', 'hub.day_of(moment timestamptz, zone text default null)'),
          ).build,
      );
      expect(
        await database.asAdmin(`select proname as name, pronargs as parameters, prorettype::regtype::text as result from pg_proc
        where proname in ('chain_audit', 'day_of') order by 1`),
      ).toEqual([
        { name: 'chain_audit', parameters: 0, result: 'bigint' },
        { name: 'day_of', parameters: 2, result: 'date' },
      ]);
    });

    it('says which step failed, and undoes everything', async () => {
      const before = await catalogue();
      const broken = ImaginedBuild.next().withStep('0099-broken', 'alter table hub.nowhere add column more text').build;
      await expect(up(broken)).rejects.toThrow(/The step 0099-broken: relation "hub.nowhere" does not exist/);
      expect(await catalogue()).toBe(before);
    });

    it('says which file and which object failed, and undoes everything', async () => {
      const before = await catalogue();
      const broken = ImaginedBuild.next().withFile(SERVICE_VIEW, (text) =>
        text.replace('s.languages,', 's.tongues,'),
      ).build;
      await expect(up(broken)).rejects.toThrow(
        /modules\/directory\/service\.views\.sql, graph\.service: column s\.tongues does not exist/,
      );
      expect(await catalogue()).toBe(before);
    });

    it('looks into the bodies of functions once all is there', async () => {
      const before = await catalogue();
      const broken = ImaginedBuild.next().withFile(CLOCK, (text) =>
        text.replace('day::timestamp at', 'daze::timestamp at'),
      ).build;
      await expect(up(broken)).rejects.toThrow(/daze/);
      expect(await catalogue()).toBe(before);
    });

    it('adds, changes and removes reference rows of its own, and leaves those that the operator added', async () => {
      const reasons = () =>
        database.asAdmin<{ key: string; label: string }>(
          `select key, label from hub.reason where position > 25 order by position`,
        );
      await database.asAdmin(
        `insert into hub.reason (position, key, label) values (90, 'of-the-operator', 'Of the operator')`,
      );
      const next = ImaginedBuild.next().withFile(REASONS, (text) =>
        text
          .replace(/,\n {2}\(27, 'volunteering', 'Volunteering', null\)/, `,\n  (28, 'new-one', 'New one', null)`)
          .replace("'Type 1 and type 2 diabetes'", "'Diabetes'"),
      );
      await up(next.build);
      expect(await reasons()).toEqual([
        { key: 'type-1-and-type-2-diabetes', label: 'Diabetes' },
        { key: 'new-one', label: 'New one' },
        { key: 'of-the-operator', label: 'Of the operator' },
      ]);
    });

    it('leaves a first value as the operator has made it', async () => {
      await database.asAdmin(`update hub.crisis_setting set alert_every = interval '5 minutes'`);
      await up(ImaginedBuild.next().withFile(CLOCK, (text) => `${text}\n-- a remark\n`).build);
      expect(await one('select alert_every::text as every from hub.crisis_setting')).toEqual({ every: '00:05:00' });
    });
  });

  it('gives way where a table is held, and tries again until it has all of them', async () => {
    const holder = new Client(configFor(database.admin, database.name));
    await holder.connect();
    await holder.query('begin; lock table hub.service in access share mode');
    const migrating = up(ImaginedBuild.next().withFile(CLOCK, (text) => `${text}\n-- a remark\n`).build);
    const waits = async () =>
      (
        await database.asAdmin(
          `select from pg_stat_activity where datname = current_database() and application_name = 'loopwell migrate' and wait_event_type = 'Lock'`,
        )
      ).length > 0;
    await until('it waits', waits);
    // another reader is not kept waiting for good: the migration lets go, although the table is still held
    await until('it has given way', async () => !(await waits()));
    await database.asAdmin('select from hub.service limit 1');
    await holder.query('commit');
    expect(await migrating).toEqual({ steps: 0, defined: true });
    await holder.end();
  });

  it('moves what was committed while it waited for the tables, also where the database says another isolation', async () => {
    await database.asAdmin(`alter database ${database.name} set default_transaction_isolation = 'repeatable read'`);
    const holder = new Client(configFor(database.admin, database.name));
    await holder.connect();
    await holder.query(`begin; insert into hub.bank_holiday (day, name) values ('2031-01-01', 'late')`);
    const migrating = up(
      ImaginedBuild.next().withStep('0099-loud', 'update hub.bank_holiday set name = upper(name)').build,
    );
    await until(
      'it waits',
      async () =>
        (
          await database.asAdmin(
            `select from pg_stat_activity where datname = current_database() and application_name = 'loopwell migrate' and wait_event_type = 'Lock'`,
          )
        ).length,
    );
    await holder.query('commit');
    await holder.end();
    await migrating;
    expect(await one(`select name from hub.bank_holiday where day = '2031-01-01'`)).toEqual({ name: 'LATE' });
  });

  it('lets no function of another schema run in its place', async () => {
    await database.asAdmin(`create table public.ran (what text);
      create function public.format(text, name, regclass) returns text language sql as
        $$ insert into public.ran values ('format'); select pg_catalog.format($1, $2, $3) $$;
      create function public.num_nulls(${Array.from({ length: 14 }, () => 'text').join(', ')}) returns integer language sql as
        $$ insert into public.ran values ('num_nulls'); select 0 $$;
      grant all on public.ran to public`);
    await up(ImaginedBuild.next().withFile(CLOCK, (text) => `${text}\n-- a remark\n`).build);
    expect(await database.asAdmin('select what from public.ran')).toEqual([]);
  });

  it('needs no superuser', async () => {
    const name = `${database.name}_plain`;
    const role = `migrator_${database.name}`;
    await database.asAdmin(`create role ${role} login createrole password 'only-for-this-test'`);
    await database.asAdmin(
      `grant loopwell_owner, loopwell_guard, loopwell_keeper, loopwell_counter, loopwell_sequencer, loopwell_api to ${role} with admin option`,
    );
    await database.asAdmin(`grant loopwell_login to ${role} with admin option`);
    await database.asAdmin(`create database ${name} owner ${role}`);
    try {
      const { admin } = database;
      const address = typeof admin === 'string' ? asRole(admin, role) : { ...admin, user: role };
      expect(await migrateUp(address, name)).toMatchObject({ defined: true });
      const plain = new Client(configFor(database.admin, name));
      await plain.connect();
      expect(await printCatalogue(plain, referenceTables())).toBe(await catalogue());
      await plain.end();
    } finally {
      await database.asAdmin(`drop database ${name} with (force)`);
      const granted = await database.asAdmin<{ text: string }>(
        `select format('revoke %s from %s granted by ${role} cascade', m.roleid::regrole, m.member::regrole) as text
         from pg_auth_members m where m.grantor = '${role}'::regrole`,
      );
      for (const { text } of granted) await database.asAdmin(text);
      await database.asAdmin(`drop role ${role}`);
    }
  });
});

function asRole(url: string, role: string): string {
  const parsed = new URL(url);
  parsed.username = role;
  parsed.password = 'only-for-this-test';
  return parsed.toString();
}
