import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';

/** The folder with the sources, where the report goes and the peers are installed. */
export const BENCH = path.resolve(__dirname, '../../bench');

const running = new Set<Server>();

/** Servers are processes of their own, so that each has its own event loop, as in production. */
export class Server {
  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    readonly port: number,
  ) {
    running.add(this);
  }

  /** Starts a script that says its port on stdout, and ends when its stdin does: however we end, it does not stay behind. */
  static async start(
    name: string,
    script: string,
    environment: Record<string, string>,
    node = process.execPath,
  ): Promise<Server> {
    const child = spawn(node, [script], {
      env: { ...process.env, NODE_ENV: 'production', ...environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const said = once(child.stdout as NodeJS.ReadableStream, 'data').then(([line]) => Number(String(line).trim()));
    const ended = once(child, 'exit').then(() => {
      throw new Error(`The server ${name} (${path.relative(BENCH, script)}) ended before it listened; see above.`);
    });
    const port = await Promise.race([said, ended]);
    ended.catch(() => undefined);
    return new Server(name, child, port);
  }

  get pid(): number {
    return this.child.pid as number;
  }

  async stop(): Promise<void> {
    running.delete(this);
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }
}

/** One of ours, compiled beside this file. */
export const startOwn = (name: string, script: string, environment: Record<string, string>) =>
  Server.start(name, path.join(__dirname, 'servers', script), environment);

export const stopAll = () => Promise.all([...running].map((server) => server.stop()));
