import {
  type DocumentNode,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { DeclaredType } from '../declare';
import * as json from './json';
import { printRoots, Printer, type Slot } from './print';
import { Selection, type Variables } from './selection';

/** One statement whose first column is the response's `data` as JSON text; then the persons and referrals it touched. */
export interface Statement {
  text: string;
  slots: Slot[];
  /** Throw where an argument is not as it must be: the plain executor then says so. */
  checks: Slot[];
  /** Of a stream whose news of the directory looks the same for every organisation: names how it looks. */
  published?: string;
}

/** An operation to SQL: read its selections, plan each field from its declaration, print. Throws NotDeclared where it cannot. */
export function compile(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): Statement {
  const selection = new Selection(schema, document, variables);
  const printer = new Printer(selection);
  const query = schema.getQueryType();
  if (!query) throw new Error('the schema has no queries');
  const fields = selection.ofOperation(operation, query);
  const { constants, roots } = printRoots(printer, fields);
  const named = new Map(roots.map(({ key }, i) => [key, `r${i}`]));
  const pairs = fields.map(({ key }): [string, string] => [
    key,
    named.has(key) ? `${named.get(key)}.data` : (constants.find(([each]) => each === key)?.[1] ?? ''),
  ]);
  const all = (column: string) => roots.map((_, i) => `r${i}.${column}`).join(' || ') || 'null::uuid[]';
  const from = roots.map(({ from: rows }, i) => `(${rows}) r${i}`).join(' cross join ');
  const answer = `select ${json.object(pairs)} as data, ${all('persons')} as persons, ${all('referrals')} as referrals${from ? ` from ${from}` : ''}`;
  return printer.finish(answer);
}

/** What a mutation's payload selects of one row, by the row's uuid in $1. The text is read again here, so it may hold any null. */
export function compilePayload(type: DeclaredType, view: string, info: GraphQLResolveInfo): Statement {
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: Object.values(info.fragments) };
  const selection = new Selection(info.schema, document, info.variableValues);
  const printer = new Printer(selection, { parsed: true });
  return printer.finish(printer.payload(type, view, info.fieldNodes));
}
