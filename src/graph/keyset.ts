import { GraphQLError } from 'graphql';
import type { Order } from './declare';

/** Keyset pagination: cursors carry the database's own text of the order columns, so no precision is lost on the way. */

export function orderText(order: readonly Order[], table: string): string {
  return order
    .map(({ column, cast }) =>
      cast === 'timestamptz' ? `extract(epoch from ${table}.${column})::text` : `${table}.${column}::text`,
    )
    .map((text) => `coalesce(${text}, '')`)
    .join(" || '|' || ");
}

const fromText = ({ cast }: Order, placeholder: string) =>
  cast === 'timestamptz' ? `to_timestamp(${placeholder}::numeric)` : `${placeholder}::${cast}`;

export function orderBy(order: readonly Order[], reversed = false): string {
  return order
    .map(({ column, descending }) => `${column}${Boolean(descending) !== reversed ? ' desc' : ''}`)
    .join(', ');
}

/** (a desc, id) after (x, y): a < x or (a = x and id > y), with a plain bound on the first column so that an index serves it. */
export function keyset(order: readonly Order[], placeholders: readonly string[], reversed = false): string {
  const values = order.map((each, i) => fromText(each, placeholders[i] ?? ''));
  const beyond = (each: Order) => (Boolean(each.descending) !== reversed ? '<' : '>');
  const steps = order.map((each, i) => {
    const equal = order.slice(0, i).map((earlier, j) => `${earlier.column} = ${values[j]}`);
    return `(${[...equal, `${each.column} ${beyond(each)} ${values[i]}`].join(' and ')})`;
  });
  const [first] = order;
  if (!first) throw new Error('a page needs an order');
  return `${first.column} ${beyond(first)}= ${values[0]} and (${steps.join(' or ')})`;
}

export const encodeCursor = (orderValues: string) => Buffer.from(orderValues).toString('base64url');

/** A cursor's order values; undefined without a cursor. */
export function decodeCursor(order: readonly Order[], cursor: unknown): string[] | undefined {
  if (cursor == null) return undefined;
  const text = Buffer.from(String(cursor), 'base64url').toString('utf8');
  // the id comes last and holds no bar, so a text column before it may
  const parts = text.split('|');
  const values = order.length === 2 ? [parts.slice(0, -1).join('|'), parts.at(-1) ?? ''] : parts;
  if (values.length !== order.length || !order.every((each, i) => fits(each, values[i] ?? ''))) {
    throw new GraphQLError('A cursor must come from an earlier page of the same list.', {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  return values;
}

function isDay(text: string): boolean {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) && text > '0001' ? new Date(text) : undefined;
  return day !== undefined && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function fits({ cast }: Order, value: string): boolean {
  if (cast === 'uuid') return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
  if (cast === 'date') return isDay(value);
  if (cast === 'text') return !value.includes('\0');
  if (cast === 'integer') return /^-?\d{1,9}$/.test(value);
  // what PostgreSQL writes, within what its own types hold
  return value === 'Infinity' || (/^-?\d{1,11}(\.\d{1,20})?(e-?\d\d)?$/.test(value) && Math.abs(Number(value)) < 1e11);
}
