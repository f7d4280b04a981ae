import { randomUUID } from 'node:crypto';
import { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { adult, consent, nhsNumber } from '../support/people';
import { until } from '../support/until';

const lead = { org: 'ZPC01', roles: ['link-worker', 'safeguarding'] };
const NOTE = 'Her son takes her pension.';

describe('safeguarding', () => {
  let hub: TestHub;
  let index = 400;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    hub = await TestHub.start();
    for (const code of ['ZPC01', 'Z999', 'Z81002', 'ZV001']) ids[code] = await hub.organisation(code);
  });
  afterAll(() => hub.stop());

  const open = async (more: object = {}) => {
    index += 1;
    const input = {
      person: adult(index),
      reasons: ['mental-health'],
      route: 'general-practice',
      receiver: ids['ZPC01'],
      consent: consent(['PRIMARY_CARE', 'VOLUNTARY', 'SOCIAL_CARE'], more),
    };
    const { referral } = await hub.done('gp', 'createReferral', input, 'referral { id reference }');
    await hub.done('linkWorker', 'acceptReferral', { referral: referral.id });
    return { ...(referral as { id: string; reference: string }), number: nhsNumber(index) };
  };

  describe('a note', () => {
    const write = (caller: Parameters<TestHub['send']>[0], referral: string, text = NOTE) =>
      hub.send(caller, 'recordSafeguardingNote', { referral, text }, 'recorded');
    const READ =
      'query($id: ID!) { referral(id: $id) { safeguardingNotes { id text author { name } } notes { text } } }';

    it('is read by the safeguarding leads of those who fully know the referral, and by nobody else', async () => {
      const { id, number } = await open();
      expect(await write('linkWorker', id)).toEqual({ recorded: true, userErrors: [] });
      const { referral } = await hub.read(lead, READ, { id });
      expect(referral).toMatchObject({
        safeguardingNotes: [{ text: NOTE, author: { name: 'Hill Primary Care Network' } }],
        notes: [],
      });
      const note = referral.safeguardingNotes[0].id;
      const others: Parameters<TestHub['raw']>[0][] = ['linkWorker', 'gp', 'charity', 'icb'];
      for (const caller of [
        ...others,
        { org: 'Z81001', roles: ['safeguarding'] },
        { nhs_number: number, roles: ['safeguarding'] },
      ]) {
        expect(await hub.raw(caller, READ, { id })).not.toContain('pension');
        expect((await hub.read(caller, 'query($id: ID!) { node(id: $id) { id } }', { id: note }))['node']).toBeNull();
      }
      expect((await hub.read(lead, 'query($id: ID!) { node(id: $id) { id } }', { id: note }))['node']).toEqual({
        id: note,
      });
    });

    it('is written by those alone who fully know the referral', async () => {
      const { id } = await open();
      expect(await write('gp', id)).toMatchObject({ recorded: false, userErrors: [{ code: 'NOT_PERMITTED' }] });
      expect(await write('charity', id)).toEqual(await write('charity', `ref_${randomUUID()}`));
      expect(await write('linkWorker', id, ' ')).toMatchObject({
        recorded: false,
        userErrors: [{ code: 'REASON_REQUIRED' }],
      });
      expect(await write('linkWorker', id, `Number ${nhsNumber(1)}`)).toMatchObject({
        userErrors: [{ code: 'INVALID' }],
      });
    });
  });

  describe('emergency access', () => {
    const doctor = { org: 'Z81002', practitioner: 'R8002', roles: ['duty-doctor'], purpose: 'direct-care' };
    const request = (caller: Parameters<TestHub['send']>[0], number: string, reason = 'Found unconscious at home.') =>
      hub.send(caller, 'requestEmergencyAccess', { nhsNumber: number, reason }, 'received');
    const sees = async (id: string) =>
      (await hub.read(doctor, 'query($id: ID!) { referral(id: $id) { status disclosure reasons { key } } }', { id }))[
        'referral'
      ];

    beforeAll(() =>
      hub.database.asAdmin(
        "insert into hub.practitioner (external_id, name, organisation_id) values ('R8002', 'Dr Vale', $1)",
        [ids['Z81002']?.slice(4)],
      ),
    );

    it('is answered alike whether the number is known or not, and shows how far open referrals have come', async () => {
      const { id, reference, number } = await open();
      expect(await sees(id)).toBeNull();
      expect(await request(doctor, number)).toEqual(await request(doctor, nhsNumber(499)));
      expect(await sees(id)).toEqual({ status: 'ACCEPTED', disclosure: 'STAGE', reasons: [] });
      const told = async (caller: Caller) =>
        (await hub.read(caller, '{ feedback(kinds: [CARE_TEAM_JOINED]) { nodes { reference actor { name } } } }'))[
          'feedback'
        ].nodes.find((node: { reference: string }) => node.reference === reference);
      expect(await until('the link worker has been told', () => told('linkWorker'))).toEqual({
        reference,
        actor: { name: 'Vale Surgery' },
      });
      expect(await told('gp')).toBeUndefined();
      const { myAccessLog, myFeedback } = await hub.read(
        { nhs_number: number, roles: [] },
        '{ myAccessLog { nodes { organisation purpose override } } myFeedback { kind } }',
      );
      expect(JSON.stringify(myFeedback)).toContain('CARE_TEAM_JOINED');
      expect(myAccessLog.nodes).toContainEqual({
        organisation: 'Vale Surgery',
        purpose: 'Asked for emergency access, and gave its reason',
        override: true,
      });
      expect(myAccessLog.nodes).toContainEqual({
        organisation: 'Vale Surgery',
        purpose: 'Direct care: looked at your records',
        override: true,
      });
    });

    it('ends by itself, unless the person has agreed meanwhile', async () => {
      const [ending, agreed] = [await open(), await open()];
      for (const { number } of [ending, agreed]) await request(doctor, number);
      const known = await hub.read('linkWorker', 'query($id: ID!) { referral(id: $id) { person { id } } }', {
        id: agreed.id,
      });
      const given = consent(['PRIMARY_CARE'], { recipients: [ids['Z81002']], categories: ['care-team'] });
      await hub.done('linkWorker', 'recordConsent', {
        person: known['referral'].person.id,
        referral: agreed.id,
        consent: given,
      });
      await hub.database.asAdmin("update hub.emergency_access set ends_at = now() - interval '1 second'");
      await until('the access has ended', async () => (await sees(ending.id)) === null);
      expect(await sees(agreed.id)).toMatchObject({ disclosure: 'STAGE' });
      const { feedback } = await hub.read(doctor, '{ feedback { nodes { kind reference } } }');
      expect(feedback.nodes).toContainEqual({ kind: 'ACCESS_ENDED', reference: ending.reference });
    });

    it('lets nobody in whom the person excludes, with the same answer', async () => {
      const { id, number } = await open({ exclude: [ids['Z81002']] });
      expect(await request(doctor, number)).toEqual({ received: true, userErrors: [] });
      expect(await sees(id)).toBeNull();
    });

    it('is for a practitioner of those who provide care, with a reason', async () => {
      const { number } = await open();
      const codes = async (caller: Parameters<TestHub['send']>[0], reason?: string) =>
        (await request(caller, number, reason))['userErrors'].map(({ code }: { code: string }) => code);
      expect(await codes(doctor, ' ')).toEqual(['REASON_REQUIRED']);
      expect(await codes('charity')).toEqual(['NOT_PERMITTED']);
      expect(await codes('otherGp')).toEqual(['NOT_PERMITTED']);
      expect(await codes('icb')).toEqual(['NOT_PERMITTED']);
      expect(await codes('withoutAgreement')).toEqual(['NO_AGREEMENT']);
      expect(await codes({ nhs_number: number, roles: [] })).toEqual(['NOT_PERMITTED']);
    });
  });
});
