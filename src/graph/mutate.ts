import { createHmac } from 'node:crypto';
import type { GraphQLResolveInfo } from 'graphql';
import { sql, type Transaction } from '../database';
import { maskNhsNumbers } from '../kernel';
import type { Answered } from './answered';
import type { GraphContext } from './context';
import { type Class, declaredType } from './declare';
import { invalid, Refusal, refusalOf, type UserError, UserErrorCode } from './errors';
import { limits } from './limits';
import { Loaders, type Row } from './loaders';

interface Keyed {
  idempotencyKey?: string | null;
}
/** The uuids of what a mutation made or changed, by the payload's field. */
export type Results = Record<string, string | number>;

export type Payload = Record<string, ReturnType<typeof rowAt> | number | null | UserError[]> & {
  userErrors: UserError[];
};

const claimKey = sql('idempotency.claim', 'select * from hub.claim_key($1, $2, $3, $4)');
const storeKey = sql(
  'idempotency.store',
  `insert into hub.idempotency (party, practitioner, mutation, key, input_hash, result)
   values ($1, coalesce($2::uuid, '00000000-0000-0000-0000-000000000000'), $3, $4, $5, $6)`,
);

/**
 * Runs one mutation inside the operation's transaction. An expected failure undoes what this mutation wrote and becomes its
 * `userErrors`. A repeated key with the same input returns the first result, read again through today's eyes; concurrent ones
 * wait for each other; a refusal is not stored, so that it can be tried again.
 */
export async function mutate(
  context: GraphContext,
  name: string,
  input: Keyed,
  shape: Record<string, (() => Class) | { of: () => Class; view: string } | 'count'>,
  work: (tx: Transaction) => Promise<Results>,
): Promise<Payload> {
  const empty = Object.fromEntries(Object.entries(shape).map(([field, of]) => [field, of === 'count' ? 0 : null]));
  try {
    checkInput(input, ['input']);
    const results = await context.tx.attemptAgain(() =>
      carryOutOnce(context.tx, context.services.secret, name, input, work),
    );
    context.wrote = true;
    // what this mutation changed may have been read before it
    context.loaders = new Loaders(context.tx, context.touched);
    const fields = Object.entries(shape).map(([field, of]) => {
      const result = results[field];
      if (of === 'count') return [field, Number(result ?? 0)] as const;
      return [field, result === undefined ? null : rowAt(of, String(result))] as const;
    });
    return { ...Object.fromEntries(fields), userErrors: [] };
  } catch (error) {
    const refusal = error instanceof Refusal ? error : refusalOf(error, 'input');
    if (!refusal) throw error;
    context.refused = true;
    return { ...empty, userErrors: refusal.errors };
  }
}

/** Reads a row once its field is resolved, when it is known what the payload selects of it. */
const rowAt =
  (of: (() => Class) | { of: () => Class; view: string }, id: string) =>
  async (_args: unknown, context: GraphContext, info: GraphQLResolveInfo): Promise<Answered | Row | null> => {
    const type = declaredType(typeof of === 'function' ? of() : of.of());
    const view = typeof of === 'function' ? type.view : of.view;
    const { reads } = context.services;
    const answered = reads.enabled ? await reads.payloads.read(context, type, view, id, info) : undefined;
    return answered === undefined ? context.loaders.one(type, id, 'id', view) : answered;
  };

/** Carries out what has this key once, and answers a repetition with the first results. */
export async function carryOutOnce(
  tx: Transaction,
  secret: string,
  name: string,
  input: Keyed,
  work: (tx: Transaction) => Promise<Results>,
): Promise<Results> {
  const { party, practitioner } = tx.identity;
  const key = input.idempotencyKey;
  if (key == null || !party) return work(tx);
  if (key.length < 1 || key.length > 200)
    throw invalid('An idempotency key has 1 to 200 characters.', 'input', 'idempotencyKey');
  const place = [party, practitioner ?? null, name, key];
  const hash = createHmac('sha256', secret).update(canonical(input)).digest();
  const known = await tx.one<{ input_hash: Buffer; result: Results }>(claimKey, place);
  if (known && !known.input_hash.equals(hash)) {
    throw Refusal.of(UserErrorCode.IDEMPOTENCY_MISMATCH, 'This key was used before with another input.', [
      'input',
      'idempotencyKey',
    ]);
  }
  if (known) return known.result;
  const results = await work(tx);
  await tx.query(storeKey, [...place, hash, JSON.stringify(results)]);
  return results;
}

/** JSON with sorted keys: the same input in another order is the same input. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner) && !(inner instanceof Date)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

const NOT_TEXT = new Set(['nhsNumber', 'idempotencyKey']);
const GLOBAL_ID = /^[a-z]{3}_[0-9a-f-]{36}$/;

/**
 * Whatever is written travels on to parties in lists and feeds, so no text or list is huge; and to parties who must never see an
 * NHS number, so no text holds one.
 */
function checkInput(value: unknown, path: string[]): void {
  if (typeof value === 'string') {
    if (value.length > limits.text) throw invalid(`A text has at most ${limits.text} characters.`, ...path);
    if (!NOT_TEXT.has(path.at(-1) ?? '') && !GLOBAL_ID.test(value) && maskNhsNumbers(value) !== value) {
      throw invalid('Text must not hold an NHS number: it may be read by parties who must not know it.', ...path);
    }
  } else if (value && typeof value === 'object' && !(value instanceof Date)) {
    if (Array.isArray(value) && value.length > limits.items)
      throw invalid(`A list has at most ${limits.items} items.`, ...path);
    for (const [key, inner] of Object.entries(value)) checkInput(inner, [...path, key]);
  }
}
