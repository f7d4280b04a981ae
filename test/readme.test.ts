import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { ensureBuilt, freePort, paste, PROJECT, type Running, start } from './support/cli';
import { until } from './support/until';

// a whole demo is loaded here
jest.setTimeout(120_000);

interface Example {
  /** The heading or bold line it stands under. */
  title: string;
  command: string;
  expected?: unknown;
  /** What a subscriber that is still open prints meanwhile. */
  fed?: unknown;
}

/** Each `bash` block of the page, with the `json` blocks that follow it. */
function examples(): Example[] {
  const text = readFileSync(path.join(PROJECT, 'README.md'), 'utf8');
  const found: Example[] = [];
  for (const [, language, body = '', at] of [...text.matchAll(/^```(\S+(?: \S+)?)\n([\s\S]*?)^```$/gm)].map((match) => [
    ...match,
    match.index,
  ]) as [string, string, string, number][]) {
    const title = /(?:^#+ (.*)|^\*\*(.*?)\*\*)/gm;
    const last = [...text.slice(0, at).matchAll(title)].at(-1);
    if (language === 'bash') found.push({ title: last?.[1] ?? last?.[2] ?? '', command: body });
    const example = found.at(-1);
    if (language === 'json' && example) example.expected = JSON.parse(body);
    if (language === 'json feed' && example) example.fed = JSON.parse(body);
  }
  return found;
}

/** Values must agree; in the page … stands for what differs from run to run, and numbers of a feed's place do too. */
function expectLike(actual: unknown, expected: unknown, where = '$'): void {
  if (typeof expected === 'string' && expected.includes('…')) {
    const parts = expected.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    expect({ where, value: actual }).toEqual({ where, value: expect.stringMatching(`^${parts.join('.+')}$`) });
  } else if (where.endsWith('.sequence')) expect({ where, type: typeof actual }).toEqual({ where, type: 'number' });
  else if (typeof expected !== 'object' || expected === null)
    expect({ where, value: actual }).toEqual({ where, value: expected });
  else {
    const [mine, theirs] = [Object.entries(expected), Object.keys((actual ?? {}) as object)];
    expect({ where, keys: theirs }).toEqual({ where, keys: mine.map(([key]) => key) });
    for (const [key, value] of mine) expectLike((actual as Record<string, unknown>)[key], value, `${where}.${key}`);
  }
}

describe('the README', () => {
  let folder: string;
  let data: string;
  let port: number;
  let demo: Running;
  const listening: Running[] = [];
  const all = examples();
  const helper = all.find(({ command }) => command.startsWith('ask()'))?.command ?? '';

  /** As pasted, save for the port and the data directory of this test's own demo. */
  const run = (command: string) =>
    paste(
      `${command.includes('ask ') ? helper : ''}${command}`
        .replaceAll('127.0.0.1:4000', `127.0.0.1:${port}`)
        .replaceAll('loopwell subscribe', `loopwell subscribe --url http://127.0.0.1:${port}`)
        .replaceAll('loopwell import', `loopwell import --data-dir '${data}'`),
    );

  beforeAll(async () => {
    await ensureBuilt();
    folder = mkdtempSync(path.join(tmpdir(), 'lw-readme-'));
    execFileSync('chmod', ['755', folder]);
    data = path.join(folder, 'data');
    port = await freePort();
    demo = start(['demo', '--port', String(port), '--data-dir', data]);
    await demo.says('Ready in', 110_000);
  });
  afterAll(async () => {
    for (const each of listening) each.signal('SIGKILL');
    demo.signal('SIGINT');
    await demo.ended;
    rmSync(folder, { recursive: true, force: true });
  });

  it('has the examples that its reader is promised', () => {
    expect(all.length).toBeGreaterThanOrEqual(7);
    expect(all.filter(({ expected }) => expected).length).toBeGreaterThanOrEqual(5);
    expect(all.filter(({ fed }) => fed)).toHaveLength(1);
  });

  it.each(
    all.map((example) => [`${example.title}: ${example.command.split('\n')[0]?.slice(0, 60)}`, example] as const),
  )('shows what happens: %s', async (_title, { command, expected, fed }) => {
    const running = run(command);
    if (command.includes('loopwell subscribe')) {
      listening.push(running);
      await running.says('Listening');
      return;
    }
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    if (expected) expectLike(JSON.parse(stdout), expected);
    if (fed) {
      const line = await until('the open feed prints it', () => listening.at(-1)?.stdout.split('\n')[0]);
      expectLike(JSON.parse(line), fed);
      expect(listening.at(-1)?.stdout.trim().split('\n')).toHaveLength(1);
    }
  });
});
