import { createHash, randomUUID } from 'node:crypto';
import { getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import type { Viewer } from '../../access';
import { asSequencer } from '../../database';
import type { FeedMessage } from '../../feed';
import { pause } from '../../kernel';
import { isRevoked, type Services, splice } from '../../graph';
import { ENVELOPE, secretOf } from './envelope';
import { post, type Posted } from './post';

/** A lease lasts this long after a node's last sign of life, and is renewed at every look; in milliseconds. */
const LEASE = 15_000;
/** How often a node looks for what has changed, in milliseconds. */
const LOOK = 1_000;
const FOREVER = new Date(8.64e15);

interface Leased {
  id: string;
  organisation_id: string;
  sector: string;
  url: string;
  generation: number;
  overlapping: boolean;
  created_at: Date;
  position: number;
  position_hash: string;
  wait_ms: number;
}

/** Where one of these has changed, it is followed anew: another secret, or the feed of another organisation. */
const FOLLOWED_BY = ['generation', 'overlapping', 'organisation_id'] as const;

/** A webhook that this node follows. */
interface Followed {
  readonly webhook: Leased;
  readonly stop: AbortController;
  /** When it is to try again, by the monotonic clock; in milliseconds. */
  restsUntil: number;
  done: Promise<void>;
}

async function rest(followed: Followed, milliseconds: number): Promise<void> {
  followed.restsUntil = performance.now() + milliseconds;
  await pause(milliseconds, followed.stop.signal);
}

/** Sends every webhook what its organisation hears, in order, one event at a time; each is followed by one node. */
export class WebhookSender {
  private readonly node = randomUUID();
  private readonly following = new Map<string, Followed>();
  private timer?: NodeJS.Timeout;
  private ended = false;

  constructor(
    private readonly services: Services,
    private readonly allowPrivate: boolean,
  ) {}

  start(): void {
    void this.look();
  }

  async stop(): Promise<void> {
    this.ended = true;
    clearTimeout(this.timer);
    for (const { stop } of this.following.values()) stop.abort();
    await Promise.all([...this.following.values()].map(({ done }) => done));
    await this.asSequencer('select hub.release_webhooks($1)', [this.node]).catch(() => undefined);
  }

  /** Renews leases, takes free ones over, follows what is new and lets go of what is gone or has changed. */
  private async look(): Promise<void> {
    try {
      const leased = (await this.asSequencer('select * from hub.lease_webhooks($1, make_interval(secs => $2))', [
        this.node,
        LEASE / 1_000,
      ])) as Leased[];
      const wanted = new Map(leased.map((webhook) => [webhook.id, webhook]));
      for (const [id, { webhook, stop, restsUntil }] of this.following) {
        const now = wanted.get(id);
        const changed = FOLLOWED_BY.some((named) => now?.[named] !== webhook[named]);
        // an operator has said that it is mended: the next look follows it anew, long before it would try again by itself
        const calledFor = now?.wait_ms === 0 && restsUntil > performance.now() + LOOK;
        if (!now || changed || calledFor) stop.abort();
      }
      for (const webhook of leased) if (!this.following.has(webhook.id) && !this.ended) this.follow(webhook);
    } catch (error) {
      this.services.logger.warn({ err: (error as Error).message }, 'could not look after webhooks; it tries again');
    }
    if (!this.ended) this.timer = setTimeout(() => void this.look(), LOOK);
  }

  private follow(webhook: Leased): void {
    const followed: Followed = { webhook, stop: new AbortController(), restsUntil: 0, done: Promise.resolve() };
    this.following.set(webhook.id, followed);
    const { signal } = followed.stop;
    followed.done = this.deliver(followed)
      .catch((error: Error) => {
        if (!signal.aborted) this.services.logger.warn({ webhook: webhook.id, err: error.message }, 'a webhook rests');
      })
      .finally(() => this.following.delete(webhook.id));
  }

  /** One follower: from the place delivered last, one message after the other; after a failure it waits, and reads again. */
  private async deliver(followed: Followed): Promise<void> {
    const { webhook } = followed;
    const { signal } = followed.stop;
    await rest(followed, webhook.wait_ms);
    let place = { sequence: webhook.position, event: webhook.position_hash };
    while (!signal.aborted) {
      const messages = this.messages(webhook, place);
      const end = () => void messages.return(undefined);
      signal.addEventListener('abort', end);
      try {
        for await (const message of messages) {
          if (signal.aborted) return;
          if (message.type === 'heartbeat') continue;
          const { id, body, passed } = this.written(webhook, message);
          const posted = await this.post(webhook, id, body);
          if (!posted.ok) {
            const wait = await this.failed(webhook, posted);
            if (wait === null) return;
            await rest(followed, wait);
            break;
          }
          place = passed;
          const values = [webhook.id, this.node, place.sequence, place.event, posted.result];
          const [row] = await this.asSequencer('select hub.webhook_delivered($1, $2, $3, $4, $5) as ours', values);
          if (!(row as { ours: boolean }).ours) return;
          if (message.type === 'reset') break;
        }
      } catch (error) {
        if (!isRevoked(error)) throw error;
        await this.failed(webhook, { ok: false, gone: true, result: 'REVOKED' });
        return;
      } finally {
        signal.removeEventListener('abort', end);
        await messages.return(undefined);
      }
    }
  }

  private messages(webhook: Leased, place: { sequence: number; event: string }): AsyncGenerator<FeedMessage> {
    const { streams, reads, cursors } = this.services;
    const viewer: Viewer = {
      kind: 'organisation',
      party: webhook.organisation_id,
      sector: webhook.sector,
      roles: ['webhook'],
      purpose: 'direct-care',
      expiresAt: FOREVER,
      // so that a revocation of all that the organisation was given ends this too
      issuedAt: webhook.created_at,
    };
    const document = parse(ENVELOPE);
    const operation = getOperationAST(document) as OperationDefinitionNode;
    const key = createHash('sha256').update(ENVELOPE).digest('hex');
    const request = { requestId: randomUUID(), key, document, operation, variables: {} };
    const read = reads.deliveries.readerOf(request, streams.rows);
    const after = cursors.sign({ party: webhook.organisation_id, ...place });
    return streams.follow(viewer, { after, read });
  }

  private written(webhook: Leased, message: Exclude<FeedMessage, { type: 'heartbeat' }>) {
    const { cursors } = this.services;
    if (message.type === 'reset') {
      const { reason, resumeFrom } = message;
      const oldest = cursors.open(resumeFrom) ?? { sequence: 0, event: '' };
      const data = JSON.stringify({ feedback: { __typename: 'FeedReset', reason, resumeFrom } });
      return { id: `reset_${randomUUID()}`, body: bodyOf('feed.reset', data), passed: oldest };
    }
    const { entry } = message;
    if (!('text' in entry)) throw new Error('the envelope must be declared');
    const { seq, event_hash } = entry;
    const cursor = cursors.sign({ party: webhook.organisation_id, sequence: seq, event: event_hash });
    const data = splice(entry.text, entry, () => cursor);
    const { feedback } = JSON.parse(data) as { feedback: { id: string; kind: string } };
    return { id: feedback.id, body: bodyOf('feed.event', data), passed: { sequence: seq, event: event_hash } };
  }

  private post(webhook: Leased, id: string, body: string): Promise<Posted> {
    const { secret } = this.services;
    const secrets = [secretOf(secret, webhook.id, webhook.generation)];
    if (webhook.overlapping) secrets.push(secretOf(secret, webhook.id, webhook.generation - 1));
    return post({ url: webhook.url, id, body, secrets, allowPrivate: this.allowPrivate });
  }

  /** When to try again; null once it is parked, which is an alarm. */
  private async failed(webhook: Leased, { result, gone }: Posted): Promise<number | null> {
    const values = [webhook.id, this.node, result, gone];
    const [row] = await this.asSequencer('select hub.webhook_failed($1, $2, $3, $4) as wait', values);
    const { wait } = row as { wait: number | null };
    const about = { webhook: webhook.id, organisation: webhook.organisation_id, result };
    if (wait === null)
      this.services.logger.error(about, 'a webhook was parked: loopwell webhooks retry, once it is mended');
    else this.services.logger.warn({ ...about, wait }, 'a webhook did not take its event');
    return wait;
  }

  private asSequencer(text: string, values: unknown[]): Promise<object[]> {
    return asSequencer(this.services.database, text, values);
  }
}

/** Standard Webhooks asks for type, timestamp and data; data is what a GraphQL answer would hold. */
const bodyOf = (type: string, data: string) =>
  `{"type":"${type}","timestamp":"${new Date().toISOString()}","data":${data}}`;
