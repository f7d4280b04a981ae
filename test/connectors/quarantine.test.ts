import { asIdentity } from '../../src/database';
import { fixture, textFile } from '../support/connector-files';
import { TestHub } from '../support/hub';
import { importer } from '../support/imports';

const council = () => fixture('social-care/constructed-cld-release2.csv');

describe('a row that cannot be imported', () => {
  let hub: TestHub;
  let load: ReturnType<typeof importer>;

  beforeAll(async () => {
    hub = await TestHub.start();
    load = importer(hub);
  });
  afterAll(() => hub.stop());

  /** Everything that an import could change, so that "nothing" can be compared. */
  const state = () =>
    hub.database
      .asAdmin(`select (select count(*)::int from hub.inbox) as inbox, (select count(*)::int from hub.quarantine) as quarantine,
      (select count(*)::int from hub.person) as person, (select count(*)::int from hub.referral) as referral,
      (select count(*)::int from hub.event) as event, (select count(*)::int from hub.organisation) as organisation,
      (select md5(string_agg(s::text, '' order by s.id)) from hub.source_record s) as records,
      (select md5(string_agg(s::text, '' order by s.id)) from hub.service s) as services`);

  const bad = () =>
    textFile(
      'mixed.csv',
      council().bytes.toString().replace('9990001006,P01000,Cora,Testperson00', '9990001007,P01000,Cora,Testperson00'),
    );

  it('is set aside with its line, field, reason and what was sent, while the rest goes in', async () => {
    const summary = await load('asc-cld', [bad()], 'Z81002');
    expect(summary).toMatchObject({ quarantined: 1, read: 32, applied: 31 });
    const [row] = await hub.database.asAdmin(
      'select q.file, q.line, q.field, q.reason, q.raw from hub.quarantine q where q.file = $1',
      ['mixed.csv'],
    );
    expect(row).toMatchObject({ file: 'mixed.csv', line: 2, field: 'NHS Number' });
    expect(row?.['reason']).toContain('check digit');
    expect(row?.['raw']).toContain('P01000');
    expect(row?.['reason']).not.toContain('9990001007');
  });

  it('is set aside once, however often it comes', async () => {
    const before = await state();
    expect(await load('asc-cld', [bad()], 'Z81002')).toMatchObject({ applied: 0, duplicate: 31, quarantined: 1 });
    expect(await state()).toEqual(before);
  });

  it('is seen by its supplier and by nobody else', async () => {
    const seenBy = async (ods: string | null) => {
      const [found] = await hub.database.asAdmin<{ id: string; sector: string }>(
        'select o.id, o.sector from hub.organisation o join hub.organisation_identifier i on i.organisation_id = o.id where i.value = $1',
        [ods],
      );
      const viewer = found
        ? { kind: 'organisation' as const, party: found.id, sector: found.sector, roles: [] }
        : { kind: 'operator' as const, roles: [] };
      const rows = await asIdentity(
        hub.hub.services.database,
        viewer,
        (tx) => tx.run<{ file: string }>('select file from graph.quarantine', []),
        { readOnly: true },
      );
      return rows.map(({ file }) => file);
    };
    expect(await seenBy('Z81002')).toEqual(['mixed.csv']);
    for (const other of ['Z999', 'ZR1', 'Z81001', 'ZQ1', null]) expect(await seenBy(other)).toEqual([]);
  });

  it('names the file and the reason when nothing in it can be read', async () => {
    const summary = await load('fhir', [textFile('broken.json', '{ "resourceType": "Patient"')], 'Z81001');
    expect(summary).toEqual({ read: 1, applied: 0, duplicate: 0, quarantined: 1 });
    const rows = await hub.database.asAdmin('select line, field, raw from hub.quarantine where file = $1', [
      'broken.json',
    ]);
    expect(rows).toEqual([{ line: 1, field: expect.any(String), raw: expect.stringContaining('Patient') }]);
  });

  it('without a name for whose data it is goes to the operator', async () => {
    const summary = await load('asc-cld', [textFile('nobody.csv', council().bytes.toString())]);
    expect(summary).toEqual({ read: 32, applied: 0, duplicate: 0, quarantined: 32 });
    const [row] = await hub.database.asAdmin(
      "select count(*)::int as n, min(field) as field, bool_and(organisation_id is null) as operators from hub.quarantine where file = 'nobody.csv'",
    );
    expect(row).toEqual({ n: 32, field: 'organisation', operators: true });
  });
  it('sets the bad rows of two files of one name apart', async () => {
    const empty = (town: string) =>
      textFile('export.json', JSON.stringify({ resourceType: 'Patient', id: town, address: [{ city: town }] }));
    expect(await load('fhir', [empty('Harrow'), empty('Pinner')], 'Z81001')).toMatchObject({ read: 2, quarantined: 2 });
    const rows = await hub.database.asAdmin<{ raw: string; kept: string }>(
      "select q.raw, convert_from(i.raw, 'UTF8') as kept from hub.quarantine q join hub.inbox i on i.id = q.inbox_id where q.file like 'export.json%'",
    );
    expect(rows).toHaveLength(2);
    for (const { raw, kept } of rows) expect(kept).toBe(raw);
  });
});
