import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { badAddress, secretOf } from '../../src/server';
import { post } from '../../src/server/webhooks';
import { TestHub } from '../support/hub';
import { consent } from '../support/people';
import { refer } from '../support/referral';
import { until } from '../support/until';

const SECRET = 'a secret of the tests alone, long enough';

/** A receiver of webhooks on a real port, which answers as it is told. */
class Receiver {
  readonly taken: { headers: IncomingHttpHeaders; body: string; json: any }[] = []; // eslint-disable-line @typescript-eslint/no-explicit-any -- tests read what they asked for
  status = 204;
  refused = 0;
  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      request.on('end', () => {
        if (receiver.status >= 200 && receiver.status < 300)
          receiver.taken.push({ headers: request.headers, body, json: JSON.parse(body) });
        else receiver.refused += 1;
        if (receiver.status === 101)
          return void request.socket.write('HTTP/1.1 101 Other\r\nconnection: Upgrade\r\nupgrade: other\r\n\r\n');
        response.writeHead(receiver.status, { location: 'http://127.0.0.1:9/' }).end();
      });
    });
    const receiver = new Receiver(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }
  get events() {
    return this.taken.map(({ json }) => json.data.feedback);
  }
  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

describe('the feed by webhook', () => {
  let hub: TestHub;
  const receivers: Receiver[] = [];

  beforeAll(async () => {
    hub = await TestHub.start({ privateWebhooks: true });
  });
  afterAll(async () => {
    await hub.stop();
    for (const receiver of receivers) receiver.stop();
  });

  async function add(ods: string, url?: string): Promise<{ id: string; receiver: Receiver }> {
    const receiver = await Receiver.start();
    receivers.push(receiver);
    const [row] = await hub.database.asAdmin<{ id: string }>(
      'insert into hub.webhook (organisation_id, url) values ($1, $2) returning id',
      [(await hub.organisation(ods)).slice(4), url ?? receiver.url],
    );
    return { id: row?.id ?? '', receiver };
  }
  const stateOf = async (id: string) =>
    (
      await hub.database.asAdmin<{ state: string; attempts: number; last_result: string; position: number }>(
        'select * from hub.webhook where id = $1',
        [id],
      )
    )[0];
  /** Brings a retry forward, as time would. */
  const tryNow = async (id: string) => {
    await hub.database.asAdmin('update hub.webhook set next_attempt_at = now() where id = $1', [id]);
  };

  it('sends every event in order, in the envelope a subscription has, signed', async () => {
    const { id, receiver } = await add('ZPC01');
    const referral = await refer(hub, 1);
    await hub.done('linkWorker', 'acceptReferral', { referral });
    await until('both have come', () => receiver.taken.length === 2);
    const document = `{ feedback { nodes { __typename id sequence previousSequence cursor kind occurredAt disclosure summary reference requiresAcknowledgement
      actor { id name } referral { id reference version status updatedAt } service { id name } contact { id at attendance } measurement { id occasion takenOn } } } }`;
    const { nodes } = (await hub.read('linkWorker', document))['feedback'];
    // the first was sent before the second changed the referral
    expect(receiver.events.map(({ referral: _now, ...envelope }) => envelope)).toEqual(
      nodes.map(({ referral: _now, ...envelope }: { referral: unknown }) => envelope),
    );
    expect(receiver.events[1]).toEqual(nodes[1]);
    for (const { headers, body, json } of receiver.taken) {
      expect(new Webhook(secretOf(SECRET, id, 1)).verify(body, headers as Record<string, string>)).toEqual(json);
      expect(headers['webhook-id']).toBe(json.data.feedback.id);
    }
  });

  it('signs with the new and the old secret for a while after a rotation', async () => {
    const { id, receiver } = await add('ZR1');
    await hub.database.asAdmin(
      "update hub.webhook set generation = 2, overlap_until = now() + interval '1 hour' where id = $1",
      [id],
    );
    await refer(hub, 2, 'gp', { receiver: await hub.organisation('ZR1') });
    const [{ headers, body }] = await until('it has come', () =>
      receiver.taken.length > 0 ? (receiver.taken as [Receiver['taken'][0]]) : undefined,
    );
    for (const generation of [1, 2])
      expect(() =>
        new Webhook(secretOf(SECRET, id, generation)).verify(body, headers as Record<string, string>),
      ).not.toThrow();
    expect(() => new Webhook(secretOf(SECRET, id, 3)).verify(body, headers as Record<string, string>)).toThrow();
  });

  it('waits for a receiver that fails, goes on where it stopped, and loses nothing', async () => {
    const { id, receiver } = await add('Z81001');
    receiver.status = 500;
    const referral = await refer(hub, 3);
    await until('it was refused', () => receiver.refused > 0);
    await hub.done('linkWorker', 'acceptReferral', { referral });
    expect(await stateOf(id)).toMatchObject({ state: 'ACTIVE', last_result: '500', position: 0 });
    receiver.status = 200;
    // its node waits five seconds at the least; another that takes over looks at the time in the table
    const { feedback } = await hub.read('gp', '{ feedback { nodes { id } } }');
    await until('all have come', () => receiver.taken.length === feedback.nodes.length, 20_000);
    expect(receiver.events.map((event) => event.id)).toEqual(feedback.nodes.map((node: { id: string }) => node.id));
  });

  it('parks what failed for three days, drops nothing, and goes on after a retry', async () => {
    const { id, receiver } = await add('Z81002');
    receiver.status = 500;
    await refer(hub, 4, 'otherGp');
    await until('it was refused', () => receiver.refused === 1);
    await hub.database.asAdmin("update hub.webhook set failing_since = now() - interval '73 hours' where id = $1", [
      id,
    ]);
    await until('it is parked', async () => (await stateOf(id))?.state === 'PARKED', 20_000);
    receiver.status = 204;
    await hub.database.asAdmin(
      "update hub.webhook set state = 'ACTIVE', attempts = 0, failing_since = null where id = $1",
      [id],
    );
    await tryNow(id);
    await until('it has come', () => receiver.taken.length === 1);
  });

  it('sends what may be known when it is sent: after a withdrawal, an ending and nothing else', async () => {
    const { receiver } = await add('ZV002');
    const service = await hub.service({ id: 'webhooked', organisation: 'ZV002' });
    receiver.status = 500;
    const root = await refer(hub, 5);
    await hub.done('linkWorker', 'acceptReferral', { referral: root });
    const sharing = {
      service,
      reasons: ['volunteering'],
      consent: consent(['VOLUNTARY']),
    };
    await hub.done('linkWorker', 'createOnwardReferral', { referral: root, ...sharing });
    await until('it was refused', () => receiver.refused > 0);
    await hub.done('linkWorker', 'withdrawReferral', { referral: root, reason: 'The person asked.' });
    receiver.status = 200;
    await until('the ending has come', () => receiver.events.at(-1)?.kind === 'ACCESS_ENDED', 20_000);
    for (const event of receiver.events)
      expect(event).toMatchObject({ kind: 'ACCESS_ENDED', referral: null, actor: null });
  });

  it('follows no redirect', async () => {
    const { id, receiver } = await add('ZV001');
    receiver.status = 302;
    const service = await hub.service({ id: 'redirected', organisation: 'ZV001' });
    const root = await refer(hub, 6);
    await hub.done('linkWorker', 'acceptReferral', { referral: root });
    await hub.done('linkWorker', 'createOnwardReferral', {
      referral: root,
      service,
      reasons: ['volunteering'],
      consent: consent(['VOLUNTARY']),
    });
    await until('it failed', async () => ((await stateOf(id))?.attempts ?? 0) > 0);
    expect(await stateOf(id)).toMatchObject({ last_result: '302' });
  });

  it('takes 101 for no answer, and tries again', async () => {
    const { id, receiver } = await add('ZPC01');
    receiver.status = 101;
    await until('it failed', async () => ((await stateOf(id))?.attempts ?? 0) > 0);
    expect(await stateOf(id)).toMatchObject({ state: 'ACTIVE', last_result: '101' });
  });

  it('is tried at once when an operator says so, however long it would have waited', async () => {
    const { id, receiver } = await add('ZPC01');
    receiver.status = 500;
    await until('it was refused', () => receiver.refused === 1);
    // as if it were the twelfth time: the next wait is hours
    await hub.database.asAdmin('update hub.webhook set attempts = 12 where id = $1', [id]);
    await until('it was refused again', async () => (await stateOf(id))?.attempts === 13, 20_000);
    receiver.status = 204;
    await tryNow(id);
    await until('it has come', () => receiver.taken.length > 0);
  });

  it.each([
    [0, 5_000],
    [1, 10_000],
    [5, 160_000],
    [12, 20_480_000],
    [40, 21_600_000],
  ])('waits after %i failures for %i ms at the most, and each for a time of its own', async (attempts, longest) => {
    const node = randomUUID();
    const [row] = await hub.database.asAdmin<{ id: string }>(
      `insert into hub.webhook (organisation_id, url, state, leased_by) values ($1, 'https://charity.example', 'REMOVED', $2) returning id`,
      [(await hub.organisation('ZV001')).slice(4), node],
    );
    const waits: number[] = [];
    for (let failure = 0; failure < 8; failure++) {
      await hub.database.asAdmin('update hub.webhook set attempts = $2 where id = $1', [row?.id, attempts]);
      const [failed] = await hub.database.asAdmin<{ wait: number }>(
        `select hub.webhook_failed($1, $2, '500', false) as wait`,
        [row?.id, node],
      );
      waits.push(failed?.wait ?? 0);
    }
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(longest / 2);
    expect(Math.max(...waits)).toBeLessThanOrEqual(longest);
    expect(new Set(waits).size).toBeGreaterThan(1);
  });

  it.each(['127.0.0.1', 'localhost', '[::1]', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]'])(
    'reaches nothing private under the name %s, unless the hub may',
    async (host) => {
      const receiver = await Receiver.start();
      receivers.push(receiver);
      const { port } = new URL(receiver.url);
      const posting = { url: `http://${host}:${port}/`, id: 'evt_1', body: '{}', secrets: [secretOf(SECRET, 'x', 1)] };
      expect(await post({ ...posting, allowPrivate: false })).toMatchObject({ ok: false });
      expect(receiver.taken.length + receiver.refused).toBe(0);
    },
  );

  it('wants an https address without a name and a password', () => {
    expect(badAddress('http://charity.example/hook', false)).toMatch(/https/);
    expect(badAddress('https://user:word@charity.example/', false)).toMatch(/no name/);
    expect(badAddress('https://charity.example/hook', false)).toBeUndefined();
  });

  it('posts to an address however its scheme is written', async () => {
    const { receiver } = await add('ZV001');
    const posting = { id: 'evt_1', body: '{}', secrets: [secretOf(SECRET, 'x', 1)], allowPrivate: true };
    expect(await post({ ...posting, url: receiver.url.replace('http:', 'HTTP:') })).toMatchObject({ ok: true });
    // what answers there speaks no TLS, and that it was tried at all is seen by its failing so
    const { result } = await post({ ...posting, url: receiver.url.replace('http:', 'HTTPS:') });
    expect(result).toMatch(/SSL|TLS|EPROTO/);
  });

  it('ends with the revocation of all that its organisation was given', async () => {
    const { id, receiver } = await add('ZPC01');
    const { headSequence } = (await hub.read('linkWorker', '{ feedback(first: 0) { headSequence } }'))['feedback'];
    await until('it has caught up', async () => (await stateOf(id))?.position === headSequence);
    const link = (await hub.organisation('ZPC01')).slice(4);
    const forbid = "insert into hub.revocation (kind, value, reason) values ('ORGANISATION', $1, 'for the test')";
    await hub.database.asAdmin(forbid, [link]);
    const before = receiver.taken.length;
    await refer(hub, 7);
    await until('it is parked', async () => (await stateOf(id))?.state === 'PARKED');
    expect(await stateOf(id)).toMatchObject({ last_result: 'REVOKED' });
    expect(receiver.taken).toHaveLength(before);
  });
});
