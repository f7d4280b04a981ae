import fc from 'fast-check';
import { FeedCursors } from '../../src/kernel';

const hex = (length: number) =>
  fc.string({ minLength: length, maxLength: length, unit: fc.constantFrom(...'0123456789abcdef') });
const place = fc.record({ party: fc.uuid(), sequence: fc.nat({ max: 2 ** 31 - 1 }), event: hex(12) });

describe('a cursor', () => {
  const cursors = new FeedCursors('a secret of this test');

  it('opens to the place it was signed for, whatever was signed before it', () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 5 }), (places) => {
        const signed = places.map((each) => cursors.sign(each));
        expect(signed.map((cursor) => cursors.open(cursor))).toEqual(places);
      }),
    );
  });

  it('holds nothing of the one before it where it has no party and no event', () => {
    const empty = { party: '', sequence: 0, event: '' };
    const before = cursors.sign(empty);
    fc.assert(
      fc.property(place, (other) => {
        cursors.sign(other);
        expect(cursors.sign(empty)).toBe(before);
      }),
    );
  });

  it('is refused with any character changed, and by a hub with another secret', () => {
    fc.assert(
      fc.property(place, fc.nat({ max: 50 }), (each, at) => {
        const cursor = cursors.sign(each);
        const i = at % (cursor.length - 1); // the last character has bits that say nothing
        const changed = cursor.slice(0, i) + (cursor[i] === 'A' ? 'B' : 'A') + cursor.slice(i + 1);
        expect(cursors.open(changed)).toBeUndefined();
        expect(new FeedCursors('another secret').open(cursor)).toBeUndefined();
      }),
    );
  });
});
