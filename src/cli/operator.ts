import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import { auditStatement, operator, Touched } from '../access';
import { asIdentity, Database, hasState, type Transaction } from '../database';
import { createLogger } from '../kernel';
import { readEnvironment } from './config';
import { explainUnreachable } from './database';
import { CommandError, exitCode } from './exit';
import { reach } from './import';

/** What only whoever runs the hub may do. The database decides, and the audit trail says that it was done. */
export async function asOperator<Result>(
  name: string,
  { dataDir }: { dataDir: string },
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const env = readEnvironment();
  const ready = await reach(env, path.resolve(dataDir));
  const logger = createLogger(env.LOOPWELL_LOG_LEVEL);
  const database = await Database.open({ ...ready, logger, poolSize: 1 }).catch(explainUnreachable);
  const entry = { requestId: randomUUID(), operation: name, action: 'WRITE', outcome: 'OK' } as const;
  try {
    return await asIdentity(database, operator, work, { last: () => auditStatement(operator, entry, new Touched()) });
  } catch (error) {
    throw explained(error as Error & { code?: string });
  } finally {
    await database.close();
    await ready.stop();
  }
}

/** The guard's refusals name no one, and say what is wrong. */
function explained(error: Error & { code?: string }): Error {
  if (!hasState(error, 'NOT_FOUND', 'CONFLICT') && error.code !== '22P02') return error;
  return new CommandError(`Nothing was changed: ${error.message}.`, exitCode.usage);
}
