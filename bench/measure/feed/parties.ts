import { signDemoToken } from '../../../src/access';
import { ODS_SYSTEM } from '../../../src/kernel';
import { asAdmin } from '../../admin';
import { BENCH_ORGANISATION } from '../../data';
import { send } from '../../load';
import type { Server } from '../../servers';
import type { Bench } from '../measurement';

export interface Party {
  id: string;
  ods: string;
  token: string;
}

/** As many organisations of one network as there are to be subscribers, each with an agreement and a token; the first offers a service. */
export function gather({ admin, database }: Bench, count: number): Promise<{ parties: Party[]; service: string }> {
  return asAdmin(admin, database, async (client) => {
    await client.query(
      `with made as (insert into hub.organisation (name, sector)
         select 'Party ' || n, 'VOLUNTARY' from generate_series(1, $1 - (select count(*)::integer from hub.organisation)) n returning id),
       named as (insert into hub.organisation_identifier (organisation_id, system, value)
         select id, '${ODS_SYSTEM}', 'P' || row_number() over () from made)
       insert into hub.sharing_agreement select made.id, n.id, '2020-01-01', '2099-12-31' from made, hub.network n`,
      [count],
    );
    await client.query(
      'insert into hub.network_member (network_id, organisation_id) select n.id, o.id from hub.network n, hub.organisation o on conflict do nothing',
    );
    const { rows } = await client.query<{ id: string; ods: string }>(
      `select o.id, i.value as ods from hub.organisation o join hub.organisation_identifier i on i.organisation_id = o.id
       order by i.value <> $1, i.value limit $2`,
      [BENCH_ORGANISATION, count],
    );
    const { rows: made } = await client.query<{ id: string }>(
      `insert into hub.service (organisation_id, source, external_id, name, description, categories, raw_hash)
       values ($1, 'bench', 'news', 'News', '', '{}', '') returning id`,
      [rows[0]?.id],
    );
    const parties = await Promise.all(
      rows.map(async (row) => ({ ...row, token: await signDemoToken({ org: row.ods, roles: ['provider'] }) })),
    );
    return { parties, service: `srv_${made[0]?.id}` };
  });
}

/** Where each party's feed ends now, so that its subscriber hears only what is new. */
export async function heads({ port }: Server, parties: readonly Party[]): Promise<string[]> {
  const cursors: string[] = [];
  for (const { token } of parties) {
    const headers = { authorization: `Bearer ${token}` };
    const body = JSON.stringify({ query: '{ feedback(first: 0) { headCursor } }' });
    const answer = await send({ port, path: '/graphql', headers, expect: 'headCursor', body });
    cursors.push((JSON.parse(answer ?? '') as { data: { feedback: { headCursor: string } } }).data.feedback.headCursor);
  }
  return cursors;
}
