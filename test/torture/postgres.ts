import { chmodSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import * as path from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { migrateUp } from '../../src/database';
import { type EmbeddedPostgres, startEmbedded } from '../../src/database/embedded';
import { until } from '../support/until';
import type { Cleanup } from './cleanup';

export const DATABASE = 'loopwell';

/** A PostgreSQL that is killed and started again, always at one address: a link to the socket directory of its present life. */
export class Postgres {
  private server?: EmbeddedPostgres;
  private client?: Client;
  private readonly socket: string;
  private readonly data: string;

  private constructor(folder: string) {
    this.socket = path.join(folder, 'socket');
    this.data = path.join(folder, 'data');
  }

  static async start(cleanup: Cleanup): Promise<Postgres> {
    const folder = cleanup.folder();
    // whom PostgreSQL runs as walks through it to its data
    chmodSync(folder, 0o711);
    const postgres = new Postgres(folder);
    cleanup.add(() => postgres.server?.stop());
    cleanup.add(() => postgres.client?.end());
    await postgres.restart();
    await postgres.asAdmin(`create database ${DATABASE}`, [], 'postgres');
    await migrateUp(postgres.admin, DATABASE);
    return postgres;
  }

  /** How nodes log in. */
  get address() {
    return { ...this.admin, user: 'loopwell_login' };
  }

  get admin() {
    return { host: this.socket, port: 5432 as const, user: this.server?.user ?? '' };
  }

  /** With the settings it has in use: every commit waits until it is on disk. */
  async restart(): Promise<void> {
    this.server = await startEmbedded(this.data, { waitMs: 60_000 });
    const next = `${this.socket}.next`;
    rmSync(next, { force: true });
    symlinkSync(this.server.host, next);
    renameSync(next, this.socket);
  }

  /** As `pg_ctl stop -m immediate` does with SIGQUIT, or the kernel with SIGKILL. Resolves when the postmaster is gone. */
  async kill(signal: 'SIGQUIT' | 'SIGKILL'): Promise<void> {
    const pid = Number.parseInt(readFileSync(path.join(this.data, 'postmaster.pid'), 'utf8'), 10);
    process.kill(pid, signal);
    await until('the postmaster is gone', () => !isRunning(pid), 60_000);
    await this.server?.stop();
  }

  /** A superuser's statement, to look behind the guard. One connection is kept for them. */
  async asAdmin<Row extends QueryResultRow>(text: string, values: unknown[] = [], database = DATABASE): Promise<Row[]> {
    if (database !== DATABASE || !this.client) {
      const client = await this.connect(database);
      if (database === DATABASE) this.client = client;
      client.once('end', () => {
        if (this.client === client) this.client = undefined;
      });
      return (await client.query<Row>(text, values).finally(() => database !== DATABASE && client.end())).rows;
    }
    return (await this.client.query<Row>(text, values)).rows;
  }

  async connect(database = DATABASE): Promise<Client> {
    const client = new Client({ ...this.admin, database });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
