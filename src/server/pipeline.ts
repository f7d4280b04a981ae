import {
  type DocumentNode,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { costError, inputError, introspects, limits, parseOptions, validationRules } from '../graph';
import type { Viewer } from '../access';

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
  let document: DocumentNode;
  try {
    document = parse(request.query, parseOptions);
  } catch (error) {
    return [
      error instanceof GraphQLError
        ? asCode(error, 'GRAPHQL_PARSE_FAILED')
        : new GraphQLError('The document cannot be read.'),
    ];
  }
  const errors = validate(schema, document, [...specifiedRules, ...validationRules], { maxErrors: limits.errors });
  if (errors.length) return errors.map((error) => asCode(error, 'GRAPHQL_VALIDATION_FAILED'));
  const operation = getOperationAST(document, request.operationName);
  if (!operation) return refused('Name one of the operations in the document.', 'OPERATION_RESOLUTION_FAILURE');
  if (!allowed.includes(operation.operation)) {
    return refused(`A ${operation.operation} is not carried out here; send it by POST.`, 'OPERATION_NOT_ALLOWED');
  }
  const error = admissionError(schema, document, operation, request.variables ?? {}, viewer, mayIntrospect);
  return error ? [error] : { document, operation };
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
