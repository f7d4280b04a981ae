import type { FeedCursors } from '../kernel';
import { type FeedHead, type FeedPage, FROM_THE_OLDEST } from './feed.store';

/** Why a cursor cannot be resumed from. The client reads its state again, then resumes from `resumeFrom`. */
export type ResetReason = 'CURSOR_INVALID' | 'CURSOR_EXPIRED' | 'FEED_RESTORED';

/** A place in one feed and the hash of the event that stands there. */
export interface Place {
  sequence: number;
  event: string;
}
export interface Reset {
  reset: ResetReason;
  resumeFrom: string;
}
export type Position = Place | Reset;

/** Where a party's cursor says it is; without one, before the oldest event kept; undefined where it is no cursor of this feed. */
export function placeOf(cursors: FeedCursors, party: string, cursor?: string | null): Place | undefined {
  if (cursor == null) return { sequence: FROM_THE_OLDEST, event: '' };
  const place = cursors.open(cursor);
  return place?.party === party ? place : undefined;
}

/**
 * Where in this party's feed a place stands, by the page read after it. A place that now holds another event, or none, means that
 * the log was restored or lost writes: the client is told, never left in silence.
 */
export function positionOf(
  cursors: FeedCursors,
  party: string,
  place: Place | undefined,
  { head, stands }: Pick<FeedPage, 'head' | 'stands'>,
): Position {
  const reset = (reason: ResetReason): Reset => ({ reset: reason, resumeFrom: oldestOf(cursors, party, head) });
  if (!place) return reset('CURSOR_INVALID');
  if (place.sequence === FROM_THE_OLDEST) return { sequence: head.floor, event: head.floorHash };
  if (place.sequence < head.floor) return reset('CURSOR_EXPIRED');
  if (place.sequence === 0) return { sequence: 0, event: '' };
  const event = place.sequence === head.floor ? head.floorHash : stands;
  return event === place.event ? { sequence: place.sequence, event } : reset('FEED_RESTORED');
}

const oldestOf = (cursors: FeedCursors, party: string, { floor, floorHash }: FeedHead) =>
  cursors.sign({ party, sequence: floor, event: floorHash });
