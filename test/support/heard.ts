import type { TestHub } from './hub';
import { until } from './until';

/** Kinds of what an organisation has been sent about a referral, oldest first, once the feeds have caught up. */
export async function heardBy(hub: TestHub, ods: string, referral: string): Promise<string[]> {
  const { asAdmin } = hub.database;
  await until('all events are in the feeds', async () => !(await asAdmin('select from hub.outbox_pending')).length);
  const rows = await asAdmin<{ kind: string }>(
    `select e.kind from hub.party_feed f join hub.event e on e.ordinal = f.event_ordinal
     where f.party = $1 and f.referral_id = $2 order by f.seq`,
    [(await hub.organisation(ods)).slice(4), referral.slice(4)],
  );
  return rows.map(({ kind }) => kind);
}
