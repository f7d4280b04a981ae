import type { FastifyInstance } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Hub } from './hub';

/** Requests under way are cut off this long after the hub has told its sockets, in milliseconds; no statement takes as long. */
const DRAIN = 10_000;

/** A close may take as long as it does: the limit is for the start of plugins, of which there are few, and known. */
export const closing = { forceCloseConnections: true, pluginTimeout: 0 };

/**
 * Has requests that are under way answered before the server ends all its connections. Connections that only wait for a next request
 * would keep it for minutes; those that a browser opens ahead, for ever.
 */
export function drainBeforeClose(app: FastifyInstance, hub: Hub): void {
  const underWay = new Set<ServerResponse>();
  let answered: () => void = () => undefined;
  app.server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    if (hub.stopping) response.setHeader('connection', 'close');
    underWay.add(response);
    response.once('close', () => {
      underWay.delete(response);
      if (underWay.size === 0) answered();
    });
  });
  app.addHook('preClose', async () => {
    if (underWay.size === 0) return;
    await new Promise<void>((resolve) => {
      answered = resolve;
      setTimeout(resolve, DRAIN).unref();
    });
  });
}
