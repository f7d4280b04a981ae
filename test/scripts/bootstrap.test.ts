import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { until } from '../support/until';

const REPOSITORY = path.resolve(__dirname, '../..');

/** Stands for npm: notes how it was called and puts the one package in place that the build needs. */
const NPM = `
const fs = require('node:fs');
fs.appendFileSync(process.env.NPM_LOG, process.argv.slice(2).join(' ') + '\\n');
fs.rmSync('node_modules', { recursive: true, force: true });
fs.mkdirSync('node_modules');
fs.symlinkSync(process.env.SWC, 'node_modules/@swc');
console.log('added 1 package');
process.exitCode = Number(process.env.NPM_EXIT ?? 0);
`;

/** What the fixture project's command does is decided by its first argument. */
const MAIN = `
const [what, ...rest] = process.argv.slice(2);
if (what === 'print') console.log(JSON.stringify({ rest, cwd: process.cwd() }));
if (what === 'exit') process.exitCode = Number(rest[0]);
if (what === 'die') process.kill(process.pid, rest[0]!);
if (what === 'wait') {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => { console.log(signal); process.exit(signal === 'SIGTERM' ? 11 : 12); });
  setInterval(() => undefined, 1000);
  console.log('ready');
}
`;

let root: string;
const children: ChildProcessWithoutNullStreams[] = [];

const at = (...names: string[]) => path.join(root, ...names);
const write = (name: string, text: string) => {
  fs.mkdirSync(path.dirname(at(name)), { recursive: true });
  fs.writeFileSync(at(name), text);
};

function launch(args: string[], options: { script?: string; env?: NodeJS.ProcessEnv; cwd?: string } = {}) {
  const env = {
    ...process.env,
    npm_execpath: at('npm-cli.js'),
    NPM_LOG: at('npm.log'),
    SWC: swcPackages(),
    ...options.env,
  };
  const child = spawn(process.execPath, [at(options.script ?? 'scripts/loopwell.mjs'), ...args], {
    cwd: options.cwd ?? root,
    env,
    detached: true, // a group of its own, so that a failed test can end the command together with us
  });
  children.push(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text: Buffer) => (output.stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (output.stderr += text.toString()));
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...output }));
  return { child, output, ended };
}

const swcPackages = () => path.resolve(path.dirname(require.resolve('@swc/core/package.json')), '..');
const loopwell = (...args: string[]) => launch(args).ended;
const timesInstalled = () => fs.readFileSync(at('npm.log'), 'utf8').trim().split('\n').length;
const builtAt = () => fs.statSync(at('dist/.stamp'), { bigint: true }).mtimeNs;

/** A clone that has been installed and built, for the tests that begin there. */
let prepared: string;

function newFolder(): string {
  return fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'loopwell-bootstrap-test-')));
}

function writeClone(): void {
  for (const script of ['bootstrap.mjs', 'build.mjs', 'loopwell.mjs']) {
    write(`scripts/${script}`, fs.readFileSync(path.join(REPOSITORY, 'scripts', script), 'utf8'));
  }
  write('.swcrc', fs.readFileSync(path.join(REPOSITORY, '.swcrc'), 'utf8'));
  write('package-lock.json', '{}');
  write('npm-cli.js', NPM);
  write('src/cli/main.ts', MAIN);
  write('migrations/001-first.sql', 'select 1;');
  write('demo/people.ts', 'export const people = 3;');
  write('demo/files/people.csv', 'id\n1\n');
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // all of it has ended already, as it should
  }
}

const copyPrepared = () => fs.cpSync(prepared, root, { recursive: true, verbatimSymlinks: true });

beforeAll(async () => {
  root = prepared = newFolder();
  writeClone();
  await loopwell('print');
});

beforeEach(() => (root = newFolder()));

afterEach(() => {
  for (const child of children.splice(0)) endGroup(child.pid!);
  fs.rmSync(root, { recursive: true, force: true });
});

afterAll(() => fs.rmSync(prepared, { recursive: true, force: true }));

describe('the command on a bare clone', () => {
  beforeEach(writeClone);

  it('installs, builds and runs, and leaves stdout to the command alone', async () => {
    const { code, stdout, stderr } = await loopwell('print', 'a', '--b=c d');
    expect(JSON.parse(stdout)).toEqual({ rest: ['a', '--b=c d'], cwd: root });
    expect(code).toBe(0);
    expect(stderr).toContain('installing the packages');
    expect(stderr).toContain('added 1 package');
    expect(fs.readFileSync(at('npm.log'), 'utf8')).toMatch(/^ci --include=dev --include=optional /);
  });

  it('is linked, and the link runs it in the directory of the caller', async () => {
    await loopwell('print');
    expect(fs.readlinkSync(at('node_modules/.bin/loopwell'))).toBe('../../scripts/loopwell.mjs');
    const elsewhere = fs.realpathSync(os.tmpdir());
    const { stdout, stderr } = await launch(['print'], { script: 'node_modules/.bin/loopwell', cwd: elsewhere }).ended;
    expect(JSON.parse(stdout)).toEqual({ rest: [], cwd: elsewhere });
    expect(stderr).toBe('');
  });

  it('installs once when two start at the same time', async () => {
    const both = await Promise.all([loopwell('print'), loopwell('print')]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(timesInstalled()).toBe(1);
    expect(fs.readdirSync(at('.loopwell'))).toEqual([]);
  });

  it('takes over from an installation that was killed', async () => {
    write('.loopwell/bootstrap.lock/owner', `${process.pid} 1`);
    expect((await loopwell('print')).code).toBe(0);
    expect(fs.readdirSync(at('.loopwell'))).toEqual([]);
  });

  it('waits for one that is still at work, and says for which process', async () => {
    const started = fs.readFileSync('/proc/self/stat', 'utf8').split(') ').pop()?.split(' ')[19];
    write('.loopwell/bootstrap.lock/owner', `${process.pid} ${started}`);
    const { output, ended } = launch(['print']);
    await until('it says that it waits', () => output.stderr.includes(`waiting for process ${process.pid}`));
    expect(fs.existsSync(at('npm.log'))).toBe(false);
    fs.rmSync(at('.loopwell/bootstrap.lock'), { recursive: true });
    expect((await ended).code).toBe(0);
  });

  it('ends with the exit code of npm when that fails, and tries again the next time', async () => {
    const failed = await launch(['print'], { env: { NPM_EXIT: '42' } }).ended;
    expect(failed).toMatchObject({ code: 42, stdout: '' });
    expect(failed.stderr).toContain('npm ci failed');
    expect((await loopwell('print')).code).toBe(0);
    expect(timesInstalled()).toBe(2);
  });

  it('refuses a Node that is too old, names the version it needs, and installs nothing', async () => {
    write(
      'old.cjs',
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.18.3' } });`,
    );
    const { code, stderr } = await launch(['print'], { env: { NODE_OPTIONS: `--require=${at('old.cjs')}` } }).ended;
    expect(code).toBe(3);
    expect(stderr).toContain('Node 20.19 or newer is needed');
    expect(fs.existsSync(at('npm.log'))).toBe(false);
  });
});

describe('what is out of date', () => {
  beforeEach(copyPrepared);

  it('is nothing when nothing changed', async () => {
    const before = builtAt();
    const { stderr } = await loopwell('print');
    expect(stderr).toBe('');
    expect(builtAt()).toBe(before);
    expect(timesInstalled()).toBe(1);
  });

  it.each([
    'src/cli/main.ts',
    'src/new.ts',
    'migrations/001-first.sql',
    'demo/people.ts',
    'scripts/build.mjs',
    '.swcrc',
  ])('is the build when %s changes', async (file) => {
    const before = builtAt();
    const text = fs.existsSync(at(file)) ? fs.readFileSync(at(file), 'utf8') : '';
    write(file, `${text}\n`);
    expect((await loopwell('print')).code).toBe(0);
    expect(builtAt()).toBeGreaterThan(before);
    expect(timesInstalled()).toBe(1);
  });

  it("is not the build when the demo's data changes", async () => {
    const before = builtAt();
    write('demo/files/people.csv', 'id\n2\n');
    await loopwell('print');
    expect(builtAt()).toBe(before);
  });

  it('is both when the lock file changes', async () => {
    const before = builtAt();
    write('package-lock.json', '{ "changed": true }');
    await loopwell('print');
    expect(timesInstalled()).toBe(2);
    expect(builtAt()).toBeGreaterThan(before);
  });
});

describe('a build', () => {
  beforeEach(copyPrepared);

  it('keeps the folder names, takes SQL along, and names no path of the machine', () => {
    const built = fs.readdirSync(at('dist'), { recursive: true, withFileTypes: true });
    const files = built
      .filter((f) => f.isFile())
      .map((f) => path.relative(at('dist'), path.join(f.parentPath, f.name)));
    expect(files.sort()).toEqual([
      '.stamp',
      'demo/people.js',
      'demo/people.js.map',
      'migrations/001-first.sql',
      'src/cli/main.js',
      'src/cli/main.js.map',
    ]);
    for (const file of files) expect(fs.readFileSync(at('dist', file), 'utf8')).not.toContain(prepared);
    const map = JSON.parse(fs.readFileSync(at('dist/src/cli/main.js.map'), 'utf8'));
    expect(path.resolve(at('dist/src/cli'), map.sources[0])).toBe(at('src/cli/main.ts'));
  });

  it('removes what a deleted source had become', async () => {
    write('migrations/old/002-second.sql', 'select 2;');
    write('src/gone.ts', 'export {};');
    await loopwell('print');
    expect(fs.existsSync(at('dist/src/gone.js'))).toBe(true);
    fs.rmSync(at('migrations/old'), { recursive: true });
    fs.rmSync(at('src/gone.ts'));
    await loopwell('print');
    for (const file of ['migrations/old', 'src/gone.js', 'src/gone.js.map']) {
      expect(fs.existsSync(at('dist', file))).toBe(false);
    }
    expect(fs.existsSync(at('dist/migrations/001-first.sql'))).toBe(true);
  });

  it('that fails names the file, runs nothing, and is tried again', async () => {
    write('src/wrong.ts', 'const = 1;');
    const failed = await loopwell('print');
    expect(failed.code).not.toBe(0);
    expect(failed.stdout).toBe('');
    expect(failed.stderr).toContain('wrong.ts');
    write('src/wrong.ts', 'export const right = 1;');
    expect((await loopwell('print')).code).toBe(0);
  });
});

describe('the end of the command', () => {
  beforeEach(copyPrepared);

  it.each([0, 1, 4, 77])('passes on exit code %d', async (code) => {
    expect((await loopwell('exit', `${code}`)).code).toBe(code);
  });

  it.each([
    ['SIGKILL', 137],
    ['SIGTERM', 143],
  ])('by %s is exit code %d', async (signal, code) => {
    expect((await loopwell('die', signal)).code).toBe(code);
  });

  it.each([
    ['SIGTERM', 11],
    ['SIGHUP', 12],
  ] as const)('on %s is left to the command itself', async (signal, code) => {
    const { child, output, ended } = launch(['wait']);
    await until('the command runs', () => output.stdout.includes('ready'));
    child.kill(signal);
    expect(await ended).toMatchObject({ code, stdout: `ready\n${signal}\n` });
  });

  it('does not come with a SIGINT to us alone, which a terminal would have sent to the command as well', async () => {
    const { child, output, ended } = launch(['wait']);
    await until('the command runs', () => output.stdout.includes('ready'));
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 11, stdout: 'ready\nSIGTERM\n' });
  });
});
