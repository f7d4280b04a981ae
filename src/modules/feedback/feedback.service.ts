import { sql } from '../../database';
import { type FeedEntry, feedPage, placeOf, positionOf } from '../../feed';
import { type GraphContext, invalid, notFound, type Results, type Row } from '../../graph';
import { type FeedCursors, globalId, localId } from '../../kernel';
import { asksForAnswer, summaryOf } from './feedback.kinds';
import type { AcknowledgeFeedbackInput, AcknowledgementStage } from './feedback.type';

export type FeedRow = Row & FeedEntry;

/** A feed entry as the graph's executor takes rows: with the columns that ENVELOPE gives it where it is rendered. */
export const asRow = (entry: FeedEntry, cursors: FeedCursors, party: string): FeedRow => ({
  ...entry,
  __type: 'FeedbackEvent',
  global_id: globalId('evt', entry.event_id),
  sequence: entry.seq,
  previous_sequence: entry.previous_seq,
  cursor: cursors.sign({ party, sequence: entry.seq, event: entry.event_hash }),
  summary: summaryOf(entry.kind),
  requires_acknowledgement: asksForAnswer(entry.kind, entry.disclosure),
});

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
    const place = placeOf(services.cursors, party, after);
    const found = await feedPage(tx, place?.sequence ?? 0, kinds, first + 1);
    const { head } = found;
    const position = positionOf(services.cursors, party, place, found);
    const from = 'reset' in position ? head.last : position.sequence;
    const entries =
      'reset' in position ? [] : found.entries.slice(0, first).map((entry) => asRow(entry, services.cursors, party));
    const [oldest, newest] = [entries[0], entries.at(-1)];
    return {
      nodes: entries,
      edges: entries.map((node) => ({ cursor: node['cursor'], node })),
      pageInfo: {
        hasNextPage: entries.length < found.entries.length && !('reset' in position),
        hasPreviousPage: from > head.floor,
        startCursor: oldest?.['cursor'] ?? null,
        endCursor: newest?.['cursor'] ?? null,
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
      const place = placeOf(services.cursors, viewer.party ?? '', input.through);
      const page = await feedPage(tx, place?.sequence ?? 0, null, 0);
      const position = positionOf(services.cursors, viewer.party ?? '', place, page);
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
