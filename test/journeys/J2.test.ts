import { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { consent } from '../support/people';
import { refer } from '../support/referral';
import type { FeedClient } from '../support/socket';

const DAY = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * DAY).toISOString();

describe('J2: a PCN link worker plans with a person, and refers her on', () => {
  let hub: TestHub;
  const watch = {} as Record<'gp' | 'otherGp' | 'linkWorker' | 'charity' | 'otherCharity', FeedClient>;
  let referral: string;
  let onward: string;
  let debt: string;
  let walks: string;

  beforeAll(async () => {
    hub = await TestHub.start();
    debt = await hub.service({ id: 'debt', organisation: 'ZV002', name: 'Debt advice', areas: [] });
    walks = await hub.service({ id: 'walks', organisation: 'ZV001', name: 'Walking group', areas: [] });
    // what they say of themselves answers the barriers she will hear of
    await hub.database.asAdmin("update hub.service set description = 'Home visits; easy read, and help with forms.'");
    const inFiveWeeks = new Date(Date.now() + 35 * DAY).toISOString().slice(0, 10);
    await hub.database.asAdmin('update hub.service set funding_ends_on = $1 where id = $2', [
      inFiveWeeks,
      debt.slice(4),
    ]);
    for (const caller of ['gp', 'otherGp', 'linkWorker', 'charity', 'otherCharity'] as const) {
      watch[caller] = await hub.socket(caller);
      watch[caller].subscribe();
    }
    referral = await refer(hub, 1, 'gp', {
      reasons: ['financial-management-support', 'social-engagement-or-isolation'],
    });
    await hub.done('linkWorker', 'acceptReferral', { referral });
  });
  afterAll(() => hub.stop());

  const read = async (caller: Caller, id: string, selection: string) =>
    (await hub.read(caller, `query($id: ID!) { referral(id: $id) { ${selection} } }`, { id }))['referral'];

  it('1. she finds it in her caseload', async () => {
    const [practitioner] = await hub.database.asAdmin<{ id: string }>(
      "select id from hub.practitioner where external_id = 'R8101'",
    );
    await hub.done('linkWorker', 'assignReferral', { referral, practitioner: `pra_${practitioner?.id}` });
    const mine =
      '{ referrals(filter: { assignedToMe: true, status: [ACCEPTED] }) { nodes { id person { name } reasons { key } } } }';
    const { nodes } = (await hub.read('linkWorker', mine))['referrals'];
    expect(nodes).toEqual([
      {
        id: referral,
        person: { name: 'Rowan Birchall1' },
        reasons: [{ key: 'financial-management-support' }, { key: 'social-engagement-or-isolation' }],
      },
    ]);
  });

  it('2. she records an hour with the barriers she heard of, which starts support', async () => {
    const barriers = ['TRANSPORT', 'LITERACY'];
    const contact = { referral, at: ago(80), attendance: 'ATTENDED', minutes: 60, barriers };
    const made = await hub.done(
      'linkWorker',
      'recordContact',
      contact,
      'contact { minutes barriers } referral { status }',
    );
    expect(made).toMatchObject({ contact: { minutes: 60, barriers }, referral: { status: 'ACTIVE' } });
  });

  it('3. she matches services, one of which warns that its funding ends in five weeks', async () => {
    const query =
      '{ services(barriers: [TRANSPORT, LITERACY], acceptingOnly: true) { nodes { id name fundingEndsOn } } }';
    const { nodes } = (await hub.read('linkWorker', query))['services'];
    expect(nodes).toEqual([
      { id: debt, name: 'Debt advice', fundingEndsOn: expect.any(String) },
      { id: walks, name: 'Walking group', fundingEndsOn: null },
    ]);
    expect(Date.parse(nodes[0].fundingEndsOn) - Date.now()).toBeLessThan(36 * DAY);
  });

  it('4. she records what was offered, chosen and declined, and the plan', async () => {
    const choices = [
      { service: walks, decision: 'CHOSEN', why: 'Company, and no forms' },
      { service: debt, decision: 'DECLINED', why: 'Ashamed of the letters' },
    ];
    await hub.done('linkWorker', 'recordChoices', { referral, choices });
    const goals = [{ text: 'Go out with somebody twice a week', baseline: 1 }];
    await hub.done('linkWorker', 'recordPlan', { referral, whatMatters: 'Not to be alone', goals });
    await watch.linkWorker.received('the choices', ({ kinds }) => kinds.includes('CHOICES_RECORDED'));
  });

  it('5. with a consent of its own she refers on to the walking group, which learns need and access requirements', async () => {
    const needs = consent(['PRIMARY_CARE', 'VOLUNTARY']);
    const input = { referral, service: walks, reasons: ['social-engagement-or-isolation'], consent: needs };
    onward = (await hub.done('linkWorker', 'createOnwardReferral', input))['referral'].id;
    const adjustments = 'Meets at her door; reads large print';
    await hub.done('linkWorker', 'recordPreparation', { referral: onward, kind: 'SOCIAL', ready: true, adjustments });
    await watch.charity.received('the onward referral', ({ kinds }) => kinds.includes('REFERRAL_RECEIVED'));
    const seen = await read(
      'charity',
      onward,
      'reasons { key } person { name nhsNumber needs } preparation { ready adjustments }',
    );
    expect(seen).toEqual({
      reasons: [{ key: 'social-engagement-or-isolation' }],
      person: { name: 'Rowan Birchall1', nhsNumber: null, needs: ['Large print'] },
      preparation: [{ ready: true, adjustments }],
    });
  });

  it('6. her twelfth contact asks her for a review, and an extension with its reason answers it', async () => {
    for (let week = 11; week >= 1; week--)
      await hub.done('linkWorker', 'recordContact', {
        referral,
        at: ago(week * 7),
        attendance: 'ATTENDED',
        minutes: 30,
      });
    await watch.linkWorker.received('the review', ({ kinds }) => kinds.includes('REVIEW_DUE'));
    expect(await read('linkWorker', referral, 'reviewDue')).toEqual({ reviewDue: true });
    await hub.done('linkWorker', 'extendSupport', { referral, reason: 'A bereavement in between', contacts: 16 });
    expect(await read('linkWorker', referral, 'reviewDue')).toEqual({ reviewDue: false });
  });

  it('7. she closes with a plan for going on alone', async () => {
    const close = {
      referral,
      result: 'GOALS_MET',
      summary: 'Debt letters sorted.',
      selfManagementPlan: 'Walks each Tuesday.',
    };
    expect((await hub.done('linkWorker', 'closeReferral', close))['referral'].status).toBe('CLOSED');
    await watch.gp.received('the ending', ({ kinds }) => kinds.includes('REFERRAL_CLOSED'));
    await watch.linkWorker.received('the ending', ({ kinds }) => kinds.includes('REFERRAL_CLOSED'));
  });

  it('told the practice that she was referred on, and the plan; neither choices nor reviews', async () => {
    expect(watch.gp.kinds).toEqual([
      'REFERRAL_RECEIVED',
      'REFERRAL_ACCEPTED',
      'SUPPORT_STARTED',
      'ONWARD_REFERRAL_CREATED',
      'REFERRAL_CLOSED',
    ]);
    const seen = await read(
      'gp',
      referral,
      'plan { whatMatters } choices { why } outcome { summary selfManagementPlan }',
    );
    expect(seen).toEqual({
      plan: { whatMatters: 'Not to be alone' },
      choices: [],
      outcome: { summary: null, selfManagementPlan: 'Walks each Tuesday.' },
    });
  });

  it('told the provider of its own part alone: no declined option and no other service', async () => {
    expect(watch.charity.kinds).toEqual(['REFERRAL_RECEIVED']);
    expect(await read('charity', referral, 'id')).toBeNull();
    expect(await read('charity', onward, 'choices { why } plan { whatMatters } parent { id }')).toEqual({
      choices: [],
      plan: null,
      parent: null,
    });
    const everything = `{ referrals { nodes { reference notes { text } choices { why service { name } } redactions { field } } } feedback { nodes { summary } } }`;
    const bytes = [...watch.charity.bytes, await hub.raw('charity', everything)].join('\n');
    expect(bytes).not.toMatch(/Ashamed|Debt|forms|Not to be alone/);
  });

  it('told the provider she declined, and another practice, nothing at all', async () => {
    expect(watch.otherCharity.events).toEqual([]);
    expect(watch.otherGp.events).toEqual([]);
    expect((await hub.read('otherGp', '{ referrals { totalCount } }'))['referrals'].totalCount).toBe(0);
    expect((await hub.read('otherCharity', '{ referrals { totalCount } }'))['referrals'].totalCount).toBe(0);
  });
});
