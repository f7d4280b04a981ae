import type { Transaction } from '../database';
import type { FeedCursors } from '../kernel';
import { feedHashAt, type FeedHead } from './feed.store';

/** Why a cursor cannot be resumed from. The client reads its state again, then resumes from `resumeFrom`. */
export type ResetReason = 'CURSOR_INVALID' | 'CURSOR_EXPIRED' | 'FEED_RESTORED';

export type Position = { sequence: number; event: string } | { reset: ResetReason; resumeFrom: string };

/**
 * Where in this party's feed a cursor stands. A place that now holds another event, or none, means that the log was restored or
 * lost writes: the client is told, never left in silence.
 */
export async function positionOf(
  tx: Transaction,
  cursors: FeedCursors,
  head: FeedHead,
  party: string,
  cursor?: string | null,
): Promise<Position> {
  const oldest = cursors.sign({ party, sequence: head.floor, event: head.floorHash });
  if (cursor == null) return { sequence: head.floor, event: head.floorHash };
  const place = cursors.open(cursor);
  if (!place || place.party !== party) return { reset: 'CURSOR_INVALID', resumeFrom: oldest };
  if (place.sequence < head.floor) return { reset: 'CURSOR_EXPIRED', resumeFrom: oldest };
  if (place.sequence === 0) return { sequence: 0, event: '' };
  const stands = place.sequence === head.floor ? head.floorHash : await feedHashAt(tx, place.sequence);
  if (stands !== place.event) return { reset: 'FEED_RESTORED', resumeFrom: oldest };
  return { sequence: place.sequence, event: place.event };
}
