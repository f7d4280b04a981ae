import 'reflect-metadata';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { migrateUp } from '../src/database';
import { startEmbedded } from '../src/database/embedded';
import { fill, scaleOf } from './data';
import { type Load, load, send, type Target } from './load';
import { benchToken, DASHBOARD, dashboardJob } from './operations';
import { writeReport } from './report';

const { values: options } = parseArgs({
  options: {
    scale: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
  },
});
const CONNECTIONS = 16;
const PAGES = [10, 50, 100];
const DATABASE = 'loopwell';

/** Servers are processes of their own, so that each has its own event loop, as in production. */
class Server {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(script: string, environment: Record<string, string>): Promise<Server> {
    const child = spawn(process.execPath, [path.join(__dirname, 'servers', script)], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    return new Server(child, Number(String(line).trim()));
  }

  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}

export interface Sample extends Load {
  round: number;
}
export type Samples = Record<string, Sample[]>;

async function main(): Promise<void> {
  const people = Number(options.scale);
  const folder = mkdtempSync(path.join(tmpdir(), 'loopwell-bench-'));
  const postgres = await startEmbedded(path.join(folder, 'data'), {
    settings: { shared_buffers: '2GB', max_wal_size: '4GB' },
  });
  try {
    const admin = { host: postgres.host, port: postgres.port, user: postgres.user };
    const address = { ...admin, user: 'loopwell_login' };
    await prepare(admin, people);
    const reads = await measureReads(address);
    await writeReport({ people, rounds: Number(options.rounds), connections: CONNECTIONS, machine: machine(), reads });
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function prepare(admin: { host: string; port: number; user: string }, people: number): Promise<void> {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const postgres = new Client({ ...admin, database: 'postgres' });
  await postgres.connect();
  await postgres.query(`create database ${DATABASE}`);
  await postgres.end();
  await migrateUp(admin, DATABASE);
  say(`filling: ${people} people, ${people * 2} referrals, ${people * 10} contacts, ${people * 4} measurements`);
  const client = new Client({ ...admin, database: DATABASE });
  await client.connect();
  await fill(client, scaleOf(people));
  await client.end();
}

/** Rounds alternate between the servers, so that a drift of the machine meets all of them. */
async function measureReads(address: { host: string; port: number; user: string }): Promise<Record<number, Samples>> {
  const token = await benchToken();
  const environment = { BENCH_DATABASE: JSON.stringify({ address, database: DATABASE }) };
  const servers: Record<string, Server> = {
    hub: await Server.start('hub.js', environment),
    plain: await Server.start('hub.js', { ...environment, PLAIN: '1' }),
  };
  const results: Record<number, Samples> = {};
  for (const rows of PAGES) {
    const job = { ...(await dashboardJob(address, DATABASE, rows)), poolSize: CONNECTIONS };
    servers['limit'] = await Server.start('limit.js', { LIMIT_JOB: JSON.stringify(job) });
    results[rows] = await alternate(servers, (name, { port }) => ({
      port,
      path: '/graphql',
      headers: { authorization: `Bearer ${token}` },
      body: name === 'limit' ? '' : JSON.stringify({ query: DASHBOARD, variables: { rows } }),
    }));
    await servers['limit'].stop();
    delete servers['limit'];
  }
  await Promise.all(Object.values(servers).map((server) => server.stop()));
  return results;
}

async function alternate(
  servers: Record<string, Server>,
  targetOf: (name: string, server: Server) => Target,
): Promise<Samples> {
  const targets = Object.entries(servers).map(([name, server]) => [name, targetOf(name, server)] as const);
  await sameAnswers(targets);
  const samples: Samples = {};
  for (let round = 0; round <= Number(options.rounds); round++) {
    for (const [name, target] of targets) {
      const result = await load(target, CONNECTIONS, Number(options.seconds) * 1000);
      if (result.failures) throw new Error(`${name}: ${result.failures} requests failed`);
      // the first round warms up
      if (round > 0) (samples[name] ??= []).push({ round, ...result });
      process.stderr.write(`  ${name} ${result.perSecond.toFixed(0)}/s\n`);
    }
  }
  return samples;
}

/** A benchmark of servers that answer differently would mean nothing. */
async function sameAnswers(targets: readonly (readonly [string, Target])[]): Promise<void> {
  const answers = await Promise.all(targets.map(async ([name, target]) => [name, (await send(target)).text] as const));
  const [first] = answers;
  for (const [name, text] of answers) {
    if (text.length < 1_000 || text !== first?.[1])
      throw new Error(`${name} answers otherwise than ${first?.[0]}: ${text.slice(0, 300)}`);
  }
}

const machine = () => ({
  cores: cpus().length,
  processor: cpus()[0]?.model ?? 'unknown',
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
});

main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
