// A process that runs an embedded PostgreSQL, for tests to kill: holder.ts <embedded module> <data directory> [then]
import { type EmbeddedPostgres } from '../../src/database/embedded';

const [modulePath, dataDir, then] = process.argv.slice(2) as [string, string, string?];

async function main(): Promise<void> {
  // by path, since one test runs a copy of the module
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { startEmbedded } = require(modulePath) as { startEmbedded(dir: string): Promise<EmbeddedPostgres> };
  const server = await startEmbedded(dataDir);
  process.stdout.write(`${server.host}\n`);
  if (then === 'hold') process.stdin.resume();
  if (then === 'stop') process.stdin.resume().once('end', () => void server.stop());
}

void main();
