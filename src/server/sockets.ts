import type { FastifyInstance } from 'fastify';
import {
  createSourceEventStream,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, MessageType } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { Unauthenticated, type Viewer } from '../access';
import { isUnavailable, limits, maskError, openOperation, operationNameOf, splice } from '../graph';
import type { FeedMessage, FeedPlace, PageReader } from '../feed';
import type { Hub } from './hub';
import { type Prepared, prepare } from './pipeline';
import { HubSocket, readyResult } from './ready-socket';

/** How long a client may take to say who it is, in milliseconds. */
const INIT_WITHIN = 3_000;
/** Pings, in milliseconds; a socket that answers none is ended at the second. */
const KEEP_ALIVE = 12_000;
/** Try again later (RFC 6455 registry): a client reconnects by itself, as it would not after 4500. */
const TRY_AGAIN_LATER = 1013;
const SERVICE_RESTART = 1012;
const SENT_BY_SERVERS: ReadonlySet<unknown> = new Set([MessageType.ConnectionAck, MessageType.Next, MessageType.Error]);

type SocketExtra = Extra & Record<PropertyKey, unknown> & { viewer?: Viewer };
interface Connected {
  viewer: Viewer;
  requestId: string;
  socket: WebSocket;
  /** Names the document. */
  key: string;
}
type SocketArgs = ExecutionArgs & { contextValue: Connected & { prepared: Prepared } };

export interface Sockets {
  /** Closes every socket with "service restart", so that clients come back. */
  close(): Promise<void>;
}

/** GraphQL over WebSocket (graphql-transport-ws) at /graphql: the same parsing, limits and masking as over HTTP, and no mutation. */
export function attachSockets(app: FastifyInstance, hub: Hub, schema: GraphQLSchema): Sockets {
  const sockets = new WebSocketServer({
    noServer: true,
    WebSocket: HubSocket,
    maxPayload: limits.message,
    handleProtocols: (offered) => offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
  });
  const server = useServer<Record<string, unknown>, SocketExtra>(
    {
      connectionInitWaitTimeout: INIT_WITHIN,
      // left to graphql-ws, a message that only servers send ends the socket as our own failure, which no client comes back from
      jsonMessageReviver: (key, value) => {
        if (key === '' && SENT_BY_SERVERS.has(value?.type)) throw new Error('not for a client to send');
        return value;
      },
      onConnect: async ({ connectionParams, extra }) => {
        const { authorization } = (connectionParams ?? {}) as { authorization?: unknown };
        try {
          extra.viewer = await hub.authenticator.viewerOf(
            typeof authorization === 'string' ? authorization : undefined,
          );
          closeAtExpiry(extra.socket, extra.viewer);
          return true;
        } catch (error) {
          if (isUnavailable(error)) extra.socket.close(TRY_AGAIN_LATER, 'Try again later');
          else if (!(error instanceof Unauthenticated))
            hub.services.logger.error({ name: (error as Error).name }, 'a socket could not be opened');
          return false;
        }
      },
      onSubscribe: ({ extra, subscriptions }, _id, payload) => {
        const { viewer, socket } = extra;
        if (!viewer) return [new GraphQLError('Unauthenticated')];
        const { requestId, mask } = masking(hub, randomUUID());
        if (Object.keys(subscriptions).length > limits.subscriptionsPerSocket) {
          const message = `A socket has at most ${limits.subscriptionsPerSocket} subscriptions.`;
          return [new GraphQLError(message, { extensions: { code: 'RATE_LIMITED', requestId } })];
        }
        const prepared = prepare(
          schema,
          payload,
          [OperationTypeNode.QUERY, OperationTypeNode.SUBSCRIPTION],
          viewer,
          hub.mayIntrospect,
        );
        if (!('document' in prepared)) return prepared.map(mask);
        const key = createHash('sha256').update(payload.query).digest('hex');
        const contextValue = { viewer, requestId, socket, key, prepared };
        return {
          schema,
          document: prepared.document,
          operationName: payload.operationName,
          variableValues: payload.variables,
          contextValue,
        };
      },
      execute: (args) => runQuery(hub, args as SocketArgs),
      subscribe: (args) => runSubscription(hub, args as SocketArgs),
    },
    sockets,
    KEEP_ALIVE,
  );

  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refusalOf(request);
    if (refusal) {
      // after an upgrade the socket is ours: nobody else hears its errors, nor closes it where the client does not
      socket.on('error', () => socket.destroy()).once('finish', () => socket.destroy());
      return void socket.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    }
    sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened, request));
  });

  return {
    async close() {
      for (const socket of sockets.clients) socket.close(SERVICE_RESTART, 'The hub restarts');
      await server.dispose();
      sockets.close();
    },
  };
}

/** A browser says which page opens a socket; only the hub's own pages may. Other clients send no Origin. */
function refusalOf(request: IncomingMessage): string | undefined {
  // a request line such as `//` is no URL, and nobody catches what this throws
  if (request.url?.split('?', 1)[0] !== '/graphql') return '404 Not Found';
  const { origin, host } = request.headers;
  if (origin === undefined) return undefined;
  return URL.canParse(origin) && new URL(origin).host === host ? undefined : '403 Forbidden';
}

/** No event leaves after the token's end, however quiet the feed is. */
function closeAtExpiry(socket: WebSocket, viewer: Viewer): void {
  // it may have gone while its token was looked at: its close is past, and would never clear the timer
  if (socket.readyState !== socket.OPEN) return;
  const left = Math.min(viewer.expiresAt.getTime() - Date.now(), 2 ** 31 - 1);
  const timer = setTimeout(() => socket.close(CloseCode.Forbidden, 'Forbidden'), Math.max(0, left));
  socket.once('close', () => clearTimeout(timer));
}

function masking(hub: Hub, requestId: string) {
  const mask = (error: unknown) => {
    const { message, ...rest } = maskError(error, requestId, hub.services.logger);
    return Object.assign(new GraphQLError(message, rest), rest);
  };
  return { requestId, mask };
}

/** One execution in a transaction of its own: a query, or one event of a subscription. */
async function run(hub: Hub, args: SocketArgs, rootValue?: unknown): Promise<ExecutionResult> {
  const { viewer, requestId, prepared } = args.contextValue;
  const opened = await openOperation(hub.services, { viewer, requestId, ...prepared });
  let result: ExecutionResult;
  try {
    result = await execute({ ...args, rootValue, contextValue: opened.context });
  } catch (error) {
    await opened.finish(true);
    throw error;
  }
  await opened.finish(Boolean(result.errors?.length));
  const unavailable = result.errors?.find((error) => isUnavailable(error.originalError));
  if (unavailable) throw unavailable.originalError;
  const { mask } = masking(hub, requestId);
  return result.errors ? { ...result, errors: result.errors.map(mask) } : result;
}

async function runQuery(hub: Hub, args: SocketArgs): Promise<ExecutionResult> {
  const { prepared, ...connected } = args.contextValue;
  try {
    const operationName = operationNameOf(prepared.operation);
    const variables = args.variableValues;
    const data = await hub.services.reads.answer({ ...connected, ...prepared, variables, operationName });
    return data ? readyResult(data.text) : await run(hub, args);
  } catch (error) {
    return { errors: [failed(hub, args, error)] };
  }
}

/** Replays and follows; each event is carried out by itself, so that what may be seen is asked anew. */
async function runSubscription(hub: Hub, args: SocketArgs): Promise<ExecutionResult | AsyncGenerator<ExecutionResult>> {
  const { services } = hub;
  const { prepared, ...connected } = args.contextValue;
  const request = { ...connected, ...prepared, variables: args.variableValues };
  const read: PageReader | undefined = services.reads.deliveries?.readerOf(request, services.streams.rows);
  const source = await createSourceEventStream({ ...args, contextValue: { ...connected, services, read } });
  if (!(Symbol.asyncIterator in source)) {
    const { mask } = masking(hub, args.contextValue.requestId);
    return { errors: source.errors?.map(mask) };
  }
  const events = source as AsyncGenerator<FeedMessage>;
  const results = deliver(hub, args, events);
  const end = results.return.bind(results);
  // the source may be parked in a wait: it has to be ended first
  results.return = async (value) => {
    await events.return(undefined);
    return end(value);
  };
  return results;
}

async function* deliver(
  hub: Hub,
  args: SocketArgs,
  messages: AsyncGenerator<FeedMessage>,
): AsyncGenerator<ExecutionResult> {
  const { viewer } = args.contextValue;
  try {
    for await (const message of messages) {
      if (viewer.expiresAt.getTime() <= Date.now()) return;
      if (message.type === 'entry' && 'text' in message.entry) yield rendered(hub, viewer, message.entry);
      else yield await run(hub, args, message);
    }
  } catch (error) {
    yield { errors: [failed(hub, args, error)] };
  }
}

function rendered({ services }: Hub, { party }: Viewer, entry: FeedPlace & { text: string }): ExecutionResult {
  const cursor = services.cursors.sign({ party: party ?? '', sequence: entry.seq, event: entry.event_hash });
  return readyResult(splice(entry.text, entry, cursor));
}

/** The database is away: the socket ends with a code that its client answers by coming back. Anything else is one masked error. */
function failed(hub: Hub, args: SocketArgs, error: unknown): GraphQLError {
  const { socket, requestId } = args.contextValue;
  if (isUnavailable(error)) socket.close(TRY_AGAIN_LATER, 'Try again later');
  return masking(hub, requestId).mask(error);
}
