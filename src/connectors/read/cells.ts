import { Refused } from './attempt';
import { readDate } from './dates';
import type { CsvRow } from './csv';

/** Cells of a row that must be there, or must be a date when they are. */

export function needed(row: CsvRow, column: string): string {
  const value = row.cell(column);
  if (value === undefined) throw new Refused(column, 'the cell is empty');
  return value;
}

export function date(row: CsvRow, column: string): string | undefined {
  return row.cell(column) === undefined ? undefined : neededDate(row, column);
}

export function neededDate(row: CsvRow, column: string): string {
  const day = readDate(needed(row, column));
  if (!day) throw new Refused(column, 'this is no date: write 2026-01-05 or 05/01/2026');
  return day;
}
