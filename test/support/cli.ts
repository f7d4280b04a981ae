import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { until } from './until';

export const PROJECT = path.resolve(__dirname, '../..');
export const MAIN = path.join(PROJECT, 'dist/src/cli/main.js');

/** Compiles the project if it is not compiled as it stands; test files that run side by side wait for each other. */
export async function ensureBuilt(): Promise<void> {
  const script = `
    import * as fs from 'node:fs';
    import { sourcesHash, readText } from './scripts/bootstrap.mjs';
    const lock = 'node_modules/.test-build';
    const built = () => readText('dist/.stamp') === sourcesHash();
    for (let left = 1200; left && !built(); left--) {
      try { fs.mkdirSync(lock); } catch { await new Promise((resolve) => setTimeout(resolve, 100)); continue; }
      try { if (!built()) await import('./scripts/build.mjs'); } finally { fs.rmdirSync(lock); }
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: PROJECT, stdio: 'inherit' });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error('the project does not build');
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A process of the test's own, in a group of its own as a shell on a terminal makes one. */
export class Running {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;
  hasEnded = false;

  constructor(readonly child: ChildProcess) {
    child.stdout?.on('data', (text: Buffer) => (this.stdout += text.toString()));
    child.stderr?.on('data', (text: Buffer) => (this.stderr += text.toString()));
    this.ended = once(child, 'close').then(([code]) => {
      this.hasEnded = true;
      return { code, stdout: this.stdout, stderr: this.stderr };
    });
  }

  /** As Ctrl-C on a terminal, or `kill` of a whole group. */
  signal(signal: NodeJS.Signals): void {
    if (this.hasEnded || !this.child.pid) return;
    process.kill(-this.child.pid, signal);
  }

  says(what: string | RegExp, limit = 60_000): Promise<unknown> {
    return until(
      `it says ${what}; it said ${this.stdout}${this.stderr}`,
      () => {
        if (this.hasEnded && !`${this.stdout}${this.stderr}`.match(what)) throw new Error(`it ended: ${this.stderr}`);
        return `${this.stdout}${this.stderr}`.match(what);
      },
      limit,
    );
  }
}

/** The environment of a visitor: what this machine's developer has set for the hub does not count. */
export function environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(DATABASE_URL|LOOPWELL_|NODE_ENV|JEST_)/.test(name));
  return { ...Object.fromEntries(own), ...more };
}

export const start = (args: string[], env: NodeJS.ProcessEnv = {}, cwd = PROJECT): Running =>
  new Running(
    spawn(process.execPath, [MAIN, ...args], {
      env: environment(env),
      cwd,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );

export const loopwell = (args: string[], env?: NodeJS.ProcessEnv, cwd?: string): Promise<Ended> =>
  start(args, env, cwd).ended;

/** Runs text as somebody who pasted it into a shell. `npx loopwell` is the built command. */
export function paste(text: string, env: NodeJS.ProcessEnv = {}): Running {
  const npx = `npx() { shift; '${process.execPath}' '${MAIN}' "$@"; }\n`;
  const child = spawn('bash', ['-euo', 'pipefail', '-c', npx + text], {
    env: environment(env),
    cwd: PROJECT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Running(child);
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
