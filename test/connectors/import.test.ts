import type { Format, InFile } from '../../src/connectors';
import { fixture, fixtures, textFile } from '../support/connector-files';
import { TestHub } from '../support/hub';
import { importer } from '../support/imports';

const ukCore = () =>
  ['Patient-RichardSmith', 'Condition-HipReplacement', 'Observation-VitalSigns-BMI'].map((name) =>
    fixture(`primary-care/uk-core/UKCore-${name}-Example.json`),
  );
const csds = () => fixtures('community-services', '.csv');
const council = () => fixture('social-care/constructed-cld-release2.csv');
const changed = (file: InFile, from: string, to: string): InFile => {
  const text = file.bytes.toString();
  if (!text.includes(from)) throw new Error(`${file.name} does not hold ${from}`);
  return textFile(file.name, text.replace(from, to));
};

const records = `select s.external_id, s.sector, s.system, s.kind, s.summary, s.attendance, s.raw_hash, s.superseded, s.person_id,
  s.postcode, s.received_at, i.value as ods, b.name as file, b.format from hub.source_record s
  join hub.organisation_identifier i on i.organisation_id = s.organisation_id
    and i.system = 'https://fhir.nhs.uk/Id/ods-organization-code'
  left join hub.inbox b on b.id = s.inbox_id`;

describe('importing the files of the sectors', () => {
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

  const sources: [Format, () => InFile[], string | undefined, number][] = [
    ['fhir', ukCore, 'Z81001', 3],
    ['csds', csds, 'ZR1', 75],
    ['asc-cld', () => [council()], 'Z999', 32],
    ['oruk', () => [fixture('voluntary/oruk-v3-page.json')], undefined, 1],
    ['bars', () => [fixture('primary-care/bars/referral-new.json')], undefined, 1],
  ];

  it.each(sources)(
    'takes in %s, and the same files again change nothing',
    async (format, files, organisation, count) => {
      expect(await load(format, files(), organisation)).toEqual({
        read: count,
        applied: count,
        duplicate: 0,
        quarantined: 0,
      });
      const before = await state();
      expect(await load(format, files(), organisation)).toEqual({
        read: count,
        applied: 0,
        duplicate: count,
        quarantined: 0,
      });
      expect(await state()).toEqual(before);
    },
  );

  it.each([
    ['CYP201/CC00100-2', 'COMMUNITY_SERVICES', 'ZR1', 'csds', 'csds', 'CYP201CareContact.csv', 'DID_NOT_ATTEND'],
    [
      'Patient/UKCore-Patient-RichardSmith-Example',
      'PRIMARY_CARE',
      'Z81001',
      'uk-core',
      'fhir',
      'UKCore-Patient-RichardSmith-Example.json',
      null,
    ],
    [
      '00000000-0000-4000-8000-000000000002',
      'PRIMARY_CARE',
      'Z81001',
      'https://fhir.nhs.uk/Id/dos-service-id|3000000002',
      'bars',
      'referral-new.json',
      null,
    ],
  ])(
    'keeps of %s its sector, organisation, system, file and attendance',
    async (id, sector, ods, system, format, file, attendance) => {
      const [record] = await hub.database.asAdmin(`${records} where s.external_id = $1 and s.referral_id is null`, [
        id,
      ]);
      expect(record).toMatchObject({ sector, ods, system, format, file, attendance, superseded: false });
      expect(record?.['raw_hash']).toMatch(/^[0-9a-f]{64}$/);
    },
  );

  it("keeps the council's events under the council's name, with what was sent", async () => {
    const found = await hub.database.asAdmin(`${records} where b.format = 'asc-cld'`);
    expect(found).toHaveLength(32);
    expect(new Set(found.map(({ ods, sector }) => `${ods} ${sector}`))).toEqual(new Set(['Z999 SOCIAL_CARE']));
    const [{ raw } = { raw: Buffer.alloc(0) }] = await hub.database.asAdmin<{ raw: Buffer }>(
      "select raw from hub.inbox where format = 'asc-cld'",
    );
    expect(raw.equals(council().bytes)).toBe(true);
  });

  it('keeps for a service its feed, its id there, and the organisation by its own identifiers', async () => {
    const found = await hub.database.asAdmin(
      `select s.source, s.name, o.sector, o.name as organisation, i.value from hub.service s join hub.organisation o on o.id = s.organisation_id
       join hub.organisation_identifier i on i.organisation_id = o.id and i.system = 'urn:loopwell:feed:oruk'
       where s.external_id = 'ac148810-d857-441c-9679-408f346de14b'`,
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ source: 'oruk', name: 'Community Counselling', sector: 'VOLUNTARY' });
  });

  it('lets source records open no referral and raise no event, whoever is in them', async () => {
    const [before] = await hub.database.asAdmin('select count(*)::int as n from hub.referral');
    const [events] = await hub.database.asAdmin('select count(*)::int as n from hub.event');
    const again = await load(
      'csds',
      csds().map((file) => changed(file, '', '')),
      'Z81002',
    );
    expect(again.applied).toBe(75);
    expect((await load('asc-cld', [council()], 'ZR1')).applied).toBe(32);
    expect((await load('fhir', ukCore(), 'Z81002')).applied + (await load('fhir', ukCore(), 'Z81002')).duplicate).toBe(
      6,
    );
    expect(await hub.database.asAdmin('select count(*)::int as n from hub.referral')).toEqual([before]);
    expect(await hub.database.asAdmin('select count(*)::int as n from hub.event')).toEqual([events]);
  });

  it('replaces a record that changed, and keeps what it said before', async () => {
    const files = csds().map((file) =>
      file.name.startsWith('CYP201')
        ? changed(file, 'CC00100-2,SR00100,TEAM-SP,2026-06-12', 'CC00100-2,SR00100,TEAM-SP,2026-06-13')
        : file,
    );
    expect(await load('csds', files, 'ZR1')).toEqual({ read: 75, applied: 1, duplicate: 74, quarantined: 0 });
    const history = await hub.database.asAdmin<{ superseded: boolean; occurred_at: Date; name: string }>(
      `select s.superseded, s.occurred_at, o.name from hub.source_record s join hub.organisation o on o.id = s.organisation_id
       where s.external_id = 'CYP201/CC00100-2' and o.sector = 'COMMUNITY_SERVICES' order by s.received_at`,
    );
    expect(history.map(({ superseded, occurred_at }) => [superseded, occurred_at.toISOString().slice(0, 10)])).toEqual([
      [true, '2026-06-12'],
      [false, '2026-06-13'],
    ]);
  });

  it('keeps both of two values that conflict, each with its source, under one person', async () => {
    const ours = changed(council(), 'ZZ99 3WZ', 'ZZ99 1AA');
    const theirs = changed(council(), 'ZZ99 3WZ', 'ZZ99 2BB');
    await load('asc-cld', [ours], 'Z999');
    await load('asc-cld', [theirs], 'Z81001');
    const kept = await hub.database.asAdmin<{ ods: string; postcode: string; person_id: string }>(
      `${records} where b.format = 'asc-cld' and s.postcode in ('ZZ99 1AA', 'ZZ99 2BB') and not s.superseded order by s.postcode`,
    );
    expect(kept.map(({ ods, postcode }) => [ods, postcode])).toEqual([
      ['Z999', 'ZZ99 1AA'],
      ['Z81001', 'ZZ99 2BB'],
    ]);
    expect(new Set(kept.map(({ person_id }) => person_id)).size).toBe(1);
  });

  it('refuses an organisation that the directory does not know before it reads a row', async () => {
    const before = await state();
    await expect(load('asc-cld', [council()], 'ZZZZ9')).rejects.toThrow('ZZZZ9');
    expect(await state()).toEqual(before);
  });

  it('masks NHS numbers in free text before anybody can read it', async () => {
    const observation = JSON.stringify({
      resourceType: 'Observation',
      id: 'free-text',
      status: 'final',
      code: { text: 'Note' },
      subject: { identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990001006' } },
      effectiveDateTime: '2026-01-05',
      valueString: 'Sister is 999 000 1014, ask for 9990001006',
    });
    expect((await load('fhir', [textFile('note.json', observation)], 'Z81001')).applied).toBe(1);
    const [record] = await hub.database.asAdmin(
      "select summary from hub.source_record where external_id = 'Observation/free-text'",
    );
    expect(record?.['summary']).toBe('Note: Sister is [NHS number removed], ask for [NHS number removed]');

    const reviewed = council().bytes.toString().replaceAll('Review of short term support', 'Asked by 9990001014');
    await load('asc-cld', [textFile('words.csv', reviewed)], 'ZPC01');
    const leaks = await hub.database.asAdmin(
      "select count(*)::int as n from hub.source_record where summary ~ '999 ?000 ?1014'",
    );
    expect(leaks).toEqual([{ n: 0 }]);
    const masked = await hub.database.asAdmin(
      "select count(*)::int as n from hub.source_record where summary like '%[NHS number removed]%' and sector = 'PRIMARY_CARE' and system like 'la:%'",
    );
    expect(masked[0]?.['n']).toBeGreaterThan(0);
  });

  it('finds one person when two files bring the same new number at the same moment', async () => {
    const patient = (id: string) =>
      textFile(
        `${id}.json`,
        JSON.stringify({
          resourceType: 'Patient',
          id,
          identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990005001' }],
          name: [{ use: 'official', family: 'Simultan', given: ['Una'] }],
          birthDate: '1950-05-05',
        }),
      );
    const senders = ['Z81001', 'Z81002', 'ZPC01', 'ZR1', 'Z999'];
    const summaries = await Promise.all(senders.map((ods) => load('fhir', [patient(`at-once-${ods}`)], ods)));
    expect(summaries.map(({ applied }) => applied)).toEqual(senders.map(() => 1));
    const found = await hub.database.asAdmin(
      "select count(*)::int as records, count(distinct person_id)::int as people from hub.source_record where nhs_number = '9990005001'",
    );
    expect(found).toEqual([{ records: 5, people: 1 }]);
  });

  it('keeps one record when the same file comes twice at the same moment', async () => {
    const file = textFile('twice.csv', council().bytes.toString().replaceAll('P01', 'P77'));
    const [one, two] = await Promise.all([load('asc-cld', [file], 'Z999'), load('asc-cld', [file], 'Z999')]);
    expect([one.quarantined, two.quarantined]).toEqual([0, 0]);
    expect(one.applied + two.applied).toBe(32);
  });
});
