import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Client } from 'pg';
import { acceptBody, acceptTarget, captureAccept, type Acceptance } from '../capture';
import { stock } from '../data';
import { send } from '../load';
import { alternate, type Turn } from '../rounds';
import { type Server, startOwn } from '../servers';
import type { Bench, Findings, Measurement } from './measurement';
import { ratioOf, samplesOf, speed } from './ratios';

/** Referrals made for each second of load: more than any machine accepts in it. */
const STOCK = 2_500;
const ONE = 1;
/** How many acceptances warm up what is captured. */
const WARM_UP = 5;

/** Accepting a referral, with event and audit, against the same messages sent by plain pg. */
export const mutation: Measurement = {
  name: 'mutation',
  async measure(bench: Bench): Promise<Findings> {
    const admin = new Client({ ...bench.admin, database: bench.database });
    await admin.connect();
    try {
      const fresh = async (count: number): Promise<Acceptance[]> =>
        (await stock(admin, randomUUID(), count)).map((id) => ({ id, key: randomUUID() }));
      const job = await captureAccept(bench, await fresh(WARM_UP), bench.connections);
      const { address, database } = bench;
      const limit = await startOwn('limit', 'limit.js', { LIMIT_JOB: JSON.stringify(job) });
      // its sequencer moves the events of both into the feeds, as it would in production
      const hub = await startOwn('hub', 'hub.js', {
        BENCH_DATABASE: JSON.stringify({ address, database }),
        BENCH_POOL: String(bench.connections),
      });
      const turns = await Promise.all([limit, hub].map((server) => turnOf(server, fresh, bench.pace.seconds)));
      await sameEffects(admin, turns, await fresh(turns.length));
      const samples = await alternate(turns, bench.pace);
      await Promise.all([limit.stop(), hub.stop()]);
      const of = (server: Server) => samplesOf(samples, server.name, ONE);
      return {
        what: `accepting a referral, ${job.messages.length} messages to PostgreSQL`,
        unit: 'referral a request',
        headline: ONE,
        samples,
        ratios: {
          mutationVsPlainSql: {
            title: 'accepting a referral against the same statements sent by plain pg',
            ...ratioOf(of(hub), of(limit), speed, { atLeast: 0.5 }),
          },
        },
      };
    } finally {
      await admin.end();
    }
  },
};

/** Each turn begins with referrals nobody has touched, made before its time counts. */
async function turnOf(server: Server, fresh: (count: number) => Promise<Acceptance[]>, seconds: number): Promise<Turn> {
  const isHub = server.name === 'hub';
  let left: Acceptance[] = [];
  const body = () => {
    const next = left.pop();
    return next && (isHub ? acceptBody(next) : JSON.stringify(next));
  };
  const target = isHub
    ? await acceptTarget(server.port)
    : { port: server.port, path: '/', headers: {}, expect: 'ACCEPTED' };
  return {
    server,
    at: ONE,
    target: { ...target, body },
    before: async () => {
      left = await fresh(Math.ceil(STOCK * seconds));
    },
  };
}

/** What an acceptance leaves behind, without what differs from one referral to the next. */
const EFFECTS = `select r.status, r.version, array(select p.updated_at > p.received_at from hub.referral_party p where p.referral_id = r.id) as parties,
    array(select concat(e.kind, cardinality(e.audience)) from hub.event e where e.referral_id = r.id) as events,
    array(select concat(a.operation, a.action, a.outcome, cardinality(a.person_ids)) from hub.audit a where r.id = any (a.referral_ids)) as audit,
    (select count(*) from hub.idempotency i where i.key = $2) as keys
  from hub.referral r where r.id = $1`;

/** Both must have done the same, or their speeds cannot be compared. */
async function sameEffects(admin: Client, turns: readonly Turn[], referrals: readonly Acceptance[]): Promise<void> {
  const effects: unknown[] = [];
  for (const [i, { server, target }] of turns.entries()) {
    const acceptance = referrals[i] as Acceptance;
    const body = server.name === 'hub' ? acceptBody(acceptance) : JSON.stringify(acceptance);
    const text = await send({ ...target, body });
    if (!text?.includes(acceptance.id)) throw new Error(`${server.name} answers with another referral: ${text}`);
    effects.push((await admin.query(EFFECTS, [acceptance.id, acceptance.key])).rows);
  }
  if (!isDeepStrictEqual(effects[0], effects[1]))
    throw new Error(`the hub and plain pg write different things: ${JSON.stringify(effects)}`);
}
