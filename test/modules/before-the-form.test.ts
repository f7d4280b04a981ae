import { Session } from '../access/session';
import { identityOf } from '../access/story';
import { TestHub } from '../support/hub';
import { loadProgrammes } from '../support/programmes';
import { refer } from '../support/referral';
import { until } from '../support/until';
import type { Caller } from '../support/network';

const CHECK = `query Check($person: ReferralPersonInput!, $reasons: [String!]!, $barriers: [Barrier!], $facts: CohortFactsInput) {
  eligibilityCheck(person: $person, reasons: $reasons, barriers: $barriers, facts: $facts) {
    services { name placesLeft } refusals { service { name } reasons } notAnEmergencyService } }`;
const adult = { birthDate: '1961-04-05', postcode: 'HA1 2AB' };

describe('before the form', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await TestHub.start();
    await loadProgrammes(hub);
    const debt = { organisation: 'ZV002', categories: ['debt'] };
    await hub.service({ ...debt, id: 'open', name: 'Debt clinic' });
    await hub.service({ ...debt, id: 'young', name: 'Debt for elders', minimumAge: 90 });
    await hub.service({ ...debt, id: 'far', name: 'Debt far away', areas: ['HA9'] });
    await hub.service({ ...debt, id: 'shut', name: 'Debt shut', accepting: false });
    const full = await hub.service({ ...debt, id: 'full', name: 'Debt full' });
    await hub.done('otherCharity', 'updateCapacity', { service: full, placesLeft: 0 });
    await hub.service({ id: 'breathing', organisation: 'ZR1', name: 'Breathing class', categories: ['respiratory'] });
  });
  afterAll(() => hub.stop());

  const check = async (caller: Parameters<TestHub['read']>[0], reasons: string[], more: object = {}) =>
    (await hub.read(caller, CHECK, { person: adult, reasons, ...more }))['eligibilityCheck'];
  const unmet = async () =>
    hub.database.asAdmin<{ reason: string; district: string | null }>(
      'select reason, district from hub.unmet_need order by id',
    );
  const needs = async (count: number) => until(`${count} needs are noted`, async () => (await unmet()).length >= count);

  it('reads no service where none is asked for', async () => {
    for (const selection of ['notAnEmergencyService', 'refusals { reasons }']) {
      const query = `query($person: ReferralPersonInput!) { eligibilityCheck(person: $person, reasons: ["financial-management-support"]) { ${selection} } }`;
      expect((await hub.read('gp', query, { person: adult }))['eligibilityCheck']).toBeDefined();
      await hub.read('gp', '{ viewer { organisation { name } } }');
    }
  });

  it('says which services would take the person, and of each other one why not', async () => {
    const { services, refusals, notAnEmergencyService } = await check('gp', ['financial-management-support']);
    // no places left advises: there is a waiting list
    expect(services).toEqual([
      { name: 'Debt clinic', placesLeft: null },
      { name: 'Debt full', placesLeft: 0 },
    ]);
    expect(refusals).toEqual([
      { service: { name: 'Debt far away' }, reasons: ['It does not serve HA1.'] },
      { service: { name: 'Debt for elders' }, reasons: ['It is for people from 90 years on.'] },
      { service: { name: 'Debt shut' }, reasons: ['It is closed for referrals.'] },
    ]);
    expect(notAnEmergencyService).toMatch(/not an emergency service.*999.*111/i);
    expect(await unmet()).toEqual([]);
  });

  it('asks the cohort rules of the programme, and only what is known breaks one', async () => {
    const facts = (given: object) => check('gp', ['respiratory'], { facts: given });
    expect((await facts({})).services).toEqual([{ name: 'Breathing class', placesLeft: null }]);
    const fits = { conditions: ['copd'], pamLevel: 1, livesAlone: true, contactsAYear: 12 };
    expect((await facts(fits)).refusals).toEqual([]);
    const against = { conditions: ['Gout'], pamLevel: 3, livesAlone: false, contactsAYear: 60 };
    expect((await facts(against)).refusals[0].reasons).toEqual([
      'For people with COPD or asthma.',
      'For people at PAM level 1 or 2.',
      'For people who live alone.',
      'People with 50 contacts a year and more need their practice first.',
    ]);
    const child = { person: { birthDate: '2020-01-01', postcode: 'HA1 2AB' } };
    expect((await check('gp', ['respiratory'], child)).refusals[0].reasons).toContain('For adults.');
    await needs(2);
  });

  it('says of a barrier what the directory does not promise', async () => {
    const { refusals } = await check('gp', ['financial-management-support'], { barriers: ['TRANSPORT', 'COST'] });
    const clinic = refusals.find(({ service }: { service: { name: string } }) => service.name === 'Debt clinic');
    expect(clinic.reasons).toEqual(['Nothing in its entry says that it gets past TRANSPORT.']);
  });

  it('knows a person by id only as the viewer may know them, and a hidden one as little as an unknown one', async () => {
    const referral = await refer(hub, 7);
    const { referral: read } = await hub.read('linkWorker', 'query($id: ID!) { referral(id: $id) { person { id } } }', {
      id: referral,
    });
    const by = (caller: Caller, id: string) =>
      hub.raw(caller, CHECK, { person: { id }, reasons: ['financial-management-support'] });
    const known = JSON.parse(await by('linkWorker', read.person.id)).data.eligibilityCheck;
    expect(known.refusals.map(({ service }: { service: { name: string } }) => service.name)).toContain('Debt far away');
    const hidden = await by('otherCharity', read.person.id);
    expect(hidden).toBe(await by('otherCharity', 'per_11111111-1111-4111-8111-111111111111'));
    expect(hidden).not.toBe(await by('linkWorker', read.person.id));
    const [row] = await hub.database.asAdmin<{ count: string }>(
      `select count(*) from hub.audit where operation = 'Check' and $1::uuid = any (person_ids)`,
      [read.person.id.slice(4)],
    );
    expect(Number(row?.count)).toBe(2);
  });

  it('notes a need that nobody meets: reason, district, network and day, and no field for a person', async () => {
    const before = (await unmet()).length;
    await check('linkWorker', ['legal-advice', 'financial-management-support'], { person: adult });
    // nobody waits for a note, so two may come in either order
    await needs(before + 1);
    await check('linkWorker', ['legal-advice'], { person: {} });
    await needs(before + 2);
    expect((await unmet()).slice(before)).toEqual([
      { reason: 'legal-advice', district: 'HA1' },
      { reason: 'legal-advice', district: null },
    ]);
    const columns = await hub.database.asAdmin<{ name: string }>(
      `select column_name as name from information_schema.columns where table_schema = 'hub' and table_name = any ('{unmet_need,signpost}') order by 1`,
    );
    expect(columns.map(({ name }) => name)).toEqual([
      'day', 'day', 'district', 'id', 'id', 'network_id', 'organisation_id', 'reason', 'reasons', 'route', 'service_id',
    ]); // prettier-ignore
  });

  it('notes nothing for whom it is not, and answers a person with what to do when it is urgent', async () => {
    const before = (await unmet()).length;
    for (const caller of ['icb', 'withoutAgreement'] as const)
      expect((await check(caller, ['legal-advice'])).services).toEqual([]);
    const herself = await check({ nhs_number: '9990001006', roles: ['person'] }, ['financial-management-support']);
    expect(herself).toMatchObject({ services: [], refusals: [] });
    expect(herself.notAnEmergencyService).toContain('999');
    await check('gp', ['legal-advice']);
    await needs(before + 1);
    expect((await unmet()).length).toBe(before + 1);
  });

  it('names what is wrong with a reason', async () => {
    const { errors } = await hub.ask('gp', CHECK, { person: adult, reasons: ['boredom'] });
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  });

  it('finds services by the barriers their own entry answers', async () => {
    const { services } = await hub.read('gp', '{ services(barriers: [TRANSPORT]) { totalCount } }');
    expect(services.totalCount).toBe(0);
    await hub.service({ id: 'phone', organisation: 'ZV001', name: 'Advice by telephone' });
    const found = await hub.read('gp', '{ services(barriers: [TRANSPORT, DIGITAL]) { nodes { name overcomes } } }');
    expect(found['services'].nodes).toEqual([
      { name: 'Advice by telephone', overcomes: expect.arrayContaining(['TRANSPORT', 'COST']) },
    ]);
  });

  it('counts a signpost of which nobody is the subject', async () => {
    const { services } = await hub.read('gp', '{ services(search: "Debt clinic") { nodes { id } } }');
    const input = { service: services.nodes[0].id, reasons: ['financial-management-support'], route: 'drop-in' };
    expect((await hub.done('gp', 'recordSignpost', input))['recorded']).toBe(true);
    const refused = async (caller: Caller, more: object) => {
      const { recorded, userErrors } = await hub.send(caller, 'recordSignpost', { ...input, ...more });
      return [recorded, userErrors[0].code];
    };
    expect(await refused('gp', { service: 'srv_11111111-1111-4111-8111-111111111111' })).toEqual([false, 'NOT_FOUND']);
    expect(await refused('gp', { reasons: [] })).toEqual([false, 'INVALID']);
    expect(await refused('gp', { route: 'by-balloon' })).toEqual([false, 'INVALID']);
    expect(await refused('withoutAgreement', {})).toEqual([false, 'NO_AGREEMENT']);
    expect(await refused('icb', {})).toEqual([false, 'NOT_PERMITTED']);
    // past the TypeScript too, no text of the caller's own goes in
    const session = await Session.open(hub.database);
    const text = await session.as(await identityOf(hub, 'gp'), [
      `select hub.record_signpost($1, '{"Jo Bloggs"}', 'drop-in')`,
      [input.service.slice(4)],
    ]);
    await session.close();
    expect(text.code).toBe('LW404');
    const rows = await hub.database.asAdmin('select reasons, route from hub.signpost');
    expect(rows).toEqual([{ reasons: ['financial-management-support'], route: 'drop-in' }]);
  });
});
