// `npm run check:access -- --checks N --seed S`: compares what viewers can learn with the model, in more facts or from another seed.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    checks: { type: 'string', default: '5000000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
const environment = { ...process.env, LOOPWELL_CHECKS: values.checks, LOOPWELL_SEED: values.seed };
process.stderr.write(`${values.checks} facts, seed ${values.seed}\n`);
const { status } = spawnSync(process.execPath, ['node_modules/jest/bin/jest.js', 'test/access/model.test.ts'], {
  env: environment,
  stdio: 'inherit',
});
process.exit(status ?? 1);
