import type { FeedPage } from './feed.store';
import type { StreamEntry } from './stream';

/** A page, how many entries it was asked for, and when it was read. */
export interface Read extends FeedPage<StreamEntry> {
  limit: number;
  readAt: number;
}

/** Entries read at a time, at first and at the most: a reader that stands still holds no more than two of these. */
const FIRST_PAGE = 16;
const PAGE = 100;
/**
 * A page that takes longer to read asks for much of each entry, and the next is half as long; not shorter than half of the first,
 * or a busy machine would make many small reads of few large ones. In milliseconds.
 */
const SLOW = 150;
/** What was read longer ago is read again before it is sent: access may have ended meanwhile. In milliseconds. */
const FRESH = 50;
export const isFresh = (readAt: number): boolean => performance.now() - readAt <= FRESH;

/** How much a reader gets at a time. */
export class Pace {
  /** Takes whatever comes, at once: so the next page may be read while this one is sent. */
  swift = false;
  private limit = FIRST_PAGE;

  async read(page: (limit: number) => Promise<FeedPage<StreamEntry>>): Promise<Read> {
    const { limit } = this;
    const begun = performance.now();
    const found = await page(limit);
    const readAt = performance.now();
    this.limit = readAt - begun > SLOW ? Math.max(FIRST_PAGE >> 1, limit >> 1) : Math.min(PAGE, limit * 2);
    return { ...found, limit, readAt };
  }

  /** So many of a page's entries went out while it was fresh, some of them without waiting. */
  sent(count: number, pushed: number, of: number): void {
    this.swift = pushed === of;
    // a slow reader gets as much at a time as it takes while that is fresh
    if (count < of) this.limit = count;
  }
}
