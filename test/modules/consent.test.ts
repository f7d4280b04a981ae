import { TestHub } from '../support/hub';
import { adult, consent, nhsNumber } from '../support/people';
import { until } from '../support/until';

const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);

describe('consent, and how a person may be reached', () => {
  let hub: TestHub;
  let pcn: string;
  let council: string;
  let index = 200;

  beforeAll(async () => {
    hub = await TestHub.start();
    [pcn, council] = (await Promise.all(['ZPC01', 'Z999'].map((ods) => hub.organisation(ods)))) as [string, string];
  });
  afterAll(() => hub.stop());

  const send = (person: object = {}, given: object = consent()) => {
    index += 1;
    const input = {
      person: adult(index, person),
      reasons: ['mental-health'],
      route: 'general-practice',
      receiver: pcn,
      consent: given,
    };
    return hub.send('gp', 'createReferral', input, 'referral { id reference person { id } }');
  };
  const open = async (person: object = {}) => {
    const { referral } = await send(person);
    await hub.done('linkWorker', 'acceptReferral', { referral: referral.id });
    const known = await hub.read('linkWorker', 'query($id: ID!) { referral(id: $id) { person { id } } }', {
      id: referral.id,
    });
    return {
      referral: referral.id as string,
      reference: referral.reference as string,
      person: known['referral'].person.id as string,
    };
  };
  const changes = async (reference: string) =>
    (await hub.read('linkWorker', '{ feedback(kinds: [CONSENT_CHANGED]) { nodes { reference actor { name } } } }'))[
      'feedback'
    ].nodes.filter((node: { reference: string }) => node.reference === reference);

  it('warns the link worker once, a fortnight before it runs out', async () => {
    const { referral, reference, person } = await open();
    const agree = (expiresOn: string) =>
      hub.done(
        'linkWorker',
        'recordConsent',
        {
          person,
          referral,
          consent: consent(['SOCIAL_CARE'], { recipients: [council], categories: ['care-team'] }),
          expiresOn,
        },
        'consent { id expiresOn expiresSoon lawfulBasis }',
      );
    const far = await agree(day(30));
    expect(far['consent']).toMatchObject({ expiresSoon: false, lawfulBasis: 'DIRECT_CARE' });
    const soon = await agree(day(10));
    expect(soon['consent'].expiresSoon).toBe(true);
    await until('both recordings have been told', async () => (await changes(reference)).length === 2);
    // a fortnight of the calendar passes for the first of them
    await hub.database.asAdmin('update hub.consent set expires_on = $2 where id = $1', [
      far['consent'].id.slice(4),
      day(14),
    ]);
    const told = await until('the warning', async () => {
      const all = await changes(reference);
      return all.length > 2 && all;
    });
    expect(told.map(({ actor }: { actor: object | null }) => actor)).toEqual([
      { name: 'Hill Primary Care Network' },
      { name: 'Hill Primary Care Network' },
      null,
    ]);
    const council14 = await hub.read('council', '{ feedback { nodes { kind } } }');
    expect(JSON.stringify(council14)).not.toContain('CONSENT_CHANGED');
    const again = await agree(day(60));
    await hub.database.asAdmin('update hub.consent set expires_on = $2 where id = $1', [
      again['consent'].id.slice(4),
      day(3),
    ]);
    await until('the other warning', async () => (await changes(reference)).length >= 5);
    // the first was not told of twice meanwhile
    expect(await changes(reference)).toHaveLength(5);
  });

  it('keeps the lawful basis apart from what was agreed', async () => {
    const { referral, person } = await open();
    const given = consent([], { lawfulBasis: 'LEGITIMATE_INTERESTS' });
    const payload = await hub.done(
      'linkWorker',
      'recordConsent',
      { person, referral, consent: given },
      'consent { lawfulBasis shareWith }',
    );
    expect(payload['consent']).toEqual({ lawfulBasis: 'LEGITIMATE_INTERESTS', shareWith: [] });
  });

  it('takes a child at her word only once her competence was assessed', async () => {
    const child = { birthDate: day(-365 * 12) };
    const refused = await send(child);
    expect(refused).toMatchObject({
      referral: null,
      userErrors: [{ code: 'CONSENT_REQUIRED', path: ['input', 'consent', 'givenBy'] }],
    });
    expect((await send(child, consent([], { givenBy: 'mother' })))['userErrors']).toEqual([]);
    expect((await send(child, consent([], { competenceAssessed: true })))['userErrors']).toEqual([]);
    const { person } = (await send(child, consent([], { givenBy: 'father' })))['referral'];
    const herself = await hub.send({ nhs_number: nhsNumber(index), roles: [] }, 'recordConsent', {
      person: person.id,
      consent: consent([], { competenceAssessed: true }),
    });
    expect(herself['userErrors']).toMatchObject([{ code: 'CONSENT_REQUIRED' }]);
    expect((await send({ birthDate: day(-365 * 16 - 5) }))['userErrors']).toEqual([]);
  });

  it('shows which channels are permitted: those she named, else those marked safe', async () => {
    const points = [
      { system: 'phone', value: '07700 900001', safe: false, note: 'Her husband answers.' },
      { system: 'email', value: 'rowan@example.org', safe: true },
    ];
    const see = async (person: object) => {
      const { referral } = await open(person);
      const known = await hub.read(
        'linkWorker',
        'query($id: ID!) { referral(id: $id) { person { permittedChannels hiddenAddress contactPoints { system safe } } } }',
        { id: referral },
      );
      return known['referral'].person;
    };
    expect(await see({ contactPoints: points })).toEqual({
      permittedChannels: ['email'],
      hiddenAddress: false,
      contactPoints: [
        { system: 'phone', safe: false },
        { system: 'email', safe: true },
      ],
    });
    expect((await see({ contactPoints: points, permittedChannels: ['post'] })).permittedChannels).toEqual(['post']);
  });

  it('passes a hidden address to the receiver, who is told that it is hidden, and not on from there', async () => {
    const service = await hub.service({ id: 'safe-walks', organisation: 'ZV001', areas: [] });
    const refer = async (hiddenAddress: boolean) => {
      const contactPoints = [
        { system: 'post', value: '1 Hidden Road', safe: true },
        { system: 'sms', value: '07700 900002', safe: true },
      ];
      const { referral } = await open({ hiddenAddress, contactPoints });
      const { referral: onward } = await hub.done('linkWorker', 'createOnwardReferral', {
        referral,
        service,
        reasons: ['volunteering'],
        consent: consent(),
      });
      const person =
        'query($id: ID!) { referral(id: $id) { person { postcodeDistrict hiddenAddress contactPoints { system } } } }';
      const of = async (caller: 'linkWorker' | 'charity', id: string) =>
        (await hub.read(caller, person, { id }))['referral'].person;
      return { receiver: await of('linkWorker', referral), provider: await of('charity', onward.id) };
    };
    const points = [{ system: 'post' }, { system: 'sms' }];
    expect(await refer(false)).toEqual({
      receiver: { postcodeDistrict: 'HA1', hiddenAddress: false, contactPoints: points },
      provider: { postcodeDistrict: 'HA1', hiddenAddress: false, contactPoints: points },
    });
    expect(await refer(true)).toEqual({
      receiver: { postcodeDistrict: 'HA1', hiddenAddress: true, contactPoints: points },
      provider: { postcodeDistrict: null, hiddenAddress: true, contactPoints: [{ system: 'sms' }] },
    });
  });
});
