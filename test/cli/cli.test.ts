import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { withDatabase } from '../../src/database';
import { ensureBuilt, freePort, loopwell, MAIN, PROJECT, start } from '../support/cli';
import { TestHub } from '../support/hub';

// processes start here, and a loaded machine starts them slowly

const PARTIES: [string, RegExp][] = [
  ['gp', /Hill Surgery/],
  ['other-gp', /Vale Surgery/],
  ['link-worker', /Hill Primary Care Network/],
  ['community', /Test Community Trust/],
  ['council', /Test Council/],
  ['charity', /Walking Friends/],
  ['icb', /Test ICB/],
  ['patient', /"organisation":null/],
];
const fixture = (...names: string[]) => path.join(PROJECT, 'test', 'fixtures', ...names);
const production = {
  LOOPWELL_OIDC_ISSUER: 'https://login.example/realms/icb',
  LOOPWELL_OIDC_AUDIENCE: 'loopwell',
  LOOPWELL_SECRET: 'thirty-two characters at the least',
};

describe('the loopwell command', () => {
  let hub: TestHub;
  let folder: string;
  let link: (as?: 'admin') => string;

  beforeAll(async () => {
    await ensureBuilt();
    hub = await TestHub.start();
    folder = mkdtempSync(path.join(tmpdir(), 'loopwell-cli-'));
    link = (as) => {
      const { address, admin, name } = hub.database;
      const to = as ? admin : address;
      if (typeof to === 'string') return withDatabase(to, name);
      return `postgres://${to.user}@localhost/${name}?host=${encodeURIComponent(to.host)}`;
    };
  }, 120_000);
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await hub.stop();
  });

  describe('token', () => {
    it.each(PARTIES)('--as %s prints one line that the hub takes', async (party, expected) => {
      const { code, stdout, stderr } = await loopwell(['token', '--as', party]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
      const answer = await hub.post(
        { query: '{ viewer { organisation { name } } }' },
        { authorization: `Bearer ${stdout.trim()}` },
      );
      expect(answer.status).toBe(200);
      expect(await answer.text()).toMatch(expected);
    });

    it('lasts as long as --expires says', async () => {
      const { stdout } = await loopwell(['token', '--as', 'gp', '--expires', '30s']);
      const { iat, exp } = JSON.parse(Buffer.from(stdout.split('.')[1] ?? '', 'base64url').toString());
      expect(exp - iat).toBe(30);
    });
  });

  it.each([
    ['an unknown verb', ['frobnicate'], 'frobnicate'],
    ['no verb', [], 'Usage'],
    ['an unknown party', ['token', '--as', 'king'], 'king'],
    ['no party', ['token'], '--as'],
    ['an unknown flag', ['token', '--as', 'gp', '--loud'], '--loud'],
    ['a lifetime that is none', ['token', '--as', 'gp', '--expires', 'soon'], 'soon'],
    ['an unknown format', ['import', 'fax', 'package.json'], 'fax'],
    ['a file that is not there', ['import', 'bars', 'no-such-file.json'], 'no-such-file.json'],
    ['no file', ['import', 'bars'], 'files'],
    ['a port that is none', ['demo', '--port', 'harbour'], 'harbour'],
    ['what schema cannot do', ['schema', 'paint'], 'paint'],
  ])('ends with 2 and says why, given %s', async (_what, args, named) => {
    const { code, stdout, stderr } = await loopwell(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(named);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it.each([
    ['a file that is not there', undefined, [], 'no such file'],
    ['what is no GraphQL', '{ referrals', [], 'Syntax Error'],
    ['a field there is not', '{ viewer { nope } }', [], 'nope'],
    ['a mutation', 'mutation { acknowledgeFeedback(input: { stage: SEEN }) { acknowledged } }', [], 'mutation'],
    ['variables that are no JSON', '{ viewer { roles } }', ['--variables', '{bad'], '--variables'],
  ])('explains with 2 what is wrong with %s', async (_what, text, args, named) => {
    const file = path.join(folder, 'explained.graphql');
    rmSync(file, { force: true });
    if (text) writeFileSync(file, text);
    const { code, stdout, stderr } = await loopwell(['explain', file, ...args], { DATABASE_URL: link() });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(named);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('goes on serving where something failed that nobody waited for, and logs it', () => {
    const built = (...names: string[]) => JSON.stringify(path.join(PROJECT, 'dist', 'src', ...names));
    const script = `require('reflect-metadata'); const { outliveWhatNobodyAwaits } = require(${built('cli', 'serve.js')});
      outliveWhatNobodyAwaits({ error: (about) => console.log(about.name, about.code) });
      void Promise.reject(Object.assign(new TypeError('9434765919'), { code: '42501' })); setImmediate(() => console.log('serves'))`;
    const { status, stdout } = spawnSync(process.execPath, ['-e', script], { cwd: PROJECT, encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'TypeError 42501\nserves\n' });
  });

  it('helps with every verb', async () => {
    const { code, stdout } = await loopwell(['--help']);
    expect(code).toBe(0);
    for (const verb of ['demo', 'serve', 'migrate', 'import', 'subscribe', 'token', 'explain', 'schema', 'docs'])
      expect(stdout).toContain(verb);
  });

  it('ends with 3 and lists every fault of the environment at once', async () => {
    const { code, stderr } = await loopwell(['import', 'bars', 'package.json'], {
      DATABASE_URL: 'somewhere',
      LOOPWELL_OIDC_ISSUER: 'nobody',
      LOOPWELL_SECRET: 'short',
      LOOPWELL_LOG_LEVEL: 'shouting',
    });
    expect(code).toBe(3);
    for (const name of ['DATABASE_URL', 'LOOPWELL_OIDC_ISSUER', 'LOOPWELL_SECRET', 'LOOPWELL_LOG_LEVEL'])
      expect(stderr).toContain(name);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  describe('import', () => {
    it('prints with --json the summary, and nothing else', async () => {
      const bars = fixture('primary-care', 'bars', 'referral-new.json');
      const first = await loopwell(['import', 'bars', bars, '--json'], { DATABASE_URL: link() });
      expect(first).toEqual({ code: 0, stderr: '', stdout: '{"read":1,"applied":1,"duplicate":0,"quarantined":0}\n' });
      const again = await loopwell(['import', 'bars', bars, '--json'], { DATABASE_URL: link() });
      expect(JSON.parse(again.stdout)).toEqual({ read: 1, applied: 0, duplicate: 1, quarantined: 0 });
      expect(again.code).toBe(0);
    });

    it('takes a folder, and names the organisation whose data it is', async () => {
      const args = ['import', 'csds', fixture('community-services'), '--organisation', 'ZR1'];
      const { code, stdout } = await loopwell(args, { DATABASE_URL: link() });
      expect({ code, stdout }).toEqual({ code: 0, stdout: 'read 75   applied 75   duplicate 0   quarantined 0\n' });
    });

    it('tells for people where a bad row is and why, and ends with 0 because the rest went in', async () => {
      const text = readFileSync(fixture('social-care', 'constructed-cld-release2.csv'), 'utf8');
      const file = path.join(folder, 'mixed.csv');
      writeFileSync(file, text.replace('9990001006,P01000', '9990001007,P01000'));
      const args = ['import', 'asc-cld', file, '--organisation', 'Z999'];
      const { code, stdout, stderr } = await loopwell(args, { DATABASE_URL: link() });
      expect({ code, stdout }).toEqual({ code: 0, stdout: 'read 32   applied 31   duplicate 0   quarantined 1\n' });
      expect(stderr).toMatch(/^mixed\.csv:2 NHS Number: .*check digit/m);
      expect(stderr).not.toContain('9990001007');
    });

    it('ends with 5 when nothing could be used', async () => {
      const file = path.join(folder, 'bad.json');
      writeFileSync(file, '{"resourceType":"Bundle","type":"collection"}');
      const { code, stdout } = await loopwell(['import', 'bars', file, '--json'], { DATABASE_URL: link() });
      expect(code).toBe(5);
      expect(JSON.parse(stdout)).toEqual({ read: 1, applied: 0, duplicate: 0, quarantined: 1 });
    });

    it('ends with 2 for an organisation the directory does not know', async () => {
      const args = ['import', 'csds', fixture('community-services'), '--organisation', 'ZZZZ9'];
      const { code, stderr } = await loopwell(args, { DATABASE_URL: link() });
      expect(code).toBe(2);
      expect(stderr).toContain('ZZZZ9');
    });

    it('ends with 4 when the database cannot be reached', async () => {
      const url = `postgres://loopwell_login@127.0.0.1:${await freePort()}/loopwell`;
      const { code, stderr } = await loopwell(['import', 'bars', 'package.json'], { DATABASE_URL: url });
      expect(code).toBe(4);
      expect(stderr).not.toMatch(/^\s+at /m);
    });
  });

  describe('serve', () => {
    it('ends with 3 and names every setting that is missing', async () => {
      const { code, stderr } = await loopwell(['serve']);
      expect(code).toBe(3);
      for (const name of ['DATABASE_URL', 'LOOPWELL_OIDC_ISSUER', 'LOOPWELL_OIDC_AUDIENCE', 'LOOPWELL_SECRET'])
        expect(stderr).toContain(name);
    });

    it.each([
      ["the demo's issuer", { LOOPWELL_OIDC_ISSUER: 'https://demo.loopwell.example' }, 'LOOPWELL_OIDC_ISSUER'],
      ['a link in plain text', { DATABASE_URL: 'postgres://loopwell_login:x@db.example/loopwell' }, 'DATABASE_URL'],
      ['a link that may fall back', { DATABASE_URL: 'postgres://db.example/loopwell?sslmode=prefer' }, 'DATABASE_URL'],
    ])('refuses %s with 3', async (_what, more, named) => {
      const safe = { DATABASE_URL: 'postgres://loopwell_login:x@db.example/loopwell?sslmode=verify-full' };
      const { code, stderr } = await loopwell(['serve'], { ...safe, ...production, ...more });
      expect(code).toBe(3);
      expect(stderr.match(/^ {2}\S+/gm)?.map((line) => line.trim())).toEqual([named]);
    });

    it('refuses a login that row security does not bind with 3', async () => {
      const env = { ...production, DATABASE_URL: link('admin') };
      const { code, stderr } = await loopwell(['serve', '--port', String(await freePort())], env);
      expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('loopwell_login') });
    });

    it('ends with 4 when the database cannot be reached', async () => {
      const url = `postgres://loopwell_login:x@127.0.0.1:${await freePort()}/loopwell?sslmode=verify-full`;
      const env = { ...production, DATABASE_URL: url };
      const { code, stderr } = await loopwell(['serve', '--port', String(await freePort())], env);
      expect(code).toBe(4);
      expect(stderr).not.toMatch(/^\s+at /m);
    });

    it('serves, takes no demo token, and ends on SIGTERM', async () => {
      const port = await freePort();
      const serving = start(['serve', '--port', String(port), '--host', '127.0.0.1'], {
        ...production,
        DATABASE_URL: link(),
      });
      try {
        await serving.says('Ready at');
        const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
        expect(await ready.json()).toEqual({ status: 'ok', checks: { stopping: 'ok', database: 'ok' } });
        const { stdout: token } = await loopwell(['token', '--as', 'gp']);
        const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token.trim()}` },
          body: JSON.stringify({ query: '{ viewer { roles } }' }),
        });
        expect(answer.status).not.toBe(200);
        expect(await answer.text()).not.toContain('referrer');
      } finally {
        serving.signal('SIGTERM');
      }
      expect((await serving.ended).code).toBe(0);
    });
  });

  describe('migrate', () => {
    it('ends with 3 when nothing says what to migrate', async () => {
      const { code, stderr } = await loopwell(['migrate']);
      expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('LOOPWELL_MIGRATE_URL') });
    });

    it('finds nothing to do on a database that is up to date', async () => {
      const { code, stderr } = await loopwell(['migrate'], { LOOPWELL_MIGRATE_URL: link('admin') });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '0 steps applied, definitions as they were\n' });
    });

    it('goes back to no number before the first, and tells how to take the steps back', async () => {
      const { code, stderr } = await loopwell(['migrate', 'down'], { LOOPWELL_MIGRATE_URL: link('admin') });
      expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('--steps') });
      expect((await loopwell(['migrate', '--help'])).stdout).toContain('--steps');
    });
  });

  it('prints the schema as it is committed', async () => {
    const { code, stdout } = await loopwell(['schema', 'print']);
    expect(code).toBe(0);
    expect(stdout).toBe(readFileSync(path.join(PROJECT, 'schema', 'loopwell.graphql'), 'utf8'));
  });

  it('works from any directory', async () => {
    const { code, stdout } = await loopwell(['token', '--as', 'charity'], {}, folder);
    expect({ code, lines: stdout.split('\n').length }).toEqual({ code: 0, lines: 2 });
    expect(path.isAbsolute(MAIN)).toBe(true);
  });
});
