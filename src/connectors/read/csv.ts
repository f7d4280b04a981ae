import { parse, type CsvError } from 'csv-parse/sync';
import { refusal, type Origin } from './attempt';
import { decode } from './decode';
import type { InFile, Mapped } from '../draft';

/** One row by column name. Names are compared without regard to case or to runs of spaces. */
export interface CsvRow extends Origin {
  /** The trimmed cell; undefined when the column is absent, or the cell empty or a literal NULL. */
  cell(column: string): string | undefined;
}

export interface CsvTable {
  name: string;
  has(column: string): boolean;
  /** Rows that could be split into cells, and a refusal for each that could not. */
  rows(): Generator<CsvRow | Mapped>;
}

export function isRefusal(row: CsvRow | Mapped): row is Mapped {
  return 'ok' in row;
}

/** Reads the header only; rows are split as they are asked for, and may be asked for again. */
export function openCsv(file: InFile): CsvTable | Mapped {
  const decoded = decode(file.bytes, 'windows-1252');
  const whole = { file: file.name, line: 1, raw: '' };
  if (decoded === undefined) return refusal(whole, 'file', 'the text encoding could not be read; save it as UTF-8');
  const bytes = Buffer.from(decoded);
  const delimiter = guessDelimiter(decoded);
  const split = () => records(file.name, bytes, delimiter);
  const first = split().next().value;
  if (!first || 'ok' in first) return refusal(whole, 'header', 'the file has no readable header row');
  const columns = new Map<string, number>();
  first.cells.forEach((name, at) => columns.has(columnKey(name)) || columns.set(columnKey(name), at));
  return {
    name: file.name,
    has: (column) => columns.has(columnKey(column)),
    rows: () => rows(split(), first.cells.length, columns),
  };
}

const KEYS = new Map<string, string>();

/** Remembered for the few names that our own code asks for: they are asked for on every row. */
function askedKey(name: string): string {
  let key = KEYS.get(name);
  if (key === undefined) KEYS.set(name, (key = columnKey(name)));
  return key;
}

function columnKey(name: string): string {
  return name.trim().replace(/\s+/g, ' ').toUpperCase();
}

function guessDelimiter(text: string): string {
  const header = text.slice(0, 20_000).split(/[\r\n]/, 1)[0];
  const count = (mark: string) => header.split(mark).length;
  return [',', ';', '\t', '|'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

function* rows(split: Generator<CsvRecord | Mapped>, width: number, columns: Map<string, number>) {
  split.next(); // the header
  for (const record of split) {
    if ('ok' in record) {
      yield record;
    } else if (record.cells.length < width || record.cells.slice(width).some((cell) => cell.trim())) {
      // Reading on would put one column's personal data under another's name.
      yield refusal(record, 'row', 'the row has not as many cells as the header; check its quotes and commas');
    } else {
      yield { file: record.file, line: record.line, raw: record.raw, cell: reader(record.cells, columns) };
    }
  }
}

function reader(cells: string[], columns: Map<string, number>) {
  return (column: string): string | undefined => {
    const at = columns.get(askedKey(column));
    const cell = at === undefined ? '' : cells[at].trim();
    return cell === '' || cell.toUpperCase() === 'NULL' ? undefined : cell;
  };
}

interface CsvRecord extends Origin {
  cells: string[];
}

const BATCH = 500;
const LONGEST_RECORD = 256 * 1024;

/**
 * Splits in batches, so that a large file is never all in memory as rows. After a quote that never closes the reading
 * goes on at the next line: otherwise one slip of the pen would swallow the rest of the file.
 */
function* records(file: string, bytes: Buffer, delimiter: string): Generator<CsvRecord | Mapped, undefined> {
  let at = 0;
  let line = 1;
  while (at < bytes.length) {
    const batch = parseBatch(bytes.subarray(at), delimiter);
    let start = at;
    for (const { record, info } of batch.records) {
      const end = at + info.bytes;
      const raw = bytes.toString('utf8', start, end).replace(/[\r\n]+$/, '');
      if (record.some((cell) => cell.trim())) yield { file, line, raw, cells: record };
      line += linesIn(bytes, start, end);
      start = end;
    }
    if (batch.fault) {
      const end = endOfLine(bytes, start);
      const raw = bytes.toString('utf8', start, end).replace(/[\r\n]+$/, '');
      yield refusal({ file, line, raw }, 'row', 'a quotation mark in this row is misplaced or never closed');
      line += 1;
      start = end;
    } else if (batch.records.length < BATCH) {
      return undefined;
    }
    at = start;
  }
  return undefined;
}

interface Batch {
  records: { record: string[]; info: { bytes: number } }[];
  fault: boolean;
}

function parseBatch(bytes: Buffer, delimiter: string): Batch {
  const found: Batch = { records: [], fault: false };
  try {
    parse(bytes, {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      max_record_size: LONGEST_RECORD,
      to: BATCH,
      info: true,
      // With `info` the callback is given { record, info }, which the library's types leave out.
      on_record: (each: unknown) => {
        found.records.push(each as Batch['records'][number]);
        return null;
      },
    });
  } catch (error) {
    if (!(error as CsvError).code) throw error;
    found.fault = true;
  }
  return found;
}

const LF = 10;
const CR = 13;

function linesIn(bytes: Buffer, from: number, to: number): number {
  let lines = 0;
  for (let at = from; at < to; at++) {
    if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] !== LF)) lines++;
  }
  return lines;
}

function endOfLine(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    if (bytes[at] === LF) return at + 1;
    if (bytes[at] === CR) return bytes[at + 1] === LF ? at + 2 : at + 1;
  }
  return bytes.length;
}
