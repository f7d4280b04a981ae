import {
  type DocumentNode,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { conditionAtRoot, costError, inputError, introspects, limits, parseOptions, validationRules } from '../graph';
import type { Viewer } from '../access';
import { Recent } from '../kernel';

/** Who may ask for the schema itself. */
export type IntrospectionRule = (viewer: Viewer) => boolean;

export interface Prepared {
  document: DocumentNode;
  operation: OperationDefinitionNode;
}

const refused = (message: string, code: string) => [new GraphQLError(message, { extensions: { code } })];

/**
 * Text to an operation that may run: the same limits for sockets as Apollo is given for HTTP. Returns the errors to answer with
 * where it may not.
 */
export function prepare(
  schema: GraphQLSchema,
  request: { query: string; operationName?: string | null; variables?: Record<string, unknown> | null },
  allowed: readonly OperationDefinitionNode['operation'][],
  viewer: Viewer,
  mayIntrospect: IntrospectionRule,
): Prepared | readonly GraphQLError[] {
  const document = documentOf(schema, request.query);
  if (!('kind' in document)) return document;
  const operation = getOperationAST(document, request.operationName);
  if (!operation) return refused('Name one of the operations in the document.', 'OPERATION_RESOLUTION_FAILURE');
  if (!allowed.includes(operation.operation)) {
    return refused(`A ${operation.operation} is not carried out here; send it by POST.`, 'OPERATION_NOT_ALLOWED');
  }
  const error = admissionError(schema, document, operation, request.variables ?? {}, viewer, mayIntrospect);
  return error ? [error] : { document, operation };
}

/**
 * Documents that are valid, by their text, as Apollo keeps them for HTTP: a thousand clients that come back at once ask the same, and
 * to validate it for each would keep the node from everything else.
 */
const valid = new WeakMap<GraphQLSchema, Recent<DocumentNode>>();
const DOCUMENTS = 200;

function documentOf(schema: GraphQLSchema, text: string): DocumentNode | readonly GraphQLError[] {
  const known = valid.get(schema) ?? new Recent(DOCUMENTS);
  valid.set(schema, known);
  const found = known.get(text);
  if (found) return found;
  let document: DocumentNode;
  try {
    document = parse(text, parseOptions);
  } catch (error) {
    return [
      error instanceof GraphQLError
        ? asCode(error, 'GRAPHQL_PARSE_FAILED')
        : new GraphQLError('The document cannot be read.'),
    ];
  }
  const conditional = conditionAtRoot(document);
  if (conditional) return [conditional];
  const errors = validate(schema, document, [...specifiedRules, ...validationRules], { maxErrors: limits.errors });
  if (errors.length) return errors.map((error) => asCode(error, 'GRAPHQL_VALIDATION_FAILED'));
  known.set(text, document);
  return document;
}

/** Whether a document, as far as it can be read, asks for a subscription. */
export function isSubscription(text: unknown, operationName: string | null | undefined): boolean {
  if (typeof text !== 'string' || !text.includes('subscription')) return false;
  try {
    return getOperationAST(parse(text, parseOptions), operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
  } catch {
    return false; // what is wrong with it is told where it is read
  }
}

/** What can be said only once variables and viewer are known. */
export function admissionError(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
  viewer: Viewer,
  mayIntrospect: IntrospectionRule,
): GraphQLError | undefined {
  if (introspects(document, operation) && !mayIntrospect(viewer)) {
    return new GraphQLError('Introspection is for developers; the SDL is published with the hub.', {
      extensions: { code: 'FORBIDDEN', http: { status: 400 } },
    });
  }
  return inputError(document, variables) ?? costError(schema, document, operation.name?.value, variables);
}

function asCode(error: GraphQLError, code: string): GraphQLError {
  return error.extensions['code']
    ? error
    : new GraphQLError(error.message, { ...error, nodes: error.nodes, extensions: { code } });
}
