import {
  defaultFieldResolver,
  getNamedType,
  type GraphQLFieldMap,
  type GraphQLFieldResolver,
  GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { acceptAnswered } from './answered';
import { globalId, localId, prefixOf } from '../kernel';
import type { GraphContext } from './context';
import {
  type ColumnField,
  type DeclaredField,
  declaredType,
  type DeclaredType,
  declaredTypes,
  type ManyField,
  typeWithPrefix,
} from './declare';
import { encodeCursor } from './keyset';
import type { Row, Rows } from './loaders';
import { type Page, pageOf } from './page';
import { declaredRoots, type RootConnection, type RootRead } from './roots';

type Fields = GraphQLFieldMap<Row, GraphContext>;
type Resolver = GraphQLFieldResolver<Row, GraphContext>;

/** The plain executor: gives every declared field its resolver. Always right; what is undeclared keeps its own. */
export function attachResolvers(schema: GraphQLSchema): GraphQLSchema {
  for (const type of declaredTypes()) {
    const fields = fieldsOf(schema, type.name);
    for (const [name, declaration] of type.fields) {
      const field = fields[name];
      if (!field) throw new Error(`${type.name}.${name} is declared, but the schema has no such field`);
      field.resolve = fieldResolver(type, declaration);
      if (declaration.kind === 'connection') usePlainObjects(field.type);
    }
  }
  const query = fieldsOf(schema, 'Query');
  for (const [name, root] of declaredRoots()) {
    const field = query[name];
    if (!field) throw new Error(`Query.${name} is declared, but the schema has no such field`);
    field.resolve = rootResolver(root);
    if (root.kind === 'connection') usePlainObjects(field.type);
  }
  for (const { type } of Object.values(schema.getMutationType()?.getFields() ?? {})) usePlainObjects(type);
  acceptAnswered(schema);
  return schema;
}

function fieldsOf(schema: GraphQLSchema, name: string): Fields {
  const type = schema.getType(name);
  if (!(type instanceof GraphQLObjectType)) throw new Error(`${name} is declared, but is no object type of the schema`);
  return type.getFields();
}

/** Pages and payloads are built here, as objects whose members may be functions: type-graphql's own resolver does not call those. */
function usePlainObjects(type: Parameters<typeof getNamedType>[0]): void {
  for (const field of Object.values((getNamedType(type) as GraphQLObjectType).getFields()))
    field.resolve = defaultFieldResolver;
}

function fieldResolver(type: DeclaredType, field: DeclaredField): Resolver {
  switch (field.kind) {
    case 'column':
      return (row) => columnValue(type, field, row);
    case 'one':
      return (row, _args, { loaders }) => {
        const id = row[field.column];
        return id == null ? null : loaders.one(declaredType(field.of()), String(id), field.by, field.view);
      };
    case 'list':
      return async (row, _args, { loaders }) => (await loaders.many(field, String(row['id']), undefined)).rows;
    case 'connection':
      // refused later rather than at once: graphql-js forgets the items of a list whose next item throws, and nobody would catch
      // what they still reject with
      return async (row, args, { loaders }) => nestedPage(field, row, args, loaders);
  }
}

function columnValue(type: DeclaredType, field: ColumnField, row: Row): unknown {
  const value = row[field.column];
  return value != null && field.form === 'id' ? globalId(type.prefix ?? '', String(value)) : value;
}

function nestedPage(field: ManyField, row: Row, args: Record<string, unknown>, loaders: GraphContext['loaders']) {
  const page = pageOf(args, field.order, field.pageSize);
  const id = String(row['id']);
  return pageObject(
    page,
    () => loaders.many(field, id, page, args),
    () => loaders.count(field, id, args),
  );
}

function rootResolver(root: RootRead): Resolver {
  switch (root.kind) {
    case 'node':
      return (_root, { id }, { loaders }) => {
        const type = typeWithPrefix(prefixOf(id));
        return type ? loaders.opened(type, localId(type.prefix ?? '', id)) : null;
      };
    case 'one':
      return (_root, args, { loaders }) => loaders.rootOne(root, args);
    case 'list':
      return (_root, _args, { loaders }) => loaders.rootList(root);
    case 'connection':
      return (_root, args, { loaders }) => rootPage(root, args, loaders);
  }
}

function rootPage(root: RootConnection, args: Record<string, unknown>, loaders: GraphContext['loaders']) {
  const order = root.orders[String(args['orderBy'] ?? '')] ?? Object.values(root.orders)[0] ?? [];
  const page = pageOf(args, order, root.pageSize);
  let rows: Promise<Rows> | undefined;
  const load = () => (rows ??= loaders.rootPage(root, args, order, page));
  return pageObject(page, load, () => loaders.rootCount(root, args));
}

const cursorOf = (row: Row) => encodeCursor(String(row['__cursor']));

/** A connection whose parts are computed only when selected. */
function pageObject(page: Page, load: () => Promise<Rows>, count: () => Promise<number>) {
  return {
    totalCount: count,
    nodes: async () => (await load()).rows,
    edges: async () => (await load()).rows.map((row) => ({ cursor: cursorOf(row), node: row })),
    pageInfo: async () => {
      const { rows, more } = await load();
      const [first, last] = [rows[0], rows.at(-1)];
      return {
        hasNextPage: page.backward ? page.beyond !== undefined : more,
        hasPreviousPage: page.backward ? more : page.beyond !== undefined,
        startCursor: first ? cursorOf(first) : null,
        endCursor: last ? cursorOf(last) : null,
      };
    },
  };
}
