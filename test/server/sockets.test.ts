import { connect as tcp } from 'node:net';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type Claims, signDemoToken } from '../../src/access';
import { TestHub } from '../support/hub';
import { callers } from '../support/network';
import { nhsNumber } from '../support/people';
import { refer } from '../support/referral';
import { type FeedClient, type Message, open } from '../support/socket';
import { until } from '../support/until';

const HEAD = '{ feedback(first: 0) { headSequence } }';

describe('GraphQL over WebSocket', () => {
  let hub: TestHub;
  const opened: FeedClient[] = [];
  // graphql-ws says on the console what clients do wrong
  const said = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  beforeAll(async () => {
    hub = await TestHub.start({ openIntrospection: false });
  });
  afterEach(() => {
    for (const client of opened.splice(0)) client.kill();
  });
  afterAll(async () => {
    await hub.stop();
    said.mockRestore();
  });

  const dial = async (options?: Parameters<typeof open>[1], url = hub.url) => {
    const client = await open(url, options);
    opened.push(client);
    return client;
  };
  const init = async (claims: Claims = callers.gp, lifetime?: string) => ({
    type: 'connection_init',
    payload: { authorization: `Bearer ${await signDemoToken(claims, lifetime)}` },
  });
  const about = (client: FeedClient, id: string, type?: string): Message[] =>
    client.messages.filter((message) => message.id === id && (type === undefined || message.type === type));
  const subscribe = (client: FeedClient, id: string, query: string, more: object = {}) =>
    client.send({ id, type: 'subscribe', payload: { query, ...more } });
  const errorOf = async (client: FeedClient, id: string) =>
    (await until(`${id} is refused`, () => about(client, id, 'error')[0])).payload[0];
  async function expectAlive(client: FeedClient): Promise<void> {
    subscribe(client, 'alive', HEAD);
    await until('the socket still answers', () => client.closed ?? about(client, 'alive', 'complete')[0]);
    expect(client.closed).toBeUndefined();
    expect(about(client, 'alive', 'next')).toHaveLength(1);
  }

  describe('opening', () => {
    it('closes whoever does not say who it is in three seconds', async () => {
      const client = await dial();
      const from = Date.now();
      expect(await client.closing()).toMatchObject({ code: 4408 });
      expect(Date.now() - from).toBeGreaterThan(2_500);
    });

    it.each([
      ['another subprotocol', 'graphql-ws'],
      ['an unknown subprotocol', 'soap'],
    ])('opens nothing for %s', async (_what, protocol) => {
      const client = await dial({ protocol });
      const { code } = await client.closing();
      expect([1006, 4406]).toContain(code);
    });

    it('closes a socket that names no subprotocol', async () => {
      const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/graphql`);
      const [code] = (await once(socket, 'close')) as [number];
      expect(code).toBe(4406);
    });

    it('closes on a second connection_init', async () => {
      const client = await dial();
      client.send(await init());
      client.send(await init());
      expect(await client.closing()).toMatchObject({ code: 4429 });
    });

    it('closes on a subscription before the acknowledgement', async () => {
      const client = await dial();
      client.subscribe();
      expect(await client.closing()).toMatchObject({ code: 4401 });
      expect(client.messages).toEqual([]);
    });

    it.each<[string, object | null | undefined]>([
      ['no payload', undefined],
      ['an empty payload', {}],
      ['a token that does not hold', { authorization: 'Bearer a.b.c' }],
      ['an authorization that is no text', { authorization: { toString: 'x' } }],
    ])('closes with a fixed reason on %s', async (_what, payload) => {
      const client = await dial();
      client.send({ type: 'connection_init', ...(payload !== undefined && { payload }) });
      expect(await client.closing()).toEqual({ code: 4403, reason: 'Forbidden' });
    });

    it('closes with a fixed reason on an organisation nobody knows', async () => {
      const client = await dial();
      client.send(await init({ org: 'NOBODY', roles: [] }));
      expect(await client.closing()).toEqual({ code: 4403, reason: 'Forbidden' });
    });

    it('takes no token from the headers or the URL of the upgrade', async () => {
      const client = await dial({ headers: { authorization: `Bearer ${await hub.token('gp')}` } });
      client.send({ type: 'connection_init' });
      expect(await client.closing()).toMatchObject({ code: 4403 });
    });
  });

  describe('the upgrade', () => {
    /** Sends a request by hand and gives what came back when the hub has closed the connection. */
    async function upgrade(path: string, headers: string[] = []): Promise<string> {
      const { hostname, port } = new URL(hub.url);
      const socket = tcp({ host: hostname, port: Number(port) }).on('error', () => undefined);
      let text = '';
      socket.on('data', (data) => (text += String(data)));
      const lines = [`GET ${path} HTTP/1.1`, `Host: ${hostname}:${port}`, 'Connection: Upgrade', 'Upgrade: websocket'];
      const key = ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13'];
      const protocol = 'Sec-WebSocket-Protocol: graphql-transport-ws';
      socket.write([...lines, ...headers, ...key, protocol, '', ''].join('\r\n'));
      await until('the hub has answered', () => text.includes('\r\n\r\n') || socket.destroyed);
      socket.destroy();
      return text.split('\r\n', 1)[0] ?? '';
    }

    it.each(['https://evil.example', 'null', 'http://127.0.0.1', 'not a URL'])(
      'is refused to a page of %s',
      async (origin) => {
        expect(await upgrade('/graphql', [`Origin: ${origin}`])).toBe('HTTP/1.1 403 Forbidden');
      },
    );

    it("is granted to the hub's own pages", async () => {
      expect(await upgrade('/graphql', [`Origin: ${hub.url}`])).toBe('HTTP/1.1 101 Switching Protocols');
    });

    it.each(['/', '/other', '/graphql/', '/graphqlx', '//', '/\\', 'http://', '/%'])(
      'is 404 at %s, and the process lives',
      async (path) => {
        expect(await upgrade(path)).toBe('HTTP/1.1 404 Not Found');
        expect((await fetch(`${hub.url}/livez`)).status).toBe(200);
      },
    );

    it('keeps no connection it has refused', async () => {
      const { hostname, port } = new URL(hub.url);
      const socket = tcp({ host: hostname, port: Number(port), allowHalfOpen: true });
      socket.on('error', () => undefined).resume();
      socket.write('GET /other HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      await until('the hub has ended its half', () => socket.readableEnded);
      await until('the hub refuses more', () => {
        if (!socket.destroyed) socket.write('more');
        return socket.destroyed;
      });
    });
  });

  describe('messages', () => {
    it.each<[string, (client: FeedClient) => void]>([
      ['no JSON', ({ socket }) => socket.send('{')],
      ['bytes that are no text', ({ socket }) => socket.send(Buffer.from([0xff, 0xfe, 0x00]))],
      ['an array', ({ socket }) => socket.send('[]')],
      ['null', ({ socket }) => socket.send('null')],
      ['an unknown type', (client) => client.send({ type: 'start', id: 'a' })],
      ["a server's message", (client) => client.send({ type: 'next', id: 'a', payload: {} })],
      ['an empty id', (client) => client.send({ type: 'subscribe', id: '', payload: { query: HEAD } })],
      ['a subscription without a document', (client) => client.send({ type: 'subscribe', id: 'a', payload: {} })],
    ])('closes on %s, and repeats none of it', async (_what, send) => {
      const client = await hub.socket('gp');
      send(client);
      const { code, reason } = await client.closing();
      expect(code).toBe(4400);
      expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
    });

    it('closes on a message of two megabytes, and on one above 64 KiB', async () => {
      for (const size of [2_000_000, 66_000]) {
        const client = await hub.socket('gp');
        client.send({ id: 'a', type: 'subscribe', payload: { query: HEAD, variables: { a: 'x'.repeat(size) } } });
        expect(await client.closing()).toMatchObject({ code: 1009 });
      }
    });

    it('closes on a message in more than 64 parts', async () => {
      const client = await hub.socket('gp');
      for (let part = 0; part < 100; part++) client.socket.send(' ', { fin: part === 99 });
      expect(await client.closing()).toMatchObject({ code: 1008 });
    });

    it('closes on more messages than a client may send, so that it comes back later', async () => {
      const client = await hub.socket('gp');
      for (let i = 0; i < 2_000; i++) client.send({ type: 'ping' });
      expect(await client.closing()).toMatchObject({ code: 1013 });
    });

    it('closes on an id that is in use', async () => {
      const client = await hub.socket('gp');
      for (let i = 0; i < 2; i++) subscribe(client, 'same', 'subscription { feedback { __typename } }');
      expect(await client.closing()).toMatchObject({ code: 4409 });
    });

    it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'a\u0000b'])(
      'takes %j as an id like any other',
      async (id) => {
        const client = await hub.socket('gp');
        subscribe(client, id, HEAD);
        await until('it is answered', () => client.closed ?? about(client, id, 'complete')[0]);
        expect(about(client, id, 'next')[0]?.payload.data.feedback.headSequence).toEqual(expect.any(Number));
      },
    );

    it.each<[string, string, string]>([
      ['a syntax error', '{ feedback(', 'GRAPHQL_PARSE_FAILED'],
      ['a document of twenty thousand levels', '{a'.repeat(20_000) + '}'.repeat(20_000), 'GRAPHQL_PARSE_FAILED'],
      ['a field that is not there', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
      [
        'a mutation',
        'mutation { acknowledgeFeedback(input: { stage: SEEN }) { acknowledged } }',
        'OPERATION_NOT_ALLOWED',
      ],
      [
        'two operations and no name',
        'query A { viewer { roles } } query B { viewer { roles } }',
        'OPERATION_RESOLUTION_FAILURE',
      ],
      ['a document without operations', 'fragment A on Query { viewer { roles } }', 'GRAPHQL_VALIDATION_FAILED'],
      ['introspection', '{ ...A } fragment A on Query { __schema { types { name } } }', 'FORBIDDEN'],
      [
        'sixteen aliases',
        `{ viewer { ${Array.from({ length: 16 }, (_, i) => `a${i}: roles`).join(' ')} } }`,
        'QUERY_TOO_COMPLEX',
      ],
      [
        'two subscriptions in one',
        'subscription { a: feedback { __typename } b: feedback { __typename } }',
        'GRAPHQL_VALIDATION_FAILED',
      ],
      ['text that no database holds', 'query Q { services(search: "a\\u0000") { totalCount } }', 'BAD_USER_INPUT'],
    ])('answers %s with an error, and the socket lives', async (_what, query, code) => {
      const client = await hub.socket('gp');
      subscribe(client, 'bad', query);
      const { extensions } = await errorOf(client, 'bad');
      expect(extensions).toEqual({ code, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
      await expectAlive(client);
    });

    it.each([
      ['a variable', 'query Q($n: NhsNumber!) { personByNhsNumber(nhsNumber: $n) { id } }', { n: `${nhsNumber(5)}0` }],
      [
        "a subscription's variable",
        'subscription S($k: [FeedbackKind!]) { feedback(kinds: $k) { __typename } }',
        { k: [nhsNumber(5)] },
      ],
      ['a literal', `{ referrals(first: "${nhsNumber(5)}") { totalCount } }`, {}],
    ])('does not quote %s in an error', async (_what, query, variables) => {
      const client = await hub.socket('gp');
      subscribe(client, 'bad', query, { variables });
      await until('it is refused', () =>
        client.bytes.some((text) => text.includes('"BAD_USER_INPUT"') || text.includes('_FAILED"')),
      );
      expect(client.bytes.join('\n')).not.toContain(nhsNumber(5));
      await expectAlive(client);
    });

    it('refuses the 101st subscription, keeps the hundred, and takes another when one ends', async () => {
      const client = await hub.socket('gp');
      for (let i = 1; i <= 100; i++) subscribe(client, `s${i}`, 'subscription { feedback { __typename } }');
      subscribe(client, 'over', 'subscription { feedback { __typename } }');
      expect((await errorOf(client, 'over')).extensions).toMatchObject({ code: 'RATE_LIMITED' });
      client.send({ id: 's1', type: 'complete' });
      await expectAlive(client);
    });

    it('masks what it did not expect, on an event too, and the socket lives', async () => {
      const client = await hub.socket('gp');
      await refer(hub, 1);
      await hub.database.asAdmin('alter view graph.loop_entry rename to loop_gone');
      subscribe(client, 'feed', 'subscription { feedback { ... on FeedbackEvent { referral { loop { sentAt } } } } }');
      const message = await until('the event is here', () => about(client, 'feed')[0]);
      await hub.database.asAdmin('alter view graph.loop_gone rename to loop_entry');
      expect(JSON.stringify(message.payload)).not.toMatch(/loop_entry|column \\"|relation|select/);
      expect(JSON.stringify(message.payload)).toContain('INTERNAL_SERVER_ERROR');
      await expectAlive(client);
    });
  });

  describe('a client that stands still', () => {
    it('is cut off when it has answered no ping by the next', async () => {
      const other = await hub.secondNode({ pingEvery: 200 });
      const [silent, living] = await Promise.all([dial({}, other.url), dial({}, other.url)]);
      for (const client of [silent, living]) client.send(await init());
      await until('both are let in', () => silent?.messages[0] && living?.messages[0]);
      silent?.socket.pause();
      await until('the hub knows of one alone', () => other.connections.size === 1);
      silent?.socket.resume();
      expect(await silent?.closing()).toMatchObject({ code: 1006 });
      expect(living?.closed).toBeUndefined();
      await other.stop();
    });

    it('resumes from its cursor when it comes back, and has missed nothing', async () => {
      const client = await hub.socket('linkWorker');
      client.subscribe({
        after: (await hub.read('linkWorker', '{ feedback(first: 0) { headCursor } }'))['feedback'].headCursor,
      });
      await refer(hub, 10);
      await client.received('the first', ({ events }) => events.length === 1);
      client.socket.pause();
      for (let i = 11; i < 15; i++) await refer(hub, i);
      client.kill();
      const again = await hub.socket('linkWorker');
      again.subscribe({ after: client.events[0].cursor });
      await again.received('the rest', ({ events }) => events.length === 4);
      expect(again.events.map(({ previousSequence }) => previousSequence)).toEqual(
        [0, 1, 2, 3].map((more) => client.events[0].sequence + more),
      );
    });
  });

  describe('the end of a token', () => {
    it('closes the socket, and nothing leaves after it', async () => {
      const client = await dial();
      client.send(await init(callers.linkWorker, '4s'));
      await until('it is let in', () => client.messages[0]);
      client.subscribe();
      const heardOf = (referral: string) => (each: FeedClient) =>
        each.events.some((event) => event.referral.id === referral);
      await client.received('what happens before', heardOf(await refer(hub, 2)));
      expect(await client.closing()).toEqual({ code: 4403, reason: 'Forbidden' });
      const heard = client.messages.length;
      const after = await refer(hub, 3);
      const next = await hub.socket('linkWorker');
      next.subscribe({ after: client.events.at(-1).cursor });
      await next.received('what happened since', heardOf(after));
      expect(next.events).toHaveLength(1);
      expect(client.messages).toHaveLength(heard);
    });
  });
});
