import { type ClientRequest, request } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { Random } from '../support/random-operation';
import { until } from '../support/until';
import type { Doors } from './cluster';
import type { Arrival, Heard } from './ledger';

const FEED = `subscription Feed($after: FeedCursor) { feedback(after: $after) { __typename
  ... on FeedbackEvent { id sequence cursor kind occurredAt reference referral { id } }
  ... on FeedHeartbeat { cursor } ... on FeedReset { reason resumeFrom } } }`;

export interface Envelope {
  __typename: 'FeedbackEvent' | 'FeedHeartbeat' | 'FeedReset';
  id: string;
  sequence: number;
  cursor: string;
  kind: string;
  occurredAt: string;
  reference: string | null;
  referral: { id: string } | null;
  reason?: string;
  resumeFrom?: string | null;
}

/** An event with when it came and where in its connection's bytes it ended. */
export interface TimedArrival extends Arrival {
  at: number;
  /** Milliseconds since it happened, by one machine's clock. */
  lag: number;
  /** It showed what became of a referral. */
  telling: boolean;
  connection: number;
  offset: number;
}

/** An envelope that came just now. */
export function timed(envelope: Envelope, connection: number, offset: number): TimedArrival {
  const { id, sequence, kind, reference, referral, occurredAt } = envelope;
  const at = Date.now();
  return {
    id,
    sequence,
    kind,
    reference,
    at,
    lag: at - Date.parse(occurredAt),
    telling: kind !== 'ACCESS_ENDED' || referral !== null,
    connection,
    offset,
  };
}

/** Whoever follows a feed to the end, by whatever channel. */
export interface Follower extends Heard {
  readonly channel: Channel | 'webhook';
  readonly arrivals: TimedArrival[];
  readonly resets: readonly string[];
  readonly closings: ReadonlyMap<string, number>;
  readonly last: number;
  readonly open: boolean;
  readonly connections: number;
  readonly socket?: Socket;
  stop(): void;
}

export type Channel = 'socket' | 'stream';

export interface ReaderOptions {
  name: string;
  party: string;
  token: string;
  channel: Channel;
  doors: Doors;
  random: Random;
  /** Resume from here; otherwise from the oldest event kept. */
  after?: string;
  /** Does not read once it has subscribed. */
  frozen?: boolean;
}

/** Longest wait before a lost connection is tried again, in milliseconds. */
const LONGEST_WAIT = 500;

/** One subscriber: follows a party's feed over a socket or server-sent events, and resumes from its cursor wherever it can. */
export class Reader implements Follower {
  readonly arrivals: TimedArrival[] = [];
  readonly resets: string[] = [];
  readonly closings = new Map<string, number>();
  received = 0;
  last = 0;
  cursor?: string;
  connections = 0;
  /** The hub has taken the subscription. */
  open = false;
  socket?: Socket;
  port = 0;
  private end: () => void = () => undefined;
  private resume: () => void = () => undefined;
  private stopped = false;
  private failures = 0;
  private timer?: NodeJS.Timeout;

  constructor(readonly options: ReaderOptions) {
    this.cursor = options.after;
  }

  get channel(): Channel {
    return this.options.channel;
  }

  get reader(): string {
    return this.options.name;
  }

  get party(): string {
    return this.options.party;
  }

  /** Connects, and again after every end, to any node. */
  start(): void {
    if (this.stopped) return;
    this.connections += 1;
    this.port = this.options.doors.pick(this.options.random);
    if (this.options.channel === 'socket') this.openSocket();
    else this.openStream();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.end();
  }

  /** Offline until resumed: no cursor is lost by it. */
  async goOffline(): Promise<void> {
    const gone = this.open;
    this.stop();
    if (gone) await until('the connection is closed', () => !this.open);
  }

  comeBack(): void {
    this.stopped = false;
    this.start();
  }

  /** A frozen reader reads again. */
  thaw(): void {
    this.options.frozen = false;
    this.resume();
  }

  private lost(why: string): void {
    this.open = false;
    this.socket = undefined;
    this.closings.set(why, (this.closings.get(why) ?? 0) + 1);
    if (this.stopped) return;
    this.failures += 1;
    const wait = Math.min(LONGEST_WAIT, 10 * 2 ** this.failures) * (0.5 + this.options.random.next() / 2);
    this.timer = setTimeout(() => this.start(), wait);
  }

  private openSocket(): void {
    const socket = new WebSocket(`ws://127.0.0.1:${this.port}/graphql`, 'graphql-transport-ws');
    const send = (message: object) => socket.send(JSON.stringify(message));
    this.end = () => socket.terminate();
    socket.on('open', () => {
      this.socket = (socket as unknown as { _socket: Socket })._socket;
      send({ type: 'connection_init', payload: { authorization: `Bearer ${this.options.token}` } });
    });
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as { type: string; payload?: { data?: { feedback: Envelope } } };
      if (message.type === 'next') this.take(message.payload?.data?.feedback, socket);
      else if (message.type === 'ping') send({ type: 'pong' });
      else if (message.type === 'connection_ack') {
        this.open = true;
        send({ id: '1', type: 'subscribe', payload: { query: FEED, variables: { after: this.cursor } } });
        if (this.options.frozen) this.freeze(socket);
      } else socket.terminate(); // an error or the end of the subscription: begin again
    });
    socket.on('error', () => undefined);
    socket.on('close', (code) => this.lost(String(code)));
  }

  /** Reads nothing more, but answers the hub's pings unseen, so that it is not taken for dead. */
  private freeze(socket: WebSocket): void {
    socket.pause();
    const pongs = setInterval(() => socket.pong(), 5_000);
    socket.once('close', () => clearInterval(pongs));
    this.resume = () => socket.resume();
  }

  private openStream(): void {
    const asked: ClientRequest = request({
      port: this.port,
      host: '127.0.0.1',
      path: '/graphql/stream',
      method: 'POST',
      agent: false,
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${this.options.token}`,
      },
    });
    this.end = () => asked.destroy();
    let ended = false;
    const over = (why: string) => {
      if (ended) return;
      ended = true;
      asked.destroy();
      this.lost(why);
    };
    asked.on('error', () => over('lost'));
    asked.on('response', (response) => {
      this.socket = response.socket;
      this.open = response.statusCode === 200;
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        for (let at = text.indexOf('\n\n'); at >= 0; at = text.indexOf('\n\n')) {
          const block = text.slice(0, at);
          text = text.slice(at + 2);
          const data = /^data: (.*)$/m.exec(block)?.[1];
          if (data && block.startsWith('event: next'))
            this.take((JSON.parse(data) as { data?: { feedback: Envelope } }).data?.feedback);
        }
      });
      if (this.options.frozen) response.pause();
      response.on('close', () => over(response.statusCode === 200 ? 'closed' : String(response.statusCode)));
    });
    asked.end(JSON.stringify({ query: FEED, variables: { after: this.cursor } }));
  }

  private take(envelope: Envelope | undefined, socket?: WebSocket): void {
    if (!envelope) return void socket?.terminate();
    this.failures = 0;
    if (envelope.__typename === 'FeedReset') {
      this.resets.push(envelope.reason ?? '');
      this.cursor = envelope.resumeFrom ?? undefined;
      return;
    }
    this.cursor = envelope.cursor;
    if (envelope.__typename === 'FeedHeartbeat') return;
    this.received += 1;
    this.last = Math.max(this.last, envelope.sequence);
    this.arrivals.push(timed(envelope, this.connections, this.socket?.bytesRead ?? 0));
  }
}
