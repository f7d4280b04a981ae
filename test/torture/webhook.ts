import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { operator } from '../../src/access';
import { asIdentity, sql } from '../../src/database';
import { secretOf } from '../../src/server';
import type { Cleanup } from './cleanup';
import { SECRET } from './cluster';
import { type Envelope, type Follower, timed, type TimedArrival } from './subscribers';
import type { Member, World } from './world';

const add = sql(
  'torture.webhook',
  `insert into hub.webhook (organisation_id, url, position, position_hash)
   select $1::uuid, $2, coalesce(p.seq, 0), coalesce(p.hash, '') from (values (1)) one (row)
   left join lateral hub.feed_place(case when $3 then null else $1::uuid end) p on true returning id`,
);

/** A receiver of signed webhooks, which takes each at once: the feed without anybody asking. */
export class WebhookReceiver implements Follower {
  readonly arrivals: TimedArrival[] = [];
  readonly resets: string[] = [];
  readonly closings = new Map<string, number>();
  readonly channel = 'webhook';
  readonly open = true;
  last = 0;
  connections = 0;
  socket?: Socket;
  private readonly numbers = new WeakMap<Socket, number>();
  private verifier?: Webhook;

  private constructor(
    readonly reader: string,
    readonly party: string,
  ) {}

  /** Adds one for this organisation, as `loopwell webhooks add` does: from the oldest event kept, or from now on. */
  static async open(
    { database }: World,
    member: Member,
    fromStart: boolean,
    cleanup: Cleanup,
  ): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver(`${member.ods} webhook`, member.party);
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        response.statusCode = receiver.take(request, body) ? 204 : 400;
        response.end();
      });
    });
    cleanup.add(() => {
      server.close();
      server.closeAllConnections();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const row = await asIdentity(database, operator, (tx) =>
      tx.one<{ id: string }>(add, [member.party, url, fromStart]),
    );
    receiver.verifier = new Webhook(secretOf(SECRET, row?.id ?? '', 1));
    return receiver;
  }

  stop(): void {
    // it ends with its server
  }

  private take({ headers, socket }: IncomingMessage, body: string): boolean {
    try {
      this.verifier?.verify(body, headers as Record<string, string>);
    } catch {
      this.resets.push('a signature that does not hold');
      return false;
    }
    if (!this.numbers.has(socket)) this.numbers.set(socket, ++this.connections);
    this.socket = socket;
    const { data } = JSON.parse(body) as { data: { feedback: Envelope } };
    const { feedback } = data;
    if (feedback.__typename === 'FeedReset') this.resets.push(feedback.reason ?? '');
    else {
      this.last = Math.max(this.last, feedback.sequence);
      this.arrivals.push(timed(feedback, this.numbers.get(socket) ?? 0, socket.bytesRead));
    }
    return true;
  }
}
