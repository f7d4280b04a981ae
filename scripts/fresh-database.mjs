// A database of the embedded server, migrated and otherwise empty, for scripts that print what this build makes.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createRequire } from 'node:module';
import { projectRoot } from './bootstrap.mjs';

/** Requires what is built, by its path below src/. */
export const built = createRequire(path.join(projectRoot, 'dist', 'src', 'index.js'));
built('reflect-metadata');

/** Answers what `work` makes of the database's address; the server is gone afterwards. */
export async function withFreshDatabase(work) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'loopwell-fresh-'));
  const settings = { fsync: 'off' };
  const server = await built('./database/embedded').startEmbedded(path.join(folder, 'data'), { settings });
  try {
    const address = { host: server.host, port: server.port, user: server.user, database: 'postgres' };
    await built('./database').migrateUp(address, address.database);
    return await work(address);
  } finally {
    await server.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
