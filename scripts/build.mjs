// Compiles the project into dist/: src, migrations, demo, bench and the torture under their own names, and the browser IDE where
// there is one. Types are not checked here; `npm run types` does.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { transformFile } from '@swc/core';
import { filesIn, projectRoot, sourcesHash } from './bootstrap.mjs';

const COMPILED = ['src', 'migrations', 'demo', 'bench', 'test/support', 'test/torture'];
const at = (...names) => path.join(projectRoot, ...names);
const stamp = at('dist', '.stamp');

// taken first, so that a file saved during the build is built again next time; without a stamp, so is an aborted build
const hash = sourcesHash();
fs.rmSync(stamp, { force: true });

const sources = COMPILED.flatMap(filesIn);
const outputs = await Promise.all([
  ...sources.filter((file) => /(?<!\.d|\.test)\.ts$/.test(file)).map(compile),
  ...sources.filter((file) => /\.(sql|json)$/.test(file) && !/^(demo|bench|test)/.test(file)).map(copy),
]);
removeAllBut(new Set(outputs.flat()));
// the slowest step by far, so it keeps a stamp of its own
if (fs.existsSync(at('src/server/ide/build.mjs'))) await (await import('../src/server/ide/build.mjs')).buildIde();
fs.mkdirSync(at('dist'), { recursive: true });
fs.writeFileSync(stamp, hash);

async function compile(file) {
  const output = path.join('dist', file.replace(/\.ts$/, '.js'));
  const { code, map } = await transformFile(at(file), {
    cwd: projectRoot,
    root: projectRoot,
    configFile: at('.swcrc'),
    // relative, so that a build says nothing of the machine it was made on
    sourceFileName: path.relative(path.dirname(output), file),
  });
  const mapName = `${path.basename(output)}.map`;
  write(output, `${code}//# sourceMappingURL=${mapName}\n`);
  write(`${output}.map`, map);
  return [output, `${output}.map`];
}

function copy(file) {
  const output = path.join('dist', file);
  write(output, fs.readFileSync(at(file)));
  return [output];
}

function write(output, content) {
  fs.mkdirSync(path.dirname(at(output)), { recursive: true });
  fs.writeFileSync(at(output), content);
}

/** What a source that is gone left behind would still be loaded, a migration even run. */
function removeAllBut(outputs) {
  for (const folder of COMPILED) {
    for (const file of filesIn(path.join('dist', folder))) if (!outputs.has(file)) fs.rmSync(at(file));
    removeEmpty(at('dist', folder));
  }
}

function removeEmpty(dir) {
  if (!fs.existsSync(dir)) return;
  for (const entry of fs.readdirSync(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmpty(path.join(dir, entry.name));
  }
  if (fs.readdirSync(dir).length === 0) fs.rmdirSync(dir);
}
