import { randomInt } from 'node:crypto';

/** Letters and digits that are not mistaken for one another when read out on the telephone. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A referral's reference for people: random, so that it tells neither order nor number. 30^8 values. */
export function newReference(): string {
  const pick = () => Array.from({ length: 4 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return `LW-${pick()}-${pick()}`;
}
