// What `npm test` runs once everything is installed and built: the static checks, then the tests. With arguments
// (`npm test -- test/feed`) only the tests, with those arguments for jest. The last line says how many passed.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { projectRoot, run } from './bootstrap.mjs';
import { runChecks } from './lint.mjs';

const CHROMIUM = '/usr/bin/chromium';
const INSTALL_CHROMIUM = 'apt-get update && apt-get install -y --no-install-recommends chromium';
const EXIT_NO_BROWSER = 4;
const inPackages = (script) => path.join(projectRoot, 'node_modules', script);

process.chdir(projectRoot);
process.exitCode = await main(process.argv.slice(2));

async function main(jestArgs) {
  const partial = jestArgs.length > 0;
  if (!fs.existsSync(CHROMIUM)) {
    const failure = await installChromium();
    // a part of the tests may well need no browser; those that do will say so
    if (failure && !partial) return failure;
  }
  const { name, code } = partial ? { name: '', code: 0 } : await runChecks();
  if (code) {
    console.error(`loopwell: ${name} failed, so the tests were not run. To run them alone: npm test -- test`);
    return code;
  }
  return jest(jestArgs);
}

async function installChromium() {
  if (process.getuid?.() === 0) {
    console.error(`loopwell: the browser tests need ${CHROMIUM}; installing it`);
    const failed = await run('/bin/sh', ['-c', INSTALL_CHROMIUM], { stdio: ['ignore', 2, 2] });
    if (!failed && fs.existsSync(CHROMIUM)) return 0;
  }
  console.error(`loopwell: the browser tests need ${CHROMIUM}. Install it on Debian, as root, with:`);
  console.error(`  ${INSTALL_CHROMIUM}`);
  return EXIT_NO_BROWSER;
}

/** Jest's own report goes to stderr as ever; the counts come from its JSON result. */
async function jest(args) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'loopwell-jest-'));
  const result = path.join(folder, 'result.json');
  try {
    const code = await run(process.execPath, [
      inPackages('jest/bin/jest.js'),
      ...args,
      '--json',
      `--outputFile=${result}`,
    ]);
    const { passed, failed } = counts(result);
    console.log(`${passed} passed, ${failed} failed`);
    return code;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** A test file that could not even be loaded counts as one failure. Without a result jest itself failed. */
function counts(file) {
  if (!fs.existsSync(file)) return { passed: 0, failed: 1 };
  const result = JSON.parse(fs.readFileSync(file, 'utf8'));
  return { passed: result.numPassedTests, failed: result.numFailedTests + result.numRuntimeErrorTestSuites };
}
