/** A day as CSV files write it (`2026-01-05`, `2026-01-05 00:00:00`, `05/01/2026`), or undefined. */
export function readDate(value: string | undefined): string | undefined {
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ][\d:.]*Z?)?$/.exec(value ?? '');
  if (iso) return calendarDay(iso[1], iso[2], iso[3]);
  const british = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: [\d:]+)?$/.exec(value ?? '');
  return british ? calendarDay(british[3], british[2], british[1]) : undefined;
}

function calendarDay(year: string, month: string, day: string): string | undefined {
  const written = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const parsed = new Date(`${written}T00:00:00Z`);
  // The 30th of February parses as a day in March: only a day that reads back the same exists.
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(written) ? written : undefined;
}

/** Local clock time in England to an instant; without a readable time the day stands alone. */
export function englishTime(day: string, time: string | undefined): string {
  const clock = /(\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?$/.exec(time ?? '');
  if (!clock || Number(clock[1]) > 23 || Number(clock[2]) > 59 || Number(clock[3] ?? 0) > 59) return day;
  const asIfUtc = Date.parse(`${day}T${clock[1]}:${clock[2]}:${clock[3] ?? '00'}Z`);
  // Summer time first: of the hour that occurs twice in October, the first is meant unless someone says otherwise.
  const instant = [asIfUtc - HOUR, asIfUtc].find((each) => clockInEngland(each) === `${clock[1]}:${clock[2]}`);
  return new Date(instant ?? asIfUtc).toISOString();
}

const HOUR = 3_600_000;
const ENGLAND = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

function clockInEngland(instant: number): string {
  return ENGLAND.format(instant);
}

/**
 * A FHIR date, dateTime or instant: a day, an instant in UTC, `partial` for a legal year or year and month, or
 * undefined. FHIR demands an offset on every time, since the hour means nothing without one.
 */
export function readFhirTime(value: string | undefined): string | 'partial' | undefined {
  if (value === undefined) return undefined;
  if (/^\d{4}(-(0[1-9]|1[0-2]))?$/.test(value)) return 'partial';
  const parts = /^(\d{4})-(\d{2})-(\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.exec(value);
  const day = parts && calendarDay(parts[1], parts[2], parts[3]);
  if (!parts || !day || !parts[4]) return day ?? undefined;
  const instant = new Date(value);
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString();
}
