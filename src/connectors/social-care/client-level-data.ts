import { createHash } from 'node:crypto';
import { isValidNhsNumber, normaliseNhsNumber } from '../../kernel/nhs-number';
import { attempt, refusal, Refused, type Origin } from '../read/attempt';
import { isRefusal, openCsv, type CsvRow, type CsvTable } from '../read/csv';
import { date, needed, neededDate } from '../read/cells';
import { readDate } from '../read/dates';
import { postcode } from '../read/text';
import { outcomeRank, release2, UNMAPPED } from '../vocabulary/client-level-data';
import type { Connector, InFile, Mapped, PersonDraft, SourceRecordDraft } from '../draft';

/**
 * Adult Social Care Client Level Data, the councils' quarterly return (Release 2; Release 1 spellings are mapped).
 * Each event becomes one source record. Returns overlap, so of several copies of an event one is kept, by the
 * national rule: latest period, then an open end date, then the lower outcome rank.
 */
export const clientLevelData: Connector = {
  format: 'asc-cld',
  sector: 'SOCIAL_CARE',
  async *read(files: InFile[]): AsyncGenerator<Mapped> {
    const tables: CsvTable[] = [];
    for (const file of files) {
      const table = openCsv(file);
      const problem = 'ok' in table ? table : missingColumns(table);
      if (problem) yield problem;
      else if (!('ok' in table)) tables.push(table);
    }
    const kept = chooseCopies(tables);
    for (const table of tables) yield* recordsOf(table, kept);
  },
};

const REQUIRED = ['LA Code', 'Event Type', 'Event Start Date', 'Client Type', 'LA Person Unique Identifier'];

function missingColumns(table: CsvTable): Mapped | undefined {
  const missing = REQUIRED.filter((column) => !table.has(column));
  if (!missing.length) return undefined;
  return refusal({ file: table.name, line: 1, raw: '' }, 'header', `columns are missing: ${missing.join(', ')}`);
}

interface Copy {
  file: string;
  line: number;
  periodEnd: string;
  end: string | undefined;
  rank: number;
}

/** A first reading that holds one small entry an event, so that a large return need not be held whole. */
function chooseCopies(tables: CsvTable[]): Map<string, Copy> {
  const kept = new Map<string, Copy>();
  for (const table of tables) {
    for (const { key, ...copy } of copiesOf(table)) {
      const before = kept.get(key);
      if (!before || isBetter(copy, before)) kept.set(key, copy);
    }
  }
  return kept;
}

function* copiesOf(table: CsvTable): Generator<Copy & { key: string }> {
  for (const row of table.rows()) {
    if (isRefusal(row)) continue;
    const event = readable(row);
    if (!event) continue;
    const periodEnd = readDate(row.cell('Reporting Period End Date')) ?? '';
    yield {
      key: event.key,
      file: row.file,
      line: row.line,
      periodEnd,
      end: event.end,
      rank: outcomeRank(event.outcome),
    };
  }
}

function readable(row: CsvRow): Event | undefined {
  try {
    return eventOf(row);
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

function isBetter(copy: Copy, than: Copy): boolean {
  if (copy.periodEnd !== than.periodEnd) return copy.periodEnd > than.periodEnd;
  const [end, other] = [copy.end ?? '9999', than.end ?? '9999'];
  if (end !== other) return end > other;
  return copy.rank < than.rank;
}

function* recordsOf(table: CsvTable, kept: Map<string, Copy>): Generator<Mapped> {
  for (const row of table.rows()) {
    const mapped = isRefusal(row) ? row : attempt(row, () => recordOf(row));
    if (!mapped.ok || isKept(row, mapped.draft as SourceRecordDraft, kept)) yield mapped;
  }
}

function isKept(origin: Origin, draft: SourceRecordDraft, kept: Map<string, Copy>): boolean {
  const best = kept.get(draft.externalId);
  return !best || (best.file === origin.file && best.line === origin.line);
}

interface Event {
  key: string;
  type: string;
  council: string;
  start: string;
  end: string | undefined;
  outcome: string | undefined;
}

function eventOf(row: CsvRow): Event {
  const council = needed(row, 'LA Code');
  const type = release2('Event Type', needed(row, 'Event Type'))!;
  if (type === UNMAPPED) throw new Refused('Event Type', 'this is none of Request, Assessment, Service, Review');
  const start = neededDate(row, 'Event Start Date');
  const recordedEnd = date(row, 'Event End Date');
  if (!recordedEnd && type !== 'Service') throw new Refused('Event End Date', 'only a Service may be without one');
  const end = capped(recordedEnd, date(row, 'Date of Death'));
  const clientType = release2('Client Type', row.cell('Client Type')) ?? '';
  const parts = [council, personKey(row, council), start, clientType, type, ...distinguishing(row, type, end)];
  const outcome = release2('Event Outcome', row.cell('Event Outcome'));
  return { key: hash(parts), type, council, start, end, outcome };
}

/** Support cannot outlast the person. */
function capped(end: string | undefined, death: string | undefined): string | undefined {
  if (!death) return end;
  return !end || end > death ? death : end;
}

/** The national unique event key. Event Reference is not in it: councils reuse and change it. */
function distinguishing(row: CsvRow, type: string, end: string | undefined): (string | undefined)[] {
  switch (type) {
    case 'Request':
      return [end, row.cell('Request: Route of Access')];
    case 'Assessment':
      return [end, release2('Assessment Type', row.cell('Assessment Type'))];
    case 'Service':
      return [release2('Service Type', row.cell('Service Type')), row.cell('Service Component')];
    default:
      return [end];
  }
}

function hash(parts: (string | undefined)[]): string {
  return createHash('sha256')
    .update(JSON.stringify(parts.map((part) => part ?? '')))
    .digest('hex');
}

/** Traced NHS number, else the submitted one, else the council's own; without any the row is nobody's. */
function personKey(row: CsvRow, council: string): string {
  const nhsNumber = nhsNumberOf(row);
  if (nhsNumber) return nhsNumber;
  const own = row.cell('LA Person Unique Identifier');
  if (!own) throw new Refused('LA Person Unique Identifier', 'the row has neither this nor an NHS number');
  return `${council}_${own}`;
}

function nhsNumberOf(row: CsvRow): string | undefined {
  const column = row.cell('Traced NHS Number') ? 'Traced NHS Number' : 'NHS Number';
  const value = row.cell(column);
  if (value === undefined) return undefined;
  if (!isValidNhsNumber(value)) throw new Refused(column, 'the NHS number fails its check digit');
  return normaliseNhsNumber(value);
}

function recordOf(row: CsvRow): SourceRecordDraft {
  const event = eventOf(row);
  return {
    kind: 'source-record',
    person: personOf(row, event.council),
    system: `la:${event.council}`,
    externalId: event.key,
    recordKind: event.type,
    summary: summaryOf(row, event),
    occurredAt: event.start,
  };
}

function personOf(row: CsvRow, council: string): PersonDraft {
  const own = row.cell('LA Person Unique Identifier');
  const needs = ['Visual Impairment', 'Hearing Impairment'].filter((column) => /^yes\b/i.test(row.cell(column) ?? ''));
  return {
    nhsNumber: nhsNumberOf(row),
    nhsNumberVerified: row.cell('Traced NHS Number') ? true : undefined,
    givenName: row.cell('First Name'),
    familyName: row.cell('Last Name'),
    birthDate: date(row, 'Date of Birth'),
    deathDate: date(row, 'Date of Death'),
    postcode: postcode(row.cell('Postcode')),
    contactPoints: [],
    needs: needs.map((column) => column.charAt(0) + column.slice(1).toLowerCase()),
    practiceOds: row.cell('GP Practice Code')?.toUpperCase(),
    localId: own ? { system: `la:${council}`, value: own } : undefined,
  };
}

function summaryOf(row: CsvRow, { type, outcome, end }: Event): string {
  const what = detailOf(row, type);
  return [
    what ? `${type}: ${what}` : type,
    outcome && `outcome: ${outcome}`,
    type === 'Service' && end ? `ended ${end}` : undefined,
  ]
    .filter(Boolean)
    .join('; ');
}

/** Routes, components and review reasons have no verified list, so they are told as sent. */
function detailOf(row: CsvRow, type: string): string | undefined {
  switch (type) {
    case 'Request':
      return row.cell('Request: Route of Access');
    case 'Assessment':
      return release2('Assessment Type', row.cell('Assessment Type'));
    case 'Service':
      return [release2('Service Type', row.cell('Service Type')), row.cell('Service Component')]
        .filter(Boolean)
        .join(', ');
    default:
      return row.cell('Review Reason');
  }
}
