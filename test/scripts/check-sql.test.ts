import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { PROJECT } from '../support/cli';

const STEP = 'migrations/0001-first.up.sql';
const FUNCTIONS = 'src/modules/people/one.functions.sql';
const GUARD = 'src/modules/people/t.guard.sql';
const ONE =
  '-- Ours.\n\n-- What it decides.\ncreate or replace function hub.ours()\nreturns integer\nlanguage sql\nas $$\n  select 1;\n$$;\n';

describe('the check of the SQL', () => {
  const check = (files: Record<string, string>) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'loopwell-sql-'));
    const all = {
      [STEP]: 'create table hub.t (id integer);\n',
      'migrations/0001-first.down.sql': 'drop table hub.t;\n',
      [FUNCTIONS]: ONE,
      [GUARD]: '-- T.\nalter table hub.t enable row level security;\n',
      ...files,
    };
    for (const [name, text] of Object.entries(all)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    const { status, stderr } = spawnSync(process.execPath, ['scripts/check-sql.mjs', folder], {
      cwd: PROJECT,
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });
    return { status, stderr };
  };

  it('passes what is in order', () => {
    expect(check({})).toEqual({ status: 0, stderr: '' });
  });

  it.each([
    [
      'a function in a step',
      { [STEP]: 'create function hub.f() returns integer language sql as $$ select 1 $$;\n' },
      /0001-first\.up\.sql makes a function/,
    ],
    ['a view in a step', { [STEP]: 'create or replace\n  view graph.v as select 1;\n' }, /makes a view/],
    ['a policy in a step', { [STEP]: 'create policy p on hub.t using (true);\n' }, /makes a policy/],
    [
      'a trigger in a step',
      { [STEP]: 'create trigger t before insert on hub.t execute function f();\n' },
      /makes a trigger/,
    ],
    [
      'a default of ours in a step',
      { [STEP]: 'create table hub.t (id integer default hub.ours());\n' },
      /names hub\.ours, a function of ours/,
    ],
    [
      'a step without a way back',
      { 'migrations/0002-second.up.sql': 'select 1;\n' },
      /0002-second\.up\.sql has no 0002-second\.down\.sql/,
    ],
    [
      'a table without a guard',
      { [STEP]: 'create table hub.t (id integer);\ncreate table hub.bare (id integer);\n' },
      /makes hub\.bare, which no guard file names/,
    ],
    [
      'one name in two files',
      { 'src/modules/people/two.functions.sql': ONE },
      /hub\.ours stands in .*one\.functions\.sql and .*two\.functions\.sql/,
    ],
    [
      'a definition without a comment',
      { [FUNCTIONS]: ONE.replace('-- What it decides.\n', '\n') },
      /one\.functions\.sql:4 has no comment/,
    ],
    ['a file of two subjects', { [FUNCTIONS]: `${ONE}${'-- more\n'.repeat(150)}` }, /has 159 lines; 150 at the most/],
    [
      'a line that is too wide',
      { [FUNCTIONS]: `${ONE}-- ${'wide '.repeat(30)}\n` },
      /has 15\d columns; 120 at the most/,
    ],
    ['a file that migrate would pass over', { 'src/modules/people/three.sql': '-- lost\n' }, /three\.sql is neither/],
    [
      'a SQLSTATE that is not listed',
      { [FUNCTIONS]: ONE.replace('select 1', `raise exception 'x' using errcode = 'LW999'`) },
      /raises LW999/,
    ],
    [
      "a day by the session's zone",
      { [FUNCTIONS]: ONE.replace('select 1', 'select hub.clock()::date') },
      /makes a day of a moment/,
    ],
    [
      'a view far from its type',
      {
        'src/modules/people/a.type.ts': `@Reads('graph.far')`,
        'src/feed/far.views.sql': '-- Far.\n-- Far.\ncreate view graph.far as select 1;\n',
      },
      /a view is its type's neighbour/,
    ],
  ])('names %s', (_, files, expected) => {
    const { status, stderr } = check(files as Record<string, string>);
    expect(stderr).toMatch(expected);
    expect(status).toBe(1);
  });

  it('finds the project itself in order', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/check-sql.mjs'], {
      cwd: PROJECT,
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
