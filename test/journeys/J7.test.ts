import { TestHub } from '../support/hub';
import { consent, nhsNumber } from '../support/people';
import type { FeedClient } from '../support/socket';
import { until } from '../support/until';

const grace = { nhs_number: nhsNumber(7), roles: ['person'] };
const MINE = 'myReferral { id reference status onWaitingList supporter sharedWith { id name } }';
const FACTS = 'Says she has thought of ending her life tonight.';

describe('J7: Grace refers herself, and excludes her GP', () => {
  let hub: TestHub;
  const watch: Record<string, FeedClient> = {};
  const ids: Record<string, string> = {};
  let referral: { id: string; reference: string };
  let person: string;
  let onward: string;
  let escalation: string;

  beforeAll(async () => {
    hub = await TestHub.start();
    for (const code of ['Z81001', 'ZPC01', 'ZV001', 'ZR1']) ids[code] = await hub.organisation(code);
    for (const caller of ['gp', 'linkWorker', 'charity', 'council', 'otherGp'] as const) {
      watch[caller] = await hub.socket(caller);
      watch[caller].subscribe();
    }
  });
  afterAll(() => hub.stop());

  it('1.-2. refers herself online, chooses who may know, and is given urgent help at once', async () => {
    const [network] = await hub.database.asAdmin<{ id: string }>('select id from hub.network');
    const input = {
      person: {
        givenName: 'Grace',
        familyName: 'Adeyemi',
        birthDate: '1979-05-06',
        contactPoints: [{ system: 'phone', value: '07700 900777', safe: false, note: 'A shared telephone.' }],
        permittedChannels: ['sms'],
      },
      reasons: ['social-engagement-or-isolation'],
      network: `net_${network?.id}`,
      consent: consent(['VOLUNTARY', 'PRIMARY_CARE'], { exclude: [ids['Z81001'], ids['ZR1']] }),
    };
    const payload = await hub.done(grace, 'selfRefer', input, `referral { id reference status } urgentHelp`);
    expect(payload['urgentHelp']).toMatch(/999.*111/s);
    referral = payload['referral'];
    await watch['linkWorker']?.received('the self-referral', ({ kinds }) => kinds.includes('REFERRAL_RECEIVED'));
    expect(watch['linkWorker']?.events[0]).toMatchObject({
      disclosure: 'FULL',
      requiresAcknowledgement: true,
      actor: null,
      referral: { id: referral.id, person: { name: 'Grace Adeyemi' } },
    });
  });

  it('3. sees that she is on the list, and neither how long nor at which place', async () => {
    const accepted = await hub.done(
      'linkWorker',
      'acceptReferral',
      { referral: referral.id },
      'referral { person { id permittedChannels } }',
    );
    expect(accepted['referral'].person.permittedChannels).toEqual(['sms']);
    person = accepted['referral'].person.id;
    await hub.done('linkWorker', 'placeOnWaitingList', { referral: referral.id });
    const { myReferral } = await hub.read(grace, `{ ${MINE} }`);
    expect(myReferral.status).toMatch(/on the list/);
    expect(myReferral).toMatchObject({ onWaitingList: true, supporter: 'Hill Primary Care Network' });
    const { __type } = await hub.read(grace, '{ __type(name: "MyReferral") { fields { name } } }');
    expect(JSON.stringify(__type)).not.toMatch(/wait.*since|position|days|queue/i);
  });

  it('4. picks a walking group, and sees with whom it is shared', async () => {
    const service = await hub.service({ id: 'walks', organisation: 'ZV001', name: 'Walking group', areas: [] });
    const swimming = await hub.service({ id: 'swims', organisation: 'ZV002', name: 'Swimming', areas: [] });
    const choices = [
      { service, decision: 'CHOSEN' },
      { service: swimming, decision: 'DECLINED', why: 'Afraid of water.' },
    ];
    await hub.done('linkWorker', 'recordChoices', { referral: referral.id, choices });
    const input = { referral: referral.id, service, reasons: ['physical-inactivity'], consent: consent(['VOLUNTARY']) };
    onward = (await hub.done('linkWorker', 'createOnwardReferral', input))['referral'].id;
    await hub.done('charity', 'acceptReferral', { referral: onward });
    const { myReferral, myFeedback } = await hub.read(grace, `{ ${MINE} myFeedback { kind } }`);
    expect(JSON.stringify(myFeedback)).toContain('CHOICES_RECORDED');
    expect(watch['charity']?.bytes.join()).not.toContain('Afraid of water');
    expect(myReferral.sharedWith).toEqual([
      { id: ids['ZPC01'], name: 'Hill Primary Care Network' },
      { id: ids['ZV001'], name: 'Walking Friends' },
    ]);
  });

  it('5. tells of suicidal thoughts: past her exclusion, for her life, the duty GP hears the facts and nothing else', async () => {
    expect(watch['gp']?.bytes.join()).not.toContain(referral.reference);
    const raise = (basis: string) =>
      hub.send(
        'linkWorker',
        'escalateToGp',
        { referral: referral.id, practice: ids['Z81001'], basis, facts: FACTS },
        'escalation { id override } urgentHelp',
      );
    expect(await raise('CONSENT')).toMatchObject({ escalation: null, userErrors: [{ code: 'CONSENT_REQUIRED' }] });
    const payload = await raise('VITAL_INTERESTS');
    expect(payload).toMatchObject({ escalation: { override: true }, userErrors: [] });
    escalation = payload['escalation'].id;
    await watch['gp']?.received('the crisis', ({ kinds }) => kinds.includes('CRISIS_ESCALATED'));
    expect(watch['gp']?.events).toMatchObject([
      { disclosure: 'CRISIS', requiresAcknowledgement: true, referral: null },
    ]);
    const duty = await hub.read(
      'gp',
      `query($id: ID!) { escalations(open: true) { nodes { id facts alerts person { name nhsNumber } } } referral(id: $id) { id } referrals { totalCount } }`,
      { id: referral.id },
    );
    expect(duty).toEqual({
      escalations: {
        nodes: [
          { id: escalation, facts: FACTS, alerts: 1, person: { name: 'Grace Adeyemi', nhsNumber: nhsNumber(7) } },
        ],
      },
      referral: null,
      referrals: { totalCount: 0 },
    });
    const { myReferral } = await hub.read(grace, `{ ${MINE} }`);
    expect(myReferral.onWaitingList).toBe(false);
    for (const caller of ['charity', 'council', 'otherGp'])
      expect(watch[caller]?.kinds).not.toContain('CRISIS_ESCALATED');
  });

  it('5. re-alerts the duty GP until one acknowledges', async () => {
    await hub.database.asAdmin('update hub.escalation set next_alert_at = now()');
    await watch['gp']?.received(
      'the second alert',
      ({ kinds }) => kinds.filter((kind) => kind === 'CRISIS_ESCALATED').length === 2,
    );
    const done = await hub.done(
      'gp',
      'acknowledgeEscalation',
      { escalation, note: 'Rang her.' },
      'escalation { acknowledgedBy { name } alerts } urgentHelp',
    );
    expect(done['escalation']).toEqual({ acknowledgedBy: { name: 'Dr Shah' }, alerts: 2 });
    expect((await hub.read('gp', '{ escalations(open: true) { totalCount } }'))['escalations'].totalCount).toBe(0);
  });

  it('6. shows Grace the override, in her feed and in who looked', async () => {
    const { myAccessLog, myFeedback } = await hub.read(
      grace,
      '{ myAccessLog(first: 100) { nodes { organisation purpose override } } myFeedback { kind summary reference } }',
    );
    expect(myAccessLog.nodes).toContainEqual({
      organisation: 'Hill Surgery',
      purpose: 'Was told of a crisis by Hill Primary Care Network, to protect your life or health',
      override: true,
    });
    expect(myFeedback).toContainEqual({
      kind: 'CRISIS_ESCALATED',
      summary: 'A doctor has been told that you may need urgent help.',
      reference: referral.reference,
    });
  });

  it('7. withdraws from the charity, which hears that it ended and not why', async () => {
    const input = { person, organisations: [ids['ZV001']], reason: 'I met somebody I know there.' };
    expect((await hub.send(grace, 'withdrawConsent', input))['userErrors']).toEqual([]);
    await watch['charity']?.received('the end', ({ kinds }) => kinds.includes('ACCESS_ENDED'));
    expect(watch['charity']?.events.at(-1)).toMatchObject({
      kind: 'ACCESS_ENDED',
      referral: null,
      summary: 'Your access to this referral has ended.',
    });
    expect(watch['charity']?.bytes.join()).not.toContain('somebody I know');
    const { myReferral } = await hub.read(grace, `{ ${MINE} }`);
    expect(myReferral.sharedWith.map(({ name }: { name: string }) => name)).not.toContain('Walking Friends');
    // the link worker goes on
    const still = await until(
      'the link worker still sees her referral',
      async () =>
        (await hub.read('linkWorker', 'query($id: ID!) { referral(id: $id) { status } }', { id: referral.id }))[
          'referral'
        ],
    );
    expect(still.status).toBe('PAUSED');
  });
});
