// Builds the IDE into dist/ide, unless what is there was built from the same inputs. `node src/server/ide/build.mjs`
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../../..', import.meta.url));
const inputs = ['src/server/ide', 'schema/operations'];

function stampOfInputs() {
  const hash = createHash('sha256').update(readFileSync(join(project, 'package.json')));
  for (const folder of inputs) {
    for (const file of readdirSync(join(project, folder)).sort()) {
      hash.update(`${folder}/${file}\0`).update(readFileSync(join(project, folder, file)));
    }
  }
  return hash.digest('hex');
}

/** Returns the folder to serve. */
export async function buildIde() {
  const target = join(project, 'dist/ide');
  const stampFile = join(target, '.stamp');
  const stamp = stampOfInputs();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return target;

  const { build } = await import('vite');
  // Built aside and renamed: a hub that serves the old page, or a second build, never meets half of a new one.
  const aside = `${target}.${process.pid}`;
  mkdirSync(join(project, 'dist'), { recursive: true });
  try {
    await build({ configFile: join(project, 'src/server/ide/vite.config.mjs'), build: { outDir: aside } });
    writeFileSync(join(aside, '.stamp'), stamp);
    rmSync(target, { recursive: true, force: true });
    renameSync(aside, target);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return target;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await buildIde());
