import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { Importer } from '../../src/connectors';
import { TestHub } from '../support/hub';
import { consent, nhsNumber } from '../support/people';
import type { FeedClient } from '../support/socket';

const NUMBER = '9912003888';
const patient = path.join(__dirname, '../fixtures/primary-care/uk-core/UKCore-Patient-RichardSmith-Example.json');
const herself = { nhs_number: NUMBER, roles: ['person'] };
const DEBT = 'Owes 4,200 pounds to two lenders.';

describe('J1: Dr Shah refers for debt and loneliness', () => {
  let hub: TestHub;
  const watch: Record<string, FeedClient> = {};
  let person: string;
  let referral: string;
  let pcn: string;

  beforeAll(async () => {
    hub = await TestHub.start();
    pcn = await hub.organisation('ZPC01');
    const files = [{ name: 'patient.json', bytes: readFileSync(patient) }];
    await new Importer(hub.hub.services.database).run({ format: 'fhir', files, organisation: 'Z81001' });
    for (const caller of ['gp', 'linkWorker', 'otherGp', 'charity'] as const) {
      watch[caller] = await hub.socket(caller);
      watch[caller].subscribe();
    }
  });
  afterAll(() => hub.stop());

  it('1. checks what there is before the form', async () => {
    const categories = ['social-engagement-or-isolation'];
    await hub.service({ id: 'lunch', organisation: 'ZV001', name: 'Lunch club', areas: [], categories });
    await hub.service({
      id: 'old',
      organisation: 'ZV002',
      name: 'Centenarians',
      minimumAge: 100,
      areas: [],
      categories,
    });
    const { eligibilityCheck } = await hub.read(
      'gp',
      `query($person: ReferralPersonInput!) { eligibilityCheck(person: $person, reasons: ["social-engagement-or-isolation"]) {
        services { name } refusals { service { name } reasons } notAnEmergencyService } }`,
      { person: { nhsNumber: NUMBER, birthDate: '1961-01-01' } },
    );
    expect(eligibilityCheck).toMatchObject({
      services: [{ name: 'Lunch club' }],
      refusals: [{ service: { name: 'Centenarians' }, reasons: [expect.any(String)] }],
      notAnEmergencyService: expect.stringContaining('999'),
    });
  });

  it('2. records what the patient agreed to, before the referral', async () => {
    person = (await hub.read('gp', `{ personByNhsNumber(nhsNumber: "${NUMBER}") { id } }`))['personByNhsNumber'].id;
    const given = consent(['PRIMARY_CARE', 'VOLUNTARY'], {
      recipients: [pcn],
      categories: ['referral'],
      purpose: 'Social prescribing',
    });
    const { consent: recorded } = await hub.done(
      'gp',
      'recordConsent',
      { person, consent: given },
      'consent { shareWith recipients { name } categories purpose lawfulBasis withdrawnAt }',
    );
    expect(recorded).toEqual({
      shareWith: ['PRIMARY_CARE', 'VOLUNTARY'],
      recipients: [{ name: 'Hill Primary Care Network' }],
      categories: ['referral'],
      purpose: 'Social prescribing',
      lawfulBasis: 'DIRECT_CARE',
      withdrawnAt: null,
    });
  });

  it('3. refers for two reasons, once however often it is sent', async () => {
    const input = {
      idempotencyKey: 'j1',
      person: { id: person },
      reasons: ['financial-management-support', 'social-engagement-or-isolation'],
      route: 'general-practice',
      receiver: pcn,
      consent: consent(['PRIMARY_CARE', 'VOLUNTARY']),
    };
    referral = (await hub.done('gp', 'createReferral', input))['referral'].id;
    expect((await hub.done('gp', 'createReferral', input))['referral'].id).toBe(referral);
    await watch['linkWorker']?.received('the referral', ({ kinds }) => kinds.includes('REFERRAL_RECEIVED'));
    const known = await hub.read(
      'linkWorker',
      'query($id: ID!) { referral(id: $id) { disclosure reasons { key } person { name contactPoints { system safe } records { nodes { kind } } } } }',
      { id: referral },
    );
    expect(known['referral']).toMatchObject({
      disclosure: 'FULL',
      reasons: [{ key: 'financial-management-support' }, { key: 'social-engagement-or-isolation' }],
      // nothing of the clinical record: what was sent with the referral, and no more
      person: { name: expect.stringMatching(/smith/i), records: { nodes: [{ kind: 'Referral' }] } },
    });
  });

  it('4. is accepted, supported and closed by the link worker', async () => {
    await hub.done('linkWorker', 'acceptReferral', { referral });
    await hub.done('linkWorker', 'placeOnWaitingList', { referral });
    const goals = [{ text: 'Pay both lenders', baseline: 1 }];
    await hub.done('linkWorker', 'recordPlan', { referral, whatMatters: 'Sleeping at night', goals });
    const contact = {
      referral,
      at: new Date(Date.now() - 60_000).toISOString(),
      attendance: 'ATTENDED',
      minutes: 60,
      note: DEBT,
    };
    await hub.done('linkWorker', 'recordContact', contact);
    const close = {
      referral,
      result: 'GOALS_MET',
      summary: DEBT,
      selfManagementPlan: 'Budgets weekly, walks on Tuesdays.',
    };
    await hub.done('linkWorker', 'closeReferral', close);
  });

  it('5. delivers accepted, active and closed to the practice, with stage, outcome and plan', async () => {
    await watch['gp']?.received('the end', ({ kinds }) => kinds.includes('REFERRAL_CLOSED'));
    expect(watch['gp']?.kinds).toEqual([
      'REFERRAL_RECEIVED',
      'REFERRAL_ACCEPTED',
      'WAITING_LIST_JOINED',
      'SUPPORT_STARTED',
      'REFERRAL_CLOSED',
    ]);
    expect(watch['gp']?.events.at(-1)).toMatchObject({
      disclosure: 'STAGE',
      referral: {
        status: 'CLOSED',
        outcome: { result: 'GOALS_MET', summary: null, selfManagementPlan: 'Budgets weekly, walks on Tuesdays.' },
      },
    });
    const story = await hub.raw(
      'gp',
      'query($id: ID!) { referral(id: $id) { waitingSince contacts { totalCount } notes { text } outcome { summary } redactions { field } } }',
      { id: referral },
    );
    for (const bytes of [story, ...(watch['gp']?.bytes ?? [])]) expect(bytes).not.toContain('4,200');
    expect(JSON.parse(story).data.referral).toMatchObject({ waitingSince: null, contacts: { totalCount: 0 } });
  });

  it('tells the patient in plain words, without a wait or a place on the list', async () => {
    const told = await hub.raw(
      herself,
      '{ myFeedback { kind summary } myReferral { status onWaitingList supporter sharedWith { name } plan { whatMatters goals { text baseline } } } }',
    );
    const { myFeedback, myReferral } = JSON.parse(told).data;
    expect(myFeedback.map(({ kind }: { kind: string }) => kind)).toEqual([
      'REFERRAL_RECEIVED',
      'REFERRAL_ACCEPTED',
      'WAITING_LIST_JOINED',
      'SUPPORT_STARTED',
      'ATTENDANCE_RECORDED',
      'REFERRAL_CLOSED',
    ]);
    expect(myReferral).toEqual({
      status: 'Your support has ended.',
      onWaitingList: false,
      supporter: 'Hill Primary Care Network',
      sharedWith: [{ name: 'Hill Primary Care Network' }, { name: 'Hill Surgery' }],
      plan: { whatMatters: 'Sleeping at night', goals: [{ text: 'Pay both lenders', baseline: 1 }] },
    });
    const other = await hub.read({ nhs_number: nhsNumber(5), roles: [] }, '{ myReferral { plan { whatMatters } } }');
    expect(other['myReferral']).toBeNull();
    expect(told).not.toMatch(/\d+ (days|weeks)|position/);
    for (const caller of ['otherGp', 'charity']) expect(watch[caller]?.events).toEqual([]);
  });
});
