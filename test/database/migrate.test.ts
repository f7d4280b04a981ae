import { Client } from 'pg';
import { migrateUp, printCatalogue, readBuild, referenceTables } from '../../src/database';
import { ImaginedBuild } from '../support/builds';
import { configFor } from '../support/database';
import { CLOCK, MORE, REASONS, SERVICE_VIEW, Migrating } from '../support/migrating';
import { until } from '../support/until';

describe('migrate', () => {
  const migrating = new Migrating();
  const { up, down, catalogue, rows, one } = migrating;

  describe('of a database that is up to date', () => {
    it('does nothing', async () => {
      const before = await catalogue();
      expect(await up()).toEqual({ steps: 0, defined: false });
      expect(await catalogue()).toBe(before);
    });

    it('makes the very same definitions when it makes them anew', async () => {
      const before = await catalogue();
      await rows(`update loopwell_definitions set digest = 'another'`);
      expect(await up()).toEqual({ steps: 0, defined: true });
      expect(await catalogue()).toBe(before);
    });

    it('takes all steps back, leaves nothing, and makes the very same again', async () => {
      const before = await catalogue();
      const { steps } = readBuild();
      expect(await down(readBuild(), true)).toHaveLength(steps.length);
      expect(await rows(`select from pg_namespace where nspname in ('hub', 'graph')`)).toEqual([]);
      expect(await up()).toEqual({ steps: steps.length, defined: true });
      expect(await catalogue()).toBe(before);
    });
  });

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
      await rows('update loopwell_definitions set number = 1');
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
        await rows(`select proname as name, pronargs as parameters, prorettype::regtype::text as result from pg_proc
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
        rows<{ key: string; label: string }>(`select key, label from hub.reason where position > 25 order by position`);
      await rows(`insert into hub.reason (position, key, label) values (90, 'of-the-operator', 'Of the operator')`);
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

    it('knows a reference row by its key: one of the operator that stands at the same place stays what it is', async () => {
      await rows(`insert into hub.reason (position, key, label) values (28, 'at-the-same-place', 'Of the operator')`);
      const next = ImaginedBuild.next().withFile(REASONS, (text) =>
        text.replace(`(27, 'volunteering', 'Volunteering', null)`, `(28, 'volunteering', 'Volunteering', null)`),
      );
      await up(next.build);
      expect(await rows(`select key, label from hub.reason where position = 28 order by key`)).toEqual([
        { key: 'at-the-same-place', label: 'Of the operator' },
        { key: 'volunteering', label: 'Volunteering' },
      ]);
    });

    it('says which row is still in use when a data file names it no more, and changes nothing', async () => {
      await rows(`insert into hub.reason_category (reason, category) values ('volunteering', 'of-the-operator')`);
      const before = await catalogue();
      const next = ImaginedBuild.next().withFile(REASONS, (text) =>
        text.replace(/,\n {2}\(27, 'volunteering', 'Volunteering', null\)/, ''),
      );
      await expect(up(next.build)).rejects.toThrow(
        /hub\.reason, rows that no data file names.*volunteering.*still referenced/,
      );
      expect(await catalogue()).toBe(before);
    });

    it('leaves a first value as the operator has made it', async () => {
      await rows(`update hub.crisis_setting set alert_every = interval '5 minutes'`);
      await up(ImaginedBuild.next().withFile(CLOCK, (text) => `${text}\n-- a remark\n`).build);
      expect(await one('select alert_every::text as every from hub.crisis_setting')).toEqual({ every: '00:05:00' });
    });
  });

  it('gives way where a table is held, and tries again until it has all of them', async () => {
    const holder = new Client(configFor(migrating.database.admin, migrating.database.name));
    await holder.connect();
    await holder.query('begin; lock table hub.service in access share mode');
    const underWay = up(ImaginedBuild.next().withFile(CLOCK, (text) => `${text}\n-- a remark\n`).build);
    const waits = async () =>
      (
        await rows(
          `select from pg_stat_activity where datname = current_database() and application_name = 'loopwell migrate' and wait_event_type = 'Lock'`,
        )
      ).length > 0;
    await until('it waits', waits);
    // another reader is not kept waiting for good: the migration lets go, although the table is still held
    await until('it has given way', async () => !(await waits()));
    await rows('select from hub.service limit 1');
    await holder.query('commit');
    expect(await underWay).toEqual({ steps: 0, defined: true });
    await holder.end();
  });

  it('moves what was committed while it waited for the tables, also where the database says another isolation', async () => {
    await rows(`alter database ${migrating.database.name} set default_transaction_isolation = 'repeatable read'`);
    const holder = new Client(configFor(migrating.database.admin, migrating.database.name));
    await holder.connect();
    await holder.query(`begin; insert into hub.bank_holiday (day, name) values ('2031-01-01', 'late')`);
    const underWay = up(
      ImaginedBuild.next().withStep('0099-loud', 'update hub.bank_holiday set name = upper(name)').build,
    );
    await until(
      'it waits',
      async () =>
        (
          await rows(
            `select from pg_stat_activity where datname = current_database() and application_name = 'loopwell migrate' and wait_event_type = 'Lock'`,
          )
        ).length,
    );
    await holder.query('commit');
    await holder.end();
    await underWay;
    expect(await one(`select name from hub.bank_holiday where day = '2031-01-01'`)).toEqual({ name: 'LATE' });
  });

  it('lets no function of another schema run in its place', async () => {
    await rows(`create table public.ran (what text);
      create function public.format(text, name, regclass) returns text language sql as
        $$ insert into public.ran values ('format'); select pg_catalog.format($1, $2, $3) $$;
      create function public.num_nulls(${Array.from({ length: 14 }, () => 'text').join(', ')}) returns integer language sql as
        $$ insert into public.ran values ('num_nulls'); select 0 $$;
      grant all on public.ran to public`);
    await up(ImaginedBuild.next().withFile(CLOCK, (text) => `${text}\n-- a remark\n`).build);
    expect(await rows('select what from public.ran')).toEqual([]);
  });

  it('needs no superuser', async () => {
    const name = `${migrating.database.name}_plain`;
    const role = `migrator_${migrating.database.name}`;
    await rows(`create role ${role} login createrole password 'only-for-this-test'`);
    await rows(
      `grant loopwell_owner, loopwell_guard, loopwell_keeper, loopwell_counter, loopwell_sequencer, loopwell_api to ${role} with admin option`,
    );
    await rows(`grant loopwell_login to ${role} with admin option`);
    await rows(`create database ${name} owner ${role}`);
    try {
      const { admin } = migrating.database;
      const address = typeof admin === 'string' ? asRole(admin, role) : { ...admin, user: role };
      expect(await migrateUp(address, name)).toMatchObject({ defined: true });
      const plain = new Client(configFor(migrating.database.admin, name));
      await plain.connect();
      expect(await printCatalogue(plain, referenceTables())).toBe(await catalogue());
      await plain.end();
    } finally {
      await rows(`drop database ${name} with (force)`);
      const granted = await rows<{ text: string }>(
        `select format('revoke %s from %s granted by ${role} cascade', m.roleid::regrole, m.member::regrole) as text
         from pg_auth_members m where m.grantor = '${role}'::regrole`,
      );
      for (const { text } of granted) await rows(text);
      await rows(`drop role ${role}`);
    }
  });
});

function asRole(url: string, role: string): string {
  const parsed = new URL(url);
  parsed.username = role;
  parsed.password = 'only-for-this-test';
  return parsed.toString();
}
