import { ensureBuilt } from '../support/cli';
import { holds } from './report';
import type { Scenario } from './scenario';
import { nodes } from './scenarios/nodes';
import { postgres } from './scenarios/postgres';
import type { TortureOptions } from './stage';
import { perform } from './torture';

// the whole of it is `npm run torture`; this is the same code with small numbers
jest.setTimeout(240_000);

const options: TortureOptions = {
  seed: 1,
  seconds: 8,
  eventsPerSecond: 60,
  subscribers: 20,
  // a dead node's webhook waits for its lease to run out, too long for here; PostgreSQL's death leaves leases as they are
  webhooks: 0,
  kills: 10,
  postgresKills: 1,
  nodes: 3,
  pairs: 4,
  backlog: 0,
  frozenReaders: 0,
  everyPoint: 1,
  say: () => undefined,
};

describe('the torture, in short', () => {
  beforeAll(ensureBuilt);

  it.each<[string, Scenario, Partial<TortureOptions>, number]>([
    ['nodes are killed with SIGKILL over and over', nodes, {}, options.kills],
    ['PostgreSQL is killed and started again', postgres, { nodes: 2, webhooks: 2 }, options.postgresKills],
  ])('loses nothing, doubles nothing and keeps every order while %s', async (_what, scenario, more, kills) => {
    const result = await perform(scenario, { ...options, ...more });
    expect(result).toMatchObject({ faults: [], lost: 0, duplicated: 0, gaps: 0, outOfOrder: 0, kills });
    expect(result.acknowledged).toBeGreaterThan(100);
    expect(result.delivered).toBeGreaterThan(result.acknowledged);
    expect(holds([result])).toBe(true);
  });
});
