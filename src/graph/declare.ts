import { Arg, Field, type FieldOptions, ID, Int, ObjectType } from 'type-graphql';
import { GraphQLString } from 'graphql';

/**
 * One declaration per field: what GraphQL shows, and which column or join it is. From it come the resolvers and, for whole
 * operations, the SQL. A declared type reads from one guard-owned view; who may see what is decided there.
 */
export type Class = abstract new (...args: never[]) => object;

/** How a column becomes JSON. `spliced`: of a feed's entry, put in when it is sent. */
export type ColumnForm = 'spliced' | 'text' | 'id' | 'datetime' | 'date' | 'int' | 'float' | 'boolean' | 'texts';

export interface Order {
  column: string;
  cast: 'timestamptz' | 'text' | 'uuid' | 'date' | 'integer' | 'double precision';
  descending?: boolean;
}

export interface ColumnField {
  kind: 'column';
  column: string;
  form: ColumnForm;
}
/**
 * Another declared type, by a column of this row that holds its id, or its key where the type is a vocabulary. By `referral_id`
 * where a view beside graph.referral says what belongs to a referral.
 */
export interface OneField {
  kind: 'one';
  of: () => Class;
  column: string;
  by: 'id' | 'key' | 'referral_id';
  /** Instead of the type's own view. */
  view?: string;
}
/** Rows of another view whose `key` column holds this row's id: all of them, or a page. */
export interface ManyField {
  kind: 'list' | 'connection';
  of: () => Class;
  view?: string;
  key: string;
  order: readonly Order[];
  pageSize: number;
  /** Arguments that narrow the list to rows whose column has their value. */
  filters: Record<string, ColumnFilter>;
}
export interface ColumnFilter {
  type: () => unknown;
  column: string;
  cast: 'text';
  description: string;
}
export type DeclaredField = ColumnField | OneField | ManyField;

export interface DeclaredType {
  name: string;
  view: string;
  /** Types its global ids; absent for what is no Node. */
  prefix?: string;
  /** Stem of its connection's name, where that is not its own. */
  connection?: string;
  /** Columns that say whose data a row is, for the audit. */
  person?: string;
  referral?: string;
  /** Each row reads the same for every organisation. */
  published?: boolean;
  /** What must hold besides, of the row's columns, to open one by its id at a root. Lists and fields that lead to it do not ask. */
  opening?: string;
  fields: Map<string, DeclaredField>;
}

const fieldsOf = new Map<object, Map<string, DeclaredField>>();
const types = new Map<Class, DeclaredType>();

/** How rows of each side are ordered is part of the contract: cursors depend on it. */
export const ascending = (column: string, cast: Order['cast']): Order => ({ column, cast });
export const descending = (column: string, cast: Order['cast']): Order => ({ column, cast, descending: true });

const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function declare(prototype: object, name: string, field: DeclaredField): void {
  const own = fieldsOf.get(prototype) ?? new Map<string, DeclaredField>();
  fieldsOf.set(prototype, own.set(name, field));
}

/** The class reads from this view. A field with an id column is a Node and needs a prefix. */
export function Reads(
  view: string,
  options: Pick<DeclaredType, 'prefix' | 'connection' | 'person' | 'referral' | 'published' | 'opening'> = {},
): ClassDecorator {
  return (target) => {
    const type = target as unknown as Class;
    // the live map: a downstream module may add a field that points back
    const fields = fieldsOf.get(target.prototype as object) ?? new Map<string, DeclaredField>();
    fieldsOf.set(target.prototype as object, fields);
    if (options.prefix) fields.set('id', { kind: 'column', column: 'id', form: 'id' });
    types.set(type, { name: type.name, view, ...options, fields });
  };
}

export function declaredType(type: Class): DeclaredType {
  const found = types.get(type);
  if (!found) throw new Error(`${type.name} has no @Reads declaration`);
  return found;
}

export function declaredTypes(): DeclaredType[] {
  return [...types.values()];
}

export function typeWithPrefix(prefix: string | undefined): DeclaredType | undefined {
  return prefix === undefined ? undefined : declaredTypes().find((type) => type.prefix === prefix);
}

/** Adds declared fields to a type of an earlier module, so that the graph may be cyclic while imports are not. */
export function extendType(type: Class, fields: Record<string, PropertyDecorator>): void {
  for (const [name, decorate] of Object.entries(fields)) decorate(type.prototype as object, name);
}

type ReturnType = Parameters<typeof Field>[0];
interface Described extends FieldOptions {
  description: string;
}

/** A column; its name is the field's in snake case unless said otherwise. */
export function Column(
  type: () => unknown,
  options: Described & { column?: string; form?: ColumnForm },
): PropertyDecorator {
  return (prototype, key) => {
    const { column, form, ...shown } = options;
    Field(type as NonNullable<ReturnType>, shown)(prototype, key as string);
    declare(prototype, key as string, { kind: 'column', column: column ?? snake(key as string), form: form ?? 'text' });
  };
}

export function One(
  of: () => Class,
  column: string,
  options: Described & { by?: OneField['by']; view?: string },
): PropertyDecorator {
  return (prototype, key) => {
    const { by = 'id', view, ...shown } = options;
    Field(of as NonNullable<ReturnType>, shown)(prototype, key as string);
    declare(prototype, key as string, { kind: 'one', of, column, by, view });
  };
}

interface ManyOptions extends Described {
  view?: string;
}

export function List(of: () => Class, key: string, order: readonly Order[], options: ManyOptions): PropertyDecorator {
  return (prototype, name) => {
    const { view, ...shown } = options;
    Field((() => [of()]) as NonNullable<ReturnType>, shown)(prototype, name as string);
    declare(prototype, name as string, { kind: 'list', of, view, key, order, pageSize: 0, filters: {} });
  };
}

export const FIRST = 'How many to return, at most 100.';
export const AFTER = 'Start after this cursor, from an earlier page.';

interface ConnectionOptions extends ManyOptions {
  pageSize?: number;
  filters?: Record<string, ColumnFilter>;
}

/** A Relay connection: arguments `first` and `after`, `totalCount` and `pageInfo` computed only when asked for. */
export function Connection(
  of: () => Class,
  key: string,
  order: readonly Order[],
  options: ConnectionOptions,
): PropertyDecorator {
  return (prototype, name) => {
    const { view, pageSize = 25, filters = {}, ...shown } = options;
    Field((() => connectionOf(of())) as NonNullable<ReturnType>, shown)(prototype, name as string);
    // Arg is a plain function, so arguments need no method; type-graphql asks for the parameters' types all the same.
    const narrowing = Object.entries(filters);
    Reflect.defineMetadata('design:paramtypes', [Number, String, ...narrowing.map(() => String)], prototype, name);
    Arg('first', () => Int, { nullable: true, defaultValue: pageSize, description: FIRST })(prototype, name, 0);
    Arg('after', () => GraphQLString, { nullable: true, description: AFTER })(prototype, name, 1);
    narrowing.forEach(([argument, { type, description }], i) => {
      Arg(argument, type as NonNullable<ReturnType>, { nullable: true, description })(prototype, name, 2 + i);
    });
    declare(prototype, name as string, { kind: 'connection', of, view, key, order, pageSize, filters });
  };
}

@ObjectType({ description: 'Where a page stands in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether more follow after endCursor.' }) hasNextPage: boolean;
  @Field(() => Boolean, { description: 'Whether more precede startCursor.' }) hasPreviousPage: boolean;
  @Field(() => String, { nullable: true, description: "The first node's cursor; null on an empty page." })
  startCursor?: string | null;
  @Field(() => String, { nullable: true, description: "The last node's cursor; null on an empty page." }) endCursor?:
    string | null;
}

const connections = new Map<Class, Class>();

/** The connection type of a class, made once. Must exist before the schema is built. */
export function connectionOf(type: Class): Class {
  const made = connections.get(type);
  if (made) return made;
  const name = types.get(type)?.connection ?? type.name;
  @ObjectType(`${name}Edge`, { description: `One ${type.name} and its place in the list.` })
  class Edge {
    @Field(() => String, { description: 'Its place: pass it as `after` or `before`.' }) cursor: string;
    @Field(() => type, { description: `The ${type.name}.` }) node: unknown;
  }
  @ObjectType(`${name}Connection`, { description: `A page of a growing list of ${type.name}.` })
  class PageOfType {
    @Field(() => [type], { description: 'The page, without cursors.' }) nodes: unknown[];
    @Field(() => [Edge], { description: 'The page, with a cursor each.' }) edges: Edge[];
    @Field(() => PageInfo, { description: 'Where the page stands.' }) pageInfo: PageInfo;
    @Field(() => Int, { description: 'How many this viewer may see in all. Computed only when selected.' })
    totalCount: number;
  }
  connections.set(type, PageOfType);
  return PageOfType;
}

/** Makes every connection type the declarations name: made inside a thunk, they would come too late for the schema. */
export function prepareConnections(): void {
  for (const { fields } of types.values()) {
    for (const field of fields.values()) if (field.kind === 'connection') connectionOf(field.of());
  }
}

export { ID };
