import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { migrateUp } from '../src/database';
import { type EmbeddedPostgres, startEmbedded } from '../src/database/embedded';
import { asAdmin } from './admin';
import { postgresMeter } from './cpu';
import { fill, scaleOf } from './data';
import { feed } from './measure/feed';
import { growth } from './measure/growth';
import type { Bench, Findings, Measurement } from './measure/measurement';
import { mutation } from './measure/mutation';
import { reads } from './measure/reads';
import { writeReport } from './report';
import { BENCH, stopAll } from './servers';

// accepting writes to the data that the others read, so it comes last
const MEASUREMENTS: readonly Measurement[] = [reads, growth, feed, mutation];
const CONNECTIONS = 16;
const SETTINGS = { shared_buffers: '2GB', max_wal_size: '4GB', max_connections: '200' };

const USAGE = `npm run bench -- [options]
  --scale <people>        people in the data set (100000)
  --rounds <n>            rounds that count, after one that warms up (5)
  --seconds <n>           of load for each server in each round (4)
  --growth <people,…>     sizes to compare as the tables grow (10000,100000)
  --only <part,…>         of ${MEASUREMENTS.map(({ name }) => name).join(', ')}
  --out <folder>          where the report goes (bench)
`;

const say = (text: string) => process.stderr.write(`${text}\n`);

function misused(problem: string): never {
  say(`${problem}\n${USAGE}`);
  process.exit(2);
}

const options = readOptions();

function readOptions() {
  try {
    return parseArgs({
      options: {
        scale: { type: 'string', default: '100000' },
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '4' },
        growth: { type: 'string' },
        only: { type: 'string', default: MEASUREMENTS.map(({ name }) => name).join() },
        out: { type: 'string', default: BENCH },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    return misused((error as Error).message);
  }
}

let folder: string | undefined;
let postgres: EmbeddedPostgres | undefined;

async function main(): Promise<void> {
  const began = new Date();
  const chosen = parts();
  const [people, rounds, seconds] = [count('scale'), count('rounds'), count('seconds')];
  const sizes = (options.growth ?? `${Math.round(people / 10)},${people}`).split(',').map(Number);
  if (sizes.some((size) => !(size >= 50 && Number.isInteger(size))))
    misused('--growth takes numbers of people, 50 or more, with commas between them.');
  folder = mkdtempSync(path.join(tmpdir(), 'loopwell-bench-'));
  const data = path.join(folder, 'data');
  const { host, port, user } = (postgres = await startEmbedded(data, { settings: SETTINGS }));
  const admin = { host, port, user };
  const databaseOf = databases(admin);
  const bench: Bench = {
    admin,
    address: { ...admin, user: 'loopwell_login' },
    database: await databaseOf(people),
    growth: sizes,
    pace: { rounds, seconds, connections: CONNECTIONS, postgres: postgresMeter(data) },
    connections: CONNECTIONS,
    databaseOf,
  };
  const findings: Findings[] = [];
  for (const part of chosen) {
    say(`${part.name}:`);
    findings.push(await part.measure(bench));
  }
  const paths = await writeReport(path.resolve(options.out), {
    began,
    findings,
    dataSet: scaleOf(people),
    load: { rounds, seconds, connections: CONNECTIONS },
    postgres: { version: await versionOf(admin), settings: SETTINGS },
  });
  say(`wrote ${paths.map((each) => path.relative(process.cwd(), each)).join(', ')}`);
}

function parts(): Measurement[] {
  const names = options.only.split(',');
  const unknown = names.find((name) => !MEASUREMENTS.some((each) => each.name === name));
  if (unknown !== undefined) misused(`There is no part ${unknown}.`);
  return MEASUREMENTS.filter(({ name }) => names.includes(name));
}

function count(name: 'scale' | 'rounds' | 'seconds'): number {
  const value = Number(options[name]);
  if (!(value > 0 && (name === 'seconds' || Number.isInteger(value)))) misused(`--${name} takes a number above 0.`);
  return value;
}

/** One database for each size, filled when it is first asked for. */
function databases(admin: Bench['admin']) {
  const made = new Map<number, Promise<string>>();
  return (people: number) => {
    const name = made.get(people) ?? makeDatabase(admin, people);
    made.set(people, name);
    return name;
  };
}

async function makeDatabase(admin: Bench['admin'], people: number): Promise<string> {
  const began = performance.now();
  const { referrals, contacts, measurements } = scaleOf(people);
  say(`filling: ${people} people, ${referrals} referrals, ${contacts} contacts, ${measurements} measurements`);
  const database = `loopwell_${people}`;
  await asAdmin(admin, 'postgres', (client) => client.query(`create database ${database}`));
  await migrateUp(admin, database);
  await asAdmin(admin, database, (client) => fill(client, scaleOf(people)));
  say(`  filled in ${Math.round((performance.now() - began) / 1000)} s`);
  return database;
}

const versionOf = (admin: Bench['admin']) =>
  asAdmin(admin, 'postgres', async (client) =>
    String((await client.query('show server_version')).rows[0].server_version),
  );

async function cleanUp(): Promise<void> {
  await stopAll();
  await postgres?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
}

async function end(code: number): Promise<never> {
  await cleanUp().catch((error: Error) => say(error.message));
  process.exit(code);
}

if (options.help) process.stdout.write(USAGE);
else {
  // the servers are in the same group and hear Ctrl-C too; PostgreSQL is not, and the folder is gigabytes
  let stopping = false;
  for (const [signal, number] of Object.entries({ SIGINT: 2, SIGTERM: 15, SIGHUP: 1 }))
    process.on(signal, () => {
      stopping = true;
      void end(128 + number);
    });
  main().then(
    () => end(0),
    (error: Error) => {
      if (stopping) return;
      say(error.stack ?? error.message);
      void end(1);
    },
  );
}
