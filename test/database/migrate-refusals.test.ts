import { MigrationRefused, readBuild } from '../../src/database';
import { ImaginedBuild } from '../support/builds';
import { CLOCK, Migrating } from '../support/migrating';

describe('migrate', () => {
  const migrating = new Migrating();
  const { up, catalogue, rows } = migrating;

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
      await rows('update loopwell_definitions set number = 1');
      expect(await refusal(up)).toMatch(/holds the step 0099-tomorrow, which this build does not know/);
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
      await rows('create view public.report as select * from graph.organisation');
      const next = ImaginedBuild.next().withFile(CLOCK, (text) => `${text}\n-- a remark\n`).build;
      expect(await refusal(() => up(next))).toMatch(/view public\.report depends on view graph\.organisation.*Drop it/);
    });

    it('a database from before definitions', async () => {
      await rows(`update loopwell_migration set sha256 = null;
        insert into loopwell_migration (timestamp, name) values (1700000000014, 'estimates1700000000014')`);
      expect(await refusal(up)).toMatch(/from before definitions \(it holds the step 0014-estimates\)/);
    });
  });
});
