import { csds } from '../../../src/connectors/community-services/csds';
import { drafts, fixtures, readAll, refusals, textFile } from '../../support/connector-files';
import type { InFile } from '../../../src/connectors/draft';

const set = () => fixtures('community-services');
const withTable = (code: string, change: (text: string) => string): InFile[] =>
  set().map((file) => (file.name.startsWith(code) ? textFile(file.name, change(file.bytes.toString())) : file));

describe('CSDS connector', () => {
  it('makes a source record of each referral, contact and score, joined to its person', async () => {
    const mapped = await readAll(csds, set());
    expect(refusals(mapped)).toEqual([]);
    const counts = new Map<string, number>();
    for (const { recordKind } of drafts(mapped, 'source-record'))
      counts.set(recordKind, (counts.get(recordKind) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({ Referral: 14, 'Care contact': 48, 'Coded assessment': 13 });
  });

  it('reads a contact with its attendance and its time in England', async () => {
    const found = drafts(await readAll(csds, set()), 'source-record');
    expect(found.find((each) => each.externalId === 'CYP201/CC00100-2')).toMatchObject({
      attendance: 'DID_NOT_ATTEND',
      organisationOds: 'ZZZ01',
      summary: 'Care contact: did not attend',
      occurredAt: '2026-06-12T13:00:00.000Z',
      person: { nhsNumber: '9992000007', nhsNumberVerified: true, localId: { system: 'ods:ZZZ01', value: 'LP00100' } },
    });
    expect(found.find((each) => each.externalId === 'CYP612/CA00100-0/718466001')?.summary).toBe('SWEMWBS score: 13');
    expect(found.find((each) => each.externalId === 'CYP101/SR00105')?.summary).toBe(
      'Referral received 2026-03-06; urgent; rejected 2026-04-01 (incomplete)',
    );
  });

  it.each([
    ['5', 'ATTENDED'],
    ['6', 'ATTENDED'],
    ['7', 'DID_NOT_ATTEND'],
    ['3', 'DID_NOT_ATTEND'],
    ['2', 'CANCELLED_BY_PERSON'],
    ['4', 'CANCELLED_BY_SERVICE'],
    ['0', undefined],
    ['', undefined],
  ])('reads attendance code "%s" as %s from either column', async (code, attendance) => {
    for (const cells of [`,,${code}`, `,${code},`]) {
      const files = withTable('CYP201', (text) => {
        const header = text.split('\n')[0];
        return `${header}\nC1,SR00100,T,2026-04-10,14:00:00,,,A,N${cells},,\n`;
      });
      const [contact] = drafts(await readAll(csds, files), 'source-record').filter(
        (r) => r.recordKind === 'Care contact',
      );
      expect(contact.attendance).toBe(attendance);
    }
  });

  it.each([
    ['CYP201', ',5,,', ',8,,', 'ATTENDANCE STATUS'],
    ['CYP201', 'SR00100', 'SR99999', 'SERVICE REQUEST IDENTIFIER'],
    ['CYP101', 'LP00101', 'LP99999', 'LOCAL PATIENT IDENTIFIER (EXTENDED)'],
    ['CYP101', '2026-02-02', '2026-02-30', 'REFERRAL REQUEST RECEIVED DATE'],
    ['CYP612', '718466001', '446660001', 'CODED ASSESSMENT TOOL TYPE (SNOMED CT)'],
    ['CYP612', ',13', ',good', 'PERSON SCORE'],
    ['CYP612', 'CA00100-0', 'CA9', 'CARE ACTIVITY IDENTIFIER'],
  ])('in %s refuses %s changed to %s, naming the column', async (code, from, to, field) => {
    const found = refusals(
      await readAll(
        csds,
        withTable(code, (text) => text.replace(from, to)),
      ),
    );
    expect(found.some((each) => each.field === field && each.file.startsWith(code))).toBe(true);
  });

  it('refuses a person with a wrong NHS number and all that hangs on her', async () => {
    const found = refusals(
      await readAll(
        csds,
        withTable('CYP001', (text) => text.replace('9992000007', '9992000008')),
      ),
    );
    expect(found[0]).toMatchObject({ file: 'CYP001MPI.csv', line: 2, field: 'NHS NUMBER' });
    expect(found.length).toBeGreaterThan(1);
    expect(found.every((each) => !each.reason.includes('9992000008'))).toBe(true);
  });

  it('asks for the whole set when CYP001MPI is not in it', async () => {
    const mapped = await readAll(
      csds,
      set().filter((file) => !file.name.startsWith('CYP001')),
    );
    expect(drafts(mapped, 'source-record')).toEqual([]);
    expect(new Set(refusals(mapped).map((each) => each.field))).toEqual(new Set(['CYP001MPI']));
  });

  it('knows a renamed table by its header', async () => {
    const files = set().map((file, at) => ({ ...file, name: `export-${at}.csv` }));
    expect(drafts(await readAll(csds, files), 'source-record')).toHaveLength(75);
  });
});
