import { EventStream } from '../support/event-stream';
import { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { refer } from '../support/referral';
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
