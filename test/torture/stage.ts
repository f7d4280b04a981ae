import { Random } from '../support/random-operation';
import { until } from '../support/until';
import { Cleanup } from './cleanup';
import { Cluster, type Doors } from './cluster';
import { Ledger } from './ledger';
import { Postgres } from './postgres';
import { type Follower, Reader, type ReaderOptions } from './subscribers';
import { WebhookReceiver } from './webhook';
import { makeWorld, type Member, type World } from './world';
import { Writers } from './writers';

/** What a run is asked for. */
export interface TortureOptions {
  seed: number;
  /** How long the load lasts at the least. */
  seconds: number;
  eventsPerSecond: number;
  subscribers: number;
  /** Organisations that have a webhook besides. */
  webhooks: number;
  kills: number;
  postgresKills: number;
  nodes: number;
  /** Pairs of a practice and its link workers. */
  pairs: number;
  /** Events that an offline subscriber has to catch up with. */
  backlog: number;
  frozenReaders: number;
  /** Of the points where the hub may die, every nth. */
  everyPoint: number;
  say: (text: string) => void;
}

/** One scenario's PostgreSQL, nodes, organisations, writers and readers. */
export class Stage {
  readonly ledger = new Ledger();
  readonly readers: Follower[] = [];

  private constructor(
    readonly postgres: Postgres,
    readonly cluster: Cluster,
    readonly world: World,
    readonly random: Random,
    readonly cleanup: Cleanup,
  ) {}

  /** `reach` gives the nodes another way to the database, such as past a proxy. */
  static async set(
    options: TortureOptions,
    cleanup: Cleanup,
    { nodes = options.nodes, reach = async (direct: Postgres['address']) => direct } = {},
  ): Promise<Stage> {
    const postgres = await Postgres.start(cleanup);
    const world = await makeWorld(postgres, options.pairs, cleanup);
    const cluster = await Cluster.start(await reach(postgres.address), nodes, cleanup);
    const stage = new Stage(postgres, cluster, world, new Random(options.seed), cleanup);
    cleanup.add(() => stage.readers.forEach((reader) => reader.stop()));
    return stage;
  }

  writers(doors: Doors = this.cluster): Writers {
    return new Writers(this.world, doors, this.ledger, this.random);
  }

  reader(member: Member, more: Partial<ReaderOptions> = {}): Reader {
    const reader = new Reader({
      name: `${member.ods} ${this.readers.length}`,
      party: member.party,
      token: member.token,
      channel: 'socket',
      doors: this.cluster,
      random: this.random,
      ...more,
    });
    this.readers.push(reader);
    reader.start();
    return reader;
  }

  /** Readers spread over all organisations, every fourth by server-sent events; and a webhook of each of the first few. */
  async readersFor(count: number, webhooks = 0): Promise<Follower[]> {
    const members = this.world.pairs.flatMap(({ practice, receiver }) => [practice, receiver]);
    const readers = Array.from({ length: count }, (_, i) =>
      this.reader(members[i % members.length] as Member, { channel: i % 4 === 3 ? 'stream' : 'socket' }),
    );
    await until('every reader is connected', () => readers.every(({ open }) => open), 60_000);
    for (const member of members.slice(0, webhooks)) this.readers.push(await this.webhook(member, true));
    return readers;
  }

  webhook(member: Member, fromStart: boolean): Promise<WebhookReceiver> {
    return WebhookReceiver.open(this.world, member, fromStart, this.cleanup);
  }

  /** The newest place of each party's feed, once nothing is left to be put into one. */
  async heads(limitMs = 60_000): Promise<Map<string, number>> {
    await until(
      'every event is in its feeds',
      async () => {
        const [row] = await this.postgres.asAdmin<{ empty: boolean }>(
          'select not exists (select from hub.outbox_pending) as empty',
        );
        return row?.empty;
      },
      limitMs,
    );
    const rows = await this.postgres.asAdmin<{ party: string; last: number }>(
      'select party, last_seq::integer as last from hub.feed_head',
    );
    return new Map(rows.map(({ party, last }) => [party, last]));
  }

  /** Waits until every reader is at the end of its feed; gives how long that took. What does not come is the ledger's to find. */
  async settle(limitMs = 120_000): Promise<number> {
    const from = Date.now();
    const heads = await this.heads(limitMs).catch(() => new Map<string, number>());
    const behind = () => this.readers.filter(({ party, last }) => last < (heads.get(party) ?? 0));
    await until('every reader has caught up', () => behind().length === 0, limitMs).catch(() => undefined);
    return Date.now() - from;
  }
}
