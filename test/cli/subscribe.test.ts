import { connect as dial, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { ensureBuilt, loopwell, type Running, start } from '../support/cli';
import { TestHub } from '../support/hub';
import { importer, message } from '../support/imports';
import { until } from '../support/until';

// processes start here, and a loaded machine starts them slowly

describe('loopwell subscribe', () => {
  let hub: TestHub;
  let line: Server;
  let url: string;
  let running: Running | undefined;
  const open = new Set<Socket>();

  beforeAll(async () => {
    await ensureBuilt();
    hub = await TestHub.start();
    // a line that a test can cut, between the command and the hub
    line = createServer((near) => {
      const far = dial(Number(new URL(hub.url).port), '127.0.0.1');
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        open.add(from);
        from.on('error', () => to.destroy()).on('close', () => to.destroy());
        from.pipe(to);
      }
    }).listen(0, '127.0.0.1');
    await once(line, 'listening');
    url = `http://127.0.0.1:${(line.address() as { port: number }).port}`;
  });
  afterEach(() => running?.signal('SIGKILL'));
  afterAll(async () => {
    for (const socket of open) socket.destroy();
    line.close();
    await hub.stop();
  });

  const refer = (request: string, number: string) => importer(hub)('bars', [message({ request, person: { number } })]);
  const events = () =>
    (running?.stdout ?? '')
      .split('\n')
      .filter(Boolean)
      .map((text) => JSON.parse(text) as { __typename: string; sequence: number; cursor: string; kind: string });
  const printed = (count: number) => until(`${count} events are printed`, () => events().length >= count, 30_000);

  it('prints one event a line, and after a lost connection goes on where it was', async () => {
    await refer('one', '9993000000');
    running = start(['subscribe', '--as', 'link-worker', '--url', url]);
    await printed(1);
    for (const socket of open) socket.destroy();
    await refer('two', '9993000019');
    await refer('three', '9993000027');
    await printed(3);
    expect(events().map(({ sequence, kind }) => [sequence, kind])).toEqual([
      [1, 'REFERRAL_RECEIVED'],
      [2, 'REFERRAL_RECEIVED'],
      [3, 'REFERRAL_RECEIVED'],
    ]);
    expect(running.stderr).toContain('lost');
    running.signal('SIGINT');
    expect((await running.ended).code).toBe(0);
  });

  it('begins after the cursor it is given, or after all there is', async () => {
    running = start(['subscribe', '--as', 'link-worker', '--url', url]);
    await printed(3);
    const [, second] = events();
    running.signal('SIGINT');
    await running.ended;

    running = start(['subscribe', '--as', 'link-worker', '--url', url, '--after', second?.cursor ?? '']);
    await printed(1);
    expect(events().map(({ sequence }) => sequence)).toEqual([3]);
    running.signal('SIGINT');
    await running.ended;

    running = start(['subscribe', '--as', 'link-worker', '--url', url, '--new']);
    await running.says('Listening');
    await refer('four', '9993000035');
    await printed(1);
    expect(events().map(({ sequence }) => sequence)).toEqual([4]);
  });

  it('ends with 6 where it cannot go on from the cursor, and says where to begin again', async () => {
    const { code, stdout, stderr } = await loopwell(['subscribe', '--as', 'gp', '--url', url, '--after', 'nonsense']);
    const { resumeFrom } = JSON.parse(stdout) as { resumeFrom: string };
    expect({ code, stderr }).toEqual({ code: 6, stderr: expect.stringContaining(`CURSOR_INVALID`) });
    expect(stderr).toContain(`--after ${resumeFrom}`);
  });

  it.each([
    ['with 6 when the hub takes no such token', ['--token', 'a.b.c'], 6],
    ['with 2 when nothing says whose feed', [], 2],
    ['with 2 for an address that is none', ['--as', 'gp', '--url', 'nowhere'], 2],
    ['with 4 when no hub answers', ['--as', 'gp', '--new', '--url', 'http://127.0.0.1:9'], 4],
  ])('ends %s', async (_what, args, expected) => {
    const { code, stdout, stderr } = await loopwell(['subscribe', '--url', url, ...args]);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
