import { isDeepStrictEqual } from 'node:util';
import { send, type Target } from './load';

interface Asked {
  name: string;
  target: Target;
}

/**
 * A benchmark of servers that answer differently would mean nothing. Ours give the same bytes; a peer gives the same data in its
 * own spelling.
 */
export async function checkAnswers(ours: readonly Asked[], peers: readonly Asked[]): Promise<void> {
  const answer = async ({ name, target }: Asked) => ({ name, text: (await send(target)) ?? '' });
  const [first, ...others] = await Promise.all(ours.map(answer));
  if (!first) return;
  if (first.text.length < 1_000) throw new Error(`${first.name} answers next to nothing: ${first.text}`);
  for (const { name, text } of others) if (text !== first.text) throw unlike(name, first.name, text);
  const expected = plainly(JSON.parse(first.text));
  for (const { name, text } of await Promise.all(peers.map(answer)))
    if (!isDeepStrictEqual(plainly(JSON.parse(text)), expected)) throw unlike(name, first.name, text);
}

const unlike = (name: string, first: string, text: string) =>
  new Error(`${name} answers otherwise than ${first}: ${text.slice(0, 300)}`);

const GLOBAL_ID = /^[a-z]{3}_([0-9a-f-]{36})$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** The data without what is a matter of taste: an id's prefix, the spelling of a moment, lists in a connection, order of keys. */
function plainly(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainly);
  if (typeof value === 'string') {
    if (MOMENT.test(value)) return new Date(value).toISOString();
    return GLOBAL_ID.exec(value)?.[1] ?? value;
  }
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (only?.[0] === 'nodes' && entries.length === 1) return plainly(only[1]);
  return Object.fromEntries(entries.map(([key, inner]) => [key, plainly(inner)]));
}
