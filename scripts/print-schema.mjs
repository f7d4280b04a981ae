// What the code and the database promise, printed into schema/: the GraphQL schema, the catalogue of a freshly migrated database, and
// the statements that the hub sends with the shape of their plans. Three ways:
//   (nothing)  prints
//   --check    compares instead, and ends with 1 where something differs
//   --next     first begins the next number of the definitions: what this number sends is kept, and must go on working
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import pg from 'pg';
import { projectRoot, readText, run } from './bootstrap.mjs';
import { formatCatalogue } from './format-sql.mjs';
import { built, withFreshDatabase } from './fresh-database.mjs';
import { printStatements } from './print-statements.mjs';

const { Database, printCatalogue, readBuild, referenceTables } = built('./database');
const { DemoLoader } = built('./cli/demo-load');
const { createLogger } = built('./kernel');

const VERSION = 'src/database/migrate/version.json';
const STATEMENTS = 'schema/statements.sql';
const check = process.argv.includes('--check');
const at = (name) => path.join(projectRoot, name);

const { digest } = readBuild().definitions;
const version = JSON.parse(readText(at(VERSION)));
const formOf = (number) => `test/fixtures/database/form-${number}.sql`;
if (process.argv.includes('--next')) {
  if (!fs.existsSync(at(formOf(version.number)))) {
    process.stderr.write(
      `Number ${version.number} is begun already. Once it is released, keep a form of it: node scripts/dump-database.mjs > ${formOf(version.number)}\n`,
    );
    process.exit(2);
  }
  fs.copyFileSync(at(STATEMENTS), at(`test/fixtures/database/statements-${version.number}.sql`));
  version.serves = version.number;
  version.number += 1;
}
put(VERSION, `${JSON.stringify({ ...version, digest }, null, 2)}\n`);

// the embedded version prints: another says the same in other words
await withFreshDatabase(async (address) => {
  const head = '-- What a freshly migrated database holds and decides. The sources have the comments.\n\n';
  put('schema/loopwell.sql', head + (await formatCatalogue(await catalogueOf(address))));
  await loadDemo(address);
  put(STATEMENTS, await printStatements(address));
});
if (!check) process.exitCode = await run(process.execPath, [at('dist/src/cli/main.js'), 'schema', 'print', '--write']);
// what modules have begun on being loaded is not waited for
process.exit();

async function catalogueOf(address) {
  const client = new pg.Client(address);
  await client.connect();
  return printCatalogue(client, referenceTables()).finally(() => client.end());
}

async function loadDemo({ database: name, ...address }) {
  const login = { ...address, user: 'loopwell_login' };
  const database = await Database.open({ address: login, database: name, logger: createLogger('warn'), poolSize: 10 });
  await new DemoLoader(database, () => {}).load().finally(() => database.close());
}

function put(name, text) {
  if (readText(at(name)) === text) return;
  if (!check) return void fs.writeFileSync(at(name), text);
  const now = path.join(os.tmpdir(), `loopwell-${process.pid}-${path.basename(name)}`);
  fs.writeFileSync(now, text);
  process.stderr.write(
    `${name} is not what the sources make. Print it: npm run schema:print\nWhat they make: ${now}\n`,
  );
  process.exitCode = 1;
}
