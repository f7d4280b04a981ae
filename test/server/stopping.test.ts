import { once } from 'node:events';
import { Agent, createServer, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect as tcp, type Socket } from 'node:net';
import type { Hub } from '../../src/server';
import { EventStream } from '../support/event-stream';
import { type GraphResult, TestHub } from '../support/hub';
import { refer } from '../support/referral';
import { connect, open } from '../support/socket';
import { until } from '../support/until';

const QUERY = JSON.stringify({ query: '{ viewer { organisation { name } } }' });

describe('a node that is told to stop', () => {
  let hub: TestHub;
  let node: Hub;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    hub = await TestHub.start();
    await refer(hub, 1);
    // what is open is on the node that each test stops
    await hub.hub.stop();
  });
  beforeEach(async () => {
    node = await hub.secondNode({ privateWebhooks: true });
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await node.stop();
  });
  afterAll(() => hub.stop());

  const status = async (path: string) => (await fetch(`${node.url}${path}`)).status;
  const ask = async () =>
    fetch(`${node.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await hub.token('gp')}` },
      body: QUERY,
    });

  /** A connection by hand, and what came back on it. */
  async function dial(): Promise<{ socket: Socket; text: () => string }> {
    const socket = tcp(Number(new URL(node.url).port), '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    let text = '';
    socket.on('data', (data) => (text += String(data)));
    await once(socket, 'connect');
    return { socket, text: () => text };
  }

  /** A request whose body is on its way: the hub has begun with it, and cannot answer before the rest is there. */
  async function halfSent(): Promise<{ rest: () => Promise<GraphResult>; ended: Promise<unknown> }> {
    const sent = request(`${node.url}/graphql`, {
      method: 'POST',
      agent: new Agent({ keepAlive: true }),
      headers: {
        expect: '100-continue',
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(QUERY),
        authorization: `Bearer ${await hub.token('gp')}`,
      },
    });
    const ended = new Promise((resolve) => sent.once('close', resolve));
    const failed = once(sent, 'error').then(([error]) => Promise.reject(error as Error));
    failed.catch(() => undefined);
    sent.write(QUERY.slice(0, 10));
    await once(sent, 'continue');
    const rest = async () => {
      const answered = once(sent, 'response');
      sent.end(QUERY.slice(10));
      const [response] = await Promise.race([answered, failed]);
      return JSON.parse((await response.setEncoding('utf8').toArray()).join('')) as GraphResult;
    };
    return { rest, ended };
  }

  /** A webhook whose receiver has been given an event and does not say whether it took it: the hub waits for that. */
  async function undecidedWebhook(): Promise<{ decide: () => void }> {
    let waiting: ServerResponse | undefined;
    const server = createServer((_request, response) => (waiting = response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await hub.database.asAdmin('insert into hub.webhook (organisation_id, url) values ($1, $2)', [
      (await hub.organisation('ZPC01')).slice(4),
      url,
    ]);
    await until('the receiver was given an event', () => waiting);
    return { decide: () => void waiting?.writeHead(204).end(() => server.close()) };
  }

  it('is not ready, takes no more streams, and answers what it is asked meanwhile', async () => {
    const { decide } = await undecidedWebhook();
    const { url } = node;
    const stopped = node.stop();
    const ready = await fetch(`${node.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ checks: { stopping: 'the hub is stopping' } });
    expect(await status('/livez')).toBe(200);
    const answer = await ask();
    expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
    expect((await EventStream.open(node.url, await hub.token('gp'))).status).toBe(503);
    expect(await (await open(node.url)).closing()).toMatchObject({ code: 1006 });
    decide();
    await stopped;
    await expect(fetch(`${url}/livez`)).rejects.toThrow();
  });

  it('tells two hundred sockets, in another order than they came, and has begun requests answered', async () => {
    const token = await hub.token('linkWorker');
    const clients = await Promise.all(Array.from({ length: 200 }, () => connect(node.url, token)));
    for (const client of clients) client.subscribe();
    const stream = await EventStream.open(node.url, token);
    for (const client of [...clients, stream])
      await client.received('the referral', ({ events }) => events.length === 1);
    const order: number[] = [];
    clients.forEach((client, i) => client.socket.once('close', () => order.push(i)));
    const requests = await Promise.all(Array.from({ length: 20 }, halfSent));
    const stopped = node.stop();
    const closings = await Promise.all(clients.map((client) => client.closing()));
    expect(new Set(closings.map(({ code }) => code))).toEqual(new Set([1012]));
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
    await until('the stream is closed', () => stream.closed);
    const answers = await Promise.all(requests.map(({ rest }) => rest()));
    for (const { data } of answers) expect(data['viewer'].organisation.name).toBe('Hill Surgery');
    await stopped;
  });

  it('is not kept by connections that are silent, nor by clients that stand still', async () => {
    const silent = await dial();
    const kept = await dial();
    kept.socket.write('GET /livez HTTP/1.1\r\nHost: hub\r\n\r\n');
    await until('it is answered', () => kept.text().includes('"ok"'));
    const nameless = await open(node.url);
    const frozen = await connect(node.url, await hub.token('linkWorker'));
    frozen.socket.pause();
    const { ended } = await halfSent();
    let stopped = false;
    void node.stop().then(() => (stopped = true));
    await until('it has stopped', () => stopped, 25_000);
    await ended;
    await until('every connection is closed', () => [silent, kept].every(({ socket }) => socket.closed));
    expect(await nameless.closing()).toMatchObject({ code: 1012 });
  });
});
