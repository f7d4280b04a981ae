import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import type { Socket } from 'node:net';
import * as path from 'node:path';
import type { Account } from './account';
import { environment, lastLines, nameFor } from './cluster';
import { EmbeddedPostgresError } from './errors';

/**
 * Stands between us and PostgreSQL. Descriptor 0 is a pipe whose other end only we hold: it closes when we stop, exit,
 * crash or are killed, and the watcher then asks for a fast shutdown. The signals are ignored so that nothing but the
 * pipe and PostgreSQL's own end ends the guard; SIGKILL for the watcher, because it inherits that.
 */
const GUARD = `
  exec 4<&0
  "$@" 4<&- & server=$!
  trap "" INT TERM HUP
  { read _ <&4; kill -INT $server; } 2>/dev/null & watcher=$!
  wait $server; code=$?
  kill -KILL $watcher 2>/dev/null
  rm -rf "$RUN"
  exit $code`;

/** Start failures that pass by themselves: the last server's processes are still on their way out. */
const PASSING = /pre-existing shared memory block|lock file "postmaster.pid" already exists/;

export class StillEnding extends Error {}

export interface Server {
  stop(): Promise<void>;
}

export interface Launch {
  dataDir: string;
  binaries: string;
  run: string;
  who: Account;
  settings: Record<string, string>;
}

/** Runs PostgreSQL and answers when it accepts connections. */
export async function launch(what: Launch): Promise<Server> {
  const child = spawnServer(what);
  const closed = once(child, 'close');
  await accepting(child);
  // a running server must not keep the process from ending: the guard stops it then
  const handles = [child, child.stdin as Socket, child.stderr as Socket];
  for (const handle of handles) handle.unref();
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    for (const handle of handles) handle.ref();
    child.stdin?.end();
    await closed;
    fs.rmSync(what.run, { recursive: true, force: true });
  };
  return { stop: () => (stopped ??= stop()) };
}

function spawnServer({ dataDir, binaries, run, who, settings }: Launch): ChildProcess {
  const all = {
    listen_addresses: '',
    unix_socket_directories: run,
    unix_socket_permissions: '0700',
    max_connections: '100',
    // a failed statement may hold personal data, and this log goes to whoever started us
    log_min_error_statement: 'panic',
    ...settings,
  };
  const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const descriptor = fs.openSync(dataDir, 'r');
  try {
    const server = [path.join(binaries, 'bin', 'postgres'), '-D', nameFor(dataDir, who), ...args];
    return spawn('/bin/sh', ['-c', GUARD, 'loopwell-postgres-guard', ...server], {
      ...who,
      cwd: '/',
      // a group of its own: Ctrl-C on the terminal must reach the hub alone, which stops PostgreSQL when it has drained
      detached: true,
      env: { ...environment(), RUN: run },
      stdio: ['pipe', 'ignore', 'pipe', descriptor],
    });
  } finally {
    fs.closeSync(descriptor);
  }
}

function accepting(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    child.stdin?.on('error', () => undefined); // the guard may be gone before we close the pipe
    child.stderr?.on('data', (text: Buffer) => {
      log = (log + text.toString()).slice(-4000);
      if (!log.includes('ready to accept connections')) return;
      // from here on the log is only kept flowing: a full pipe would stop the server
      child.stderr?.removeAllListeners('data').resume();
      resolve();
    });
    child.once('error', (error) => reject(new EmbeddedPostgresError(`/bin/sh does not start (${error.message}).`)));
    child.once('close', () => reject(PASSING.test(log) ? new StillEnding(log) : refused(log)));
  });
}

function refused(log: string): EmbeddedPostgresError {
  const lines = log.split('\n').map((line) => line.replace(/^\S+ \S+ \S+ \[\d+\] /, ''));
  const telling = lines.filter((line) => /^(FATAL|PANIC|DETAIL|HINT)/.test(line)).join(' ');
  return new EmbeddedPostgresError(`the server did not start: ${telling || lastLines(log) || 'it printed nothing.'}`);
}
