import { types } from 'node:util';
import { type GraphResult, TestHub } from '../support/hub';
import { DatabaseProxy } from '../support/proxy';
import { refer, referralInput } from '../support/referral';
import type { FeedClient } from '../support/socket';
import { until } from '../support/until';

const QUERY = '{ referrals { totalCount } }';

jest.setTimeout(30_000);
// Jest gives tests an Error of their own, which those of Node's sockets are not instances of; in a process they are
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, thrown: unknown) {
    if (this === Error) return types.isNativeError(thrown);
    return Function.prototype[Symbol.hasInstance].call(this as never, thrown);
  },
});

describe('the database goes away', () => {
  let hub: TestHub;
  let proxy: DatabaseProxy;
  let next = 0;

  beforeAll(async () => {
    const run = JSON.parse(process.env['LOOPWELL_TEST'] ?? '{}') as { app: string };
    proxy = await DatabaseProxy.start(run.app);
    hub = await TestHub.start({ address: proxy.address, poolSize: 4 });
  });
  afterEach(() => proxy.comeBack());
  afterAll(async () => {
    await hub.stop();
    await proxy.stop();
  });

  const status = async (path: string) => (await fetch(`${hub.url}${path}`)).status;
  const post = async (query = QUERY, variables: object = {}) =>
    hub.post({ query, variables }, { authorization: `Bearer ${await hub.token('gp')}` });
  const serving = () =>
    until('the hub serves again', async () => (await status('/readyz')) === 200 && (await post()).status === 200);

  async function expectUnavailable(answer: Response): Promise<void> {
    expect({ status: answer.status, retry: answer.headers.get('retry-after') }).toEqual({ status: 503, retry: '2' });
    const { data, errors } = (await answer.json()) as GraphResult;
    expect(data ?? null).toBeNull();
    expect(errors?.[0]?.extensions['code']).toBe('SERVICE_UNAVAILABLE');
    expect(errors?.[0]?.extensions['requestId']).toEqual(expect.any(String));
    expect(JSON.stringify(errors)).not.toMatch(/ENOENT|ECONN|socket|PGSQL|terminat/i);
  }

  /** A subscriber that has heard of one referral, so that its stream is certainly under way. */
  async function listening(): Promise<FeedClient> {
    const client = await hub.socket('linkWorker');
    const head = (await hub.read('linkWorker', '{ feedback(first: 0) { headCursor } }'))['feedback'].headCursor;
    client.subscribe({ after: head });
    await refer(hub, ++next);
    await client.received('a referral', ({ events }) => events.length === 1);
    return client;
  }

  it('answers 503 with Retry-After, is alive but not ready, and serves again by itself', async () => {
    expect(await status('/readyz')).toBe(200);
    await proxy.goAway();
    await expectUnavailable(await post());
    expect(await status('/livez')).toBe(200);
    expect(await status('/readyz')).toBe(503);
    await proxy.comeBack();
    await serving();
  });

  it('answers 503 to a caller it has never met, too', async () => {
    await proxy.goAway();
    const authorization = `Bearer ${await hub.token({ org: 'Z81002', practitioner: 'R1', roles: ['referrer'] })}`;
    await expectUnavailable(await hub.post({ query: QUERY }, { authorization }));
  });

  it('ends sockets with 1013, which clients come back from, and lets them resume with no gap', async () => {
    const client = await listening();
    await proxy.goAway();
    expect(await client.closing()).toMatchObject({ code: 1013 });
    expect(client.bytes.join('\n')).not.toMatch(/ENOENT|ECONN|PGSQL|terminat/i);
    const early = await hub.socket({ org: 'ZPC01', practitioner: 'new', roles: ['link-worker'] });
    expect(await early.closing()).toMatchObject({ code: 1013 });
    await proxy.comeBack();
    await serving();
    await refer(hub, ++next);
    const again = await hub.socket('linkWorker');
    again.subscribe({ after: client.events.at(-1).cursor });
    await again.received('what followed', ({ events }) => events.length === 1);
    expect(again.events[0].previousSequence).toBe(client.events.at(-1).sequence);
  });

  it('ends a socket with 1013 also where a subscription is only just asked for', async () => {
    await serving();
    const [network] = await hub.database.asAdmin<{ id: string }>('select id from hub.network');
    const client = await hub.socket('icb');
    await proxy.goAway();
    client.subscribe(
      { network: `net_${network?.id}` },
      'subscription($network: ID!) { networkActivity(network: $network) { cursor } }',
    );
    expect(await client.closing()).toMatchObject({ code: 1013 });
    await proxy.comeBack();
    await serving();
  });

  it('outlives the end of every connection, idle or not, and carries on delivering', async () => {
    const client = await listening();
    for (let round = 0; round < 3; round++) {
      await hub.database.asAdmin(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
      await serving();
    }
    const live = client.closed ? await hub.socket('linkWorker') : client;
    if (live !== client) live.subscribe({ after: client.events.at(-1).cursor });
    const reference = (await hub.read('gp', '{ referrals(first: 1) { nodes { reference } } }'))['referrals'].nodes[0]
      .reference;
    const before = live.events.length;
    await refer(hub, ++next);
    await live.received('what followed', ({ events }) => events.length > before);
    expect(live.events.at(-1).reference).not.toBe(reference);
    expect(live.events.map(({ sequence }) => sequence)).toEqual(live.events.map((_, i) => live.events[0].sequence + i));
  });

  it('connects its sequencer and its listener again', async () => {
    const pids = async () =>
      (
        await hub.database.asAdmin<{ pid: number }>(
          "select pid from pg_stat_activity where datname = current_database() and (query ilike 'listen%' or query like '%sequence_events%' or query like '%hub.expire_access%' or query like '%hub.chain_audit%') and pid <> pg_backend_pid()",
        )
      ).map(({ pid }) => pid);
    const before = await until('both are there', async () => ((await pids()).length >= 2 ? pids() : undefined));
    await proxy.goAway();
    await until('both are gone', async () => (await pids()).length === 0);
    await proxy.comeBack();
    const after = await until('both are back', async () => ((await pids()).length >= 2 ? pids() : undefined));
    expect(after.some((pid) => before.includes(pid))).toBe(false);
    await serving();
  });

  it('loses no write it has acknowledged, and none happens twice, while the connection drops over and over', async () => {
    await serving();
    const opened = async () =>
      (await hub.database.asAdmin<{ count: number }>('select count(*) from hub.referral'))[0]?.count ?? 0;
    const before = await opened();
    const acknowledged = new Map<number, string>();
    let writing = true;
    const pcn = await referralInput(hub, 0);
    const create =
      'mutation M($input: CreateReferralInput!) { createReferral(input: $input) { referral { id } userErrors { code } } }';
    const writer = async (from: number) => {
      for (let i = from; writing; i++) {
        const input = {
          ...pcn,
          person: { familyName: `Outage${i}`, givenName: 'Rowan', birthDate: '1961-04-05' },
          idempotencyKey: `outage-${i}`,
        };
        // the same key until it is acknowledged, as a client would
        for (;;) {
          const answer = await post(create, { input });
          const { data, errors } = (await answer.json()) as GraphResult;
          if (data?.['createReferral']?.referral) {
            acknowledged.set(i, data['createReferral'].referral.id);
            break;
          }
          expect([answer.status, errors?.[0]?.extensions['code']]).toEqual([503, 'SERVICE_UNAVAILABLE']);
          if (!writing) return;
        }
      }
    };
    const writers = [1000, 2000, 3000].map(writer);
    for (let round = 1; round <= 8; round++) {
      await until('more is acknowledged', () => acknowledged.size >= round * 3, 30_000);
      proxy.cut();
    }
    writing = false;
    await Promise.all(writers);
    const kept = await hub.database.asAdmin<{ id: string; key: string }>(
      "select result ->> 'referral' as id, key from hub.idempotency where key like 'outage-%'",
    );
    const byKey = new Map(kept.map(({ id, key }) => [key, `ref_${id}`]));
    for (const [i, id] of acknowledged) expect(byKey.get(`outage-${i}`)).toBe(id);
    expect(await opened()).toBe(before + kept.length);
  }, 60_000);

  it('answers 503 within two seconds when every connection is busy, and serves when they are free', async () => {
    await serving();
    const held = await Promise.all(Array.from({ length: 4 }, () => hub.hub.services.database.connect()));
    const from = Date.now();
    await expectUnavailable(await post());
    expect(Date.now() - from).toBeLessThan(3_500);
    for (const client of held) client.release();
    await serving();
  });

  it('gives up a database that answers nothing, and serves when it does', async () => {
    await serving();
    const stranger = { org: 'ZPC01', practitioner: 'unmet', roles: ['link-worker'] };
    proxy.freeze();
    const [answer, socket] = await Promise.all([post(), hub.socket(stranger)]);
    await expectUnavailable(answer);
    expect(await socket.closing()).toMatchObject({ code: 1013 });
    await proxy.comeBack();
    await serving();
  });
});
