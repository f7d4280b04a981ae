import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { Address } from '../../src/database';

/** Stands between a hub and PostgreSQL, so that a test can take the database away from this hub alone, and give it back. */
export class DatabaseProxy {
  private readonly pairs = new Set<{ near: Socket; far: Socket }>();
  private server?: Server;
  private frozen = false;

  private constructor(
    readonly address: Address,
    private readonly near: { host: string; port: number } | { path: string },
    private readonly far: { host: string; port: number } | { path: string },
    private readonly folder?: string,
  ) {}

  static async start(target: Address): Promise<DatabaseProxy> {
    const proxy = await DatabaseProxy.before(target);
    await proxy.comeBack();
    return proxy;
  }

  private static async before(target: Address): Promise<DatabaseProxy> {
    if (typeof target === 'string') {
      const url = new URL(target);
      const probe = createServer();
      await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
      const { port } = probe.address() as { port: number };
      await new Promise((resolve) => probe.close(resolve));
      const far = { host: url.hostname, port: Number(url.port || 5432) };
      url.host = `127.0.0.1:${port}`;
      return new DatabaseProxy(url.toString(), { host: '127.0.0.1', port }, far);
    }
    const folder = await mkdtemp(path.join(tmpdir(), 'loopwell-proxy-'));
    const socket = `.s.PGSQL.${target.port}`;
    const near = { path: path.join(folder, socket) };
    return new DatabaseProxy({ ...target, host: folder }, near, { path: path.join(target.host, socket) }, folder);
  }

  get connections(): number {
    return this.pairs.size;
  }

  /** Cuts every connection and takes no more. */
  async goAway(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    const closed = new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    this.cut();
    await closed;
  }

  /** Cuts every connection; new ones are taken. */
  cut(): void {
    for (const { near, far } of this.pairs) for (const socket of [near, far]) socket.destroy();
  }

  /** Keeps connections, and lets nothing through: a network that drops packets. */
  freeze(): void {
    this.frozen = true;
    for (const pair of this.pairs) this.hold(pair);
  }

  async comeBack(): Promise<void> {
    if (this.frozen) for (const { near, far } of this.pairs) near.pipe(far).pipe(near);
    this.frozen = false;
    if (this.server) return;
    const server = createServer((near) => this.join(near));
    this.server = server;
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(this.near, resolve));
  }

  async stop(): Promise<void> {
    await this.goAway();
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
  }

  private join(near: Socket): void {
    const far = connect(this.far);
    const pair = { near, far };
    this.pairs.add(pair);
    for (const socket of [near, far]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.pairs.delete(pair);
        near.destroy();
        far.destroy();
      });
    }
    if (this.frozen) this.hold(pair);
    else near.pipe(far).pipe(near);
  }

  private hold({ near, far }: { near: Socket; far: Socket }): void {
    for (const socket of [near, far]) socket.unpipe().pause();
  }
}
