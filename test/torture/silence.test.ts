import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { until } from '../support/until';
import { sentSoFar } from './kernel-buffers';
import { EndOfAccess, IN_FLIGHT } from './silence';
import type { TimedArrival } from './subscribers';

/** Two ends of a connection; the near one stands still until it is told to read. */
async function connection(): Promise<{ near: Socket; far: Socket; close: () => void }> {
  const server = createServer({ pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const near = connect((server.address() as { port: number }).port, '127.0.0.1');
  await once(near, 'connect');
  const [far] = await accepted;
  return {
    near,
    far,
    close: () => {
      near.destroy();
      far.destroy();
      server.close();
    },
  };
}

describe('what came after the end of access', () => {
  const arrival = (more: Partial<TimedArrival>): TimedArrival => ({
    id: 'evt_1',
    sequence: 1,
    kind: 'SUPPORT_PAUSED',
    reference: 'LW-1',
    at: Date.now(),
    lag: 0,
    telling: true,
    connection: 1,
    offset: 100,
    ...more,
  });

  it('counts every telling event that the kernel did not hold by then, and no other', async () => {
    const { near, far, close } = await connection();
    try {
      far.write('x'.repeat(1_000));
      await until('the kernel holds it', () => sentSoFar(near) === 1_000);
      const arrivals: TimedArrival[] = [];
      const reader = { socket: near, connections: 1, arrivals };
      const end = new EndOfAccess([reader]);
      const at = end.at + 5;
      const held = arrival({ at, offset: 1_000 });
      const before = arrival({ at: end.at - 1, offset: 2_000 });
      const tombstone = arrival({ at, offset: 2_000, telling: false });
      const next = arrival({ at, offset: 1_001 });
      const elsewhere = arrival({ at, offset: 10, connection: 2 });
      arrivals.push(held, before, tombstone, next, elsewhere);
      expect(end.after(reader, () => true)).toEqual([next, elsewhere]);
      expect(end.after(reader, ({ reference }) => reference !== 'LW-1')).toEqual([]);
    } finally {
      close();
    }
  });

  it('counts against the hub what was put into the feed later, and what comes later than a page may be under way', () => {
    const end = new EndOfAccess([]);
    const late = [
      arrival({ sequence: 1, at: end.at + IN_FLIGHT }),
      arrival({ sequence: 2, at: end.at + IN_FLIGHT + 1 }),
      arrival({ sequence: 3, at: end.at + 1 }),
      arrival({ sequence: 4, at: end.at + 1 }),
    ];
    const sentAt = new Map([1, 2].map((sequence) => [sequence, end.at - 1] as const));
    sentAt.set(3, end.at);
    expect(end.split(late, sentAt)).toEqual({ underWay: [late[0]], leaked: 3 });
  });
});
