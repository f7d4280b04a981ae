import { sql } from '../../database';
import { type FeedEntry, feedHead, feedPage, positionOf } from '../../feed';
import { type GraphContext, invalid, notFound, type Results, type Row } from '../../graph';
import { localId } from '../../kernel';
import type { AcknowledgeFeedbackInput, AcknowledgementStage } from './feedback.type';

export type FeedRow = Row & FeedEntry;

/** A feed entry as the graph's executor takes rows. */
export const asRow = (entry: FeedEntry): FeedRow => ({ ...entry, __type: 'FeedbackEvent' });

const stages: Record<AcknowledgementStage, string> = {
  DELIVERED: 'delivered_at = coalesce(f.delivered_at, hub.clock())',
  SEEN: 'delivered_at = coalesce(f.delivered_at, hub.clock()), seen_at = coalesce(f.seen_at, hub.clock())',
  ACTED:
    'delivered_at = coalesce(f.delivered_at, hub.clock()), seen_at = coalesce(f.seen_at, hub.clock()), acted_at = coalesce(f.acted_at, hub.clock())',
};
const open: Record<AcknowledgementStage, string> = { DELIVERED: 'delivered_at', SEEN: 'seen_at', ACTED: 'acted_at' };

const acknowledgeThrough = (stage: AcknowledgementStage) =>
  sql(
    `feedback.through.${stage}`,
    `with moved as (update hub.party_feed f set ${stages[stage]} where f.party = hub.viewer_party() and f.seq <= $1 and f.${open[stage]} is null returning seq)
     select count(*) as acknowledged from moved`,
  );
const acknowledgeEvents = (stage: AcknowledgementStage) =>
  sql(
    `feedback.events.${stage}`,
    `with moved as (update hub.party_feed f set ${stages[stage]} where f.party = hub.viewer_party() and f.seq = any ($1::bigint[]) and f.${open[stage]} is null returning seq)
     select count(*) as acknowledged from moved`,
  );
const findEvents = sql('feedback.find', 'select seq from graph.feed_entry where event_id = any ($1::uuid[])');

export class FeedbackService {
  /** A page of the viewer's own feed. A person's feed is read by her own roots, so here it is empty. */
  async page({ tx, services, viewer }: GraphContext, after: string | null, kinds: string[] | null, first: number) {
    const party = viewer.party ?? '';
    const head = await feedHead(tx);
    const position = await positionOf(tx, services.cursors, head, party, after);
    const from = 'reset' in position ? head.last : position.sequence;
    const found = first > 0 || 'reset' in position ? await feedPage(tx, from, head.last, kinds, first + 1) : [];
    const entries = found.slice(0, first).map(asRow);
    const cursor = (entry: FeedEntry) => services.cursors.sign({ party, sequence: entry.seq, event: entry.event_hash });
    const [oldest, newest] = [entries[0], entries.at(-1)];
    return {
      nodes: entries,
      edges: entries.map((node) => ({ cursor: cursor(node), node })),
      pageInfo: {
        hasNextPage: found.length > first || (first === 0 && head.last > from),
        hasPreviousPage: from > head.floor,
        startCursor: oldest ? cursor(oldest) : null,
        endCursor: newest ? cursor(newest) : null,
      },
      headSequence: head.last,
      headCursor: services.cursors.sign({
        party,
        sequence: head.last,
        event: head.last === head.floor ? head.floorHash : head.lastHash,
      }),
      reset: 'reset' in position ? { reason: position.reset, resumeFrom: position.resumeFrom } : null,
    };
  }

  async acknowledge({ tx, services, viewer }: GraphContext, input: AcknowledgeFeedbackInput): Promise<Results> {
    if (input.through == null && !input.eventIds?.length)
      throw invalid('Give through, or eventIds.', 'input', 'through');
    let acknowledged = 0;
    if (input.through != null) {
      const position = await positionOf(tx, services.cursors, await feedHead(tx), viewer.party ?? '', input.through);
      if ('reset' in position) throw invalid(`Not a place in your feed: ${position.reset}.`, 'input', 'through');
      acknowledged +=
        (await tx.one<{ acknowledged: number }>(acknowledgeThrough(input.stage), [position.sequence]))?.acknowledged ??
        0;
    }
    if (input.eventIds?.length) {
      const ids = [...new Set(input.eventIds.map((id) => localId('evt', id)))];
      const found = await tx.query<{ seq: number }>(findEvents, [ids]);
      if (found.length !== ids.length) throw notFound('input', 'eventIds');
      const places = found.map(({ seq }) => seq);
      acknowledged +=
        (await tx.one<{ acknowledged: number }>(acknowledgeEvents(input.stage), [places]))?.acknowledged ?? 0;
    }
    return { acknowledged };
  }
}
