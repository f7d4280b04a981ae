import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { migrateUp, printCatalogue, readBuild, referenceTables } from '../../src/database';
import { configFor, createTestDatabase, type TestDatabase } from '../support/database';

const FIXTURES = path.resolve(__dirname, '../fixtures/database');
const FIRST_FORM = readFileSync(path.join(FIXTURES, 'first-form.sql'), 'utf8');

describe('a database of the first form', () => {
  let fresh: TestDatabase;
  let upgraded: Client;
  const name = `loopwell_test_first_${randomBytes(6).toString('hex')}`;

  beforeAll(async () => {
    fresh = await createTestDatabase();
    await fresh.asAdmin(`create database ${name}`);
    upgraded = new Client(configFor(fresh.admin, name));
    await upgraded.connect();
    await upgraded.query(FIRST_FORM);
    await upgraded.query('reset all');
  });
  afterAll(async () => {
    await upgraded.end();
    await fresh.asAdmin(`drop database ${name} with (force)`);
    await fresh.drop();
  });

  it('becomes the same as a fresh one, byte by byte, when it is migrated', async () => {
    // made anew also where nothing has changed since, so that the way is gone today as it will be then
    await upgraded.query(`update loopwell_definitions set digest = 'of the first form'`);
    expect(await migrateUp(fresh.admin, name)).toMatchObject({ defined: true });
    const made = new Client(configFor(fresh.admin, fresh.name));
    await made.connect();
    const expected = await printCatalogue(made, referenceTables()).finally(() => made.end());
    expect(await printCatalogue(upgraded, referenceTables())).toBe(expected);
  });
});

describe('the number of the definitions', () => {
  const { number, serves, digest } = readBuild().definitions;
  const [, kept = ''] = /insert into public\.loopwell_definitions \([^)]*\) values \((.*)\);/.exec(FIRST_FORM) ?? [];

  it('is another than that of the first form as soon as the definitions are', () => {
    expect(kept).toContain(`'1'`);
    // `npm run schema:print -- --next` begins the next one
    if (!kept.includes(digest)) expect(number).toBeGreaterThan(1);
  });

  it('comes with the statements of the number before it, which it serves', () => {
    expect([number, number - 1]).toContain(serves);
    if (serves < number) expect(existsSync(path.join(FIXTURES, `statements-${serves}.sql`))).toBe(true);
  });

  const lists = [
    path.resolve(__dirname, '../../schema/statements.sql'),
    ...readdirSync(FIXTURES)
      .filter((file) => Number(/^statements-(\d+)\.sql$/.exec(file)?.[1]) >= serves)
      .map((file) => path.join(FIXTURES, file)),
  ];
  it.each(lists.map((file) => [path.basename(file), file]))(
    'lets every statement of %s be prepared',
    async (_, file) => {
      const statements = readFileSync(file, 'utf8')
        .split(/^-- (?! )/m)
        .slice(1)
        .map((part) =>
          part
            .slice(part.indexOf('\n'))
            .replace(/^--.*$/gm, '')
            .trim(),
        );
      expect(statements.length).toBeGreaterThan(100);
      const database = await createTestDatabase();
      const client = new Client(configFor(database.admin, database.name));
      await client.connect();
      await client.query('set role loopwell_api');
      for (const [i, statement] of statements.entries()) await client.query(`prepare statement_${i} as ${statement}`);
      await client.end();
      await database.drop();
    },
  );
});
