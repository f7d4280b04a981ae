import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Account, handOver, reachable } from './account';
import { EmbeddedPostgresError } from './errors';

export const SUPERUSER = 'loopwell_root';

/** What both programs are started with: nothing of this process's environment may steer them. */
export const environment = (): NodeJS.ProcessEnv => ({ PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' });

/**
 * What the account calls a directory that we open for it as descriptor 3. Entering through the descriptor does not
 * walk the parents, so the data may lie below a directory that only root can enter.
 */
export function nameFor(dir: string, who: Account): string {
  if (reachable(dir, who)) return dir;
  if (process.platform === 'linux') return '/proc/self/fd/3';
  throw new EmbeddedPostgresError(
    `user ${who?.uid}, as whom it has to run, may not enter ${dir}.`,
    'run this command as an ordinary user',
  );
}

export const isCluster = (dataDir: string): boolean => fs.existsSync(path.join(dataDir, 'PG_VERSION'));

/**
 * Makes an empty cluster. It grows beside its place and is moved there when complete, so that a first start that was
 * interrupted leaves nothing that the next one would take for a database.
 */
export async function createCluster(dataDir: string, binaries: string, who: Account): Promise<void> {
  fs.mkdirSync(path.dirname(dataDir), { recursive: true, mode: 0o700 });
  removeUnfinished(dataDir);
  const unfinished = fs.mkdtempSync(`${dataDir}.new-${process.pid}-`);
  try {
    handOver(unfinished, who);
    await initdb(unfinished, binaries, who);
    moveInto(dataDir, unfinished);
  } finally {
    fs.rmSync(unfinished, { recursive: true, force: true });
  }
}

async function initdb(dir: string, binaries: string, who: Account): Promise<void> {
  const descriptor = fs.openSync(dir, 'r');
  // no-sync: a machine that loses power now loses an empty database
  const options = ['-U', SUPERUSER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'];
  const child = spawn(path.join(binaries, 'bin', 'initdb'), ['-D', nameFor(dir, who), ...options], {
    ...who,
    cwd: '/',
    detached: true,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe', descriptor],
  });
  fs.closeSync(descriptor);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (output += text.toString()));
  const [code] = await once(child, 'close').catch((error: Error) => {
    throw new EmbeddedPostgresError(`initdb does not run here (${error.message}); it needs glibc on Linux.`);
  });
  if (code !== 0) throw new EmbeddedPostgresError(`initdb failed: ${lastLines(output)}`);
}

function moveInto(dataDir: string, finished: string): void {
  try {
    fs.renameSync(finished, dataDir);
  } catch (error) {
    // another first start was quicker: its cluster is as good as ours
    if (isCluster(dataDir)) return;
    throw new EmbeddedPostgresError(
      `${dataDir} could not become its data directory (${(error as Error).message}).`,
      'name a directory that is absent or empty',
    );
  }
}

/** A first start that was killed cannot tidy up; the next one does, by the process number in the name. */
function removeUnfinished(dataDir: string): void {
  const prefix = `${path.basename(dataDir)}.new-`;
  for (const name of fs.readdirSync(path.dirname(dataDir))) {
    if (!name.startsWith(prefix)) continue;
    const maker = Number.parseInt(name.slice(prefix.length), 10);
    if (maker && !isAlive(maker)) fs.rmSync(path.join(path.dirname(dataDir), name), { recursive: true, force: true });
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The end of a program's output, on one line. */
export function lastLines(output: string): string {
  return output.trim().split('\n').slice(-4).join(' ').slice(-800);
}
