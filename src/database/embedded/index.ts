import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { accountFor } from './account';
import { binariesFor } from './binaries';
import { createCluster, isCluster, SUPERUSER } from './cluster';
import { EmbeddedPostgresError } from './errors';
import { embeddedInUse, readLock, removeStale } from './lock';
import { makeRunDirectory, temporaryDirs } from './run-directory';
import { launch, type Server, StillEnding } from './server';

export { EmbeddedPostgresError } from './errors';
export { embeddedInUse };

export interface EmbeddedPostgres {
  /** The directory of its socket; there is no TCP port. */
  host: string;
  port: 5432;
  /** The superuser. No password: whoever can enter `host` may connect. */
  user: string;
  /** Ends all connections, stops the server and removes `host`. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** PostgreSQL settings over our own, such as `{ fsync: 'off' }` for a database that may be lost. */
  settings?: Record<string, string>;
  /** How long to wait for a server that is using the directory to end. */
  waitMs?: number;
}

const POLL_MS = 50;

/**
 * Starts PostgreSQL on this data directory, which is made on the first start. It stops with `stop()`, and by itself
 * when this process ends in any way.
 */
export async function startEmbedded(dataDir: string, options: EmbeddedOptions = {}): Promise<EmbeddedPostgres> {
  const dir = path.resolve(dataDir);
  const deadline = Date.now() + (options.waitMs ?? 10_000);
  try {
    for (;;) {
      await freeOfOthers(dir, deadline);
      const started = await attempt(dir, options.settings ?? {});
      if (started) return started;
      if (Date.now() > deadline) throw inUse(dir);
      await delay(POLL_MS);
    }
  } catch (error) {
    // a refusal by the file system names its path, but not the way round it
    if (error instanceof Error && 'syscall' in error) throw new EmbeddedPostgresError(`${error.message}.`);
    throw error;
  }
}

/** One try; `undefined` when the last server's processes are still ending. */
async function attempt(dataDir: string, settings: Record<string, string>): Promise<EmbeddedPostgres | undefined> {
  const run = makeRunDirectory(accountFor(dataDir));
  try {
    const { stop } = await startIn(run, dataDir, settings);
    // PostgreSQL says so in its log a moment before the lock does, which is where other commands look
    for (let left = 200; left && embeddedInUse(dataDir) !== run; left--) await delay(5);
    return { host: run, port: 5432, user: SUPERUSER, stop };
  } catch (error) {
    fs.rmSync(run, { recursive: true, force: true });
    if (error instanceof StillEnding) return undefined;
    throw error;
  }
}

async function startIn(run: string, dataDir: string, settings: Record<string, string>): Promise<Server> {
  const who = accountFor(dataDir);
  const binaries = binariesFor(who, run);
  if (!isCluster(dataDir)) await createCluster(dataDir, binaries, who);
  return launch({ dataDir, binaries, run, who, settings });
}

/** A server that stops is waited for; a lock without one is removed. */
async function freeOfOthers(dataDir: string, deadline: number): Promise<void> {
  for (;;) {
    const found = readLock(dataDir);
    if (found.state === 'none') return;
    if (found.state === 'stale') return removeStale(dataDir, found.lock, temporaryDirs());
    if (Date.now() > deadline) throw inUse(dataDir, found.lock.processId);
    await delay(POLL_MS);
  }
}

function inUse(dataDir: string, processId?: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `the data directory ${dataDir} is in use by ${processId ? `process ${processId}` : 'a server that does not end'}.`,
    'stop the command that started it',
  );
}
