import type { GraphQLSchema } from 'graphql';
import type { Viewer } from '../../src/access';
import { hubSchema } from '../../src/server';
import { bothAnswers, differ, shrink } from '../support/compare-reads';
import { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { nhsNumber } from '../support/people';
import { OperationGenerator, type Pool, Random } from '../support/random-operation';
import { everyId, tellStories } from '../support/story';

const CASES = Number(process.env['LOOPWELL_CASES'] ?? 10_000);
const SEED = Number(process.env['LOOPWELL_SEED'] ?? 20_261_122);
const CALLERS: Caller[] = [
  'linkWorker',
  'gp',
  'charity',
  'council',
  'trust',
  'icb',
  'withoutAgreement',
  'otherCharity',
];

describe('the two executors', () => {
  let hub: TestHub;
  let schema: GraphQLSchema;
  let pool: Pool;
  const viewers: Viewer[] = [];

  beforeAll(async () => {
    hub = await TestHub.start();
    schema = await hubSchema();
    await tellStories(hub, 40);
    for (const caller of CALLERS)
      viewers.push(await hub.hub.authenticator.viewerOf(`Bearer ${await hub.token(caller)}`));
    const lead = { org: 'ZPC01', roles: ['safeguarding'] };
    for (const caller of [{ nhs_number: nhsNumber(1), roles: ['person'] }, lead])
      viewers.push(await hub.hub.authenticator.viewerOf(`Bearer ${await hub.token(caller)}`));
    const pages = await hub.read(
      'linkWorker',
      '{ referrals(first: 4) { edges { cursor } } organisations(first: 3) { edges { cursor } } services { edges { cursor } } }',
    );
    const cursors = Object.values(pages).flatMap(({ edges }) => edges.map(({ cursor }: { cursor: string }) => cursor));
    pool = {
      ids: await everyId(hub),
      texts: ['mental-health', 'general-practice', 'walk', "O'Neil", '', '%', 'HA1 2AB', nhsNumber(1), nhsNumber(2)],
      cursors,
    };
  }, 120_000);
  afterAll(() => hub.stop());

  it(`answer the same bytes to ${CASES} random operations of every role`, async () => {
    const random = new Random(SEED);
    const before = { ...hub.hub.services.reads.counts };
    for (let i = 0; i < CASES; i++) {
      const operation = new OperationGenerator(schema, random, pool).make();
      const viewer = random.pick(viewers);
      const answers = await bothAnswers(hub.hub, schema, viewer, operation);
      if (differ(answers)) {
        const smallest = await shrink(operation, async (each) =>
          differ(await bothAnswers(hub.hub, schema, viewer, each)),
        );
        const { plain, compiled, sql } = await bothAnswers(hub.hub, schema, viewer, smallest);
        throw new Error(
          `case ${i} of seed ${SEED}, as ${viewer.sector ?? viewer.kind}:\n${smallest.query}\n${JSON.stringify(smallest.variables)}\nplain:    ${plain}\ncompiled: ${compiled}\n${sql}`,
        );
      }
    }
    const { compiled, rerun } = hub.hub.services.reads.counts;
    // operations with a bad cursor or page are left to the plain executor; nearly all others must have been compiled
    expect(compiled - before.compiled).toBeGreaterThan(CASES * 0.85);
    expect(rerun - before.rerun).toBeLessThan(CASES * 0.01);
  }, 600_000);
});
