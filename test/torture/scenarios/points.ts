import type { Client } from 'pg';
import { until } from '../../support/until';
import type { Cleanup } from '../cleanup';
import type { Node } from '../cluster';
import { conclude, NOTHING, type Scenario, unanswered } from '../scenario';
import { Stage, type TortureOptions } from '../stage';
import type { Reader } from '../subscribers';
import { ClientWire, DatabaseWire, type Direction, type MessageFault } from '../wire';
import type { Open, Writers } from '../writers';

/** No answer under test has more bytes. */
const ENOUGH = 5_000;
/** A message that only connections new to a statement have may not come this time. */
const TRIES = 3;
const DIRECTIONS: readonly Direction[] = ['to the database', 'from the database'];
/** Bytes to the client from one point to the next. */
const STRIDE = { cut: 16, kill: 128 };
type Way = 'cut' | 'kill';
const COMMITTED = 'after commit';

/** A mutation, or a page of a feed that is rendered: what the message that begins it holds. */
const WRITE = (text: string) => text.includes('savepoint attempt_0');
const SEQUENCE = (text: string) => text.includes('feed.sequence');
const PAGE = (text: string) => /; (?:execute|prepare) /.test(text);
const NOTIFICATION = (text: string, direction: Direction) => direction === 'from the database' && text.startsWith('A');

/** The hub dies, or loses its connection, before each message of an accepted referral and of one delivery, in both directions. */
export const points: Scenario = {
  name: 'points',
  title:
    'One connection is cut, or the node killed with SIGKILL, before each message to and from the database and the client',
  async run(options, cleanup) {
    const run = await Enumeration.begin(options, cleanup);
    for (const way of ['cut', 'kill'] as const) {
      for (const direction of DIRECTIONS) await run.databaseMessages('accept', WRITE, direction, way);
      await run.answerBytes(way);
      for (const direction of DIRECTIONS) await run.databaseMessages('sequence', SEQUENCE, direction, way);
      await run.databaseMessages('notify', NOTIFICATION, 'from the database', way);
      for (const direction of DIRECTIONS) await run.databaseMessages('deliver', PAGE, direction, way);
      await run.eventBytes(way);
    }
    return run.end();
  },
};

class Enumeration {
  private readonly struck = new Map<string, string[]>();
  private kills = 0;
  private restart: Promise<void> = Promise.resolve();
  private target = 0;

  private constructor(
    private readonly options: TortureOptions,
    private readonly stage: Stage,
    private readonly node: Node,
    private readonly wire: DatabaseWire,
    private readonly client: ClientWire,
    private readonly writers: Writers,
    private readonly reader: Reader,
    private readonly referral: Open,
    private readonly holder: Client,
  ) {}

  static async begin(options: TortureOptions, cleanup: Cleanup): Promise<Enumeration> {
    let wire: DatabaseWire | undefined;
    const reach = async (direct: Parameters<typeof DatabaseWire.start>[0]) =>
      (wire = await DatabaseWire.start(direct, cleanup)).address;
    const stage = await Stage.set({ ...options, pairs: 1 }, cleanup, { nodes: 1, reach });
    const [node] = stage.cluster.nodes;
    const [pair] = stage.world.pairs;
    if (!node || !pair || !wire) throw new Error('the stage is empty');
    const client = await ClientWire.start(node, cleanup);
    const writers = stage.writers(client);
    const reader = stage.reader(pair.practice, { doors: client });
    stage.reader(pair.receiver);
    const referral = await writers.start(pair);
    await until('the reader is up to date', () => reader.last === 3);
    const holder = await stage.postgres.connect();
    cleanup.add(() => holder.end());
    return new Enumeration(options, stage, node, wire, client, writers, reader, referral, holder);
  }

  async end() {
    const { stage, writers } = this;
    await this.restart;
    const settledMs = await stage.settle();
    const { totals, faults, details } = conclude(stage);
    const [twice] = await stage.postgres.asAdmin<{ count: number }>(
      "select count(*)::integer as count from hub.referral where version <> 2 and status = 'ACCEPTED'",
    );
    if (twice?.count) faults.push(`${twice.count} referrals were accepted other than once`);
    const struck = Object.fromEntries(this.struck);
    for (const [what, met] of this.struck) if (!met.length) faults.push(`nothing was struck: ${what}`);
    // the points between a commit and its acknowledgement are what this is about
    for (const way of ['cut', 'kill'])
      if (
        this.options.everyPoint === 1 &&
        !struck[`${way} while it would accept, from the database`]?.includes(COMMITTED)
      )
        faults.push(`no ${way} between the commit and its acknowledgement`);
    return {
      ...NOTHING,
      ...totals,
      kills: this.kills,
      faults,
      details: {
        points: [...this.struck.values()].reduce((sum, met) => sum + met.length, 0),
        struck,
        settledMs,
        ...details,
        unansweredAttempts: unanswered(writers),
      },
    };
  }

  /**
   * Strikes before each message of a conversation. They are told apart by name, because a connection that is new to a statement has
   * more of them than one that has it prepared; those that turn up on the way are struck too.
   */
  async databaseMessages(what: Step, begins: MessageFault['begins'], direction: Direction, way: Way): Promise<void> {
    const met = this.listFor(`${way} while it would ${what}, ${direction}`);
    const points = new Set<string>();
    const attempt = async (point?: string) => {
      await this.restart;
      await this.carryOut(what, () => this.wire.arm({ begins, direction, point, strike: () => this.strike(way) }));
      const struck = this.wire.disarm();
      // the sequencer goes on with its next rounds for as long as nobody ends it: the first is enough
      for (const each of this.wire.met) if (what !== 'sequence' || !/, \d+$/.test(each)) points.add(each);
      return struck;
    };
    await attempt();
    let place = 0;
    for (const point of points) {
      if (place++ % this.options.everyPoint) continue;
      let struck = false;
      for (let tries = 0; !struck && tries < TRIES; tries++) struck = await attempt(point);
      if (!struck) continue;
      met.push(point);
      this.options.say(`${way} ${direction}, ${what}: ${point}`);
    }
  }

  async answerBytes(way: Way): Promise<void> {
    await this.bytes('accept', way);
  }

  async eventBytes(way: Way): Promise<void> {
    await this.bytes('deliver', way);
  }

  private async bytes(what: Step, way: Way): Promise<void> {
    const met = this.listFor(`${way} while it would ${what}, after so many bytes to the client`);
    for (let passed = 0; passed < ENOUGH; passed += STRIDE[way] * this.options.everyPoint) {
      await this.restart;
      await this.carryOut(what, () => this.client.arm(passed, () => this.strike(way)));
      if (!this.client.disarm()) break;
      met.push(String(passed));
    }
  }

  private listFor(what: string): string[] {
    const met: string[] = [];
    this.struck.set(what, met);
    return met;
  }

  private strike(way: Way): void {
    if (way === 'cut') return;
    this.kills += 1;
    this.restart = this.node.kill().then(() => this.node.start());
  }

  /** One effect from its beginning to its end, with the fault armed on the way; ends when it has converged. */
  private async carryOut(what: Step, arm: () => void): Promise<void> {
    const { writers, reader } = this;
    if (what === 'accept') {
      const referral = await writers.open(this.referral.pair);
      await this.upToDate();
      arm();
      await writers.act(referral, 'acceptReferral', ['REFERRAL_ACCEPTED']);
      return;
    }
    await this.upToDate();
    if (what === 'sequence') await this.holdSequencer();
    else arm();
    const problem = await writers.appendOnce(this.referral, 'SUPPORT_PAUSED');
    if (problem) throw new Error(`an event could not be appended: ${problem}`);
    if (what === 'sequence') {
      await this.holder.query("select pg_advisory_unlock(hashtext('loopwell_sequencer'))");
      arm();
    }
    const target = this.target + 1;
    await until(`the reader has its event ${target}`, () => reader.last >= target, 60_000);
  }

  /** Nothing is under way, and the reader's subscription stands: what comes next is what is struck. */
  private async upToDate(): Promise<void> {
    const heads = await this.stage.heads();
    this.target = heads.get(this.reader.party) ?? 0;
    const { readers } = this.stage;
    await until(
      'the readers are up to date',
      () => readers.every(({ last, open }) => open && last >= this.target),
      60_000,
    );
  }

  /** The sequencer finds its lock taken, as by another node's, so that the next event waits for it. */
  private async holdSequencer(): Promise<void> {
    await this.holder.query("select pg_advisory_lock(hashtext('loopwell_sequencer'))");
  }
}

type Step = 'accept' | 'sequence' | 'notify' | 'deliver';
