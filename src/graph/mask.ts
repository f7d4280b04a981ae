import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { IssuerUnavailable } from '../access';
import { hasState } from '../database';
import type { Logger } from '../kernel';

/**
 * Codes a client may see with their own message, in `extensions.code`: HTTP status, meaning, what to do. Everything else is ours to
 * know: it is logged, and answered as INTERNAL_SERVER_ERROR with an id. docs/errors.md is printed from here.
 */
export const errorCodes: Record<string, [status: number, description: string, remedy: string]> = {
  UNAUTHENTICATED: [401, 'No token, or one that does not hold or was revoked.', 'Sign in again.'],
  FORBIDDEN: [400, 'Not for this caller: introspection, or a network of others.', 'Ask as somebody who may.'],
  BAD_USER_INPUT: [
    400,
    'A variable, a cursor or a page is not as it must be.',
    'Mend the request; `path` names the field.',
  ],
  BAD_REQUEST: [400, 'The request is no GraphQL request, or holds a token in its address.', 'Mend the request.'],
  GRAPHQL_PARSE_FAILED: [400, 'The document cannot be read.', 'Mend the document.'],
  GRAPHQL_VALIDATION_FAILED: [
    400,
    'The document does not fit the schema.',
    'Mend the document; the SDL is schema/loopwell.graphql.',
  ],
  OPERATION_RESOLUTION_FAILURE: [
    400,
    'The document has several operations, or none of this name.',
    'Name one of them.',
  ],
  OPERATION_NOT_ALLOWED: [
    400,
    'A mutation came over a socket or a stream, or a subscription by POST to /graphql.',
    'Send mutations by POST, and subscriptions over a socket or a stream.',
  ],
  PERSISTED_QUERY_NOT_FOUND: [400, 'Persisted queries are not kept.', 'Send the document itself.'],
  PERSISTED_QUERY_NOT_SUPPORTED: [400, 'Persisted queries are off.', 'Send the document itself.'],
  QUERY_TOO_COMPLEX: [
    400,
    'Too deep, too wide, too long, or too many rows.',
    'Ask for less at a time; docs/operations.md has the limits.',
  ],
  RATE_LIMITED: [429, 'Too many subscriptions on a socket, or connections of one caller.', 'Close what is not needed.'],
  SERVICE_UNAVAILABLE: [
    503,
    'The database, or who issues tokens, cannot be reached.',
    'Wait for `retry-after`, and send it again with the same idempotency key.',
  ],
};
const OPEN_CODES = new Set(Object.keys(errorCodes));

/** Seconds after which a client may try again when the database is away. */
export const RETRY_AFTER = 2;

/** PostgreSQL is away, ending, full, took too long, or asks for it again: not the caller's doing, and worth another try. */
export function isUnavailable(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  return (
    error instanceof IssuerUnavailable ||
    /^(08|40|53|57)/.test(code ?? '') ||
    ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', '55P03'].includes(code ?? '') ||
    /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|not queryable|Query read timeout|Cannot use a pool/.test(
      message ?? '',
    )
  );
}

/** The database refuses the token: it was revoked. */
export const isRevoked = (error: unknown) => hasState(error, 'REVOKED');
export const REVOKED = 'The token was revoked.';

export function unavailable(): GraphQLError {
  return new GraphQLError(
    'The hub cannot reach its database, or who issues its tokens. Try again shortly; with the same idempotency key nothing happens twice.',
    {
      extensions: {
        code: 'SERVICE_UNAVAILABLE',
        http: { status: 503, headers: new Map([['retry-after', String(RETRY_AFTER)]]) },
      },
    },
  );
}

/**
 * What a client may be told of an error: the same for HTTP, sockets and SSE. Messages of unknown origin may hold a row, so only
 * coded ones pass, and those of graphql-js lose the values they quote.
 */
export function maskError(error: unknown, requestId: string, logger: Logger): GraphQLFormattedError {
  const outer = error instanceof GraphQLError ? error : undefined;
  const cause = outer?.originalError ?? (outer ? undefined : error);
  const known = cause instanceof GraphQLError ? cause : cause === undefined ? outer : undefined;
  const place = { ...(outer?.locations && { locations: outer.locations }), ...(outer?.path && { path: outer.path }) };
  if (isRevoked(cause)) {
    return { message: REVOKED, ...place, extensions: { code: 'UNAUTHENTICATED', requestId } };
  }
  if (isUnavailable(cause)) {
    return {
      message: unavailable().message,
      ...place,
      extensions: { code: 'SERVICE_UNAVAILABLE', requestId, retryable: true },
    };
  }
  // the code stands on whichever of the two was made for a client: Apollo's for parsing and validation, ours otherwise
  const code = String(
    known?.extensions['code'] ?? outer?.extensions['code'] ?? (known ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR'),
  );
  if (known && OPEN_CODES.has(code)) {
    return { message: withoutValues(known.message), ...place, extensions: { code, requestId } };
  }
  // not the message: a database's may quote a row
  const { name, code: causeCode, stack } = (cause ?? error) as Error & { code?: string };
  const frames = stack?.split('\n').filter((line) => line.startsWith('    at '));
  logger.error({ requestId, name, code: causeCode, stack: frames }, 'an operation failed unexpectedly');
  return { message: 'Internal server error', ...place, extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } };
}

/** graphql-js quotes what it was sent: `got invalid value "943…" at "input.nhsNumber"; …`, `found "943…"; …`. */
function withoutValues(message: string): string {
  const variable = /^Variable "(\$\w+)" got invalid value [\s\S]*?( at "[^"]*")?; ([\s\S]*)$/.exec(message);
  if (variable)
    return `Variable "${variable[1]}" has an invalid value${variable[2] ?? ''}. ${withoutValues(variable[3] ?? '')}`;
  return message
    .replace(/, found [\s\S]*?(; |\.$|$)/, '$1')
    .replace(/ cannot represent ([\w- ]+)( value)?: [\s\S]*$/, ' cannot represent $1$2.')
    .replace(/Value "[^"]*" does not exist/, 'That value does not exist')
    .replace(/^Syntax Error: Unexpected (\w+) "[\s\S]*"\.$/, 'Syntax Error: Unexpected $1.')
    .replace(/^Unknown operation named [\s\S]*$/, 'The document has no operation of this name.')
    .replace(/^Field "[^"]*" is not defined by type "(\w+)"[\s\S]*$/, 'A field is not defined by type "$1".');
}
