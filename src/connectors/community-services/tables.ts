import { isRefusal, openCsv, type CsvRow, type CsvTable } from '../read/csv';
import type { InFile, Mapped } from '../draft';

/** Tables of the Community Services Data Set that the connector reads, with the columns each cannot do without. */
const TABLES = {
  CYP001MPI: ['LOCAL PATIENT IDENTIFIER (EXTENDED)', 'ORGANISATION IDENTIFIER (LOCAL PATIENT IDENTIFIER)'],
  CYP002GP: ['LOCAL PATIENT IDENTIFIER (EXTENDED)', 'GENERAL MEDICAL PRACTICE CODE (PATIENT REGISTRATION)'],
  CYP101Referral: [
    'SERVICE REQUEST IDENTIFIER',
    'LOCAL PATIENT IDENTIFIER (EXTENDED)',
    'REFERRAL REQUEST RECEIVED DATE',
  ],
  CYP102ServiceTypeReferredTo: ['SERVICE REQUEST IDENTIFIER', 'REFERRAL CLOSURE DATE', 'REFERRAL REJECTION DATE'],
  CYP201CareContact: ['CARE CONTACT IDENTIFIER', 'SERVICE REQUEST IDENTIFIER', 'CARE CONTACT DATE'],
  CYP202CareActivity: ['CARE ACTIVITY IDENTIFIER', 'CARE CONTACT IDENTIFIER'],
  CYP609CodedAssessmentReferral: [
    'SERVICE REQUEST IDENTIFIER',
    'CODED ASSESSMENT TOOL TYPE (SNOMED CT)',
    'PERSON SCORE',
  ],
  CYP612CodedAssessmentContact: ['CARE ACTIVITY IDENTIFIER', 'CODED ASSESSMENT TOOL TYPE (SNOMED CT)', 'PERSON SCORE'],
} as const;

export type TableName = keyof typeof TABLES;

const NAMES = Object.keys(TABLES) as TableName[];

export interface TableSet {
  tables: Map<TableName, CsvTable[]>;
  /** Files that are no table of ours, each refused once. */
  refusals: Mapped[];
}

export function openTables(files: InFile[]): TableSet {
  const set: TableSet = { tables: new Map(), refusals: [] };
  for (const file of files) {
    const table = openCsv(file);
    if ('ok' in table) {
      set.refusals.push(table);
      continue;
    }
    const name = recognise(table);
    if (name) set.tables.set(name, [...(set.tables.get(name) ?? []), table]);
    else if (!/CYP000/i.test(file.name)) set.refusals.push(refusedFile(file.name));
  }
  return set;
}

function refusedFile(file: string): Mapped {
  const reason = `neither name nor header is a table this connector takes: ${NAMES.join(', ')}`;
  return { ok: false, file, line: 1, raw: '', field: 'header', reason };
}

/** By file name when its header bears it out, else by header alone: exports are often renamed. */
function recognise(table: CsvTable): TableName | undefined {
  const complete = NAMES.filter((name) => TABLES[name].every((column) => table.has(column)));
  const code = /CYP\d{3}/i.exec(table.name)?.[0].toUpperCase();
  return code ? complete.find((name) => name.startsWith(code)) : complete.length === 1 ? complete[0] : undefined;
}

/** The rows of one table across its files; what could not be split into cells is skipped or handed over. */
export function* rowsOf(set: TableSet, name: TableName): Generator<CsvRow | Mapped> {
  for (const table of set.tables.get(name) ?? []) yield* table.rows();
}

export function* readableRows(set: TableSet, name: TableName): Generator<CsvRow> {
  for (const row of rowsOf(set, name)) if (!isRefusal(row)) yield row;
}
