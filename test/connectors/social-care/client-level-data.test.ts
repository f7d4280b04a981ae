import { clientLevelData } from '../../../src/connectors/social-care/client-level-data';
import { release2, UNMAPPED } from '../../../src/connectors/vocabulary/client-level-data';
import { drafts, fixture, readAll, refusals, textFile } from '../../support/connector-files';

const FILE = 'social-care/constructed-cld-release2.csv';
const HEADER = fixture(FILE).bytes.toString().split(/\r?\n/)[0].split(',');

const ASSESSMENT: Record<string, string> = {
  'LA Code': '999',
  'Reporting Period End Date': '2026-03-31',
  'NHS Number': '9990001006',
  'LA Person Unique Identifier': 'P1',
  'Client Type': 'Service user',
  'Event Type': 'Assessment',
  'Event Start Date': '2025-04-08',
  'Event End Date': '2025-04-20',
  'Assessment Type': 'Long term assessment',
  'Event Outcome': 'Progress to support planning or services',
};

function file(...rows: Record<string, string>[]) {
  const lines = rows.map((row) => HEADER.map((name) => quoted({ ...ASSESSMENT, ...row }[name] ?? '')).join(','));
  return textFile('cld.csv', [HEADER.join(','), ...lines].join('\r\n'));
}

const quoted = (cell: string) => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const read = async (...rows: Record<string, string>[]) => readAll(clientLevelData, [file(...rows)]);
const records = async (...rows: Record<string, string>[]) => drafts(await read(...rows), 'source-record');

describe('Client Level Data connector', () => {
  it('makes one source record of each event of a return', async () => {
    const mapped = await readAll(clientLevelData, [fixture(FILE)]);
    expect(refusals(mapped)).toEqual([]);
    expect(drafts(mapped, 'source-record')).toHaveLength(32);
  });

  it('tells what happened, when, to whom, and in which council', async () => {
    const [record] = await records({});
    expect(record).toMatchObject({
      system: 'la:999',
      recordKind: 'Assessment',
      summary: 'Assessment: Long term assessment; outcome: Progress to support planning or services',
      occurredAt: '2025-04-08',
      person: { nhsNumber: '9990001006', localId: { system: 'la:999', value: 'P1' } },
    });
    expect(record.organisationOds).toBeUndefined();
  });

  it.each([
    ['NFA - Support declined', 'NFA: Support declined'],
    ['NFA- Other', 'NFA: Other'],
    ['NFA - Support ended – other reason ', 'NFA: Support ended for other reason'],
    ['progress to Support Planning / services', 'Progress to support planning or services'],
    ['Progress to financial assessment', 'Release 1 specification only: Not mapped'],
    ['Provision of service', UNMAPPED],
    ['constructor', UNMAPPED],
  ])('reads outcome "%s" as "%s"', (written, outcome) => {
    expect(release2('Event Outcome', written)).toBe(outcome);
  });

  it('reads Release 1 words, British dates and a literal NULL to the same event', async () => {
    const old = { 'Client Type': 'SERVICE USER', 'Event Start Date': '08/04/2025', 'Date of Death': 'NULL' };
    const [[now], [before]] = [await records({}), await records(old)];
    expect(before.externalId).toBe(now.externalId);
    expect(before.person.deathDate).toBeUndefined();
  });

  it('identifies a person by NHS number, else by the council, else refuses the row', async () => {
    const [a] = await records({ 'LA Person Unique Identifier': 'P1' });
    const [b] = await records({ 'LA Person Unique Identifier': 'P2' });
    const [c] = await records({ 'NHS Number': '' });
    expect(a.externalId).toBe(b.externalId);
    expect(c.externalId).not.toBe(a.externalId);
    const [refused] = refusals(await read({ 'NHS Number': 'NULL', 'LA Person Unique Identifier': '' }));
    expect(refused).toMatchObject({ line: 2, field: 'LA Person Unique Identifier' });
  });

  it('does not depend on the Event Reference', async () => {
    const [[a], [b]] = [await records({ 'Event Reference': 'E1' }), await records({ 'Event Reference': 'E2' })];
    expect(a.externalId).toBe(b.externalId);
  });

  it('ends an event no later than the person died', async () => {
    const death = { 'Date of Death': '2025-04-15' };
    const [[a], [b]] = [await records({ ...death }), await records({ ...death, 'Event End Date': '2025-04-15' })];
    expect(a.externalId).toBe(b.externalId);
    const service = {
      'Event Type': 'Service',
      'Service Type': 'Long Term Support: Nursing Care',
      'Event End Date': '',
    };
    expect((await records({ ...service, ...death }))[0].summary).toContain('ended 2025-04-15');
  });

  it.each([
    [{ 'Event End Date': '' }, 'Event End Date'],
    [{ 'Event Type': 'Party' }, 'Event Type'],
    [{ 'Event Start Date': '31/02/2025' }, 'Event Start Date'],
    [{ 'NHS Number': '9990001007' }, 'NHS Number'],
  ])('refuses %j and names the column', async (row, field) => {
    expect(refusals(await read(row))).toMatchObject([{ field, file: 'cld.csv', line: 2 }]);
  });

  it('lets only a Service be without an end', async () => {
    expect(await records({ 'Event Type': 'Service', 'Event End Date': '' })).toHaveLength(1);
  });

  it('keeps one copy of an event: the latest period, then the lower outcome rank', async () => {
    const earlier = { 'Reporting Period End Date': '2025-12-31', 'Event Outcome': 'NFA: Other' };
    expect((await records({}, earlier)).map((each) => each.summary)).toEqual(
      (await records({})).map((each) => each.summary),
    );
    const [kept, ...others] = await records({ 'Event Outcome': 'NFA: Other' }, {});
    expect(others).toEqual([]);
    expect(kept.summary).toContain('Progress to support planning');
  });

  it('names the columns that a file lacks', async () => {
    const [refused] = refusals(
      await readAll(clientLevelData, [textFile('x.csv', 'LA Code,Event Type\n999,Request\n')]),
    );
    expect(refused).toMatchObject({ field: 'header', reason: expect.stringContaining('Event Start Date') });
  });
});
