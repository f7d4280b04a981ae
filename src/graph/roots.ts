import { localId } from '../kernel';
import type { Class, Order } from './declare';

/**
 * A condition one argument adds. `sql` gets the placeholder of its value, and those of other given arguments by their path;
 * `value` prepares it, for instance an id's uuid. The row at hand is `t`.
 */
export interface Filter {
  sql: (placeholder: string, given: (path: string) => string | undefined) => string;
  value?: (argument: unknown) => unknown;
}

/** At most one row, found by its arguments. */
export interface RootOne {
  kind: 'one';
  of: () => Class;
  /** Argument path (`id`, `filter.status`) to the condition it adds. */
  filters: Record<string, Filter>;
  /** Which comes first, where several may fit. */
  order?: readonly Order[];
}
/** A page of a view. */
export interface RootConnection {
  kind: 'connection';
  of: () => Class;
  view?: string;
  filters: Record<string, Filter>;
  /** By the value of `orderBy`; `''` where there is no such argument. */
  orders: Record<string, readonly Order[]>;
  pageSize: number;
}
/** All rows of a small view. */
export interface RootList {
  kind: 'list';
  of: () => Class;
  view?: string;
  order: readonly Order[];
}
/** Any Node, by the prefix of its id. */
export interface RootNode {
  kind: 'node';
}
export type RootRead = RootOne | RootConnection | RootList | RootNode;

const roots = new Map<string, RootRead>();

/** On a query's method: the read is declared, so the method's body never runs. */
export function RootReads(read: RootRead): MethodDecorator {
  return (_prototype, name) => {
    roots.set(String(name), read);
  };
}

/** A subscription to a party's feed: what an entry is, and the columns its envelope has beside those of the log (`r` is the entry). */
export interface Stream {
  of: () => Class;
  envelope: string;
  /** Fields that are absent where an entry is about no referral. */
  personal: readonly string[];
}
const streams = new Map<string, Stream>();

/** On a subscription's method, by the name of its field. */
export function StreamReads(name: string, stream: Stream): MethodDecorator {
  return () => {
    streams.set(name, stream);
  };
}
export const declaredStreams = (): ReadonlyMap<string, Stream> => streams;

export function declaredRoots(): ReadonlyMap<string, RootRead> {
  return roots;
}

/** What a method under RootReads returns: nothing does, because the declaration answers. */
export function declared(): never {
  throw new Error('this field is answered from its declaration');
}

export const byId = (prefix: string): Record<string, Filter> => ({
  id: { sql: (id) => `id = ${id}::uuid`, value: (argument) => localId(prefix, argument) },
});

/** The argument at a path, or undefined where any part of it is absent or null. */
export function argumentAt(args: Record<string, unknown>, path: string): unknown {
  return (
    path
      .split('.')
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], args) ?? undefined
  );
}
