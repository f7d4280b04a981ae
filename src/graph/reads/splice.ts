import type { FeedPlace } from '../../feed';
import { SPLICE } from './json';

const PLACES = new RegExp(`${SPLICE}(sequence|previous_sequence|cursor)${SPLICE}`, 'g');

/** Puts an entry's place in its feed into its rendered text; its cursor is signed where the text shows it. */
export function splice(text: string, { seq, previous_seq }: FeedPlace, cursor: () => string): string {
  return text.replace(PLACES, (_all, name: string) => {
    if (name === 'cursor') return `"${cursor()}"`;
    return String(name === 'sequence' ? seq : previous_seq);
  });
}
