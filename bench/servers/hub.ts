import 'reflect-metadata';
import { createLogger } from '../../src/kernel';
import { Hub, type HubOptions } from '../../src/server';

/** The hub as `serve` runs it, on the bench's database; with PLAIN=1 the plain executor answers every read. */
const { address, database } = JSON.parse(process.env['BENCH_DATABASE'] ?? '{}') as Pick<
  HubOptions,
  'address' | 'database'
>;

Hub.start({
  address,
  database,
  trust: { demo: true },
  secret: 'a secret of the benchmark alone, long enough',
  logger: createLogger('error'),
  port: 0,
  poolSize: Number(process.env['BENCH_POOL'] ?? 16),
  compiledReads: process.env['PLAIN'] !== '1',
}).then(
  (hub) => console.log(new URL(hub.url).port),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
process.stdin.on('end', () => process.exit()).resume();
