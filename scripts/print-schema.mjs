// What the code and the database promise, printed into schema/: the GraphQL schema, the catalogue of a freshly migrated database, and
// the statements that the hub sends with the shape of their plans. `--check` compares instead, and ends with 1 where something differs.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createRequire } from 'node:module';
import pg from 'pg';
import { projectRoot, readText, run } from './bootstrap.mjs';
import { formatCatalogue } from './format-sql.mjs';

const built = createRequire(path.join(projectRoot, 'dist', 'src', 'index.js'));
const inSchema = (name) => path.join(projectRoot, 'schema', name);
const check = process.argv.includes('--check');

built('reflect-metadata');
const { migrateUp, printCatalogue, referenceTables } = built('./database');
const { startEmbedded } = built('./database/embedded');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'loopwell-schema-'));
// the embedded version prints: another says the same in other words
const server = await startEmbedded(path.join(folder, 'data'), { settings: { fsync: 'off' } });
try {
  const address = { host: server.host, port: server.port, user: server.user };
  await migrateUp(address, 'postgres');
  const client = new pg.Client({ ...address, database: 'postgres' });
  await client.connect();
  const catalogue = await printCatalogue(client, referenceTables()).finally(() => client.end());
  const head =
    '-- What a freshly migrated database holds and decides, printed by `npm run schema:print`. Comments stand in the sources.\n\n';
  put('loopwell.sql', head + (await formatCatalogue(catalogue)));
} finally {
  await server.stop();
  fs.rmSync(folder, { recursive: true, force: true });
}
if (!check)
  process.exitCode = await run(process.execPath, [
    path.join(projectRoot, 'dist/src/cli/main.js'),
    'schema',
    'print',
    '--write',
  ]);

function put(name, text) {
  if (readText(inSchema(name)) === text) return;
  if (!check) return void fs.writeFileSync(inSchema(name), text);
  const now = path.join(os.tmpdir(), `loopwell-${name}`);
  fs.writeFileSync(now, text);
  process.stderr.write(
    `schema/${name} is not what the sources make. Print it with: npm run schema:print\nWhat they make: ${now}\n`,
  );
  process.exitCode = 1;
}
