import fc from 'fast-check';
import { TestHub } from '../support/hub';
import { InProcess } from '../support/in-process';
import { Life, World } from './model/life';
import { anyStep, firstStep, resolve, type Step } from './model/stories';

const CHECKS = Number(process.env['LOOPWELL_CHECKS'] ?? 50_000);
const SEED = Number(process.env['LOOPWELL_SEED'] ?? 20_261_122);
/** Stories of one run of fast-check; the seed of each run is the one before plus one. */
const STORIES = 10;

describe('what viewers can learn', () => {
  let hub: TestHub;
  let world: World;
  let checks = 0;
  let stories = 0;

  beforeAll(async () => {
    hub = await TestHub.start();
    world = await World.of(await InProcess.of(hub));
  });
  afterAll(() => hub.stop());

  async function live(first: Step, rest: Step[], lookTwice: number): Promise<void> {
    const life = new Life(world);
    await life.begin();
    for (const [i, raw] of [first, ...rest].entries()) {
      if (i > 0 && !life.model.referrals.length) continue;
      for (const op of resolve(life.model, raw)) await life.step(op);
      if (i === lookTwice) await life.look();
      if (life.problems.length) break;
    }
    await life.look();
    checks += life.checks;
    stories += 1;
    if (life.problems.length)
      throw new Error(`\n${life.told.join('\n')}\n\n${life.problems.slice(0, 12).join('\n')}\n`);
  }

  it(`is what the model says, in ${CHECKS} facts of generated stories`, async () => {
    for (let seed = SEED; checks < CHECKS; seed++) {
      const story = fc.asyncProperty(
        firstStep as never,
        fc.array(anyStep, { maxLength: 24, size: 'max' }),
        fc.nat({ max: 16 }),
        live,
      );
      await fc.assert(story, { seed, numRuns: STORIES });
    }
    process.stderr.write(`${checks} facts of ${stories} stories\n`);
  }, 86_400_000);
});
