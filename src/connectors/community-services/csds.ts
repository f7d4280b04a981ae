import { isValidNhsNumber, normaliseNhsNumber } from '../../kernel/nhs-number';
import { attempt, refusal, Refused } from '../read/attempt';
import { isRefusal, type CsvRow } from '../read/csv';
import { date, needed, neededDate } from '../read/cells';
import { englishTime, readDate } from '../read/dates';
import { postcode } from '../read/text';
import { ATTENDANCE, ATTENDANCE_WORDS, PRIORITY, REJECTION } from '../vocabulary/csds';
import { ASSESSMENT_TOOLS, isSnomedId } from '../vocabulary/snomed';
import { openTables, readableRows, rowsOf, type TableName, type TableSet } from './tables';
import type { Connector, InFile, Mapped, PersonDraft, SourceRecordDraft } from '../draft';

/**
 * Community Services Data Set v1.6 (DAPB1069), one CSV a table. Referrals, care contacts with their attendance, and
 * scored assessments become source records, each joined to its person in CYP001MPI.
 */
export const csds: Connector = {
  format: 'csds',
  sector: 'COMMUNITY_SERVICES',
  async *read(files: InFile[]): AsyncGenerator<Mapped> {
    const set = openTables(files);
    yield* set.refusals;
    if (set.tables.has('CYP001MPI')) {
      yield* recordsOf(set);
      return;
    }
    const reason = 'the set has no CYP001MPI, so nobody in it can be told apart; send all its tables together';
    for (const { name } of [...set.tables.values()].flat()) {
      yield refusal({ file: name, line: 1, raw: '' }, 'CYP001MPI', reason);
    }
  },
};

interface Known {
  person: PersonDraft;
  organisationOds?: string;
}

interface Contact {
  request: string | undefined;
  occurredAt: string | undefined;
}

/** What later tables are joined to; rows hold identifiers of the set only, never a person's details. */
interface Joins {
  people: Map<string, Known>;
  patientOfRequest: Map<string, string | undefined>;
  teams: Map<string, string[]>;
  contacts: Map<string, Contact>;
  contactOfActivity: Map<string, string | undefined>;
}

type Mapper = (row: CsvRow, joins: Joins) => SourceRecordDraft;

const RECORDS: [TableName, Mapper][] = [
  ['CYP101Referral', referral],
  ['CYP201CareContact', careContact],
  ['CYP609CodedAssessmentReferral', referralAssessment],
  ['CYP612CodedAssessmentContact', contactAssessment],
];

function* recordsOf(set: TableSet): Generator<Mapped> {
  const joins: Joins = {
    people: new Map(),
    patientOfRequest: new Map(),
    teams: new Map(),
    contacts: new Map(),
    contactOfActivity: new Map(),
  };
  yield* readPeople(set, joins);
  readLinks(set, joins);
  yield* orphans(set, 'CYP102ServiceTypeReferredTo', 'SERVICE REQUEST IDENTIFIER', joins.patientOfRequest);
  yield* orphans(set, 'CYP202CareActivity', 'CARE CONTACT IDENTIFIER', joins.contacts);
  for (const [table, map] of RECORDS) {
    for (const row of rowsOf(set, table)) yield isRefusal(row) ? row : attempt(row, () => map(row, joins));
  }
}

const PATIENT = 'LOCAL PATIENT IDENTIFIER (EXTENDED)';
const REQUEST = 'SERVICE REQUEST IDENTIFIER';

function* readPeople(set: TableSet, joins: Joins): Generator<Mapped> {
  const practices = new Map<string, string>();
  for (const row of rowsOf(set, 'CYP002GP')) {
    if (isRefusal(row)) yield row;
    else if (!row.cell('END DATE (GMP PATIENT REGISTRATION)')) {
      const [patient, code] = [row.cell(PATIENT), row.cell('GENERAL MEDICAL PRACTICE CODE (PATIENT REGISTRATION)')];
      if (patient && code) practices.set(patient, code.toUpperCase());
    }
  }
  for (const row of rowsOf(set, 'CYP001MPI')) {
    if (isRefusal(row)) yield row;
    else yield* readPerson(row, joins, practices);
  }
}

function* readPerson(row: CsvRow, { people }: Joins, practices: Map<string, string>): Generator<Mapped> {
  try {
    const patient = needed(row, PATIENT);
    const known = personOf(row, patient, practices.get(patient));
    const before = people.get(patient);
    if (before && before.organisationOds !== known.organisationOds) {
      throw new Refused(PATIENT, 'two organisations use this identifier in one set; send their sets apart');
    }
    people.set(patient, known);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    yield refusal(row, error.field, error.reason);
  }
}

function personOf(row: CsvRow, patient: string, practiceOds: string | undefined): Known {
  const organisationOds = needed(row, 'ORGANISATION IDENTIFIER (LOCAL PATIENT IDENTIFIER)').toUpperCase();
  const nhsNumber = row.cell('NHS NUMBER');
  if (nhsNumber && !isValidNhsNumber(nhsNumber)) {
    throw new Refused('NHS NUMBER', 'the NHS number fails its check digit');
  }
  const status = row.cell('NHS NUMBER STATUS INDICATOR CODE');
  const language = row.cell('LANGUAGE CODE (PREFERRED)');
  const person: PersonDraft = {
    nhsNumber: nhsNumber && normaliseNhsNumber(nhsNumber),
    nhsNumberVerified: nhsNumber && status ? /^0?1$/.test(status) : undefined,
    birthDate: date(row, 'PERSON BIRTH DATE'),
    deathDate: date(row, 'PERSON DEATH DATE'),
    postcode: postcode(row.cell('POSTCODE OF USUAL ADDRESS')),
    contactPoints: [],
    needs: language && !/^en(g|-.*)?$/i.test(language) ? [`Language: ${language}`] : [],
    practiceOds,
    localId: { system: `ods:${organisationOds}`, value: patient },
  };
  return { person, organisationOds };
}

function readLinks(set: TableSet, joins: Joins): void {
  for (const row of readableRows(set, 'CYP101Referral')) link(joins.patientOfRequest, row, REQUEST, row.cell(PATIENT));
  for (const row of readableRows(set, 'CYP102ServiceTypeReferredTo')) {
    const request = row.cell(REQUEST);
    const told = teamWords(row);
    if (request && told) joins.teams.set(request, [...(joins.teams.get(request) ?? []), told]);
  }
  for (const row of readableRows(set, 'CYP201CareContact')) {
    const [contact, day] = [row.cell('CARE CONTACT IDENTIFIER'), readDate(row.cell('CARE CONTACT DATE'))];
    const occurredAt = day && englishTime(day, row.cell('CARE CONTACT TIME'));
    if (contact) joins.contacts.set(contact, { request: row.cell(REQUEST), occurredAt });
  }
  for (const row of readableRows(set, 'CYP202CareActivity')) {
    link(joins.contactOfActivity, row, 'CARE ACTIVITY IDENTIFIER', row.cell('CARE CONTACT IDENTIFIER'));
  }
}

function link<T>(links: Map<string, T>, row: CsvRow, column: string, to: T): void {
  const from = row.cell(column);
  if (from) links.set(from, to);
}

function teamWords(row: CsvRow): string | undefined {
  const rejected = readDate(row.cell('REFERRAL REJECTION DATE'));
  const why = REJECTION.get(row.cell('REFERRAL REJECTION REASON')?.padStart(2, '0') ?? '');
  if (rejected) return `rejected ${rejected}${why ? ` (${why})` : ''}`;
  const closed = readDate(row.cell('REFERRAL CLOSURE DATE'));
  return closed && `closed ${closed}`;
}

/** Rows of tables that only add to another's records, when there is none to add to. */
function* orphans(set: TableSet, table: TableName, column: string, known: Map<string, unknown>): Generator<Mapped> {
  for (const row of rowsOf(set, table)) {
    if (isRefusal(row)) yield row;
    else if (!known.has(row.cell(column) ?? '')) yield refusal(row, column, 'no row of this set has this identifier');
  }
}

function referral(row: CsvRow, joins: Joins): SourceRecordDraft {
  const id = needed(row, REQUEST);
  const received = neededDate(row, 'REFERRAL REQUEST RECEIVED DATE');
  const discharged = date(row, 'SERVICE DISCHARGE DATE');
  const priority = PRIORITY.get(row.cell('PRIORITY TYPE CODE') ?? '');
  return {
    ...recordOf(joins, row.cell(PATIENT), PATIENT),
    externalId: `CYP101/${id}`,
    recordKind: 'Referral',
    summary: [
      `Referral received ${received}`,
      priority,
      ...(joins.teams.get(id) ?? []),
      discharged && `discharged ${discharged}`,
    ]
      .filter(Boolean)
      .join('; '),
    occurredAt: englishTime(received, row.cell('REFERRAL REQUEST RECEIVED TIME')),
  };
}

function careContact(row: CsvRow, joins: Joins): SourceRecordDraft {
  const id = needed(row, 'CARE CONTACT IDENTIFIER');
  const day = neededDate(row, 'CARE CONTACT DATE');
  const minutes = row.cell('CLINICAL CONTACT DURATION OF CARE CONTACT');
  const code = row.cell('ATTENDANCE STATUS') ?? row.cell('ATTENDED OR DID NOT ATTEND CODE');
  const attendance = code === undefined ? null : ATTENDANCE.get(code);
  if (attendance === undefined) throw new Refused('ATTENDANCE STATUS', 'this is none of the codes 0, 2, 3, 4, 5, 6, 7');
  const told = [
    ATTENDANCE_WORDS.get(code ?? ''),
    minutes && /^\d{1,4}$/.test(minutes) ? `${minutes} minutes` : undefined,
  ];
  return {
    ...recordOf(joins, patientOf(row.cell(REQUEST), joins), REQUEST),
    externalId: `CYP201/${id}`,
    recordKind: 'Care contact',
    summary: ['Care contact', told.filter(Boolean).join(', ')].filter(Boolean).join(': '),
    attendance: attendance ?? undefined,
    occurredAt: englishTime(day, row.cell('CARE CONTACT TIME')),
  };
}

function referralAssessment(row: CsvRow, joins: Joins): SourceRecordDraft {
  const request = needed(row, REQUEST);
  return {
    ...recordOf(joins, patientOf(request, joins), REQUEST),
    ...scored(row, `CYP609/${request}`, date(row, 'ASSESSMENT TOOL COMPLETION DATE')),
  };
}

function contactAssessment(row: CsvRow, joins: Joins): SourceRecordDraft {
  const column = 'CARE ACTIVITY IDENTIFIER';
  const activity = needed(row, column);
  const contact = joins.contacts.get(joins.contactOfActivity.get(activity) ?? '');
  if (!contact) throw new Refused(column, 'it leads through CYP202CareActivity to no row of CYP201CareContact');
  return {
    ...recordOf(joins, patientOf(contact.request, joins), column),
    ...scored(row, `CYP612/${activity}`, contact.occurredAt),
  };
}

type Scored = Pick<SourceRecordDraft, 'externalId' | 'recordKind' | 'summary' | 'occurredAt'>;

function scored(row: CsvRow, prefix: string, occurredAt: string | undefined): Scored {
  const tool = needed(row, 'CODED ASSESSMENT TOOL TYPE (SNOMED CT)');
  if (!isSnomedId(tool)) {
    throw new Refused('CODED ASSESSMENT TOOL TYPE (SNOMED CT)', 'the SNOMED CT code fails its check digit');
  }
  const score = needed(row, 'PERSON SCORE');
  if (!/^-?\d{1,5}(\.\d{1,4})?$/.test(score)) throw new Refused('PERSON SCORE', 'the score is not a number');
  const name = ASSESSMENT_TOOLS.get(tool);
  const summary = name ? `${name}: ${score}` : `Assessment (SNOMED CT ${tool}): ${score}`;
  return { externalId: `${prefix}/${tool}`, recordKind: 'Coded assessment', summary, occurredAt };
}

function patientOf(request: string | undefined, joins: Joins): string | undefined {
  return request === undefined ? undefined : joins.patientOfRequest.get(request);
}

function recordOf(joins: Joins, patient: string | undefined, field: string) {
  const known = patient === undefined ? undefined : joins.people.get(patient);
  if (!known) throw new Refused(field, 'it leads to no person in CYP001MPI, or to one whose row was refused');
  return { kind: 'source-record' as const, ...known, system: 'csds' };
}
