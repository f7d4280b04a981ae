import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import { auditStatement, operator, Touched } from '../access';
import { asIdentity, Database, sql, type Statement } from '../database';
import { createLogger } from '../kernel';
import { readEnvironment } from './config';
import { explainUnreachable } from './database';
import { CommandError, exitCode, say } from './exit';
import { reach } from './import';

interface Options {
  dataDir: string;
}

/** What only whoever runs the hub may do. The database decides, and the audit trail says that it was done. */
async function asOperator<Row>(
  name: string,
  statement: Statement,
  values: unknown[],
  { dataDir }: Options,
): Promise<Row[]> {
  const env = readEnvironment();
  const ready = await reach(env, path.resolve(dataDir));
  const logger = createLogger(env.LOOPWELL_LOG_LEVEL);
  const database = await Database.open({ ...ready, logger, poolSize: 1 }).catch(explainUnreachable);
  const entry = { requestId: randomUUID(), operation: name, action: 'WRITE', outcome: 'OK' } as const;
  try {
    return await asIdentity(database, operator, (tx) => tx.query<Row>(statement, values), {
      last: () => auditStatement(operator, entry, new Touched()),
    });
  } catch (error) {
    throw explained(error as Error & { code?: string });
  } finally {
    await database.close();
    await ready.stop();
  }
}

/** The guard's refusals name no one, and say what is wrong. */
function explained(error: Error & { code?: string }): Error {
  if (!['LW404', 'LW409', '22P02'].includes(error.code ?? '')) return error;
  return new CommandError(`Nothing was changed: ${error.message}.`, exitCode.usage);
}

const close = sql('operate.close', 'select hub.close_organisation($1) as count');
const merge = sql('operate.merge', 'select hub.merge_organisation($1, $2) as count');
const leave = sql('operate.leave', 'select hub.practitioner_leaves($1) as count');
const reviews = sql('operate.reviews', 'select * from hub.match_reviews()');
const decide = sql('operate.decide', 'select hub.decide_review($1, $2) as decision');

type Counted = { count: number };

export async function closeOrganisation(ods: string, options: Options): Promise<void> {
  const [row] = await asOperator<Counted>('organisation close', close, [ods], options);
  say(`${ods} is closed; ${row?.count ?? 0} open referrals were returned to who sent them`);
}

export async function mergeOrganisation(ods: string, into: string, options: Options): Promise<void> {
  const [row] = await asOperator<Counted>('organisation merge', merge, [ods, into], options);
  say(`${ods} is now part of ${into}, which took over ${row?.count ?? 0} referrals`);
}

export async function practitionerLeaves(id: string, options: Options): Promise<void> {
  const [row] = await asOperator<Counted>('practitioner leave', leave, [id], options);
  say(`${id} has left; ${row?.count ?? 0} open referrals are assigned to nobody now`);
}

/** Pairs that may be one person: where they agree, never the values. */
export async function listReviews(options: Options): Promise<void> {
  const rows = await asOperator<object>('review list', reviews, [], options);
  for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
  if (!rows.length) say('no pairs to review');
}

export async function decideReview(id: string, decision: 'MERGED' | 'SEPARATE', options: Options): Promise<void> {
  await asOperator('review decide', decide, [id, decision], options);
  say(decision === 'MERGED' ? 'they are one person now; `review separate` undoes it' : 'they are two persons');
}
