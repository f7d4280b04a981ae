import { sql, type Statement } from '../database';
import { say } from './exit';
import { asOperator } from './operator';

interface Options {
  dataDir: string;
}

const run = <Row>(name: string, statement: Statement, values: unknown[], options: Options): Promise<Row[]> =>
  asOperator(name, options, (tx) => tx.query<Row>(statement, values));

const close = sql('operate.close', 'select hub.close_organisation($1) as count');
const merge = sql('operate.merge', 'select hub.merge_organisation($1, $2) as count');
const leave = sql('operate.leave', 'select hub.practitioner_leaves($1) as count');
const reviews = sql('operate.reviews', 'select * from hub.match_reviews()');
const decide = sql('operate.decide', 'select hub.decide_review($1, $2) as decision');

type Counted = { count: number };

export async function closeOrganisation(ods: string, options: Options): Promise<void> {
  const [row] = await run<Counted>('organisation close', close, [ods], options);
  say(`${ods} is closed; ${row?.count ?? 0} open referrals were returned to who sent them`);
}

export async function mergeOrganisation(ods: string, into: string, options: Options): Promise<void> {
  const [row] = await run<Counted>('organisation merge', merge, [ods, into], options);
  say(`${ods} is now part of ${into}, which took over ${row?.count ?? 0} referrals`);
}

export async function practitionerLeaves(id: string, options: Options): Promise<void> {
  const [row] = await run<Counted>('practitioner leave', leave, [id], options);
  say(`${id} has left; ${row?.count ?? 0} open referrals are assigned to nobody now`);
}

/** Pairs that may be one person: where they agree, never the values. */
export async function listReviews(options: Options): Promise<void> {
  const rows = await run<object>('review list', reviews, [], options);
  for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
  if (!rows.length) say('no pairs to review');
}

export async function decideReview(id: string, decision: 'MERGED' | 'SEPARATE', options: Options): Promise<void> {
  await run('review decide', decide, [id, decision], options);
  say(decision === 'MERGED' ? 'they are one person now; `review separate` undoes it' : 'they are two persons');
}
