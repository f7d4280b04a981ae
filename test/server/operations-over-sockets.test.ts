import { signDemoToken } from '../../src/access';
import { EventStream } from '../support/event-stream';
import { TestHub } from '../support/hub';
import { callers } from '../support/network';
import { refer } from '../support/referral';
import { connect, FEED, type FeedClient, open } from '../support/socket';
import { until } from '../support/until';

const HEAD = '{ feedback(first: 0) { headSequence } }';
const PEOPLE = '{ referrals(first: 100) { nodes { person { name nhsNumber } } } }';

describe('operations over sockets and streams', () => {
  let hub: TestHub;
  const said = jest.spyOn(console, 'error').mockImplementation(() => undefined);

  beforeAll(async () => {
    hub = await TestHub.start();
    for (let i = 0; i < 30; i++) await refer(hub, i);
  });
  afterAll(async () => {
    await hub.stop();
    said.mockRestore();
  });

  const about = ({ messages }: FeedClient, id: string, type: string) =>
    messages.filter((message) => message.id === id && message.type === type);
  const ask = (client: FeedClient, id: string, query: string, variables: object = {}) =>
    client.send({ id, type: 'subscribe', payload: { query, variables } });
  async function expectAlive(client: FeedClient, id = 'alive'): Promise<void> {
    ask(client, id, HEAD);
    await until('the socket still answers', () => client.closed ?? about(client, id, 'complete')[0]);
    expect(client.closed).toBeUndefined();
  }

  it('tells nobody what another asked for and did not wait for', async () => {
    const [stranger, charity] = [await open(hub.url), await hub.socket('charity')];
    const ping = { type: 'ping', payload: { x: 'ready' } };
    const token = await hub.token('linkWorker');
    for (let victim = 0; victim < 30; victim++) {
      const client = await connect(hub.url, token);
      ask(client, 'left', PEOPLE);
      await new Promise((resolve) => client.socket.send('{"type":"pong"}', resolve));
      client.kill();
      for (const other of [stranger, charity]) if (!other.closed) other.send(ping);
    }
    await until('the hub knows of the charity alone', () => hub.hub.connections.size === 1);
    charity.send(ping);
    await until('the last pong came', () => charity.messages.filter(({ type }) => type === 'pong').length === 31);
    for (const message of [...stranger.messages, ...charity.messages])
      if (message.type === 'pong') expect(message).toEqual({ ...ping, type: 'pong' });
  });

  it('gives an id to one operation at a time, and leaves none behind that nobody can end', async () => {
    const head = '{ feedback(first: 0) { headCursor } }';
    const after = { after: (await hub.read('linkWorker', head))['feedback'].headCursor };
    const connected = hub.hub.connections.size;
    const client = await hub.socket('linkWorker');
    for (let again = 0; again < 30; again++) {
      for (const message of ['subscribe', 'complete', 'subscribe'])
        if (message === 'subscribe') ask(client, 'z', FEED, after);
        else client.send({ id: 'z', type: 'complete' });
      await expectAlive(client, `alive ${again}`);
      client.send({ id: 'z', type: 'complete' });
    }
    expect(about(client, 'z', 'complete')).toEqual([]);
    client.kill();
    await until('its socket is gone', () => hub.hub.connections.size === connected);
    const other = await hub.socket('linkWorker');
    other.subscribe(after);
    await expectAlive(other);
    const [referral] = (await hub.read('gp', '{ referrals(first: 1) { nodes { id } } }'))['referrals'].nodes;
    await hub.done('linkWorker', 'acceptReferral', { referral: referral.id });
    await other.received('the acceptance', ({ events }) => events.length === 1);
    const [row] = await hub.database.asAdmin<{ deliveries: number }>(
      "select count(*)::integer as deliveries from hub.audit where action = 'DELIVER' and at > now() - interval '1 minute' and referral_ids = array[$1::uuid]",
      [referral.id.slice(4)],
    );
    // a page that lay too long on a busy machine is read again; thirty left behind would each have read it
    expect(row?.deliveries).toBeLessThan(5);
  });

  it('takes an id again once its operation has ended', async () => {
    const client = await hub.socket('linkWorker');
    for (let again = 1; again <= 3; again++) {
      ask(client, 'again', HEAD);
      await until('it is answered', () => about(client, 'again', 'complete').length === again);
    }
    expect(about(client, 'again', 'next')).toHaveLength(3);
  });

  it('closes on a message that is not text', async () => {
    const client = await hub.socket('gp');
    client.socket.send(Buffer.from(JSON.stringify({ id: 'b', type: 'subscribe', payload: { query: HEAD } })));
    expect(await client.closing()).toMatchObject({ code: 4400 });
    expect(about(client, 'b', 'next')).toEqual([]);
  });

  it.each([
    ['a variable', 'subscription($b: Boolean!) { feedback @include(if: $b) { __typename } }'],
    ['a constant', 'subscription { feedback @skip(if: true) { __typename } }'],
    ['an inline fragment', 'subscription($b: Boolean!) { ... @include(if: $b) { feedback { __typename } } }'],
    [
      'a spread',
      'subscription($b: Boolean!) { ...F @skip(if: $b) } fragment F on Subscription { feedback { __typename } }',
    ],
    [
      'a fragment',
      'subscription($b: Boolean!) { ...F } fragment F on Subscription { feedback @skip(if: $b) { __typename } }',
    ],
  ])('refuses a subscription whose root is under a condition in %s, and the socket lives', async (_in, query) => {
    const client = await hub.socket('gp');
    ask(client, 'c', query, { b: true });
    const [error] = (await until('it is refused', () => about(client, 'c', 'error')[0])).payload;
    expect(error.extensions).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED', requestId: expect.any(String) });
    await expectAlive(client);
    const stream = await EventStream.open(hub.url, await hub.token('gp'), { b: true }, query);
    await until('the stream is complete', () => stream.completed);
    expect(stream.results[0]?.errors?.[0].extensions).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    const answer = await hub.ask('gp', query, { b: true });
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'OPERATION_NOT_ALLOWED' });
  });

  it('never calls a feed complete that its token ended, in the middle of a replay or not', async () => {
    const token = await signDemoToken(callers.linkWorker, '2s');
    const socket = await connect(hub.url, token);
    const streams: EventStream[] = [];
    let asked = 0;
    while (!socket.closed) {
      for (; asked < 60; asked++) ask(socket, `s${asked}`, FEED);
      if (streams.length < 30) streams.push(await EventStream.open(hub.url, token));
      // others begin as the first end, so that some are under way whenever it is over
      const replayed = Math.floor(socket.events.length / 30);
      for (; asked < 60 + replayed; asked++) {
        socket.send({ id: `s${asked - 60}`, type: 'complete' });
        ask(socket, `s${asked}`, FEED);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(socket.closed).toEqual({ code: 4403, reason: 'Forbidden' });
    expect(socket.messages.filter(({ type }) => type === 'complete')).toEqual([]);
    await until('the streams are closed', () => streams.every(({ closed }) => closed));
    expect(streams.filter(({ completed }) => completed)).toEqual([]);
  });

  it('lets one caller have 250 connections, and no more until one of them has ended', async () => {
    const caller = { ...callers.otherGp, practitioner: 'many' };
    const token = await hub.token(caller);
    const sockets = await Promise.all(Array.from({ length: 250 }, () => connect(hub.url, token)));
    expect(await (await connect(hub.url, token)).closing()).toMatchObject({ code: 1013 });
    expect((await EventStream.open(hub.url, token)).status).toBe(429);
    sockets[0]?.kill();
    await until('a connection is let in', async () => !(await connect(hub.url, token)).closed);
    for (const socket of sockets) socket.kill();
  });
});
