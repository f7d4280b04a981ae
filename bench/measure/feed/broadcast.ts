import { randomUUID } from 'node:crypto';
import { processMeter } from '../../cpu';
import { send, type Target } from '../../load';
import { memoryOf } from '../../memory';
import type { Sample } from '../../rounds';
import { type Server, startOwn } from '../../servers';
import { openAll, type Subscriber } from '../../subscriber';
import type { Bench, Figure } from '../measurement';
import { median, ratioOf, samplesOf, speed } from '../ratios';
import { heads, type Party } from './parties';

/** What every subscriber asks of an event; the referral is there in what is about one. */
export const EVENTS = `subscription Events($after: FeedCursor) { feedback(after: $after) { __typename ... on FeedbackEvent { id sequence previousSequence
  cursor kind occurredAt disclosure summary reference actor { name } referral { id status } service { id name placesLeft acceptingReferrals } } } }`;
const CAPACITY = `mutation Capacity($input: UpdateCapacityInput!) { updateCapacity(input: $input) { userErrors { code } } }`;
const BROADCASTS = 40;
const WARM_UP = 20;
/** How long sockets are left alone before their memory is looked at, in milliseconds. */
const SETTLED = 2_000;

/** A server with all its subscribers, and what sets one event off. */
interface Audience {
  server: Server;
  subscribers: Subscriber[];
  /** Messages heard so far, by all together, and the last one. */
  heard: { count: number; last: string };
  publish: () => Promise<void>;
  /** Of resident memory, for each socket. */
  bytesPerSocket: number;
}

/**
 * News of the directory to everybody: the hub against a ready frame, and against graphql-ws with one execution a subscriber. Another
 * node takes the mutation, so that the hub's time is that of telling.
 */
export async function broadcast(bench: Bench, hub: Server, writer: Server, parties: readonly Party[], service: string) {
  let places = 0;
  const publish = async () => {
    const input = { idempotencyKey: randomUUID(), service, placesLeft: (places += 1) };
    const headers = { authorization: `Bearer ${parties[0]?.token}` };
    await post(
      { port: writer.port, path: '/graphql', headers, expect: '"userErrors":[]' },
      { query: CAPACITY, variables: { input } },
    );
  };
  const first = await audience(hub, parties, publish, await heads(hub, parties));
  await one(first);
  const frame = first.heard.last;
  const event = (JSON.parse(frame) as { payload: { data: { feedback: object } } }).payload.data.feedback;
  const audiences = [first];
  for (const server of [
    await startOwn('ws.send', 'frames.js', { FRAME: frame }),
    await startOwn('graphql-ws', 'executions.js', { EVENT: JSON.stringify(event) }),
  ])
    audiences.push(
      await audience(server, parties, () => post({ port: server.port, path: '/', headers: {}, expect: 'sent' }, {})),
    );
  const samples = await rounds(audiences, bench.pace.rounds, parties.length);
  for (const { subscribers, server } of audiences) {
    for (const subscriber of subscribers) subscriber.close();
    if (server !== hub) await server.stop();
  }
  return { samples, figures: figures(samples, audiences, parties.length) };
}

const post = async (target: Omit<Target, 'body'>, body: object) =>
  void (await send({ ...target, body: JSON.stringify(body) }));

async function audience(
  server: Server,
  parties: readonly Party[],
  publish: () => Promise<void>,
  after: readonly string[] = [],
): Promise<Audience> {
  const heard = { count: 0, last: '' };
  const before = memoryOf(server.pid, 'VmRSS');
  const subscribers = await openAll(
    parties.map(({ token }, i) => ({
      port: server.port,
      token,
      query: EVENTS,
      variables: { after: after[i] },
      heard: (text: string) => {
        heard.count += 1;
        heard.last = text;
      },
    })),
  );
  await new Promise((resolve) => setTimeout(resolve, SETTLED));
  const bytesPerSocket = (memoryOf(server.pid, 'VmRSS') - before) / parties.length;
  return { server, subscribers, heard, publish, bytesPerSocket };
}

/** One event, until every subscriber has it. */
async function one({ publish, heard, subscribers }: Audience): Promise<void> {
  const wanted = heard.count + subscribers.length;
  await publish();
  while (heard.count < wanted) await new Promise((resolve) => setImmediate(resolve));
}

/** Deliveries for each second of the server's own processor time: the subscribers share the machine with it. */
async function rounds(audiences: readonly Audience[], count: number, sockets: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const each of audiences) for (let i = 0; i < WARM_UP; i++) await one(each);
  for (let round = 1; round <= count; round++)
    for (const each of audiences) {
      const { name, pid } = each.server;
      const meter = processMeter(pid);
      const before = meter() ?? NaN;
      const times: number[] = [];
      for (let i = 0; i < BROADCASTS; i++) {
        const began = performance.now();
        await one(each);
        times.push(performance.now() - began);
      }
      const perSecond = (BROADCASTS * sockets) / ((meter() ?? NaN) - before);
      process.stderr.write(`  ${round}: ${name}: ${perSecond.toFixed(0)} deliveries a CPU second\n`);
      times.sort((a, b) => a - b);
      samples.push({
        round,
        server: name,
        at: sockets,
        perSecond,
        p50: median(times),
        p99: times.at(-1) ?? 0,
        requests: BROADCASTS,
        bytes: each.heard.last.length,
      });
    }
  return samples;
}

function figures(samples: readonly Sample[], audiences: readonly Audience[], sockets: number): Record<string, Figure> {
  const of = (server: string) => samplesOf(samples, server, sockets);
  const bytes = audiences.map(({ bytesPerSocket }) => Math.round(bytesPerSocket));
  const [own = NaN, frames = NaN, executions = NaN] = bytes;
  return {
    broadcastVsLimit: {
      title: `one event to ${sockets} sockets, deliveries a CPU second, against ws.send of a ready frame`,
      ...ratioOf(of('hub'), of('ws.send'), speed, { atLeast: 0.6 }),
    },
    broadcastVsExecutions: {
      title: '… against graphql-ws with one execution a subscriber',
      ...ratioOf(of('hub'), of('graphql-ws'), speed),
    },
    bytesPerIdleSocket: {
      title: `bytes of memory for a socket that waits (ws.send: ${frames}, graphql-ws: ${executions})`,
      value: own,
      samples: [own],
    },
  };
}
