import type { Claims } from '../../src/access';
import { loadNetwork } from '../../src/connectors';
import { register } from '../access/story';
import { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { consent } from '../support/people';
import { refer } from '../support/referral';
import type { FeedClient } from '../support/socket';

const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
/** Tom works for the rehabilitation service, whose clinicians are an organisation of their own. */
const tom: Caller = 'trust';
const clinicians: Claims = { org: 'ZRPR1', roles: ['provider'] };

describe('J3: a rehabilitation link worker re-engages somebody who did not attend', () => {
  let hub: TestHub;
  const watch = {} as Record<'tom' | 'gp' | 'pcn' | 'clinicians' | 'champion' | 'icb', FeedClient>;
  const services = {} as Record<'home' | 'transport' | 'champion' | 'programme', string>;
  let referral: string;
  let programme: string;
  let champion: string;

  beforeAll(async () => {
    hub = await TestHub.start();
    await loadNetwork(hub.hub.services.database, {
      networks: [],
      organisations: [
        { ods: 'ZRPR1', name: 'Rehabilitation Clinic', sector: 'COMMUNITY_SERVICES' as never, networks: ['test-icb'] },
      ],
      agreements: [{ organisation: 'ZRPR1', network: 'test-icb', from: '2020-01-01', to: '2099-12-31' }],
    });
    services.home = await hub.service({
      id: 'home',
      organisation: 'ZR1',
      name: 'Pre-rehabilitation at home',
      areas: [],
    });
    services.transport = await hub.service({ id: 'cars', organisation: 'ZV002', name: 'Community cars', areas: [] });
    services.champion = await hub.service({ id: 'peer', organisation: 'ZV001', name: 'Peer champions', areas: [] });
    services.programme = await hub.service({
      id: 'pr',
      organisation: 'ZRPR1',
      name: 'Pulmonary rehabilitation',
      areas: [],
    });
    for (const [name, caller] of Object.entries({
      tom,
      gp: 'gp' as const,
      pcn: 'linkWorker' as const,
      clinicians,
      champion: 'charity' as const,
      icb: 'icb' as const,
    })) {
      watch[name as keyof typeof watch] = await hub.socket(caller);
      watch[name as keyof typeof watch].subscribe();
    }
    // her practice is known to the PCN link worker who refers her
    await register(hub, 1, 'Z81001', 'linkWorker');
    referral = await refer(hub, 1, 'linkWorker', { receiver: await hub.organisation('ZR1'), reasons: ['respiratory'] });
    await hub.done(tom, 'acceptReferral', { referral });
    await hub.done(tom, 'startReferral', { referral });
  });
  afterAll(() => hub.stop());

  const read = async (caller: Caller | Claims, id: string, selection: string) =>
    (await hub.read(caller, `query($id: ID!) { referral(id: $id) { ${selection} } }`, { id }))['referral'];
  const onward = async (service: string, reason: string) => {
    const agreed = consent(['PRIMARY_CARE', 'COMMUNITY_SERVICES', 'VOLUNTARY']);
    const input = { referral, service, reasons: [reason], consent: agreed };
    return (await hub.done(tom, 'createOnwardReferral', input))['referral'].id as string;
  };

  it('1. two contacts she did not attend ask him to re-engage her', async () => {
    await hub.done(tom, 'recordContact', { referral, at: ago(30), attendance: 'DID_NOT_ATTEND' });
    expect(watch.tom.kinds).not.toContain('REENGAGEMENT_DUE');
    await hub.done(tom, 'recordContact', { referral, at: ago(23), attendance: 'DID_NOT_ATTEND' });
    await watch.tom.received('the request', ({ kinds }) => kinds.includes('REENGAGEMENT_DUE'));
    await hub.done(tom, 'pauseReferral', { referral });
  });

  it('2. a call finds fear and no transport; the next miss is one she was unable to attend', async () => {
    const why = { barriers: ['TRANSPORT', 'HEALTH'], note: 'Damp flat, threatened with eviction.' };
    await hub.done(tom, 'recordContact', { referral, at: ago(16), attendance: 'UNABLE_TO_ATTEND', ...why });
    const { nodes } = (await read(tom, referral, 'contacts { nodes { attendance barriers } }')).contacts;
    expect(nodes).toEqual([
      { attendance: 'DID_NOT_ATTEND', barriers: [] },
      { attendance: 'DID_NOT_ATTEND', barriers: [] },
      { attendance: 'UNABLE_TO_ATTEND', barriers: ['TRANSPORT', 'HEALTH'] },
    ]);
  });

  it('3. he offers a menu: rehabilitation at home first, transport, a peer champion', async () => {
    const choices = [
      { service: services.home, decision: 'CHOSEN' },
      { service: services.transport, decision: 'DECLINED', why: 'Her nephew drives' },
      { service: services.champion, decision: 'CHOSEN', why: 'Somebody who has been through it' },
    ];
    await hub.done(tom, 'recordChoices', { referral, choices });
    champion = await onward(services.champion, 'low-self-esteem-confidence');
    programme = await onward(services.programme, 'respiratory');
    for (const name of ['champion', 'clinicians'] as const)
      await watch[name].received('its referral', ({ kinds }) => kinds.includes('REFERRAL_RECEIVED'));
  });

  it('4. he measures where she starts', async () => {
    const walked = { referral, instrument: '6MWT', occasion: 'BASELINE', score: 180, takenOn: ago(10).slice(0, 10) };
    expect((await hub.done(tom, 'recordMeasurement', walked))['measurement'].score).toBe(180);
  });

  it('5. she goes on: practice and PCN hear that she is re-engaged, and read the plan', async () => {
    await hub.done(tom, 'resumeReferral', { referral });
    const goals = [{ text: 'Climb the stairs without stopping', baseline: 3, latest: 5 }];
    await hub.done(tom, 'recordPlan', { referral, whatMatters: 'Breath for her grandchildren', goals });
    for (const [name, caller] of [
      ['gp', 'gp'],
      ['pcn', 'linkWorker'],
    ] as const) {
      await watch[name].received('that support goes on', ({ kinds }) => kinds.includes('SUPPORT_RESUMED'));
      const { plan } = await read(caller, referral, 'plan { whatMatters goals { latest } }');
      expect(plan).toEqual({ whatMatters: 'Breath for her grandchildren', goals: [{ latest: 5 }] });
    }
  });

  it('6. the clinicians hear that she is ready, and what to adjust; all hear of the discharge plan what they may', async () => {
    await hub.done(tom, 'recordPreparation', { referral: programme, kind: 'PHYSICAL', ready: true });
    const adjustments = 'Anxious in groups: a place by the door';
    await hub.done(tom, 'recordPreparation', { referral: programme, kind: 'PSYCHOLOGICAL', ready: true, adjustments });
    await hub.done(tom, 'postMessage', { referral: programme, text: 'She is ready to start on Monday.' });
    await watch.clinicians.received('the message', ({ kinds }) => kinds.includes('MESSAGE_POSTED'));
    expect(await read(clinicians, programme, 'preparation { kind ready adjustments } notes { text }')).toEqual({
      preparation: [
        { kind: 'PHYSICAL', ready: true, adjustments: null },
        { kind: 'PSYCHOLOGICAL', ready: true, adjustments },
      ],
      notes: [{ text: 'She is ready to start on Monday.' }],
    });
    const close = {
      referral,
      result: 'SUPPORTED_ONWARD',
      summary: 'Housing still open.',
      selfManagementPlan: 'Breathing exercises.',
    };
    await hub.done(tom, 'closeReferral', close);
    for (const name of ['gp', 'pcn'] as const)
      await watch[name].received('the ending', ({ kinds }) => kinds.includes('REFERRAL_CLOSED'));
    for (const caller of ['gp', 'linkWorker'] as const)
      expect((await read(caller, referral, 'outcome { selfManagementPlan summary }')).outcome).toEqual({
        selfManagementPlan: 'Breathing exercises.',
        summary: null,
      });
  });

  it('kept her housing from the clinicians, her diagnosis from the peer champion, and her name from the ICB', async () => {
    const all = `{ referrals { nodes { reference reasons { key } person { name needs records { nodes { summary } } } notes { text } contacts { nodes { note } }
      choices { why } preparation { adjustments } plan { whatMatters } outcome { summary } } } feedback { nodes { kind summary } } }`;
    const bytesOf = async (name: keyof typeof watch, caller: Caller | Claims) =>
      [...watch[name].bytes, await hub.raw(caller, all)].join('\n');
    const seenByClinicians = await bytesOf('clinicians', clinicians);
    expect(seenByClinicians).toMatch(/place by the door/);
    expect(seenByClinicians).not.toMatch(/eviction|Damp|Housing|nephew/);
    const seenByChampion = await bytesOf('champion', 'charity');
    expect(seenByChampion).toMatch(/low-self-esteem-confidence/);
    expect(seenByChampion).not.toMatch(/respiratory|Breath|Anxious|eviction|nephew/);
    expect(await read('charity', champion, 'preparation { ready } choices { why }')).toEqual({
      preparation: [],
      choices: [],
    });
    expect(watch.icb.events).toEqual([]);
    expect(await bytesOf('icb', 'icb')).not.toMatch(/Birchall|Rowan/);
  });
});
