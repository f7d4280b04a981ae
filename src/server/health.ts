import type { FastifyInstance } from 'fastify';
import { whyUnready } from '../database';
import type { Hub } from './hub';

/** /livez: this process turns. /readyz: it can serve; a load balancer sends traffic only then. */
export function registerHealth(app: FastifyInstance, hub: Hub): void {
  app.get('/livez', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const checks = { stopping: hub.stopping ? 'the hub is stopping' : 'ok', database: await databaseState(hub) };
    const ready = Object.values(checks).every((state) => state === 'ok');
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'not ready', checks });
  });
}

async function databaseState(hub: Hub): Promise<string> {
  try {
    return (await whyUnready(async (text) => (await hub.services.database.pool.query(text)).rows)) ?? 'ok';
  } catch (error) {
    // a migration has the tables for itself, for longer than requests wait
    return (error as { code?: string }).code === '55P03' ? 'being migrated' : 'unreachable';
  }
}
