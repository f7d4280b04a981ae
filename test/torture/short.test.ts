import { ensureBuilt } from '../support/cli';
import { Cleanup } from './cleanup';
import { conclude, startLoad } from './scenario';
import { killNodes } from './scenarios/nodes';
import { killPostgres } from './scenarios/postgres';
import { Stage, type TortureOptions } from './stage';

// the whole of it is `npm run torture`; this is the same code with small numbers
jest.setTimeout(240_000);

const options: TortureOptions = {
  seed: 1,
  seconds: 2,
  eventsPerSecond: 60,
  subscribers: 12,
  // a dead node's webhook waits for its lease to run out, too long for here
  webhooks: 0,
  kills: 2,
  postgresKills: 1,
  nodes: 2,
  pairs: 3,
  backlog: 0,
  frozenReaders: 0,
  everyPoint: 1,
  say: () => undefined,
};

describe('the torture, in short', () => {
  const cleanup = new Cleanup();
  beforeAll(ensureBuilt);
  afterAll(() => cleanup.run());

  it('loses nothing, doubles nothing and keeps every order while nodes and PostgreSQL are killed', async () => {
    const stage = await Stage.set(options, cleanup);
    await stage.readersFor(options.subscribers);
    const load = await startLoad(stage, options);
    expect(await killNodes(stage, load, options)).toBe(options.kills);
    expect(await killPostgres(stage, load, options)).toHaveLength(options.postgresKills);
    await load.end();
    await stage.settle();
    const { totals, faults, details } = conclude(stage);
    expect({ faults, ...totals }).toMatchObject({ faults: [], lost: 0, duplicated: 0, gaps: 0, outOfOrder: 0 });
    expect(totals.acknowledged).toBeGreaterThan(50);
    expect(totals.delivered).toBeGreaterThan(totals.acknowledged);
    expect(details.connections).toBeGreaterThan(details.readers);
  });
});
