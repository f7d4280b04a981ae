import type { FeedPlace } from '../../feed';
import { SPLICE } from './json';

const PLACES = new RegExp(`${SPLICE}(sequence|previous_sequence|cursor)${SPLICE}`, 'g');

/** Puts an entry's place in its feed into its rendered text. */
export function splice(text: string, { seq, previous_seq }: FeedPlace, cursor: string): string {
  const values: Record<string, string> = {
    sequence: String(seq),
    previous_sequence: String(previous_seq),
    cursor: `"${cursor}"`,
  };
  return text.replace(PLACES, (_all, name: string) => values[name] ?? 'null');
}
