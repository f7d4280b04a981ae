import { randomUUID } from 'node:crypto';
import { TestHub } from '../support/hub';
import { adult, consent, nhsNumber } from '../support/people';

const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
const person = { nhs_number: nhsNumber(300), roles: [] };
const daughter = { nhs_number: nhsNumber(301), roles: [] };
const acting = (by = daughter, forWhom = nhsNumber(300)) => ({ ...by, acting_for: forWhom });
const MINE = '{ viewer { person { id } } myReferral { reference } }';

describe('somebody who acts for a person', () => {
  let hub: TestHub;
  let referral: { id: string; reference: string };
  let id: string;
  let network: string;

  beforeAll(async () => {
    hub = await TestHub.start();
    const input = {
      person: adult(300),
      reasons: ['mental-health'],
      route: 'general-practice',
      receiver: await hub.organisation('ZPC01'),
      consent: consent(),
    };
    referral = (await hub.done('gp', 'createReferral', input, 'referral { id reference }'))['referral'];
    const taken = await hub.done(
      'linkWorker',
      'acceptReferral',
      { referral: referral.id },
      'referral { person { id } }',
    );
    id = taken['referral'].person.id;
    const [row] = await hub.database.asAdmin<{ id: string }>('select id from hub.network');
    network = `net_${row?.id}`;
  });
  afterAll(() => hub.stop());

  const record = (caller: Parameters<TestHub['send']>[0], more: object = {}) =>
    hub.send(
      caller,
      'recordProxy',
      { person: id, nhsNumber: nhsNumber(301), relationship: 'daughter', scopes: [], expiresOn: day(30), ...more },
      'proxy { id relationship scopes expiresOn endedAt }',
    );
  const end = (caller: Parameters<TestHub['send']>[0], proxy: string) =>
    hub.send(caller, 'endProxy', { proxy }, 'proxy { endedAt }');
  const status = async (claims: object) =>
    (await hub.post({ query: MINE }, { authorization: `Bearer ${await hub.token(claims as never)}` })).status;
  const consentOf = (claims: typeof person) =>
    hub.send(claims, 'recordConsent', { person: id, referral: referral.id, consent: consent(['SOCIAL_CARE']) });

  it('signs in as nobody before the person has said so, whether or not either number is known', async () => {
    expect(await status(acting())).toBe(401);
    expect(await status(acting(daughter, nhsNumber(399)))).toBe(401);
  });

  it('sees what the person sees, and decides nothing, where she may read alone', async () => {
    const { proxy, userErrors } = await record(person);
    expect(userErrors).toEqual([]);
    expect(proxy).toEqual({
      id: proxy.id,
      relationship: 'daughter',
      scopes: ['READ'],
      expiresOn: day(30),
      endedAt: null,
    });
    expect(await hub.read(acting(), MINE)).toEqual(await hub.read(person, MINE));
    expect((await consentOf(acting()))['userErrors']).toMatchObject([{ code: 'NOT_FOUND' }]);
    const withdrawal = await hub.send(acting(), 'withdrawReferral', { referral: referral.id, reason: 'Hers.' });
    expect(withdrawal['userErrors']).toMatchObject([{ code: 'NOT_FOUND' }]);
    const input = { person: {}, reasons: ['legal-advice'], network, consent: consent() };
    expect((await hub.send(acting(), 'selfRefer', input, 'referral { id }'))['userErrors']).toMatchObject([
      { code: 'NOT_PERMITTED' },
    ]);
    expect((await record(acting(), { nhsNumber: nhsNumber(302) }))['userErrors']).toMatchObject([
      { code: 'NOT_PERMITTED' },
    ]);
    await end(person, proxy.id);
  });

  it('consents and refers for her where she may, and she is shown who did', async () => {
    const { proxy } = await record('linkWorker', { scopes: ['CONSENT', 'REFER'] });
    expect((await consentOf(acting()))['userErrors']).toEqual([]);
    const input = { person: {}, reasons: ['legal-advice'], network, consent: consent() };
    const referred = await hub.send(acting(), 'selfRefer', input, 'referral { reference }');
    expect(referred['userErrors']).toEqual([]);
    const hers = await hub.read(
      person,
      'query($r: String) { myReferral(reference: $r) { reference } myAccessLog(first: 100) { nodes { organisation purpose override } } myProxies { relationship scopes } }',
      {
        r: referred['referral'].reference,
      },
    );
    expect(hers['myReferral']).toEqual(referred['referral']);
    expect(hers['myAccessLog'].nodes).toContainEqual({
      organisation: 'Acting for you: daughter',
      purpose: 'decided for you',
      override: false,
    });
    expect(hers['myAccessLog'].nodes).toContainEqual({
      organisation: 'Acting for you: daughter',
      purpose: 'looked at what you see',
      override: false,
    });
    expect(hers['myProxies']).toContainEqual({ relationship: 'daughter', scopes: ['READ', 'CONSENT', 'REFER'] });
    await end('linkWorker', proxy.id);
  });

  it('is nobody from the moment it ends, on a token that still holds, and after its last day', async () => {
    const { proxy } = await record(person, { scopes: ['CONSENT'] });
    const viewer = await hub.hub.authenticator.viewerOf(`Bearer ${await hub.token(acting())}`);
    const socket = await hub.socket(acting());
    const asked = (n: number) => socket.send({ id: `q${n}`, type: 'subscribe', payload: { query: MINE } });
    const answer = (n: number) =>
      socket.messages.find(({ id: of, type }) => of === `q${n}` && type === 'next')?.payload;
    asked(1);
    await socket.received('her referral', () => answer(1)?.data.myReferral);
    expect((await end(acting(), proxy.id))['userErrors']).toEqual([]);
    asked(2);
    await socket.received('an answer', () => answer(2) ?? socket.closed);
    expect(answer(2)?.data ?? null).toEqual({ viewer: { person: null }, myReferral: null });
    expect(viewer.kind).toBe('person');
    expect(await status(acting())).toBe(401);
    const again = (await record(person))['proxy'];
    expect(await status(acting())).toBe(200);
    await hub.database.asAdmin('update hub.proxy set expires_on = current_date - 1 where id = $1', [again.id.slice(4)]);
    expect(await status(acting())).toBe(401);
  });

  it('is recorded by the person or a party that fully knows a referral of hers, and by nobody else', async () => {
    for (const caller of ['gp', 'charity', 'otherGp', 'icb', 'withoutAgreement'] as const) {
      const refused = (await record(caller))['userErrors'];
      expect(refused).toEqual((await record(caller, { person: `per_${randomUUID()}` }))['userErrors']);
      expect(refused).toHaveLength(1);
    }
    const stranger = { nhs_number: nhsNumber(305), roles: [] };
    expect((await record(stranger))['userErrors']).toMatchObject([{ code: 'NOT_FOUND' }]);
    const { proxy } = await record(person);
    for (const caller of ['linkWorker', 'gp', stranger] as const) {
      expect((await end(caller, proxy.id))['userErrors']).toMatchObject([{ code: 'NOT_FOUND' }]);
      expect((await hub.read(caller, 'query($id: ID!) { node(id: $id) { id } }', { id: proxy.id }))['node']).toBeNull();
    }
    expect((await record(person, { expiresOn: day(-1) }))['userErrors']).toMatchObject([
      { code: 'INVALID', path: ['input', 'expiresOn'] },
    ]);
    expect((await record(person, { expiresOn: day(800) }))['userErrors']).toMatchObject([{ code: 'INVALID' }]);
    expect((await record(person, { relationship: ' ' }))['userErrors']).toMatchObject([{ code: 'INVALID' }]);
  });
});
