import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { Client } from 'pg';
import { migrateUp, printCatalogue, readBuild, referenceTables } from '../../src/database';
import { configFor, createTestDatabase, type TestDatabase } from '../support/database';

const FIXTURES = path.resolve(__dirname, '../fixtures/database');
const numbered = (form: RegExp) =>
  readdirSync(FIXTURES).flatMap((file) => {
    const number = form.exec(file)?.[1];
    return number ? [{ number: Number(number), file, text: readFileSync(path.join(FIXTURES, file), 'utf8') }] : [];
  });
const forms = numbered(/^form-(\d+)\.sql$/);

describe.each(forms)('a database of form $number', ({ text }) => {
  let fresh: TestDatabase;
  let upgraded: Client;
  const name = `loopwell_test_form_${randomBytes(6).toString('hex')}`;

  beforeAll(async () => {
    fresh = await createTestDatabase();
    await fresh.asAdmin(`create database ${name}`);
    upgraded = new Client(configFor(fresh.admin, name));
    await upgraded.connect();
    await upgraded.query(text);
    await upgraded.query('reset all');
  });
  afterAll(async () => {
    await upgraded.end();
    await fresh.asAdmin(`drop database ${name} with (force)`);
    await fresh.drop();
  });

  it('becomes the same as a fresh one, byte by byte, when it is migrated', async () => {
    // made anew also where nothing has changed since, so that the way is gone today as it will be then
    await upgraded.query(`update public.loopwell_definitions set digest = 'of this form'`);
    expect(await migrateUp(fresh.admin, name)).toMatchObject({ defined: true });
    const made = new Client(configFor(fresh.admin, fresh.name));
    await made.connect();
    const expected = await printCatalogue(made, referenceTables()).finally(() => made.end());
    expect(await printCatalogue(upgraded, referenceTables())).toBe(expected);
  });
});

describe('the number of the definitions', () => {
  const { number, serves, digest } = readBuild().definitions;

  it('is another than that of a form that is kept, as soon as the definitions are', () => {
    expect(forms.map((form) => form.number)).toContain(1);
    const kept = forms.find((form) => form.number === number);
    // `npm run schema:print -- --next` begins the next one
    if (kept) expect(kept.text).toContain(`'${digest}'`);
  });

  it('comes with the statements of the number before it, which it serves', () => {
    expect([number, number - 1]).toContain(serves);
    if (serves < number) expect(existsSync(path.join(FIXTURES, `statements-${serves}.sql`))).toBe(true);
  });

  const lists = [
    {
      file: 'schema/statements.sql',
      text: readFileSync(path.resolve(__dirname, '../../schema/statements.sql'), 'utf8'),
    },
    ...numbered(/^statements-(\d+)\.sql$/).filter((list) => list.number >= serves),
  ];
  it.each(lists)('lets every statement of $file be prepared', async ({ text }) => {
    const statements = text
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
  });
});
