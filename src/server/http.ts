import { ApolloServer, type ApolloServerPlugin, type GraphQLResponse, HeaderMap } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify';
import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { execute, type ExecutionResult, type FormattedExecutionResult, type GraphQLSchema } from 'graphql';
import { Unauthenticated, type Viewer } from '../access';
import {
  carryOutOperation,
  isRevoked,
  isUnavailable,
  Json,
  limits,
  maskError,
  operationNameOf,
  parseOptions,
  RETRY_AFTER,
  unavailable,
  validationRules,
} from '../graph';
import { closing, drainBeforeClose } from './drain';
import type { Hub } from './hub';
import type { Asked } from './carry-out';
import { admissionError, isSubscription } from './pipeline';

declare module 'fastify' {
  interface FastifyRequest {
    viewer?: Viewer;
  }
}

/** What Apollo carries from hook to hook. */
interface Context {
  viewer: Viewer;
  requestId: string;
}

/** The HTTP server with GraphQL at /graphql. Anything else registers on the instance it returns. */
export async function createHttpServer(hub: Hub, schema: GraphQLSchema): Promise<FastifyInstance> {
  const app = Fastify({ bodyLimit: limits.body, genReqId: () => randomUUID(), ...closing });
  app.setErrorHandler((error, request, reply) => answerError(hub, error, request, reply));
  drainBeforeClose(app, hub);

  const apollo = new ApolloServer<Context>({
    schema,
    parseOptions,
    validationRules,
    validationOptions: { maxErrors: limits.errors },
    introspection: true, // who may is decided per viewer, in admission
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    stringifyResult,
    // Apollo hands on the error it made and the one it was made of; the mask wants the latter, with its place
    formatError: (formatted, error) =>
      isMasked(formatted) ? formatted : maskError(error, requestIdOf(error), hub.services.logger),
    plugins: [fastifyApolloDrainPlugin(app), ApolloServerPluginLandingPageDisabled(), operations(hub, schema)],
  });
  await apollo.start();
  await app.register(async (graphql) => {
    graphql.addHook('onRequest', async (request, reply) => authenticate(hub, request, reply));
    graphql.addHook('preHandler', refuseSubscription);
    await graphql.register(fastifyApollo(apollo), {
      path: '/graphql',
      method: ['GET', 'POST'],
      context: async (request: FastifyRequest) => ({ viewer: request.viewer as Viewer, requestId: request.id }),
    });
  });
  return app;
}

const isMasked = (formatted: { extensions?: { requestId?: unknown } }) => formatted.extensions?.requestId !== undefined;
const requestIdOf = (error: unknown) =>
  String((error as { extensions?: { requestId?: string } } | undefined)?.extensions?.requestId ?? randomUUID());

export async function authenticate(hub: Hub, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { searchParams } = new URL(request.url, 'http://hub');
  if (searchParams.has('access_token') || searchParams.has('token')) {
    return reply.code(400).send(errorBody('BAD_REQUEST', 'A token never goes into a URL.', request.id));
  }
  try {
    request.viewer = await hub.authenticator.viewerOf(request.headers.authorization);
  } catch (error) {
    return answerError(hub, error, request, reply);
  }
  return undefined;
}

/** Before Apollo, which would carry it out as if it were a query. */
async function refuseSubscription(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const asked = (request.method === 'GET' ? request.query : request.body) as Partial<Asked> | undefined;
  if (!isSubscription(asked?.query, asked?.operationName)) return undefined;
  const message = 'A subscription is carried out over a WebSocket here, or by server-sent events at /graphql/stream.';
  return reply.code(400).send(errorBody('OPERATION_NOT_ALLOWED', message, request.id));
}

export const answerUnavailable = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  reply
    .code(503)
    .header('retry-after', RETRY_AFTER)
    .send(errorBody('SERVICE_UNAVAILABLE', unavailable().message, request.id));

export const errorBody = (code: string, message: string, requestId: string) => ({
  errors: [{ message, extensions: { code, requestId } }],
});

function answerError(hub: Hub, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof Unauthenticated) {
    return reply
      .code(401)
      .header('www-authenticate', 'Bearer')
      .send(errorBody('UNAUTHENTICATED', error.message, request.id));
  }
  if (isUnavailable(error)) return answerUnavailable(request, reply);
  const { statusCode = 500, message } = error as { statusCode?: number; message: string };
  if (statusCode < 500) return reply.code(statusCode).send(errorBody('BAD_REQUEST', message, request.id));
  hub.services.logger.error({ requestId: request.id, name: (error as Error).name }, 'a request failed unexpectedly');
  return reply.code(500).send(errorBody('INTERNAL_SERVER_ERROR', 'Internal server error', request.id));
}

/** Carries every operation out in a transaction of its own, which is committed before its answer leaves. */
function operations(hub: Hub, schema: GraphQLSchema): ApolloServerPlugin<Context> {
  const { reads } = hub.services;
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, operation, request, contextValue }) {
          if (!operation) return;
          const error = admissionError(
            schema,
            document,
            operation,
            request.variables ?? {},
            contextValue.viewer,
            hub.mayIntrospect,
          );
          if (error) throw error;
        },
        async responseForOperation({ document, operation, request, queryHash, contextValue }) {
          if (!operation) return null;
          const { viewer, requestId } = contextValue;
          try {
            const data = await reads.answer({
              viewer,
              requestId,
              key: queryHash ?? '',
              document,
              operation,
              variables: request.variables,
              operationName: operationNameOf(operation),
            });
            if (data) return answered(data);
            const carried = { viewer, requestId, document, operation };
            const { operationName, variables: variableValues } = request;
            const result = await carryOutOperation(hub.services, carried, (context) =>
              execute({ schema, document, operationName, variableValues, contextValue: context }),
            );
            return executed(hub, result, requestId);
          } catch (error) {
            return failure(hub, error, requestId);
          }
        },
        async willSendResponse({ request, response }) {
          if (isUnreadableDocument(response) && isLegacyJson(request.http?.headers.get('accept')))
            response.http.status = 200;
        },
      };
    },
  };
}

/**
 * GraphQL over HTTP, section 6.4.1: whoever accepts application/json alone gets 200 for a document that cannot be carried out,
 * because to such a client another status could come from anybody on the way.
 */
const isUnreadableDocument = ({ http, body }: GraphQLResponse) =>
  http.status === 400 &&
  body.kind === 'single' &&
  (body.singleResult.errors ?? []).every((error) => UNREADABLE.has(String(error.extensions?.['code'])));
const UNREADABLE = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);
const isLegacyJson = (accept: string | undefined) =>
  accept !== undefined && accept.includes('application/json') && !accept.includes('application/graphql-response+json');

/** The text of the answer takes the place of its data; stringifyResult puts it on the wire as it is. */
const answered = (data: Json) => ({
  http: { status: undefined, headers: new HeaderMap() },
  body: { kind: 'single' as const, singleResult: { data: data as unknown as Record<string, unknown> } },
});

/** What a plain execution answers. Without `data` its variables did not fit (GraphQL, section 6.1.2). */
function executed(hub: Hub, result: ExecutionResult, requestId: string) {
  const errors = result.errors?.map((error) => maskError(error, requestId, hub.services.logger));
  const away = errors?.some((error) => error.extensions?.['code'] === 'SERVICE_UNAVAILABLE');
  const headers = new HeaderMap(away ? [['retry-after', String(RETRY_AFTER)]] : []);
  const status = away ? 503 : result.data === undefined ? 400 : undefined;
  const singleResult = { ...(errors && { errors }), ...(result.data !== undefined && { data: result.data }) };
  return { http: { status, headers }, body: { kind: 'single' as const, singleResult } };
}

export function stringifyResult(result: FormattedExecutionResult): string {
  if (!(result.data instanceof Json)) return JSON.stringify(result);
  const { data, ...rest } = result;
  const more = JSON.stringify(rest).slice(1, -1);
  return `{"data":${data.text}${more && `,${more}`}}`;
}

function failure(hub: Hub, error: unknown, requestId: string) {
  const away = isUnavailable(error);
  const headers = new HeaderMap(away ? [['retry-after', String(RETRY_AFTER)]] : []);
  const errors = [maskError(error, requestId, hub.services.logger)];
  const status = away ? 503 : isRevoked(error) ? 401 : 500;
  return { http: { status, headers }, body: { kind: 'single' as const, singleResult: { errors } } };
}
