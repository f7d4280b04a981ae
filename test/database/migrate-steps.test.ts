import { ImaginedBuild } from '../support/builds';
import { MORE, REASONS, SERVICE_VIEW, Migrating } from '../support/migrating';

describe('migrate', () => {
  const migrating = new Migrating();
  const { up, down, catalogue, rows, one } = migrating;

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
      expect(await rows('select costs from graph.service')).toEqual([]);
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
      await rows(`insert into hub.audit (roles, request_id, operation, action, outcome)
        select 'referrer', 'r' || n, 'test', 'READ', 'OK' from generate_series(1, 3) n`);
      await up(ImaginedBuild.next().withStep('0099-roles', `update hub.audit set roles = 'changed'`).build);
      expect(await one('select count(*)::integer as changed from hub.audit where roles = $$changed$$')).toEqual({
        changed: 3,
      });
      await expect(rows(`update hub.audit set roles = 'again'`)).rejects.toMatchObject({ code: 'LW403' });
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
      expect(await rows(`select from pg_class where relnamespace = 'graph'::regnamespace`)).toEqual([]);
      expect(await rows(`select from pg_proc where pronamespace = 'hub'::regnamespace`)).toEqual([]);
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
        await rows(
          `select from pg_class c where c.relnamespace = 'hub'::regnamespace and c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity)`,
        ),
      ).toEqual([]);
    });
  });
});
