import { organisationByOds } from '../access';
import { sql, type Transaction } from '../database';
import { badAddress, secretOf } from '../server';
import { readEnvironment, secretOf as hubSecretOf } from './config';
import { CommandError, exitCode } from './exit';
import { asOperator } from './operator';

interface Options {
  organisation?: string;
  url?: string;
  fromStart?: boolean;
  json?: boolean;
  dataDir: string;
}

const add = sql(
  'webhooks.add',
  `insert into hub.webhook (organisation_id, url, position, position_hash)
   select o.id, $2, coalesce(p.seq, 0), coalesce(p.hash, '')
   from graph.organisation o left join lateral hub.feed_place(case when $3 then null else o.id end) p on true
   where o.id = ${organisationByOds('$1')} returning id`,
);
const list = sql(
  'webhooks.list',
  `select w.id, o.name as organisation, w.url, w.state, w.position, w.attempts, w.failing_since as "failingSince", w.last_result as "lastResult",
     case when w.attempts > 0 and w.state = 'ACTIVE' then w.next_attempt_at end as "nextAttempt"
   from hub.webhook w join graph.organisation o on o.id = w.organisation_id where w.state <> 'REMOVED' order by o.name, w.id`,
);
const retry = sql(
  'webhooks.retry',
  `update hub.webhook set state = 'ACTIVE', attempts = 0, failing_since = null, next_attempt_at = now()
   where id = $1 and state <> 'REMOVED' returning id`,
);
const rotate = sql(
  'webhooks.rotate',
  `update hub.webhook set generation = generation + 1, overlap_until = now() + interval '24 hours'
   where id = $1 and state <> 'REMOVED' returning generation`,
);
const remove = sql('webhooks.remove', "update hub.webhook set state = 'REMOVED' where id = $1 returning id");

/** `loopwell webhooks add|list|retry|rotate|remove`. */
export async function webhooks(action: string, id: string | undefined, options: Options): Promise<void> {
  const env = readEnvironment();
  const secret = () => hubSecretOf(env);
  const said = await asOperator(`webhooks ${action}`, options, (tx) =>
    carryOut(tx, action, id, options, secret, !env.DATABASE_URL),
  );
  process.stdout.write(`${said}\n`);
}

async function carryOut(
  tx: Transaction,
  action: string,
  id: string | undefined,
  options: Options,
  secret: () => string,
  allowPrivate: boolean,
): Promise<string> {
  if (action === 'list') return listed(await tx.query<Record<string, unknown>>(list), options.json ?? false);
  if (action === 'add') {
    if (!options.organisation || !options.url)
      throw new CommandError('add needs --organisation and --url.', exitCode.usage);
    const bad = badAddress(options.url, allowPrivate);
    if (bad) throw new CommandError(bad, exitCode.usage);
    const made = await tx.one<{ id: string }>(add, [options.organisation, options.url, options.fromStart ?? false]);
    if (!made) throw new CommandError('The directory has no organisation of that ODS code.', exitCode.usage);
    return `${made.id}\n${secretOf(secret(), made.id, 1)}`;
  }
  if (!id || !/^[0-9a-f-]{36}$/.test(id))
    throw new CommandError(`${action} needs the id of a webhook.`, exitCode.usage);
  const done = await tx.one<{ generation?: number }>({ retry, rotate, remove }[action] ?? remove, [id]);
  if (!done) throw new CommandError('There is no webhook of that id.', exitCode.usage);
  return action === 'rotate' ? secretOf(secret(), id, done.generation ?? 1) : id;
}

function listed(rows: Record<string, unknown>[], json: boolean): string {
  if (json) return JSON.stringify(rows);
  if (!rows.length) return 'No webhooks. Add one: npx loopwell webhooks add --organisation <ODS> --url https://…';
  return rows
    .map(({ id, organisation, url, state, position, attempts, lastResult }) =>
      [
        id,
        organisation,
        url,
        state,
        `delivered up to ${position}`,
        attempts ? `${attempts} failures, last ${lastResult}` : '',
      ]
        .filter(Boolean)
        .join('   '),
    )
    .join('\n');
}
