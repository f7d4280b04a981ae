import type { SourceRecordDraft } from '../draft';

type Attendance = SourceRecordDraft['attendance'];

/**
 * ATTENDANCE STATUS (NHS Data Dictionary), which replaced ATTENDED OR DID NOT ATTEND CODE with the same values.
 * Null: a code that says nothing happened yet. Absent from the table: not a code.
 */
export const ATTENDANCE: ReadonlyMap<string, Attendance | null> = new Map<string, Attendance | null>([
  ['5', 'ATTENDED'], // on time
  ['6', 'ATTENDED'], // late, but seen
  ['7', 'DID_NOT_ATTEND'], // late, and could not be seen
  ['3', 'DID_NOT_ATTEND'], // no warning given
  ['2', 'CANCELLED_BY_PERSON'],
  ['4', 'CANCELLED_BY_SERVICE'],
  ['0', null], // in the future
]);

/** Words for the summary of a care contact. */
export const ATTENDANCE_WORDS: ReadonlyMap<string, string> = new Map([
  ['5', 'attended'],
  ['6', 'arrived late, was seen'],
  ['7', 'arrived late, could not be seen'],
  ['3', 'did not attend'],
  ['2', 'cancelled by the person'],
  ['4', 'cancelled by the service'],
  ['0', 'planned'],
]);

export const PRIORITY: ReadonlyMap<string, string> = new Map([
  ['1', 'routine'],
  ['2', 'urgent'],
  ['3', 'two week wait'],
]);

export const REJECTION: ReadonlyMap<string, string> = new Map([
  ['01', 'duplicate'],
  ['02', 'inappropriate'],
  ['03', 'incomplete'],
]);
