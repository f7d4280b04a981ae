import { Database, settingsOf } from '../../../src/database';
import { Sequencer } from '../../../src/feed';
import { createLogger } from '../../../src/kernel';
import { asAdmin } from '../../admin';
import type { Server } from '../../servers';
import { openAll } from '../../subscriber';
import type { Bench, Figure } from '../measurement';
import { figure, median } from '../ratios';
import { EVENTS } from './broadcast';
import { heads, type Party } from './parties';

/** Events a second that are asked for; the report says how many came about, and what the highest asks decides. */
const RATES = [100, 200, 300, 500];
const HEADLINE = 500;
const EVERY = 10;
const WRITERS = 8;

/**
 * From the commit of an event to its arrival at a subscriber's socket. This process is a node that writes: each event is a
 * transaction of its own, and its sequencer is woken after each commit. The hub is another node, with everybody connected.
 */
export async function latency(bench: Bench, hub: Server, parties: readonly Party[]): Promise<Record<string, Figure>> {
  const committed = new Map<string, number>();
  const times: number[] = [];
  const early = new Map<string, number[]>();
  const arrived = (text: string) => {
    const now = performance.now();
    const id = /"id":"evt_([^"]+)"/.exec(text)?.[1] ?? '';
    const at = committed.get(id);
    if (at === undefined) early.set(id, [...(early.get(id) ?? []), now]);
    else times.push(now - at);
  };
  const cursors = await heads(hub, parties);
  const subscribers = await openAll(
    parties.map(({ token }, i) => ({
      port: hub.port,
      token,
      query: EVENTS,
      variables: { after: cursors[i] },
      heard: arrived,
    })),
  );
  const writer = await Writer.start(bench);
  /** One round at a rate. */
  const round = async (rate: number): Promise<Round> => {
    times.length = 0;
    early.clear();
    const written = await writer.run(rate, bench.pace.seconds * 1_000, (id) => {
      committed.set(id, performance.now());
      // it arrived before this process had heard of its own commit
      for (const _ of early.get(id) ?? []) times.push(0);
    });
    await quiet(() => times.length);
    const sorted = times.toSorted((a, b) => a - b);
    const within = (share: number) => rounded(sorted[Math.floor(sorted.length * share)] ?? NaN);
    return { rate, reached: Math.round(written / bench.pace.seconds), p50: within(0.5), p99: within(0.99) };
  };
  const rounds: Round[] = [];
  try {
    await round(HEADLINE);
    for (let i = 1; i <= bench.pace.rounds; i++)
      for (const rate of RATES) {
        const found = await round(rate);
        rounds.push(found);
        const { reached, p50, p99 } = found;
        process.stderr.write(`  ${i}: ${reached} events/s of ${rate} asked, p50 ${p50} ms, p99 ${p99} ms\n`);
      }
  } finally {
    for (const subscriber of subscribers) subscriber.close();
    await writer.stop();
  }
  const asked = (title: string, of: (round: Round) => number, atMost?: number) =>
    figure(
      title,
      HEADLINE,
      Object.fromEntries(RATES.map((rate) => [rate, own(rounds.filter((each) => each.rate === rate).map(of), atMost)])),
    );
  return {
    commitToSocketP50Ms: asked(
      `commit to a subscriber's socket, half of them within, ms (${parties.length} sockets, at so many events/s asked)`,
      ({ p50 }) => p50,
      20,
    ),
    commitToSocketP99Ms: asked('… 99 of 100 within, ms', ({ p99 }) => p99, 100),
    eventsPerSecond: asked('… so many events/s came about', ({ reached }) => reached),
  };
}

interface Round {
  rate: number;
  reached: number;
  p50: number;
  p99: number;
}

const rounded = (value: number) => Number(value.toPrecision(3));
function own(samples: number[], atMost?: number): Omit<Figure, 'title'> {
  const value = median(samples);
  return { value, samples, ...(atMost !== undefined && { target: { atMost }, met: value <= atMost }) };
}

/** Until nothing more arrives. */
async function quiet(count: () => number): Promise<void> {
  for (let last = -1; last !== count();) {
    last = count();
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** A node that writes events, and moves them into the feeds. */
class Writer {
  private constructor(
    private readonly database: Database,
    private readonly sequencer: Sequencer,
    private readonly messages: readonly string[],
  ) {}

  static async start(bench: Bench): Promise<Writer> {
    const logger = createLogger('error');
    const { address, database } = bench;
    const opened = await Database.open({ address, database, logger, poolSize: WRITERS });
    const sequencer = new Sequencer(opened, logger);
    sequencer.start();
    return new Writer(opened, sequencer, await messagesOf(bench));
  }

  /** Writes at the rate asked, or as fast as it can; answers how many. */
  async run(rate: number, milliseconds: number, wrote: (id: string) => void): Promise<number> {
    let due = 0;
    let written = 0;
    let over = false;
    const work = async () => {
      const client = await this.database.connect();
      try {
        while (!over) {
          if (due < 1) {
            await new Promise((resolve) => setTimeout(resolve, 1));
            continue;
          }
          due -= 1;
          const message = this.messages[Math.floor(Math.random() * this.messages.length)] as string;
          const results = (await client.query(message)) as unknown as { rows: { id?: string }[] }[];
          const id = results.flatMap(({ rows }) => rows).find((row) => row.id)?.id;
          if (id) wrote(id);
          written += 1;
          this.sequencer.wake();
        }
      } finally {
        client.release();
      }
    };
    // what it could not keep up with is not owed for ever
    const clock = setInterval(() => (due = Math.min(due + (rate * EVERY) / 1_000, rate)), EVERY);
    const end = setTimeout(() => (over = true), milliseconds);
    await Promise.all(Array.from({ length: WRITERS }, work));
    clearInterval(clock);
    clearTimeout(end);
    return written;
  }

  async stop(): Promise<void> {
    await this.sequencer.stop();
    await this.database.close();
  }
}

/** One event of each of a thousand referrals, as its receiver reports it. */
async function messagesOf({ admin, database }: Bench): Promise<string[]> {
  return asAdmin(admin, database, async (client) => {
    const { rows } = await client.query<{ id: string; receiver: string }>(
      "select id, receiver_id as receiver from hub.referral where reference like 'LW-%' limit 1000",
    );
    return rows.map(({ id, receiver }) => {
      const settings = settingsOf(
        { kind: 'organisation', party: receiver, sector: 'PRIMARY_CARE', roles: [] },
        'loopwell_api',
        false,
      );
      return `begin; ${settings}; select hub.append_event('SUPPORT_RESUMED', '${id}') as id; commit`;
    });
  });
}
