import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { ensureBuilt, freePort, loopwell, paste, type Running, start } from '../support/cli';
import { message } from '../support/imports';
import { connect, type FeedClient } from '../support/socket';
import { until } from '../support/until';

// processes start here, and a loaded machine starts them slowly

/** What the issue promises for Ctrl-C, in milliseconds. */
const STOPPED_WITHIN = 2_500;

const processes = () =>
  execFileSync('ps', ['-eo', 'pid=,ppid=,stat=,args='])
    .toString()
    .trim()
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line)?.slice(1) ?? [])
    .map(([pid, ppid, stat, args]) => ({ pid: Number(pid), ppid: Number(ppid), stat: stat ?? '', args: args ?? '' }))
    .filter(({ stat }) => !stat.startsWith('Z'));

/** A process and all that came of it. */
function tree(root: number): number[] {
  const all = processes();
  const found = [root];
  for (const pid of found) found.push(...all.filter(({ ppid }) => ppid === pid).map((each) => each.pid));
  return found.filter((pid) => all.some((each) => each.pid === pid));
}

/** Some of a tree end by themselves as their parents go. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

describe('the demo', () => {
  let folder: string;
  let temporary: string;
  let data: string;
  let port: number;
  /** How long the first start took, load and all. */
  let first: number;
  let demo: Running;
  let watcher: FeedClient | undefined;

  const launch = (...more: string[]) =>
    start(['demo', '--port', String(port), '--data-dir', data, ...more], { TMPDIR: temporary });
  const url = () => `http://127.0.0.1:${port}`;
  const runDirectories = () => readdirSync(temporary).filter((name) => name.startsWith('loopwell-'));
  const token = async (party: string) => (await loopwell(['token', '--as', party])).stdout.trim();
  const ask = async (party: string, query: string) => {
    const answer = await fetch(`${url()}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await token(party)}` },
      body: JSON.stringify({ query }),
    });
    return ((await answer.json()) as { data: Record<string, never> }).data as Record<string, { totalCount: number }>;
  };
  const referrals = async () => (await ask('link-worker', '{ referrals { totalCount } }'))['referrals']?.totalCount;
  const allGone = (pids: number[]) =>
    until('every process of it is gone', () => !processes().some(({ pid }) => pids.includes(pid)));

  beforeAll(async () => {
    await ensureBuilt();
    folder = mkdtempSync(path.join(tmpdir(), 'lw-demo-'));
    // the run directory must be enterable by the account PostgreSQL runs as
    execFileSync('chmod', ['755', folder]);
    temporary = path.join(folder, 'tmp');
    mkdirSync(temporary);
    execFileSync('chmod', ['1777', temporary]);
    data = path.join(folder, 'data');
    port = await freePort();
    const began = Date.now();
    demo = launch();
    await demo.says('Try it');
    first = Date.now() - began;
  }, 120_000);

  afterAll(async () => {
    watcher?.kill();
    demo.signal('SIGKILL');
    await demo.ended;
    await until('its PostgreSQL is gone', () => !processes().some(({ args }) => args.includes(data)));
    rmSync(folder, { recursive: true, force: true });
  });

  it('says where to go', async () => {
    for (const place of [`${url()}/graphql`, `${url()}/ide/`, 'npx loopwell token --as gp|', 'Stop       Ctrl-C'])
      expect(demo.stderr).toContain(place);
    expect(demo.stdout).toBe('');
    expect((await fetch(`${url()}/readyz`)).status).toBe(200);
  });

  it('prints a curl that works when it is pasted', async () => {
    const command = /curl [\s\S]*?\}"\}'\n/.exec(demo.stderr)?.[0] ?? '';
    const { code, stdout } = await paste(command).ended;
    expect(code).toBe(0);
    const { data: answer } = JSON.parse(stdout);
    expect(answer.viewer.organisation.name).toBe('Hillside Primary Care Network');
    expect(answer.referrals.nodes).toHaveLength(3);
    expect(answer.referrals.nodes[0].person.name).toMatch(/\w+ \w+/);
  });

  it('brings what is imported while it runs to an open feed', async () => {
    watcher = await connect(url(), await token('link-worker'));
    const { feedback } = (await ask('link-worker', '{ feedback(first: 1) { headCursor } }')) as unknown as {
      feedback: { headCursor: string };
    };
    watcher.subscribe({ after: feedback.headCursor });
    const file = path.join(folder, 'referral.json');
    writeFileSync(file, message({ request: 'while-it-runs', person: { number: '9990000018' } }).bytes);
    const { code, stdout } = await loopwell(['import', 'bars', file, '--json', '--data-dir', data]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '{"read":1,"applied":1,"duplicate":0,"quarantined":0}\n' });
    await watcher.received('the referral', ({ kinds }) => kinds.length);
    expect(watcher.events[0]).toMatchObject({
      kind: 'REFERRAL_RECEIVED',
      referral: { person: { name: 'Nora Testcase' } },
    });
  });

  it('tells every party the months as they went by', async () => {
    const { feedback } = (await ask('gp', '{ feedback(first: 100) { nodes { occurredAt } } }')) as unknown as {
      feedback: { nodes: { occurredAt: string }[] };
    };
    const times = feedback.nodes.map(({ occurredAt }) => Date.parse(occurredAt));
    // several referrals are replayed side by side, so that one may be some steps ahead of another
    const week = 7 * 86_400_000;
    const back = times.filter((time, i) => time < (times[i - 1] ?? 0) - week);
    expect(times.length).toBeGreaterThan(20);
    expect(back).toEqual([]);
  });

  it('refuses a second one on the same port, by name, and leaves the first alone', async () => {
    const elsewhere = path.join(folder, 'elsewhere');
    const { code, stderr } = await loopwell(['demo', '--port', String(port), '--data-dir', elsewhere]);
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining(`Port ${port} is taken`) });
    expect(existsSync(elsewhere)).toBe(false);
    expect((await fetch(`${url()}/livez`)).status).toBe(200);
  });

  it('stops wholly on Ctrl-C, in time, with a feed open', async () => {
    const pids = tree(demo.child.pid ?? 0);
    expect(pids.length).toBeGreaterThan(3);
    const began = Date.now();
    demo.signal('SIGINT');
    const { code, stderr } = await demo.ended;
    await allGone(pids);
    expect(Date.now() - began).toBeLessThan(STOPPED_WITHIN);
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/^\s+at |While stopping/m);
    expect(runDirectories()).toEqual([]);
    expect(existsSync(path.join(data, 'postmaster.pid'))).toBe(false);
    expect(await watcher?.closing()).toMatchObject({ code: 1012 });
  });

  it('starts again at once, with what it held', async () => {
    const began = Date.now();
    demo = launch();
    await demo.says('Ready in');
    expect(Date.now() - began).toBeLessThan(first / 2);
    const story = await ask(
      'link-worker',
      '{ referrals(filter: { status: [RECEIVED] }) { totalCount nodes { person { name } } } }',
    );
    expect(JSON.stringify(story)).toContain('Nora Testcase');
  });

  it('recovers from a kill -9 of the whole tree', async () => {
    const before = await referrals();
    const pids = tree(demo.child.pid ?? 0);
    for (const pid of pids) killIfThere(pid);
    await demo.ended;
    await allGone(pids);
    expect(existsSync(path.join(data, 'postmaster.pid'))).toBe(true);
    demo = launch();
    await demo.says('Ready in');
    expect(await referrals()).toBe(before);
    expect(runDirectories()).toHaveLength(1);
  });

  it('begins afresh with --reset, and can be stopped in the middle of loading', async () => {
    demo.signal('SIGINT');
    await demo.ended;
    const marker = path.join(data, 'marker');
    writeFileSync(marker, '');
    demo = launch('--reset');
    await until('PostgreSQL runs on a new data directory', () => {
      const lock = path.join(data, 'postmaster.pid');
      return !existsSync(marker) && existsSync(lock) && readFileSync(lock, 'utf8').includes('ready');
    });
    const pids = tree(demo.child.pid ?? 0);
    const began = Date.now();
    demo.signal('SIGINT');
    const { stderr } = await demo.ended;
    await allGone(pids);
    expect(Date.now() - began).toBeLessThan(STOPPED_WITHIN);
    expect(stderr).not.toContain('Ready in');
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(runDirectories()).toEqual([]);
  });

  it('refuses to empty a folder that is no data directory', async () => {
    const precious = path.join(folder, 'precious');
    mkdirSync(precious);
    writeFileSync(path.join(precious, 'letter.txt'), 'keep me');
    const args = ['demo', '--port', String(await freePort()), '--data-dir', precious, '--reset'];
    const { code, stderr } = await loopwell(args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(precious) });
    expect(readdirSync(precious)).toEqual(['letter.txt']);
  });

  it('takes up again a load that was cut short', async () => {
    demo = launch();
    await demo.says('Ready in');
    expect(await referrals()).toBeGreaterThan(20);
  }, 60_000);

  it('never empties the data directory of one that runs', async () => {
    const args = ['demo', '--port', String(await freePort()), '--data-dir', data, '--reset'];
    const { code, stderr } = await loopwell(args);
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining(data) });
    expect(await referrals()).toBeGreaterThan(20);
  });

  describe('where the port cannot be had', () => {
    let other: Server;
    afterEach(() => void other.close());

    it('says so for a program that listens on every address too', async () => {
      other = createServer().listen(0, '0.0.0.0');
      await once(other, 'listening');
      const { port: taken } = other.address() as { port: number };
      const { code, stderr } = await loopwell(['demo', '--port', String(taken), '--data-dir', path.join(folder, 'x')]);
      expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining(String(taken)) });
    });
  });
});
