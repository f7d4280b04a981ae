// The static checks: types, lint without a warning, format. `npm run lint` runs them alone, `npm test` runs them first.
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot, run } from './bootstrap.mjs';

const CHECKS = [
  ['types', 'typescript/bin/tsc'],
  ['lint', 'eslint/bin/eslint.js', '.', '--max-warnings', '0'],
  ['format', 'prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
  ['sql', '../scripts/check-sql.mjs'],
];

/** The exit code of the first check that fails, with its name; 0 where none does. */
export async function runChecks() {
  for (const [name, script, ...args] of CHECKS) {
    const code = await run(process.execPath, [path.join(projectRoot, 'node_modules', script), ...args]);
    if (code) return { name, code };
  }
  return { name: '', code: 0 };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.chdir(projectRoot);
  process.exitCode = (await runChecks()).code;
}
