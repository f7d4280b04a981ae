import type { FastifyInstance } from 'fastify';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, MessageType } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { isOver, Unauthenticated, type Viewer } from '../access';
import { isUnavailable, limits } from '../graph';
import { admit, type CarriedArgs, runQuery, runSubscription } from './carry-out';
import type { Ending } from './connections';
import type { Hub } from './hub';
import { HubSocket } from './ready-socket';

/** How long a client may take to say who it is, in milliseconds. */
const INIT_WITHIN = 3_000;
/** Pings, in milliseconds; a socket that answers none is ended at the second. */
const KEEP_ALIVE = 12_000;
/** RFC 6455's registry: a client reconnects by itself after these, as it would not after 4500. */
const CODES: Record<Ending, [code: number, reason: string]> = {
  TOKEN_OVER: [CloseCode.Forbidden, 'Forbidden'],
  TRY_AGAIN_LATER: [1013, 'Try again later'],
  RESTART: [1012, 'The hub restarts'],
};
/** A client that does not answer the close of its socket is cut off after this, in milliseconds. */
const CLOSE_WITHIN = 5_000;
const SENT_BY_SERVERS: ReadonlySet<unknown> = new Set([MessageType.ConnectionAck, MessageType.Next, MessageType.Error]);

interface SocketExtra extends Extra, Record<PropertyKey, unknown> {
  viewer?: Viewer;
  /** Ids of operations that have not ended yet, also where their client has no more use for them. */
  underWay?: Set<string>;
}

/** GraphQL over WebSocket (graphql-transport-ws) at /graphql: the same parsing, limits and masking as over HTTP, and no mutation. */
export function attachSockets(
  app: FastifyInstance,
  hub: Hub,
  schema: GraphQLSchema,
  pingEvery = KEEP_ALIVE,
): { close(): Promise<void> } {
  const sockets = new WebSocketServer({
    noServer: true,
    WebSocket: HubSocket,
    maxPayload: limits.message,
    maxFragments: limits.fragments,
    closeTimeout: CLOSE_WITHIN,
    handleProtocols: (offered) => offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
  } as ConstructorParameters<typeof WebSocketServer>[0]);
  sockets.on('connection', limitMessages);
  const server = useServer<Record<string, unknown>, SocketExtra>(
    {
      connectionInitWaitTimeout: INIT_WITHIN,
      // left to graphql-ws, a message that only servers send ends the socket as our own failure, which no client comes back from
      jsonMessageReviver: (key, value) => {
        if (key === '' && SENT_BY_SERVERS.has(value?.type)) throw new Error('not for a client to send');
        return value;
      },
      onConnect: ({ connectionParams, extra }) => welcome(hub, extra, connectionParams ?? {}),
      onSubscribe: ({ extra, subscriptions }, id, payload) => {
        if (!extra.viewer) return [new GraphQLError('Unauthenticated')];
        const { viewer, underWay = (extra.underWay = new Set()) } = extra;
        const refusal = refusalOfOperation(underWay, id, Object.keys(subscriptions).length);
        if (refusal) return [refusal];
        const socket = extra.socket as HubSocket;
        const ready = (data: string) => socket.result(data);
        const admitted = admit(hub, schema, payload, { viewer, end: endOf(socket), ready, push: pushOf(socket, id) });
        if ('contextValue' in admitted) underWay.add(id);
        return admitted;
      },
      onComplete: ({ extra }, id) => void extra.underWay?.delete(id),
      execute: (args) => runQuery(hub, args as CarriedArgs),
      subscribe: (args) => runSubscription(hub, args as CarriedArgs),
    },
    sockets,
    pingEvery,
  );

  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = hub.stopping ? '503 Service Unavailable' : refusalOf(request);
    if (refusal) {
      // after an upgrade the socket is ours: nobody else hears its errors, nor closes it where the client does not
      socket.on('error', () => socket.destroy()).once('finish', () => socket.destroy());
      return void socket.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      (opened as HubSocket).transport = socket;
      sockets.emit('connection', opened, request);
    });
  });

  return {
    async close() {
      // those that never said who they are
      for (const socket of sockets.clients) endOf(socket)('RESTART');
      await server.dispose();
      sockets.close();
    },
  };
}

/**
 * graphql-ws forgets an operation as soon as its client does, before it has ended: an id that is taken again at once would have two,
 * of which nobody could end one.
 */
function refusalOfOperation(underWay: ReadonlySet<string>, id: string, asked: number): GraphQLError | undefined {
  const refused = (code: string, message: string) =>
    new GraphQLError(message, { extensions: { code, requestId: randomUUID() } });
  if (underWay.has(id))
    return refused('BAD_REQUEST', 'The operation that had this id is still ending: take another id, or ask again.');
  // as many again may be ending
  if (asked > limits.subscriptionsPerSocket || underWay.size >= 2 * limits.subscriptionsPerSocket)
    return refused('RATE_LIMITED', `A socket has at most ${limits.subscriptionsPerSocket} subscriptions.`);
  return undefined;
}

/** Past graphql-ws, whose loop costs more than the sending. */
function pushOf(socket: WebSocket, id: string): (data: string) => boolean {
  const opening = `{"id":${JSON.stringify(id)},"type":"next","payload":{"data":`;
  return (data) => (socket as HubSocket).push(`${opening}${data}}}`);
}

const endOf = (socket: WebSocket) => (why: Ending) => socket.close(...CODES[why]);

/** Who opens a socket, by its first message: false ends it with 4403. */
async function welcome(hub: Hub, extra: SocketExtra, params: { authorization?: unknown }): Promise<boolean> {
  const { socket } = extra;
  const { authorization } = params;
  try {
    const viewer = await hub.authenticator.viewerOf(typeof authorization === 'string' ? authorization : undefined);
    // requests are given some leeway; what is to stay open needs a token that has some time left
    if (isOver(viewer)) return false;
    // it may have gone while its token was looked at
    if (socket.readyState !== socket.OPEN) return false;
    const gone = hub.connections.add({ viewer, end: endOf(socket) });
    if (!gone) {
      socket.close(1013, 'Too many connections');
      return false;
    }
    socket.once('close', gone);
    extra.viewer = viewer;
    return true;
  } catch (error) {
    if (isUnavailable(error)) endOf(socket)('TRY_AGAIN_LATER');
    else if (!(error instanceof Unauthenticated))
      hub.services.logger.error({ name: (error as Error).name }, 'a socket could not be opened');
    return false;
  }
}

/** A client sends text (RFC 6455's, which JSON is), a burst of messages and then so many a second; otherwise its socket ends. */
function limitMessages(socket: WebSocket): void {
  let left: number = limits.messageBurst;
  let at = Date.now();
  socket.on('message', (_data, isBinary) => {
    if (isBinary) return socket.close(CloseCode.BadRequest, 'Invalid message received');
    const now = Date.now();
    left = Math.min(limits.messageBurst, left + ((now - at) / 1_000) * limits.messagesPerSecond) - 1;
    at = now;
    if (left < 0) socket.close(1013, 'Too many messages');
  });
}

/** A browser says which page opens a socket; only the hub's own pages may. Other clients send no Origin. */
function refusalOf(request: IncomingMessage): string | undefined {
  // a request line such as `//` is no URL, and nobody catches what this throws
  if (request.url?.split('?', 1)[0] !== '/graphql') return '404 Not Found';
  const { origin, host } = request.headers;
  if (origin === undefined) return undefined;
  return URL.canParse(origin) && new URL(origin).host === host ? undefined : '403 Forbidden';
}
