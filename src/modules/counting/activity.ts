import { GraphQLError } from 'graphql';
import { Arg, Ctx, ID, Resolver, Root, Subscription } from 'type-graphql';
import { asIdentity, hasState, sql } from '../../database';
import { declaredType, FeedCursor, type GraphContext, lazily } from '../../graph';
import { endable, localId, pause } from '../../kernel';
import { Network } from '../organisations';
import { NetworkActivity } from './activity.type';
import type { SuppressedCount } from './counting.type';

interface Hour {
  starts: Date;
  received: SuppressedCount;
  accepted: SuppressedCount;
  declined: SuppressedCount;
  attended: SuppressedCount;
  missed: SuppressedCount;
  closed: SuppressedCount;
}
type Activity = Hour & { network: string; cursor: string };

const HOUR = 3_600_000;
/** Hours told to a reader without a cursor. */
const FROM_YESTERDAY = 24;
/** Hours read at a time. */
const PAGE = 100;
/** How long after its end an hour is asked for; hub.network_activity closes it a minute late. In milliseconds. */
const LATE = 62_000;

const read = sql('counting.activity', 'select * from hub.network_activity($1, $2, $3)');

interface SubscribeData {
  args: { network: string; after?: string | null };
  context: Pick<GraphContext, 'services' | 'viewer'>;
}

@Resolver()
export class NetworkActivityResolver {
  @Subscription(() => NetworkActivity, {
    subscribe: ({ args, context }: SubscribeData) => follow(context, args.network, args.after),
    description:
      "One message per closed hour: suppressed counts, resumable. For a network's commissioner, under its agreement there; without a cursor, from a day ago.",
  })
  networkActivity(
    @Root() { network, starts, ...counts }: Activity,
    @Ctx() { loaders }: GraphContext,
    @Arg('network', () => ID, { description: 'Global id, net_….' }) _network: string,
    @Arg('after', () => FeedCursor, { nullable: true, description: 'Resume after the hour of this cursor.' })
    _after?: string | null,
  ) {
    const to = new Date(starts.getTime() + HOUR);
    const known = { ...counts, from: starts, to };
    return lazily(known, { network: () => loaders.one(declaredType(Network), network) }) as never;
  }
}

async function follow(context: SubscribeData['context'], id: string, after: string | null | undefined) {
  const { cursors } = context.services;
  const network = localId('net', id);
  const place = after == null ? undefined : cursors.open(after);
  if (after != null && place?.party !== network) throw refused("A cursor must come from this network's activity.");
  const now = Math.floor(Date.now() / HOUR);
  const next = place ? place.sequence + 1 : now - FROM_YESTERDAY;
  // asked once before the stream begins, so that who may not is told at once
  await hours(context, network, next, 0);
  return endable((signal) => activity(context, network, next, signal));
}

async function* activity(
  context: SubscribeData['context'],
  network: string,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<Activity> {
  const { cursors } = context.services;
  for (let next = from; !signal.aborted;) {
    for (const hour of await hours(context, network, next, PAGE)) {
      const sequence = hour.starts.getTime() / HOUR;
      if (signal.aborted) return;
      yield { ...hour, network, cursor: cursors.sign({ party: network, sequence, event: '' }) };
      next = sequence + 1;
    }
    await pause(Math.min(HOUR, Math.max(1_000, (next + 1) * HOUR + LATE - Date.now())), signal);
  }
}

/** Closed hours, read through today's eyes: an agreement that has ended ends the stream. */
async function hours({ services, viewer }: SubscribeData['context'], network: string, from: number, most: number) {
  try {
    const values = [network, new Date(from * HOUR), most];
    return await asIdentity(services.database, viewer, (tx) => tx.query<Hour>(read, values), { readOnly: true });
  } catch (error) {
    if (!hasState(error, 'NOT_PERMITTED')) throw error;
    throw refused('No such network, or its counts are not for you.');
  }
}

const refused = (message: string) => new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } });
