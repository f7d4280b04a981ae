import { spawnSync } from 'node:child_process';
import { ensureBuilt, environment, PROJECT } from '../support/cli';

describe('schema/', () => {
  beforeAll(() => ensureBuilt(), 120_000);

  it('holds the catalogue and the statements with their plans as the sources make them', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/print-schema.mjs', '--check'], {
      cwd: PROJECT,
      env: environment(),
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
