import type { FeedPlace } from '../../feed';
import { SPLICE } from './json';

const PLACES = new RegExp(`${SPLICE}(sequence|previous_sequence|cursor)${SPLICE}`);
/** News goes to a thousand feeds in a row: what lies between the places of a text, and their names in turn. */
let last = { text: '', parts: [''] };

/** Puts an entry's place in its feed into its rendered text; its cursor is signed where the text shows it. */
export function splice(text: string, { seq, previous_seq }: FeedPlace, cursor: () => string): string {
  if (last.text !== text) last = { text, parts: text.split(PLACES) };
  const place = (name: string) => (name === 'cursor' ? `"${cursor()}"` : name === 'sequence' ? seq : previous_seq);
  let spliced = '';
  for (const [i, part] of last.parts.entries()) spliced += i % 2 ? place(part) : part;
  return spliced;
}
