import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/fastify';
import type { ServerResponse } from 'node:http';
import { isOver, Unauthenticated, type Viewer } from '../access';
import { admit, type CarriedArgs, runQuery, runSubscription } from './carry-out';
import type { Hub } from './hub';
import { answerUnavailable, authenticate, errorBody } from './http';

/**
 * GraphQL over server-sent events at /graphql/stream (graphql-sse, one connection an operation): for networks that let no WebSocket
 * through. The same operations, envelopes and cursors; a client may change channel in mid-stream.
 */
export function registerEventStream(app: FastifyInstance, hub: Hub, schema: GraphQLSchema): void {
  const handler = createHandler<Record<string, unknown>>({
    authenticate: () => null,
    validate: () => [], // done in admission
    onSubscribe: ({ raw, context }, { query, operationName, variables }) => {
      const { viewer } = raw as FastifyRequest & { viewer: Viewer };
      const response = context.reply.raw as ServerResponse;
      const carrier = {
        viewer,
        end: () => response.destroy(),
        ready: (data: string) => ({ data: JSON.parse(data) }),
      };
      const admitted = admit(hub, schema, { query, operationName, variables }, carrier);
      // the library takes for a result what has a member `data`
      return 'contextValue' in admitted ? (admitted as never) : { data: undefined, errors: admitted as never };
    },
    execute: (args) => runQuery(hub, args as unknown as CarriedArgs) as never,
    subscribe: (args) => runSubscription(hub, args as unknown as CarriedArgs) as never,
    // the library asks for results as fast as they come: a reader that stands still is waited for here
    onNext: (_context, { context }) => drained(context.reply.raw),
  });
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql/stream',
    onRequest: (request, reply) => authenticate(hub, request, reply) as Promise<void>,
    handler: async (request, reply) => {
      if (request.headers.accept !== 'text/event-stream')
        return reply
          .code(406)
          .send(errorBody('BAD_REQUEST', 'Accept: text/event-stream is what comes from here.', request.id));
      if (hub.stopping) return answerUnavailable(request, reply);
      const { query } = (request.method === 'GET' ? request.query : (request.body ?? {})) as { query?: unknown };
      if (typeof query !== 'string')
        return reply.code(400).send(errorBody('BAD_REQUEST', 'Send a JSON object with a query.', request.id));
      const response = reply.raw;
      const viewer = request.viewer as Viewer;
      // requests are given some leeway; what is to stay open needs a token that has some time left
      if (isOver(viewer)) throw new Unauthenticated('The token has expired.');
      // it may have gone while its token was looked at
      if (response.destroyed) return reply.hijack();
      const gone = hub.connections.add({ viewer, end: () => response.destroy() });
      if (!gone)
        return reply.code(429).send(errorBody('RATE_LIMITED', 'This caller has too many connections.', request.id));
      response.once('close', gone);
      // Fastify would answer what fails, such as writing to a reader that is gone, though an answer is under way
      reply.hijack();
      await handler(request, reply).catch((error: Error) => {
        if (!response.destroyed) hub.services.logger.error({ name: error.name }, 'a stream broke off');
        response.destroy();
      });
      return reply;
    },
  });
}

/** Resolves when what was written has left, or nobody reads any more. */
function drained(response: ServerResponse): Promise<void> {
  if (!response.writableNeedDrain || response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
