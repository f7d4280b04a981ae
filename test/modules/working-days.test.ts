import { createTestDatabase, type TestDatabase } from '../support/database';

const DAY = 86_400_000;
const day = (time: number) => new Date(time).toISOString().slice(0, 10);
const at = (year: number, month: number, date: number) => Date.UTC(year, month - 1, date);
const weekday = (time: number) => new Date(time).getUTCDay();
const isWeekend = (time: number) => [0, 6].includes(weekday(time));

/** Easter Sunday by the anonymous Gregorian computus. */
function easter(year: number): number {
  const a = year % 19;
  const [b, c] = [Math.floor(year / 100), year % 100];
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return at(year, Math.floor(n / 31), (n % 31) + 1);
}
const mondayOnOrAfter = (time: number): number => (weekday(time) === 1 ? time : mondayOnOrAfter(time + DAY));
/** Days that fall on a weekend move to the next weekdays that are free. */
function substituted(days: number[]): number[] {
  return days.reduce<number[]>((taken, each) => {
    let free = each;
    while (isWeekend(free) || taken.includes(free)) free += DAY;
    return [...taken, free];
  }, []);
}
/** By the Banking and Financial Dealings Act 1971 and the proclamations usual under it. */
const holidaysOf = (year: number) =>
  [
    ...substituted([at(year, 1, 1)]),
    easter(year) - 2 * DAY,
    easter(year) + DAY,
    mondayOnOrAfter(at(year, 5, 1)),
    mondayOnOrAfter(at(year, 5, 25)),
    mondayOnOrAfter(at(year, 8, 25)),
    ...substituted([at(year, 12, 25), at(year, 12, 26)]),
  ]
    .map(day)
    .sort();

describe('working days', () => {
  let database: TestDatabase;
  const years = [2024, 2025, 2026, 2027, 2028];
  const free = new Set(years.flatMap(holidaysOf));
  const works = (time: number) => !isWeekend(time) && !free.has(day(time));
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it("leave out England's bank holidays, as the law sets them", async () => {
    const listed = await database.asAdmin<{ day: string }>('select day::text from hub.bank_holiday order by day');
    expect(listed.map((row) => row.day)).toEqual(years.flatMap(holidaysOf));
  });

  it('are counted alike from every day of five years, forwards and between', async () => {
    const rows = await database.asAdmin<{ from: string; days: number; to: string; between: number }>(
      `select f::date::text as from, n as days, hub.add_working_days(f::date, n)::text as to,
         hub.working_days_between(f::date, hub.add_working_days(f::date, n)) as between
       from generate_series('2024-01-01'::date, '2028-11-30', interval '1 day') f cross join unnest(array[0, 1, 2, 5, 10]) n`,
    );
    expect(rows.length).toBeGreaterThan(8_000);
    const wrong = rows.filter(({ from, days, to, between }) => {
      let time = Date.parse(from);
      for (let left = days; left > 0;) {
        time += DAY;
        if (works(time)) left -= 1;
      }
      return day(time) !== to || between !== days;
    });
    expect(wrong).toEqual([]);
  });

  it('know weekends alone in years that nobody has listed yet', async () => {
    const [row] = await database.asAdmin<{ to: string }>(`select hub.add_working_days('2040-12-24', 5)::text as to`);
    expect(row?.to).toBe('2040-12-31');
  });
});
