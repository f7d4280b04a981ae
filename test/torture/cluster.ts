import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { projectRoot } from '../../src/cli/config';
import type { Address } from '../../src/database';
import type { Random } from '../support/random-operation';
import { until } from '../support/until';
import type { Cleanup } from './cleanup';
import { DATABASE } from './postgres';

/** Signs cursors and webhooks: the same on every node. */
export const SECRET = 'a secret of the torture alone, long enough';
const SCRIPT = path.join(projectRoot, 'dist/test/torture/node.js');

/** Where a client may connect to. */
export interface Doors {
  /** A port of 127.0.0.1, at random among those believed to answer. */
  pick(random: Random): number;
}

/** One process of the hub, at one port through all its lives. */
export class Node {
  port = 0;
  up = false;
  frozen = false;
  private child?: ChildProcess;
  private stopped = false;
  private exited: Promise<unknown> = Promise.resolve();

  constructor(private readonly address: Address) {}

  /** Starts it, again and again where it ends at once, as a supervisor does while the database is away. */
  async start(): Promise<void> {
    while (!this.stopped) {
      const child = (this.child = fork(SCRIPT, {
        env: {
          ...process.env,
          TORTURE_NODE: JSON.stringify({ address: this.address, database: DATABASE, port: this.port, secret: SECRET }),
        },
        execArgv: [],
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      }));
      this.exited = once(child, 'exit');
      const [said] = (await Promise.race([once(child, 'message'), this.exited])) as [{ port?: number } | null];
      const port = said?.port;
      if (port === undefined) continue;
      this.port = port;
      this.up = true;
      return;
    }
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(): Promise<void> {
    this.up = false;
    this.frozen = false;
    this.child?.kill('SIGKILL');
    await this.exited;
  }

  /** For good. */
  stop(): Promise<void> {
    this.stopped = true;
    return this.kill();
  }

  freeze(): void {
    this.frozen = true;
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.frozen = false;
    this.child?.kill('SIGCONT');
  }

  async memory(): Promise<NodeJS.MemoryUsage> {
    if (!this.child) throw new Error('the node is not running');
    const answer = once(this.child, 'message') as Promise<[{ memory: NodeJS.MemoryUsage }]>;
    this.child.send('memory');
    return (await answer)[0].memory;
  }
}

/** Nodes on one database. Clients know them all, as through a load balancer that has not noticed yet who died. */
export class Cluster implements Doors {
  private constructor(readonly nodes: readonly Node[]) {}

  static async start(address: Address, count: number, cleanup: Cleanup): Promise<Cluster> {
    const cluster = new Cluster(Array.from({ length: count }, () => new Node(address)));
    cleanup.add(() => Promise.all(cluster.nodes.map((node) => node.stop())));
    await Promise.all(cluster.nodes.map((node) => node.start()));
    return cluster;
  }

  pick(random: Random): number {
    return random.pick(this.nodes).port;
  }

  get standing(): Node[] {
    return this.nodes.filter(({ up, frozen }) => up && !frozen);
  }

  /** Kills one at random and starts it again meanwhile; at least one other stands. */
  async killOne(random: Random): Promise<Node> {
    await until('two nodes stand', () => this.standing.length >= Math.min(2, this.nodes.length), 120_000);
    const victim = random.pick(this.standing);
    await victim.kill();
    return victim;
  }
}
