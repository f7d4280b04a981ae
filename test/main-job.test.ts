import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { type Format, Importer } from '../src/connectors';
import { isValidNhsNumber } from '../src/kernel';
import { withoutIds } from './support/ids';
import { TestHub } from './support/hub';
import type { FeedClient } from './support/socket';

const fixture = (...names: string[]) => {
  const file = path.join(__dirname, 'fixtures', ...names);
  return { name: path.basename(file), bytes: readFileSync(file) };
};
const ons4 = (satisfaction: number, worthwhile: number, happiness: number, anxiety: number) =>
  Object.entries({ satisfaction, worthwhile, happiness, anxiety }).map(([key, value]) => ({ key, value }));
const agreed = (shareWith: string[], more: object = {}) => ({
  givenBy: 'person',
  givenAt: '2026-03-02T10:00:00Z',
  shareWith,
  ...more,
});

describe('the main job: a GP refers, and everybody hears exactly what they may', () => {
  let hub: TestHub;
  const watch: Record<string, FeedClient> = {};
  let referral: string;
  let onward: string;
  let person: string;
  let resumed: FeedClient;

  const load = (format: Format, files: ReturnType<typeof fixture>[], organisation?: string) =>
    new Importer(hub.hub.services.database).run({ format, files, organisation });

  beforeAll(async () => {
    hub = await TestHub.start();
  });
  afterAll(() => hub.stop());

  it('takes in the four sectors from files of their standard formats', async () => {
    const primary = ['Patient-RichardSmith', 'Condition-HipReplacement', 'Observation-VitalSigns-BMI'];
    const ukCore = primary.map((name) => fixture('primary-care', 'uk-core', `UKCore-${name}-Example.json`));
    expect((await load('fhir', ukCore, 'Z81001')).applied).toBe(3);
    const csds = [
      'CYP001MPI',
      'CYP101Referral',
      'CYP201CareContact',
      'CYP202CareActivity',
      'CYP612CodedAssessmentContact',
    ];
    const community = await load(
      'csds',
      csds.map((name) => fixture('community-services', `${name}.csv`)),
      'ZR1',
    );
    expect(community).toMatchObject({ quarantined: 0 });
    expect(community.applied).toBeGreaterThan(10);
    const social = await load('asc-cld', [fixture('social-care', 'constructed-cld-release2.csv')], 'Z999');
    expect(social.applied).toBeGreaterThan(10);
    expect((await load('oruk', [fixture('voluntary', 'oruk-v3-page.json')])).applied).toBeGreaterThan(0);
    await hub.service({ id: 'walks', organisation: 'ZV001', name: 'Afternoon walking group', areas: [] });
  });

  it("brings the GP's BaRS referral to the link worker's open subscription", async () => {
    for (const caller of ['gp', 'linkWorker', 'charity', 'council', 'otherGp', 'icb'] as const) {
      watch[caller] = await hub.socket(caller);
      watch[caller].subscribe();
    }
    const summary = await load('bars', [fixture('primary-care', 'bars', 'referral-new.json')]);
    expect(summary).toEqual({ read: 1, applied: 1, duplicate: 0, quarantined: 0 });
    await watch['linkWorker']?.received('the referral', ({ kinds }) => kinds.includes('REFERRAL_RECEIVED'));
    const event = watch['linkWorker']?.events[0];
    expect(event).toMatchObject({
      sequence: 1,
      disclosure: 'FULL',
      requiresAcknowledgement: true,
      actor: { name: 'Hill Surgery' },
    });
    expect(event.referral.person.nhsNumber).toBe('9990001006');
    referral = event.referral.id;
  });

  it('lets her accept, let the council in by consent, and record a missed and an attended contact', async () => {
    await hub.done('linkWorker', 'acceptReferral', { referral, expectedVersion: 1 });
    person = (await hub.read('linkWorker', '{ referrals { nodes { person { id } } } }'))['referrals'].nodes[0].person
      .id;
    const council = await hub.organisation('Z999');
    const consent = agreed(['SOCIAL_CARE'], { recipients: [council], categories: ['care-team'] });
    await hub.done('linkWorker', 'recordConsent', { person, referral, consent });
    await hub.done('linkWorker', 'recordContact', {
      referral,
      at: '2026-03-10T10:00:00Z',
      attendance: 'DID_NOT_ATTEND',
      minutes: 60,
    });
    const attended = {
      referral,
      at: '2026-03-17T10:00:00Z',
      attendance: 'ATTENDED',
      minutes: 60,
      note: 'Would like company and exercise.',
    };
    expect((await hub.done('linkWorker', 'recordContact', attended))['referral']).toMatchObject({ status: 'ACTIVE' });
    const before = {
      referral,
      instrument: 'ONS4',
      occasion: 'BASELINE',
      items: ons4(4, 4, 3, 8),
      takenOn: '2026-03-17',
    };
    expect((await hub.done('linkWorker', 'recordMeasurement', before))['measurement'].score).toBeNull();
  });

  it('refers on to the walking group, with a consent of its own', async () => {
    // the GP's line drops here: what follows happens while nobody listens
    await watch['gp']?.received('the start of support', ({ kinds }) => kinds.includes('SUPPORT_STARTED'));
    watch['gp']?.kill();
    const found = await hub.read(
      'linkWorker',
      '{ services(search: "walking", acceptingOnly: true) { nodes { id organisation { name } } } }',
    );
    expect(found['services'].nodes[0].organisation.name).toBe('Walking Friends');
    const consent = agreed(['PRIMARY_CARE', 'VOLUNTARY']);
    const input = {
      referral,
      service: found['services'].nodes[0].id,
      reasons: ['social-engagement-or-isolation'],
      consent,
    };
    onward = (await hub.done('linkWorker', 'createOnwardReferral', input))['referral'].id;
    await watch['charity']?.received('the onward referral', ({ kinds }) => kinds.includes('REFERRAL_RECEIVED'));
    expect(watch['charity']?.events[0]).toMatchObject({
      disclosure: 'OWN_SERVICE',
      referral: { person: { nhsNumber: null } },
    });
    expect(watch['charity']?.events[0].referral.person.name).toBe('Nora Testcase');
  });

  it('lets the charity accept, report and close its own part', async () => {
    await hub.done('charity', 'acceptReferral', { referral: onward });
    await hub.done('charity', 'recordContact', {
      referral: onward,
      at: '2026-04-01T14:00:00Z',
      attendance: 'ATTENDED',
      minutes: 90,
    });
    const close = { referral: onward, result: 'GOALS_MET', summary: 'Walks with us each week.', planDeclined: true };
    await hub.done('charity', 'closeReferral', close);
  });

  it('closes with a measurement and a plan', async () => {
    const after = {
      referral,
      instrument: 'ONS4',
      occasion: 'DISCHARGE',
      items: ons4(7, 8, 7, 3),
      takenOn: '2026-06-01',
    };
    await hub.done('linkWorker', 'recordMeasurement', after);
    const without = await hub.send('linkWorker', 'closeReferral', { referral, result: 'GOALS_MET' });
    expect(without['userErrors'][0]).toMatchObject({ code: 'REASON_REQUIRED', path: ['input', 'selfManagementPlan'] });
    const close = {
      referral,
      result: 'GOALS_MET',
      summary: 'Feels part of something.',
      selfManagementPlan: 'Walks on Tuesdays.',
    };
    expect((await hub.done('linkWorker', 'closeReferral', close))['referral'].status).toBe('CLOSED');
    await watch['linkWorker']?.received(
      'both endings',
      ({ kinds }) => kinds.filter((kind) => kind === 'REFERRAL_CLOSED').length === 2,
    );
  });

  it('pushed to each party, event by event, what it may know and nothing else', async () => {
    expect(watch['linkWorker']?.kinds).toEqual([
      'REFERRAL_RECEIVED',
      'REFERRAL_ACCEPTED',
      'CARE_TEAM_JOINED',
      'CONSENT_CHANGED',
      'ATTENDANCE_RECORDED',
      'SUPPORT_STARTED',
      'ATTENDANCE_RECORDED',
      'ONWARD_REFERRAL_CREATED',
      'REFERRAL_ACCEPTED',
      'SUPPORT_STARTED',
      'ATTENDANCE_RECORDED',
      'REFERRAL_CLOSED',
      'OUTCOME_RECORDED',
      'REFERRAL_CLOSED',
    ]);
    const endings = [
      'REFERRAL_RECEIVED',
      'REFERRAL_ACCEPTED',
      'SUPPORT_STARTED',
      'ATTENDANCE_RECORDED',
      'REFERRAL_CLOSED',
    ];
    await watch['charity']?.received('its own ending', ({ kinds }) => kinds.includes('REFERRAL_CLOSED'));
    expect(watch['charity']?.kinds).toEqual(endings);
    await watch['council']?.received('the ending', ({ kinds }) => kinds.includes('REFERRAL_CLOSED'));
    expect(watch['council']?.kinds).toEqual([
      'CARE_TEAM_JOINED',
      'SUPPORT_STARTED',
      'OUTCOME_RECORDED',
      'REFERRAL_CLOSED',
    ]);
    for (const event of watch['council']?.events ?? []) {
      expect(event).toMatchObject({ disclosure: 'STAGE', contact: null, measurement: null });
      expect(event.referral.outcome?.summary ?? null).toBeNull();
    }
    expect(watch['otherGp']?.events).toEqual([]);
    expect(watch['icb']?.events).toEqual([]);
  });

  it('resumes the GP, killed in the middle, from its cursor with no gap and no repeat', async () => {
    const seen = watch['gp']?.events ?? [];
    expect(seen.map(({ kind }) => kind)).toEqual(['REFERRAL_RECEIVED', 'REFERRAL_ACCEPTED', 'SUPPORT_STARTED']);
    resumed = await hub.socket('gp');
    resumed.subscribe({ after: seen.at(-1).cursor });
    await resumed.received('the end', ({ kinds }) => kinds.filter((kind) => kind === 'REFERRAL_CLOSED').length === 2);
    const all = [...seen, ...resumed.events];
    expect(all.map(({ kind }) => kind)).toEqual([
      'REFERRAL_RECEIVED',
      'REFERRAL_ACCEPTED',
      'SUPPORT_STARTED',
      'ONWARD_REFERRAL_CREATED',
      'REFERRAL_ACCEPTED',
      'SUPPORT_STARTED',
      'REFERRAL_CLOSED',
      'OUTCOME_RECORDED',
      'REFERRAL_CLOSED',
    ]);
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, i) => i + 1));
    expect(all.map(({ previousSequence }) => previousSequence)).toEqual(all.map((_, i) => i));
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.at(-1).referral.outcome).toMatchObject({
      result: 'GOALS_MET',
      summary: null,
      selfManagementPlan: 'Walks on Tuesdays.',
    });
  });

  it('let no NHS number into any byte the charity received', async () => {
    const answered = await hub.raw(
      'charity',
      `{ referrals { nodes { id reference notes { text } person { name nhsNumber postcodeDistrict
      contactPoints { value } needs records { nodes { externalId system summary kind } } } onward { nodes { id } } parent { id } } } feedback { nodes { summary reference } } }`,
    );
    const bytes = [...(watch['charity']?.bytes ?? []), answered].join('\n');
    expect(bytes.length).toBeGreaterThan(500);
    const runs = withoutIds(bytes).match(/\d{3}[ -]?\d{3}[ -]?\d{4}/g) ?? [];
    expect(runs.filter(isValidNhsNumber)).toEqual([]);
  });

  it('tells the GP the whole permitted story in one query', async () => {
    const { referrals } = await hub.read(
      'gp',
      `{ referrals(orderBy: OLDEST) { totalCount nodes { kind status disclosure person { name nhsNumber } receiver { name } reasons { key }
        contacts { totalCount } measurements { totalCount } outcome { result summary selfManagementPlan contacts }
        onward { nodes { status service { name } receiver { name } } } redactions { field } loop { organisation { name } sentAt actedAt } } } }`,
    );
    expect(referrals.totalCount).toBe(2);
    expect(referrals.nodes[0]).toMatchObject({
      kind: 'LINK_WORKER',
      status: 'CLOSED',
      disclosure: 'STAGE',
      person: { name: 'Nora Testcase', nhsNumber: '9990001006' },
      receiver: { name: 'Hill Primary Care Network' },
      contacts: { totalCount: 0 },
      measurements: { totalCount: 0 },
      outcome: { result: 'GOALS_MET', summary: null, selfManagementPlan: 'Walks on Tuesdays.', contacts: null },
      onward: { nodes: [{ status: 'CLOSED', service: null, receiver: null }] },
    });
    const receiver = referrals.nodes[0].loop.find(
      (entry: { organisation: { name: string } }) => entry.organisation.name === 'Hill Primary Care Network',
    );
    expect(receiver.actedAt).not.toBeNull();
  });

  it('changes nothing when the same files come again', async () => {
    const again = await load('bars', [fixture('primary-care', 'bars', 'referral-new.json')]);
    expect(again).toEqual({ read: 1, applied: 0, duplicate: 1, quarantined: 0 });
    const social = await load('asc-cld', [fixture('social-care', 'constructed-cld-release2.csv')], 'Z999');
    expect(social).toMatchObject({ applied: 0 });
    expect((await hub.read('gp', '{ referrals { totalCount } }'))['referrals'].totalCount).toBe(2);
  });
});
