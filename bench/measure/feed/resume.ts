import { asAdmin } from '../../admin';
import { memoryOf } from '../../memory';
import type { Server } from '../../servers';
import { Subscriber } from '../../subscriber';
import type { Bench, Figure } from '../measurement';
import { median } from '../ratios';
import { EVENTS } from './broadcast';
import type { Party } from './parties';

const BACKLOG = 100_000;
const ROUNDS = 3;

/** A party that was away for a hundred thousand events comes back. */
export async function resume(bench: Bench, hub: Server, party: Party): Promise<Record<string, Figure>> {
  await leave(bench, party);
  const rates: number[] = [];
  const grown: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = memoryOf(hub.pid, 'VmHWM');
    const began = performance.now();
    await readAll(hub, party);
    rates.push(Math.round(BACKLOG / ((performance.now() - began) / 1_000)));
    grown.push(Math.round((memoryOf(hub.pid, 'VmHWM') - before) / 2 ** 20));
    process.stderr.write(`  resume: ${rates.at(-1)} events/s, ${grown.at(-1)} MiB more at the most\n`);
  }
  const value = median(rates);
  return {
    resumeEventsPerSecond: {
      title: `a cursor ${BACKLOG} events old, events a second`,
      value,
      samples: rates,
      target: { atLeast: 10_000 },
      met: value >= 10_000,
    },
    resumeMemoryMiB: {
      title: '… and how far the node’s peak of memory rose, MiB',
      value: median(grown),
      samples: grown,
    },
  };
}

async function readAll(hub: Server, party: Party): Promise<void> {
  let left = BACKLOG;
  let subscriber: Subscriber | undefined;
  await new Promise<void>((resolve, reject) => {
    const heard = () => {
      if ((left -= 1) === 0) resolve();
    };
    Subscriber.open({ port: hub.port, token: party.token, query: EVENTS, heard }).then(
      (opened) => (subscriber = opened),
      reject,
    );
  });
  subscriber?.close();
}

/** Writes the backlog into the log and the party's feed in bulk, over its own referrals. */
async function leave({ admin, database }: Bench, { id }: Party): Promise<void> {
  await asAdmin(admin, database, async (client) => {
    await client.query('begin; set local session_replication_role = replica');
    await client.query('delete from hub.party_feed where party = $1', [id]);
    await client.query(
      `with own as (select id, reference, row_number() over (order by id) as n, count(*) over () as of from hub.referral where receiver_id = $1),
       written as (insert into hub.event (kind, referral_id, reference, actor_id, audience, disclosures)
         select 'ATTENDANCE_RECORDED', own.id, own.reference, $1, array[$1::uuid], '{FULL}' from generate_series(1, $2) k join own on own.n = 1 + k % own.of
         returning ordinal, referral_id)
       insert into hub.party_feed (party, seq, event_ordinal, referral_id, disclosure, sent_at)
       select $1, row_number() over (order by ordinal), ordinal, referral_id, 'FULL', now() from written`,
      [id, BACKLOG],
    );
    await client.query(
      `insert into hub.feed_head (party, last_seq) values ($1, $2) on conflict (party) do update set last_seq = $2, floor_seq = 0, floor_hash = null`,
      [id, BACKLOG],
    );
    await client.query('commit');
    await client.query('analyze hub.party_feed; analyze hub.event');
  });
}
