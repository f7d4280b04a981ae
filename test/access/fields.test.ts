import { TestHub } from '../support/hub';
import { type Rule, ruleOf, rules, seats, type Seat } from './field-rules';
import { carries, reachableFields } from './schema-walk';
import { type Findings, Survey } from './survey';

/** What a redaction calls a field: of the referral or the person itself its name, of what hangs on it with whose it is. */
const redactionOf = (field: string) => {
  const [type = '', name = ''] = field.split('.');
  return type === 'Referral' || type === 'Person' ? name : `${type[0]?.toLowerCase()}${type.slice(1)}.${name}`;
};

describe('every field of the schema', () => {
  let hub: TestHub;
  let fields: string[];
  let found: Survey['findings'];

  beforeAll(async () => {
    hub = await TestHub.start({ heartbeatEvery: 200 });
    const survey = await Survey.of(hub);
    fields = reachableFields(survey.schema);
    found = survey.findings;
  }, 120_000);
  afterAll(() => hub.stop());

  const of = (seat: Seat) => found.get(seat) as Findings;
  const cell = (seat: Seat, { cells }: Rule) => cells[seats.indexOf(seat)] as string;
  const ruled = () => fields.flatMap((field) => [ruleOf(field)].flatMap((rule) => (rule ? [{ field, rule }] : [])));

  const observed = (seat: Seat, field: string): string => {
    const { shown, redactions, mutations } = of(seat);
    const [type, name = ''] = field.split('.');
    if (type === 'Mutation') return mutations.get(name) ?? '-';
    const said = redactions.some(
      (each) => (each.of === 'Person') === (type === 'Person') && redactionOf(field) in each.said,
    );
    return shown.has(field) ? (said ? 'o' : 'a') : said ? 'r' : '-';
  };
  /** The lines that would say what the hub does now. */
  const suggest = (missing: string[]): string[] => {
    const lines = new Map<string, string[]>();
    for (const field of missing) {
      const cells = seats.map((seat) => observed(seat, field));
      const odd = cells.find((each) => each.length > 1);
      const [type = '', name = ''] = field.split('.');
      const text = odd ?? [0, 4, 8].map((from) => cells.slice(from, from + 4).join('')).join(' ');
      lines.set(`${type} ${text}`, [...(lines.get(`${type} ${text}`) ?? []), name]);
    }
    return [...lines].map(([key, names]) => {
      const [type = '', ...cells] = key.split(' ');
      const alone =
        names.length > 1 &&
        [...lines.keys()].filter((each) => each.startsWith(`${type} `)).length === 1 &&
        names.length === fields.filter((each) => each.startsWith(`${type}.`)).length;
      return `${type}.${alone ? '*' : names.length > 1 ? `{${names.join(',')}}` : names[0]} ${cells.join(' ')}`;
    });
  };

  it('has a rule, and every rule is about one', () => {
    const missing = suggest(fields.filter((field) => !ruleOf(field)));
    if (missing.length)
      throw new Error(
        `No rule for the fields below. Judge what the hub does now, correct the hub if it is wrong, and add to test/access/field-rules.ts:\n${missing.join('\n')}`,
      );
    const types = new Set(fields.map((field) => `${field.split('.')[0]}.*`));
    expect([...rules.keys()].filter((name) => !fields.includes(name) && !types.has(name))).toEqual([]);
    // all fields of a type alike, or each by itself: a new field of a type that differs is never let in by the way
    expect([...rules.keys()].filter((name) => !name.endsWith('*') && rules.has(`${name.split('.')[0]}.*`))).toEqual([]);
  });

  describe.each(seats.map((seat) => [seat.name, seat] as const))('by %s', (_name, seat) => {
    it('is shown, redacted or absent as its rule says', () => {
      const wrong = ruled().filter(({ field, rule }) => {
        const [expected, seen] = [cell(seat, rule), observed(seat, field)];
        return expected !== seen && !(rule.untold && expected === 'a' && seen === '-');
      });
      expect(wrong.map(({ field, rule }) => `${field}: ${cell(seat, rule)}, but ${observed(seat, field)}`)).toEqual([]);
    });

    it('is missed with the reason of its rule, and with no other', () => {
      for (const { of: type, said } of of(seat).redactions) {
        const expected = ruled()
          .filter(
            ({ field, rule }) =>
              (field.startsWith('Person.') ? 'Person' : 'Referral') === type && /[or]/.test(cell(seat, rule)),
          )
          .map(({ field, rule }) => [redactionOf(field), rule.reason]);
        expect(said).toEqual(Object.fromEntries(expected));
      }
    });

    it('holds nothing that somebody else wrote where the rule gives it its own part', () => {
      const { shown } = of(seat);
      const own = ruled().filter(({ rule }) => cell(seat, rule) === 'o');
      const foreign = own.flatMap(({ field }) => shown.text(field).match(/«[^»]+»/g) ?? []);
      expect(foreign.filter((text) => !text.includes(seat.caller))).toEqual([]);
    });

    it('is counted as it is shown, page by page', () => {
      expect(of(seat).shown.miscounted).toEqual([]);
    });

    it('is pushed as it is read: the same envelope, and in it the referral as read directly', () => {
      const { feed, referrals } = of(seat);
      expect(feed.pushed).toEqual(feed.queried);
      const heard = feed.pushed.filter((event) => event['reference'] !== null);
      expect(heard.length > 0).toBe([...referrals.values()].some((referral) => referral !== null));
      for (const { referral } of feed.pushed as { referral: { id: string } | null }[])
        if (referral && referrals.has(referral.id)) expect(referral).toEqual(referrals.get(referral.id));
    });
  });

  it('is of a type with rules of its own, or of one that only carries such', () => {
    expect(fields.some((field) => carries(field.split('.')[0] ?? ''))).toBe(false);
  });
});
