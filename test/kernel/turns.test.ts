import { Turns } from '../../src/kernel';

describe('turns', () => {
  /** Carries out so many of each kind, asked for at once behind one that is under way; in which order they came. */
  const orderOf = async (others: number, hurried: number) => {
    const turns = new Turns(1);
    const order: string[] = [];
    const ask = (name: string, inHurry: boolean) => turns.take(async () => void order.push(name), inHurry);
    await Promise.all([
      ask('first', false),
      ...Array.from({ length: others }, (_, i) => ask(`other ${i}`, false)),
      ...Array.from({ length: hurried }, (_, i) => ask(`hurried ${i}`, true)),
    ]);
    return order.slice(1);
  };

  it('go first to those in a hurry, and one in four to the others', async () => {
    expect(await orderOf(3, 5)).toEqual([
      'hurried 0',
      'hurried 1',
      'hurried 2',
      'other 0',
      'hurried 3',
      'hurried 4',
      'other 1',
      'other 2',
    ]);
  });

  it('are taken by so many at a time, and freed by work that fails', async () => {
    const turns = new Turns(2);
    let working = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, (working += 1));
      await new Promise((resolve) => setImmediate(resolve));
      working -= 1;
      throw new Error('failed');
    };
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => turns.take(work)));
    expect(results.map(({ status }) => status)).toEqual(Array(10).fill('rejected'));
    expect([most, working]).toEqual([2, 0]);
  });
});
