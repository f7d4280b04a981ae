import { Recent } from '../../src/kernel';

describe('what is kept while it is used', () => {
  it('loses the one not used for longest where there are more than it holds', () => {
    const recent = new Recent<number>(2);
    recent.set('a', 1);
    recent.set('b', 2);
    expect(recent.get('a')).toBe(1);
    recent.set('c', 3);
    expect(['a', 'b', 'c'].map((key) => recent.get(key))).toEqual([1, undefined, 3]);
  });
});
