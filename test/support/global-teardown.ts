import type { EmbeddedPostgres } from '../../src/database/embedded';
import { TEMPLATE, withAdmin } from './global-setup';

export default async function tearDown(): Promise<void> {
  const { admin } = JSON.parse(process.env['LOOPWELL_TEST'] ?? '{}');
  await withAdmin(admin, (client) => client.query(`drop database if exists ${TEMPLATE} with (force)`));
  await (globalThis as { loopwellServer?: EmbeddedPostgres }).loopwellServer?.stop();
}
