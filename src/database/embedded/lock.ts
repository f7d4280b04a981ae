import * as fs from 'node:fs';
import * as path from 'node:path';

/** What PostgreSQL writes into `postmaster.pid`, as far as we read it. */
interface Lock {
  processId: number;
  socketDir: string;
  /** `starting`, `ready` or `stopping` */
  status: string;
}

/** `none`: free to start; `alive`: a server runs; `stale`: a lock that PostgreSQL alone would take for a live one. */
export type LockState = { state: 'none' } | { state: 'alive' | 'stale'; lock: Lock };

const RUN_DIRECTORY = /^loopwell-[A-Za-z0-9]{6}$/;
export const RUN_DIRECTORY_PREFIX = 'loopwell-';

export const lockFile = (dataDir: string): string => path.join(dataDir, 'postmaster.pid');

/**
 * PostgreSQL takes any live process with the lock's number for the lock's owner. Two kinds are not: a zombie, which a
 * container without a reaping init keeps for ever, and a process that got the number after a restart of the machine.
 */
export function readLock(dataDir: string): LockState {
  const lock = parse(dataDir);
  if (!lock) return { state: 'none' };
  const alive = lock.processId ? serves(lock.processId, dataDir) : beingWritten(dataDir);
  return { state: alive ? 'alive' : 'stale', lock };
}

function parse(dataDir: string): Lock | undefined {
  let rows: string[];
  try {
    rows = fs.readFileSync(lockFile(dataDir), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  // a single-user backend writes its number negated
  const processId = Math.abs(Number.parseInt(rows[0] ?? '', 10)) || 0;
  return { processId, socketDir: rows[4]?.trim() ?? '', status: rows[7]?.trim() ?? '' };
}

/** PostgreSQL creates the file before it writes its number; an empty file that stays is what a crashed machine left. */
function beingWritten(dataDir: string): boolean {
  const file = fs.statSync(lockFile(dataDir), { throwIfNoEntry: false });
  return file !== undefined && Date.now() - file.mtimeMs < 2_000;
}

/** Is this process a PostgreSQL that runs on this data directory? */
function serves(processId: number, dataDir: string): boolean {
  if (process.platform !== 'linux') return exists(processId);
  let stat: string;
  try {
    stat = fs.readFileSync(`/proc/${processId}/stat`, 'utf8');
  } catch {
    return false;
  }
  if (!/^\d+ \(postgres\) [^ZX]/.test(stat)) return false;
  try {
    // a server's working directory is its data directory; the inode holds whatever name either of us calls it by
    const theirs = fs.statSync(`/proc/${processId}/cwd`);
    const ours = fs.statSync(dataDir);
    return theirs.dev === ours.dev && theirs.ino === ours.ino;
  } catch {
    return exists(processId);
  }
}

/** Like PostgreSQL, takes a process that we may not signal for another user's, and so not for ours. */
function exists(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

/** Removes a dead server's lock and the run directory it could no longer remove. */
export function removeStale(dataDir: string, lock: Lock, temporaryDirs: string[]): void {
  fs.rmSync(lockFile(dataDir), { force: true });
  // the lock's text is the unprivileged account's, we may be root: remove only what we could have made
  const ours =
    temporaryDirs.includes(path.dirname(lock.socketDir)) && RUN_DIRECTORY.test(path.basename(lock.socketDir));
  if (ours) fs.rmSync(lock.socketDir, { recursive: true, force: true });
}

/**
 * The socket directory of the server that now runs on this data directory, for a command that joins a running demo;
 * `undefined` when there is none, or it is still starting or already stopping.
 */
export function embeddedInUse(dataDir: string): string | undefined {
  const found = readLock(path.resolve(dataDir));
  return found.state === 'alive' && found.lock.status === 'ready' ? found.lock.socketDir : undefined;
}
