import { startOwn } from '../../servers';
import type { Bench, Findings, Measurement } from '../measurement';
import { broadcast } from './broadcast';
import { latency } from './latency';
import { gather } from './parties';
import { resume } from './resume';

const SUBSCRIBERS = 1_000;
/** The parties' feeds are what counts here; of people there need not be many. */
const PEOPLE = 2_000;

/** The feed: one event to everybody, one event to its parties, a hundred thousand to one who was away. */
export const feed: Measurement = {
  name: 'feed',
  async measure(bench: Bench): Promise<Findings> {
    const own = { ...bench, database: await bench.databaseOf(PEOPLE) };
    const { parties, service } = await gather(own, SUBSCRIBERS);
    const { address, database, connections } = own;
    const node = (name: string) =>
      startOwn(name, 'hub.js', {
        BENCH_DATABASE: JSON.stringify({ address, database }),
        BENCH_POOL: String(connections),
      });
    const hub = await node('hub');
    const writer = await node('writer');
    const { samples, figures } = await broadcast(own, hub, writer, parties, service);
    await writer.stop();
    const commits = await latency(own, hub, parties);
    const [away] = parties;
    const backlog = away && (await resume(own, hub, away));
    await hub.stop();
    return {
      what: 'one event to every socket, deliveries',
      unit: 'sockets',
      headline: SUBSCRIBERS,
      samples,
      feed: { ...figures, ...commits, ...backlog },
    };
  },
};
