import fc from 'fast-check';
import { type Arrival, type Heard, judge, Ledger } from './ledger';

const KINDS = ['REFERRAL_RECEIVED', 'REFERRAL_ACCEPTED', 'SUPPORT_STARTED', 'SUPPORT_PAUSED', 'SUPPORT_RESUMED'];

/** Referrals by how many writes each had; all parties hear all. Every second referral's writer knows the events' ids. */
function world(lengths: readonly number[], parties: readonly string[], readersEach: number) {
  const ledger = new Ledger();
  const written: { id: string; kind: string; reference: string }[] = [];
  for (let step = 0; step < Math.max(0, ...lengths); step++) {
    lengths.forEach((length, referral) => {
      if (step >= length) return;
      const reference = `LW-${referral}`;
      const kind = KINDS[step < 3 ? step : 3 + ((step + 1) % 2)] ?? '';
      const id = `evt_${written.length}`;
      ledger.acknowledge(reference, [{ kind, parties, ...(referral % 2 && { event: id }) }]);
      written.push({ id, kind, reference });
    });
  }
  const heard = parties.flatMap((party) =>
    Array.from({ length: readersEach }, (_, i): Heard & { arrivals: Arrival[] } => ({
      reader: `${party} ${i}`,
      party,
      arrivals: written.map((event, place) => ({ ...event, sequence: place + 1 })),
    })),
  );
  return { ledger, heard, total: written.length };
}

/** Made anew by each property, which then spoils it. */
const worlds = fc
  .record({
    lengths: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 }),
    parties: fc.constantFrom(['a'], ['a', 'b'], ['a', 'b', 'c']),
    readers: fc.integer({ min: 1, max: 3 }),
    reader: fc.nat(),
    place: fc.nat(),
  })
  .filter(({ lengths }) => lengths.reduce((sum, length) => sum + length) >= 2);
type Shape = typeof worlds extends fc.Arbitrary<infer T> ? T : never;

const CLEAN = { lost: 0, duplicated: 0, gaps: 0, outOfOrder: 0, examples: [] };

/** A world, one of its readers, and a place in what that reader got. */
function sabotaged({ lengths, parties, readers, reader, place }: Shape) {
  const made = world(lengths, parties, readers);
  const victim = made.heard[reader % made.heard.length] as (typeof made.heard)[number];
  return { ...made, victim, place: place % made.total };
}
const at = (arrivals: readonly Arrival[], place: number) => arrivals[place] as Arrival;

describe('the ledger of acknowledged writes against what readers got', () => {
  it('finds nothing where everybody got everything, however often connections began anew', () => {
    fc.assert(
      fc.property(worlds, fc.infiniteStream(fc.boolean()), (shape, again) => {
        const { ledger, heard, total } = sabotaged(shape);
        const resumed = heard.map((each) => ({
          ...each,
          // a resumed stream may repeat what was under way
          arrivals: each.arrivals.flatMap((arrival) => (again.next().value ? [arrival, arrival] : [arrival])),
        }));
        const verdict = judge(ledger, resumed);
        expect(verdict).toMatchObject(CLEAN);
        expect(verdict).toMatchObject({
          acknowledged: total,
          expected: total * heard.length,
          delivered: total * heard.length,
        });
      }),
    );
  });

  it('finds an event that a reader never got, at the end of its feed or before', () => {
    fc.assert(
      fc.property(worlds, (shape) => {
        const { ledger, heard, victim, place, total } = sabotaged(shape);
        victim.arrivals.splice(place, 1);
        const { lost, gaps } = judge(ledger, heard);
        expect(lost).toBeGreaterThan(0);
        expect(gaps).toBe(place === total - 1 ? 0 : 1);
      }),
    );
  });

  it('finds an event that never reached a feed, though the feed has no gap', () => {
    fc.assert(
      fc.property(worlds, (shape) => {
        const { ledger, heard, victim, place } = sabotaged(shape);
        for (const each of heard.filter(({ party }) => party === victim.party)) {
          each.arrivals.splice(place, 1);
          each.arrivals.forEach((arrival, i) => (arrival.sequence = i + 1));
        }
        const { lost, gaps } = judge(ledger, heard);
        expect(lost).toBeGreaterThan(0);
        expect(gaps).toBe(0);
      }),
    );
  });

  it('finds an effect carried out twice: the same happening as two events', () => {
    fc.assert(
      fc.property(worlds, (shape) => {
        const { ledger, heard, victim, place, total } = sabotaged(shape);
        const twice = { ...at(victim.arrivals, place), id: 'evt_again', sequence: total + 1 };
        victim.arrivals.push(twice);
        expect(judge(ledger, heard).duplicated).toBeGreaterThan(0);
      }),
    );
  });

  it('finds one event at two places, and two events at one place', () => {
    fc.assert(
      fc.property(worlds, (shape) => {
        const { ledger, heard, victim, place, total } = sabotaged(shape);
        victim.arrivals.push({ ...at(victim.arrivals, place), sequence: total + 1 });
        expect(judge(ledger, heard).duplicated).toBeGreaterThan(0);
        victim.arrivals.pop();
        expect(judge(ledger, heard)).toMatchObject(CLEAN);
        victim.arrivals.push({ ...at(victim.arrivals, place), id: 'evt_other' });
        expect(judge(ledger, heard).duplicated).toBeGreaterThan(0);
      }),
    );
  });

  it('finds a swap in the order of arrival, and one in the feed itself', () => {
    fc.assert(
      fc.property(worlds, (shape) => {
        const { ledger, heard, victim, place, total } = sabotaged(shape);
        const first = Math.min(place, total - 2);
        const [one, two] = [at(victim.arrivals, first), at(victim.arrivals, first + 1)];
        victim.arrivals.splice(first, 2, two, one);
        expect(judge(ledger, heard).outOfOrder).toBe(1);
        // the feed numbers them the wrong way round: seen where they are of one referral, or where others hear them otherwise
        const swapped = [
          { ...two, sequence: one.sequence },
          { ...one, sequence: two.sequence },
        ];
        victim.arrivals.splice(first, 2, ...swapped);
        const alone = heard.filter(({ party }) => party === victim.party).length === 1;
        const seen = judge(ledger, heard).outOfOrder > 0;
        expect(seen).toBe(!alone || one.reference === two.reference);
      }),
    );
  });

  it('finds a place that was skipped', () => {
    fc.assert(
      fc.property(worlds, (shape) => {
        const { ledger, heard, victim, place } = sabotaged(shape);
        for (const each of heard.filter(({ party }) => party === victim.party))
          each.arrivals.slice(place).forEach((arrival) => (arrival.sequence += 1));
        expect(judge(ledger, heard)).toMatchObject({
          lost: 0,
          gaps: heard.filter(({ party }) => party === victim.party).length,
        });
      }),
    );
  });

  it('finds an event of a referral that nobody wrote', () => {
    const { ledger, heard, total } = world([2, 3], ['a'], 1);
    heard[0]?.arrivals.push({ id: 'evt_x', sequence: total + 1, kind: 'SUPPORT_PAUSED', reference: 'LW-other' });
    expect(judge(ledger, heard)).toMatchObject({ duplicated: 1, lost: 0 });
  });

  it('lets a write that nobody acknowledged come once or not at all, but not twice', () => {
    const outcomes = [[], ['evt_open'], ['evt_open', 'evt_second']].map((ids) => {
      const { ledger, heard, total } = world([2], ['a'], 1);
      ledger.leaveOpen('LW-0', { kind: 'SUPPORT_PAUSED', parties: ['a'], event: 'evt_open' });
      ids.forEach((id, i) =>
        heard[0]?.arrivals.push({ id, sequence: total + 1 + i, kind: 'SUPPORT_PAUSED', reference: 'LW-0' }),
      );
      const { lost, duplicated } = judge(ledger, heard);
      return { lost, duplicated };
    });
    expect(outcomes).toEqual([
      { lost: 0, duplicated: 0 },
      { lost: 0, duplicated: 0 },
      { lost: 0, duplicated: 1 },
    ]);
  });

  it('calls for nothing from a party that was not to hear', () => {
    const { ledger, heard } = world([2], ['a'], 1);
    ledger.acknowledge('LW-0', [{ kind: 'ATTENDANCE_RECORDED', parties: ['b'] }]);
    expect(judge(ledger, heard)).toMatchObject(CLEAN);
    expect(judge(ledger, [...heard, { reader: 'b 0', party: 'b', arrivals: [] }]).lost).toBe(1);
  });
});
