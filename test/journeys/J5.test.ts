import { isValidNhsNumber } from '../../src/kernel';
import { withoutIds } from '../support/ids';
import { TestHub } from '../support/hub';
import { adult, consent, nhsNumber } from '../support/people';
import { refer } from '../support/referral';
import type { FeedClient } from '../support/socket';

const KOFI = 'otherCharity' as const;

describe('J5: a debt charity takes part, and everything stops when the person withdraws', () => {
  let hub: TestHub;
  let service: string;
  const watch: Record<string, FeedClient> = {};
  const roots: string[] = [];
  const onward: string[] = [];

  const referOn = async (root: string) => {
    const input = { referral: root, service, reasons: ['financial-management-support'], consent: consent() };
    return hub.send('linkWorker', 'createOnwardReferral', input, 'referral { id reference }');
  };

  beforeAll(async () => {
    hub = await TestHub.start();
    service = await hub.service({ id: 'debt', organisation: 'ZV002', name: 'Debt advice', categories: ['debt'] });
    for (const caller of [
      'gp',
      'otherGp',
      'linkWorker',
      'trust',
      KOFI,
      'charity',
      'icb',
      'withoutAgreement',
    ] as const) {
      watch[caller] = await hub.socket(caller);
      watch[caller].subscribe();
    }
    for (const index of [1, 2]) {
      const root = await refer(hub, index, 'gp', { reasons: ['financial-management-support', 'mental-health'] });
      await hub.done('linkWorker', 'acceptReferral', { referral: root });
      roots.push(root);
      onward.push((await referOn(root))['referral'].id);
    }
  });
  afterAll(() => hub.stop());

  it('tells the charity of two people, with what it needs and without an NHS number', async () => {
    await watch[KOFI]?.received('both referrals', ({ kinds }) => kinds.length === 2);
    for (const event of watch[KOFI]?.events ?? []) {
      expect(event).toMatchObject({
        kind: 'REFERRAL_RECEIVED',
        disclosure: 'OWN_SERVICE',
        requiresAcknowledgement: true,
      });
      expect(event.referral.person.nhsNumber).toBeNull();
    }
    const story = await hub.raw(
      KOFI,
      '{ referrals { nodes { reasons { key } parent { id } person { name records { nodes { summary externalId } } } contacts { totalCount } } } }',
    );
    expect(story).toContain('financial-management-support');
    expect(story).not.toContain('mental-health');
    const bytes = withoutIds([story, ...(watch[KOFI]?.bytes ?? [])].join());
    const runs = bytes.match(/\d{3}[ -]?\d{3}[ -]?\d{4}/g) ?? [];
    expect(runs.filter(isValidNhsNumber)).toEqual([]);
  });

  it('lets it accept one and decline the other for want of capacity; referrer and link worker hear the decision', async () => {
    await hub.done(KOFI, 'acceptReferral', { referral: onward[0] });
    const declined = { referral: onward[1], reason: 'CAPACITY' };
    expect((await hub.done(KOFI, 'declineReferral', declined))['referral'].status).toBe('DECLINED');
    for (const caller of ['linkWorker', 'gp'] as const) {
      await watch[caller]?.received('the decision', ({ kinds }) => kinds.includes('REFERRAL_DECLINED'));
    }
    const { referral } = await hub.read(
      'linkWorker',
      'query($id: ID!) { referral(id: $id) { status decline { reason } receiver { name } } }',
      { id: onward[1] },
    );
    expect(referral).toEqual({
      status: 'DECLINED',
      decline: { reason: 'CAPACITY' },
      receiver: { name: 'Debt Helpers' },
    });
  });

  it('tells every link worker, every other party of the network and the board that it is paused', async () => {
    const paused = await hub.done(KOFI, 'updateCapacity', { service, paused: true, placesLeft: 0 });
    expect(paused['service']).toMatchObject({ paused: true, placesLeft: 0, acceptingReferrals: false });
    for (const caller of ['gp', 'otherGp', 'linkWorker', 'trust', 'charity', 'icb', KOFI] as const) {
      await watch[caller]?.received('the pause', ({ kinds }) => kinds.includes('CAPACITY_CHANGED'));
      const event = watch[caller]?.events.find(({ kind }) => kind === 'CAPACITY_CHANGED');
      expect(event).toMatchObject({
        disclosure: 'FULL',
        referral: null,
        reference: null,
        service: { name: 'Debt advice' },
        actor: { name: 'Debt Helpers' },
        requiresAcknowledgement: false,
      });
    }
    expect(watch['withoutAgreement']?.kinds).toEqual([]);
    expect(watch['icb']?.kinds).toEqual(['CAPACITY_CHANGED']);
  });

  it('takes no referral while it is paused, and says so before anybody fills in a form', async () => {
    const refused = await referOn(roots[1] as string);
    expect(refused['userErrors']).toMatchObject([{ code: 'NO_CAPACITY', path: ['input', 'service'] }]);
    const { eligibilityCheck } = await hub.read(
      'linkWorker',
      `query($person: ReferralPersonInput!) { eligibilityCheck(person: $person, reasons: ["financial-management-support"]) {
        services { id } refusals { service { name } reasons } } }`,
      { person: { birthDate: '1961-04-05', postcode: 'HA1 2AB' } },
    );
    expect(eligibilityCheck.services).toEqual([]);
    expect(eligibilityCheck.refusals[0]).toMatchObject({ service: { name: 'Debt advice' } });
    expect(eligibilityCheck.refusals[0].reasons).toContain('It takes no referrals for now.');
  });

  it('stops everything when the person withdraws: no more is read, pushed or written', async () => {
    const herself = { nhs_number: nhsNumber(1), roles: ['person'] };
    const withdrawn = { referral: onward[0], reason: 'I would rather not' };
    expect((await hub.send(herself, 'withdrawReferral', withdrawn))['userErrors']).toEqual([]);
    await watch[KOFI]?.received('the ending', ({ kinds }) => kinds.includes('ACCESS_ENDED'));
    const ending = watch[KOFI]?.events.find(({ kind }) => kind === 'ACCESS_ENDED');
    expect(ending).toMatchObject({ disclosure: 'ENDED', referral: null, actor: null, service: null });
    const data = await hub.read(KOFI, 'query($id: ID!) { referral(id: $id) { id } referrals { totalCount } }', {
      id: onward[0],
    });
    expect(data).toEqual({ referral: null, referrals: { totalCount: 1 } });
    const late = { referral: onward[0], at: '2026-03-01T10:00:00Z', attendance: 'ATTENDED' };
    expect((await hub.send(KOFI, 'recordContact', late))['userErrors'][0].code).toBe('NOT_FOUND');
    // what happens to the person afterwards does not reach it
    const before = watch[KOFI]?.events.length ?? 0;
    await hub.done('linkWorker', 'closeReferral', { referral: roots[0], result: 'MOVED' });
    await watch['gp']?.received('the closure', ({ kinds }) => kinds.includes('REFERRAL_CLOSED'));
    expect(watch[KOFI]?.events.length).toBe(before);
  });

  it('showed the board nobody, and the charity nothing of other providers', async () => {
    const heard = (watch['icb']?.bytes ?? []).join();
    const names = [adult(1).familyName, adult(2).familyName, adult(1).nhsNumber, 'SP-'];
    expect(names.filter((each) => heard.includes(each))).toEqual([]);
    const page = await hub.read(
      'icb',
      '{ feedback { nodes { kind reference referral { id } } } referrals { totalCount } }',
    );
    expect(page).toEqual({
      feedback: { nodes: [{ kind: 'CAPACITY_CHANGED', reference: null, referral: null }] },
      referrals: { totalCount: 0 },
    });
    expect((watch[KOFI]?.bytes ?? []).join()).not.toContain('Walking Friends');
  });
});
