import { checkAnswers } from '../answers';
import { scaleOf } from '../data';
import { authorization, dashboardFor } from '../operations';
import { alternate, type Turn } from '../rounds';
import { startOwn } from '../servers';
import type { Bench, Findings, Measurement } from './measurement';
import { costPerRow, figure, ratioOf, samplesOf } from './ratios';

const ROWS = 50;
const LIMIT = { atMost: 1.3 };

/** The dashboard query as the tables grow: the same hub on data sets of several sizes, each in a database of its own. */
export const growth: Measurement = {
  name: 'growth',
  async measure(bench: Bench): Promise<Findings> {
    const sizes = [...bench.growth].sort((a, b) => a - b);
    const [smallest, ...larger] = sizes;
    const largest = larger.at(-1);
    if (smallest === undefined || largest === undefined)
      throw new Error('Growth needs two sizes at least: --growth 10000,100000');
    const turns: Turn[] = [];
    for (const people of sizes) {
      const place = { address: bench.address, database: await bench.databaseOf(people) };
      const server = await startOwn('hub', 'hub.js', {
        BENCH_DATABASE: JSON.stringify(place),
        BENCH_POOL: String(bench.connections),
      });
      const target = {
        port: server.port,
        path: '/graphql',
        headers: await authorization(),
        body: dashboardFor('hub', ROWS),
        expect: '{"data":{"referrals":',
      };
      await checkAnswers([{ name: `the hub with ${people} people`, target }], []);
      turns.push({ server, at: people, target });
    }
    const samples = await alternate(turns, bench.pace);
    await Promise.all(turns.map(({ server }) => server.stop()));
    const cost = costPerRow(() => ROWS);
    const grown = larger.map((people) => [
      people,
      ratioOf(samplesOf(samples, 'hub', people), samplesOf(samples, 'hub', smallest), cost, LIMIT),
    ]);
    const contacts = (people: number) => scaleOf(people).contacts.toLocaleString('en');
    const title = `cost per row, ${contacts(largest)} contacts against ${contacts(smallest)}`;
    return {
      what: `dashboard query, ${ROWS} rows a page`,
      unit: 'people',
      headline: largest,
      samples,
      growth: { table: figure(title, largest, Object.fromEntries(grown)) },
    };
  },
};
