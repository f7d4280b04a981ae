// `npm run check:reads -- --cases N --seed S`: the byte-equality check of both executors, with more cases or another seed.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
const environment = { ...process.env, LOOPWELL_CASES: values.cases, LOOPWELL_SEED: values.seed };
process.stderr.write(`${values.cases} cases, seed ${values.seed}\n`);
const { status } = spawnSync(process.execPath, ['node_modules/jest/bin/jest.js', 'test/graph/reads.test.ts'], {
  env: environment,
  stdio: 'inherit',
});
process.exit(status ?? 1);
