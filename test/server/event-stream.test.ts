import { decodeJwt } from 'jose';
import { once } from 'node:events';
import { request } from 'node:http';
import { signDemoToken } from '../../src/access';
import { EventStream } from '../support/event-stream';
import { type GraphResult, TestHub } from '../support/hub';
import { type Caller, callers } from '../support/network';
import { refer } from '../support/referral';
import { connect } from '../support/socket';
import { until } from '../support/until';

describe('GraphQL over server-sent events', () => {
  let hub: TestHub;
  const streams: EventStream[] = [];

  beforeAll(async () => {
    hub = await TestHub.start({ heartbeatEvery: 300 });
  });
  afterAll(async () => {
    for (const stream of streams) stream.close();
    await hub.stop();
  });

  async function listen(caller: Caller, variables: object = {}, query?: string): Promise<EventStream> {
    const stream = await EventStream.open(hub.url, await hub.token(caller), variables, query);
    streams.push(stream);
    return stream;
  }

  it('replays the feed and goes on live, with the envelopes a socket gets', async () => {
    await refer(hub, 1);
    const [stream, socket] = [await listen('linkWorker'), await hub.socket('linkWorker')];
    socket.subscribe();
    await stream.received('what was before', ({ events }) => events.length === 1);
    await refer(hub, 2);
    await stream.received('what came then', ({ events }) => events.length === 2);
    await socket.received('the same', ({ events }) => events.length === 2);
    expect(stream.events).toEqual(socket.events);
  });

  it("goes on from a socket's cursor, and a socket from its own", async () => {
    const socket = await hub.socket('linkWorker');
    socket.subscribe();
    await socket.received('both', ({ events }) => events.length === 2);
    const stream = await listen('linkWorker', { after: socket.events[0].cursor });
    await stream.received('the second', ({ events }) => events.length === 1);
    expect(stream.events[0]).toEqual(socket.events[1]);
    const again = await hub.socket('linkWorker');
    again.subscribe({ after: stream.events[0].cursor });
    await refer(hub, 3);
    await again.received('the third alone', ({ events }) => events.length === 1);
    expect(again.events[0]).toMatchObject({ sequence: 3, previousSequence: 2 });
  });

  it('beats while nothing happens', async () => {
    const stream = await listen('otherGp');
    const beat = await until('a heartbeat came', () =>
      stream.results.map(({ data }) => data?.feedback).find((feedback) => feedback?.__typename === 'FeedHeartbeat'),
    );
    expect(beat).toMatchObject({ headSequence: 0, cursor: expect.any(String) });
  });

  it('answers a query once and completes', async () => {
    const stream = await listen('gp', {}, '{ viewer { organisation { name } } }');
    await until('it is complete', () => stream.completed);
    expect(stream.results).toEqual([{ data: { viewer: { organisation: { name: 'Hill Surgery' } } } }]);
  });

  it('carries out no mutation, and says what cannot be read as HTTP does', async () => {
    const mutation = await listen(
      'gp',
      {},
      'mutation { acknowledgeFeedback(input: { stage: SEEN }) { acknowledged } }',
    );
    await until('it is complete', () => mutation.completed);
    expect(mutation.results[0]?.errors?.[0].extensions).toMatchObject({ code: 'OPERATION_NOT_ALLOWED' });
    const unreadable = await listen('gp', {}, '{ nothing }');
    await until('it is complete', () => unreadable.completed);
    expect(unreadable.results[0]?.errors?.[0].extensions).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });

  it.each(['null', 'false', '0', '""', '[]', '{}', '{"query":1}'])('answers 400 to the body %s', async (body) => {
    const headers = {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${await hub.token('gp')}`,
    };
    const answer = await fetch(`${hub.url}/graphql/stream`, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as GraphResult).errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_REQUEST',
      requestId: expect.any(String),
    });
  });

  it('counts no connection whose client left before it was let in', async () => {
    const connected = hub.hub.connections.size;
    const path = `/graphql/stream?query=${encodeURIComponent('subscription { feedback { __typename } }')}`;
    for (let i = 0; i < 40; i++) {
      // each is unknown as yet, so that to look it up takes a while
      const token = await signDemoToken({ ...callers.otherGp, practitioner: `gone-${i}` });
      const headers = { accept: 'text/event-stream', authorization: `Bearer ${token}` };
      const sent = request(`${hub.url}${path}`, { headers }).on('error', () => undefined);
      sent.end();
      await once(sent, 'finish');
      sent.destroy();
    }
    await until('they are forgotten', () => hub.hub.connections.size === connected);
    await hub.read('gp', '{ viewer { organisation { name } } }');
    expect(hub.hub.connections.size).toBe(connected);
  });

  it('opens nothing for a token that is over, however lenient requests are with clocks', async () => {
    const token = await signDemoToken(callers.gp, '1s');
    await until('it is over', () => Date.now() >= (decodeJwt(token).exp ?? 0) * 1_000);
    expect((await hub.post({ query: '{ viewer { roles } }' }, { authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await EventStream.open(hub.url, token)).status).toBe(401);
    const socket = await connect(hub.url, token);
    expect(await socket.closing()).toEqual({ code: 4403, reason: 'Forbidden' });
    expect(socket.messages).toEqual([]);
  });

  it('refuses who has no token with 401, and who accepts something else with 406', async () => {
    expect((await EventStream.open(hub.url, undefined)).status).toBe(401);
    const authorization = `Bearer ${await hub.token('gp')}`;
    const answer = await fetch(`${hub.url}/graphql/stream`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', accept: 'application/json' },
      body: '{"query":"{ viewer { roles } }"}',
    });
    expect(answer.status).toBe(406);
  });

  it('ends when the hub stops, so that its reader comes back', async () => {
    const other = await hub.secondNode();
    const stream = await EventStream.open(other.url, await hub.token('linkWorker'));
    await stream.received('what was before', ({ events }) => events.length > 0);
    await other.stop();
    await until('it is closed', () => stream.closed);
    expect(stream.completed).toBe(false);
  });
});
