import { TestHub } from '../support/hub';
import type { FeedClient } from '../support/socket';
import { adult, consent, nhsNumber } from '../support/people';

const RECEIPT =
  'referral { kind status version disclosure allowedActions receiver { name } person { name } onward { totalCount } loop { organisation { name } } redactions { field } }';

describe('J4: council adult social care meets a duplicate', () => {
  let hub: TestHub;
  const watch: Record<string, FeedClient> = {};
  const ids: Record<string, string> = {};
  let held: string;
  let person: string;

  beforeAll(async () => {
    hub = await TestHub.start();
    for (const code of ['ZPC01', 'ZR1', 'Z999', 'ZV001']) ids[code] = await hub.organisation(code);
    const input = {
      person: adult(1),
      reasons: ['mental-health'],
      route: 'general-practice',
      receiver: ids['ZPC01'],
      consent: consent(),
    };
    held = (await hub.done('gp', 'createReferral', input))['referral'].id;
    const taken = await hub.done('linkWorker', 'acceptReferral', { referral: held }, 'referral { person { id } }');
    person = taken['referral'].person.id;
    await hub.done('linkWorker', 'startReferral', { referral: held });
    const service = await hub.service({ id: 'walks', organisation: 'ZV001' });
    await hub.done('linkWorker', 'createOnwardReferral', {
      referral: held,
      service,
      reasons: ['volunteering'],
      consent: consent(),
    });
    for (const caller of ['linkWorker', 'council', 'gp', 'charity', 'trust'] as const) {
      watch[caller] = await hub.socket(caller);
      watch[caller].subscribe();
    }
  });
  afterAll(() => hub.stop());

  const refer = (index: number) =>
    hub.done(
      'council',
      'createReferral',
      {
        person: adult(index),
        reasons: ['homelessness-or-housing-support'],
        route: 'social-care',
        receiver: ids['ZR1'],
        consent: consent([]),
      },
      RECEIPT,
    );

  it('1. gives the council the receipt it gives for anybody: the same bytes, but for the name', async () => {
    const known = JSON.stringify(await refer(1)).replace(/"name":"Rowan [^"]*"/, '"name":"…"');
    const unknown = JSON.stringify(await refer(2)).replace(/"name":"Rowan [^"]*"/, '"name":"…"');
    expect(known).toBe(unknown);
    expect(known).toContain('"status":"RECEIVED"');
  });

  it('2. tells the existing link worker alone, about her own referral, and who asked', async () => {
    await watch['linkWorker']?.received('the duplicate', ({ kinds }) => kinds.includes('POSSIBLE_ACTIVE_REFERRAL'));
    const events = watch['linkWorker']?.events.filter(({ kind }) => kind === 'POSSIBLE_ACTIVE_REFERRAL');
    expect(events).toMatchObject([{ referral: { id: held }, disclosure: 'FULL', actor: { name: 'Test Council' } }]);
    await watch['trust']?.received('both referrals', ({ kinds }) => kinds.length === 2);
    for (const caller of ['council', 'gp', 'charity', 'trust'])
      expect(watch[caller]?.kinds).not.toContain('POSSIBLE_ACTIVE_REFERRAL');
    const { myFeedback } = await hub.read({ nhs_number: nhsNumber(1), roles: [] }, '{ myFeedback { kind } }');
    expect(JSON.stringify(myFeedback)).not.toContain('POSSIBLE_ACTIVE_REFERRAL');
  });

  it('keeps from the council that another referral exists, until the person agrees', async () => {
    const { referrals } = await hub.read(
      'council',
      'query($id: ID!) { referrals { totalCount } referral(id: $id) { id } personByNhsNumber(nhsNumber: "' +
        nhsNumber(1) +
        '") { referrals { totalCount } } }',
      { id: held },
    );
    expect(referrals.totalCount).toBe(2);
    expect(
      (await hub.read('council', 'query($id: ID!) { referral(id: $id) { id } }', { id: held }))['referral'],
    ).toBeNull();
  });

  it('3.-5. lets the council into the care team once she has asked the person, and tells her, the joiner and the person', async () => {
    const given = consent(['SOCIAL_CARE'], { recipients: [ids['Z999']], categories: ['existence', 'care-team'] });
    await hub.done('linkWorker', 'recordConsent', { person, referral: held, consent: given });
    await watch['council']?.received('that it joined', ({ kinds }) => kinds.includes('CARE_TEAM_JOINED'));
    await watch['linkWorker']?.received('the joiner', ({ kinds }) => kinds.includes('CARE_TEAM_JOINED'));
    const joined = watch['council']?.events.find(({ kind }) => kind === 'CARE_TEAM_JOINED');
    expect(joined).toMatchObject({ disclosure: 'STAGE', referral: { id: held, status: 'ACTIVE' } });
    const { myFeedback, myReferral } = await hub.read(
      { nhs_number: nhsNumber(1), roles: [] },
      'query($r: String) { myFeedback { kind } myReferral(reference: $r) { sharedWith { name } } }',
      { r: joined.reference },
    );
    expect(JSON.stringify(myFeedback)).toContain('CARE_TEAM_JOINED');
    expect(myReferral.sharedWith.map(({ name }: { name: string }) => name)).toContain('Test Council');
    expect(watch['charity']?.kinds).not.toContain('CARE_TEAM_JOINED');
    expect(JSON.stringify(watch['charity']?.events)).not.toContain('Council');
    expect(watch['gp']?.kinds).not.toContain('CARE_TEAM_JOINED');
  });
});
