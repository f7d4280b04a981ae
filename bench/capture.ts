import { Client } from 'pg';
import { SESSION_OPTIONS } from '../src/database';
import { createLogger } from '../src/kernel';
import { Hub } from '../src/server';
import { send } from './load';
import { ACCEPT, authorization, type Place } from './operations';
import type { LimitJob, Message } from './servers/limit';

export interface Acceptance {
  id: string;
  key: string;
}

export const acceptTarget = async (port: number) => ({
  port,
  path: '/graphql',
  headers: await authorization(),
  expect: '"userErrors":[]',
});

export const acceptBody = ({ id, key }: Acceptance) =>
  JSON.stringify({ query: ACCEPT, variables: { input: { referral: `ref_${id}`, idempotencyKey: key } } });

interface Sent extends Message {
  rows?: string;
}

/**
 * What the hub sends for one acceptance, to be sent again by plain pg: taken from a hub at work rather than written down here, so
 * that it stays what the hub really sends. The first ones warm up its caches; the last one counts.
 */
export async function captureAccept(
  place: Place,
  acceptances: readonly Acceptance[],
  poolSize: number,
): Promise<LimitJob> {
  const sent = new Map<Client, Sent[]>();
  const stopListening = listenTo(sent);
  let last: Sent[] = [];
  try {
    const logger = createLogger('error');
    const hub = await Hub.start({ ...place, trust: { demo: true }, secret: 'of no use', logger, port: 0, poolSize: 1 });
    try {
      const target = await acceptTarget(Number(new URL(hub.url).port));
      for (const acceptance of acceptances) {
        for (const messages of sent.values()) messages.splice(0, messages.length, ...messages.filter(prepares));
        await send({ ...target, body: acceptBody(acceptance) });
        last = [...sent.values()].find((messages) => messages.some((each) => mentions(each, acceptance.id))) ?? [];
      }
    } finally {
      await hub.stop();
    }
  } finally {
    stopListening();
  }
  const acceptance = acceptances.at(-1) as Acceptance;
  const messages = transactionOf(last, acceptance).filter((each) => !prepares(each));
  const answer = messages.findLastIndex(({ rows }) => rows?.includes(acceptance.id));
  if (answer < 0) throw new Error('nothing that the hub sends for an acceptance answers with the referral');
  return {
    connection: { ...place.address, database: place.database, options: SESSION_OPTIONS },
    prepare: last.filter(prepares).map(({ text }) => text),
    messages: messages.map(({ rows: _, ...message }) => withPlaces(message, acceptance)),
    answer,
    poolSize,
  };
}

/** What else the hub asked on this connection meanwhile, such as for webhooks that are due, is not the acceptance's. */
function transactionOf(messages: readonly Sent[], { id }: Acceptance): Sent[] {
  const inside = messages.findIndex((each) => mentions(each, id));
  const first = messages.findLastIndex(({ text }, at) => at <= inside && text.startsWith('begin'));
  const last = messages.findIndex(({ text }, at) => at > inside && text.endsWith('commit'));
  return messages.slice(first, last + 1);
}

const prepares = ({ text }: Message) => /\bprepare \w+ as\b/.test(text);
const mentions = (message: Message, id: string) => JSON.stringify(message).includes(id);

/** The message with places where this acceptance's own values stood. */
function withPlaces(message: Message, { id, key }: Acceptance): Message {
  const placed = (value: unknown) =>
    typeof value === 'string' ? value.replaceAll(id, '<<id>>').replaceAll(key, '<<key>>') : value;
  return { ...message, text: placed(message.text) as string, values: message.values?.map(placed) };
}

/** Writes down every message that goes to PostgreSQL from this process; answers how to stop that. */
function listenTo(sent: Map<Client, Sent[]>): () => void {
  const prototype = Client.prototype as unknown as { query: (this: Client, ...given: unknown[]) => unknown };
  const { query } = prototype;
  prototype.query = function (this: Client, ...given) {
    const [first, values] = given;
    const message: Sent =
      typeof first === 'string'
        ? { text: first, values: Array.isArray(values) ? values : undefined }
        : { ...(({ text, name, values }: Message) => ({ text, name, values }))(first as Message) };
    const messages = sent.get(this) ?? [];
    sent.set(this, messages);
    messages.push(message);
    const result = query.apply(this, given);
    if (result instanceof Promise)
      result.then(
        (answer) => (message.rows = JSON.stringify(answer?.rows ?? answer)),
        () => undefined,
      );
    return result;
  };
  return () => {
    prototype.query = query;
  };
}
