import { TestHub } from '../support/hub';
import { adult, consent, nhsNumber } from '../support/people';

describe('opening a referral', () => {
  let hub: TestHub;
  let receiver: string;
  let people = 0;

  beforeAll(async () => {
    hub = await TestHub.start();
    receiver = await hub.organisation('ZPC01');
  });
  afterAll(() => hub.stop());

  const input = (more: object = {}) => ({
    person: adult(++people),
    reasons: ['mental-health'],
    route: 'general-practice',
    receiver,
    consent: consent(),
    ...more,
  });
  const refused = async (more: object, as: 'gp' | 'linkWorker' | 'icb' | 'withoutAgreement' = 'gp') =>
    (await hub.send(as, 'createReferral', input(more)))['userErrors'][0];

  it('gives a receipt with a reference, the receiver, and what the referrer may know', async () => {
    const selection =
      'referral { reference kind status version disclosure allowedActions receiver { name } reasons { key label } route { key } person { name nhsNumber needs postcodeDistrict } }';
    const given = input({ note: 'Prefers mornings.' });
    const { referral } = await hub.done('gp', 'createReferral', given, selection);
    expect(referral).toMatchObject({
      kind: 'LINK_WORKER',
      status: 'RECEIVED',
      version: 1,
      disclosure: 'STAGE',
      allowedActions: ['CANCEL', 'WITHDRAW'],
      receiver: { name: 'Hill Primary Care Network' },
      reasons: [{ key: 'mental-health', label: 'Mental health' }],
      route: { key: 'general-practice' },
      person: { nhsNumber: given.person.nhsNumber, needs: ['Large print'], postcodeDistrict: 'HA1' },
    });
    expect(referral.reference).toMatch(/^LW-[2-9A-Z]{4}-[2-9A-Z]{4}$/);
  });

  it('gives the receiver what its referrer sent, number and needs included', async () => {
    const given = input({ note: 'Prefers mornings.' });
    const { referral } = await hub.done('gp', 'createReferral', given);
    const read =
      'query R($id: ID!) { referral(id: $id) { person { name birthDate nhsNumber contactPoints { system value safe } } notes { text author { name } } } }';
    const { referral: seen } = await hub.read('linkWorker', read, { id: referral.id });
    expect(seen).toEqual({
      person: {
        name: `${given.person.givenName} ${given.person.familyName}`,
        birthDate: '1961-04-05',
        nhsNumber: given.person.nhsNumber,
        contactPoints: [{ system: 'phone', value: '07700 900123', safe: true }],
      },
      notes: [{ text: 'Prefers mornings.', author: { name: 'Hill Surgery' } }],
    });
  });

  it('answers alike whether the number was known to others or not', async () => {
    const person = adult(++people);
    await hub.done('gp', 'createReferral', input({ person }));
    const known = await hub.done(
      'otherGp',
      'createReferral',
      input({ person }),
      'referral { status person { name nhsNumber records { totalCount } } }',
    );
    const unknown = await hub.done(
      'otherGp',
      'createReferral',
      input(),
      'referral { status person { name nhsNumber records { totalCount } } }',
    );
    expect(known['referral'].person.records).toEqual(unknown['referral'].person.records);
    expect(Object.keys(known['referral'].person)).toEqual(Object.keys(unknown['referral'].person));
  });

  it('opens on a provisional identity, for review, where the number agrees but surname and birth date do not', async () => {
    const person = adult(++people);
    await hub.done('gp', 'createReferral', input({ person }));
    const other = { ...person, familyName: 'Someone-Else', birthDate: '1999-12-31' };
    await hub.done('otherGp', 'createReferral', input({ person: other }));
    const [row] = await hub.database.asAdmin(
      `select p.provisional, count(r.id) as reviews from hub.source_record s join hub.person p on p.id = s.person_id
       left join hub.match_review r on r.person_id = p.id where s.family_name = 'Someone-Else' and s.referral_id is null group by 1`,
    );
    expect(row).toEqual({ provisional: true, reviews: 1 });
  });

  it('takes a person already known by id, and nobody else', async () => {
    const { referral } = await hub.done('gp', 'createReferral', input(), 'referral { person { id } }');
    const again = await hub.done(
      'gp',
      'createReferral',
      input({ person: { id: referral.person.id } }),
      'referral { person { id } }',
    );
    expect(again['referral'].person.id).toBe(referral.person.id);
    const stranger = await hub.send('otherGp', 'createReferral', input({ person: { id: referral.person.id } }));
    const nobody = await hub.send(
      'otherGp',
      'createReferral',
      input({ person: { id: 'per_11111111-1111-4111-8111-111111111111' } }),
    );
    expect(stranger['userErrors']).toEqual(nobody['userErrors']);
    expect(stranger['userErrors'][0].code).toBe('NOT_FOUND');
  });

  it('lets the known practice join at STAGE only where primary care may hear', async () => {
    const person = adult(++people);
    await hub.done('gp', 'createReferral', input({ person }));
    await hub.database.asAdmin(
      `update hub.source_record set practice_id = (select organisation_id from hub.organisation_identifier where value = 'Z81002') where nhs_number = $1`,
      [person.nhsNumber],
    );
    for (const [shareWith, expected] of [
      [['VOLUNTARY'], 0],
      [['PRIMARY_CARE'], 1],
    ] as const) {
      const { referral } = await hub.done(
        'trust',
        'createReferral',
        input({ person, route: 'community-services', consent: consent([...shareWith]) }),
      );
      const { referral: seen } = await hub.read(
        'otherGp',
        'query R($id: ID!) { referral(id: $id) { disclosure loop { roles } } }',
        { id: referral.id },
      );
      expect(seen ? 1 : 0).toBe(expected);
      if (seen) expect(seen).toEqual({ disclosure: 'STAGE', loop: [{ roles: ['REGISTERED_PRACTICE'] }] });
    }
  });

  describe('refuses, naming the place,', () => {
    it.each([
      ['no reason', { reasons: [] }, 'INVALID', ['input', 'reasons']],
      ['an unknown reason', { reasons: ['mental-health', 'sadness'] }, 'INVALID', ['input', 'reasons', '1']],
      ['an unknown route', { route: 'pigeon' }, 'INVALID', ['input', 'route']],
      ['the kind ONWARD', { kind: 'ONWARD' }, 'INVALID', ['input', 'kind']],
      ['neither receiver nor service', { receiver: null }, 'INVALID', ['input', 'receiver']],
      [
        'an unknown receiver',
        { receiver: 'org_11111111-1111-4111-8111-111111111111' },
        'NOT_FOUND',
        ['input', 'receiver'],
      ],
      ['a person of whom too little is said', { person: { givenName: 'Jo' } }, 'INVALID', ['input', 'person']],
      [
        'a birth date in the future',
        { person: { familyName: 'A', birthDate: '2999-01-01' } },
        'INVALID',
        ['input', 'person', 'birthDate'],
      ],
      [
        'a postcode that is none',
        { person: { familyName: 'A', birthDate: '1960-01-01', postcode: 'HARROW' } },
        'INVALID',
        ['input', 'person', 'postcode'],
      ],
      [
        'consent of the future',
        { consent: { ...consent(), givenAt: '2999-01-01T00:00:00Z' } },
        'INVALID',
        ['input', 'consent', 'givenAt'],
      ],
      [
        'consent by nobody',
        { consent: { ...consent(), givenBy: ' ' } },
        'CONSENT_REQUIRED',
        ['input', 'consent', 'givenBy'],
      ],
    ])('%s', async (_what, more, code, path) => {
      expect(await refused(more)).toMatchObject({ code, path });
    });

    it('a receiver that takes no link worker referrals, or that the person excludes', async () => {
      expect(await refused({ receiver: await hub.organisation('ZV001') })).toMatchObject({
        code: 'INVALID',
        path: ['input', 'receiver'],
      });
      expect(await refused({ consent: consent([], { exclude: [receiver] }) })).toMatchObject({
        code: 'CONSENT_REQUIRED',
      });
    });

    it('a commissioner, and an organisation without a sharing agreement', async () => {
      expect(await refused({}, 'icb')).toMatchObject({ code: 'NOT_PERMITTED' });
      expect(await refused({}, 'withoutAgreement')).toMatchObject({ code: 'NO_AGREEMENT' });
    });

    it('an NHS number hidden in text, without repeating it', async () => {
      const hidden = nhsNumber(77);
      const error = await refused({
        note: `Known as ${hidden.slice(0, 3)} ${hidden.slice(3, 6)} ${hidden.slice(6)} there.`,
      });
      expect(error).toMatchObject({ code: 'INVALID', path: ['input', 'note'] });
      expect(error.message).not.toContain(hidden.slice(0, 3));
    });
  });

  describe('onward', () => {
    let referral: string;
    let service: string;
    beforeAll(async () => {
      referral = (await hub.done('gp', 'createReferral', input()))['referral'].id;
      await hub.done('linkWorker', 'acceptReferral', { referral });
      service = await hub.service({ id: 'group', organisation: 'ZV001', minimumAge: 18 });
    });
    const onward = (more: object = {}, as: 'linkWorker' | 'gp' | 'charity' = 'linkWorker') =>
      hub.send(
        as,
        'createOnwardReferral',
        { referral, service, reasons: ['mental-health'], consent: consent(), ...more },
        'referral { id kind route { key } parent { id } }',
      );

    it("goes by the link worker's route and never carries the number", async () => {
      const { referral: made } = await onward();
      expect(made).toMatchObject({ kind: 'ONWARD', route: { key: 'link-worker' }, parent: { id: referral } });
      const [record] = await hub.database.asAdmin(
        'select nhs_number, postcode from hub.source_record where referral_id = $1',
        [made.id.slice(4)],
      );
      expect(record).toEqual({ nhs_number: null, postcode: 'HA1 2AB' });
    });

    it("is the receiver's to make, and for nobody else", async () => {
      expect((await onward({}, 'gp'))['userErrors'][0].code).toBe('NOT_PERMITTED');
      expect((await onward({}, 'charity'))['userErrors'][0].code).toBe('NOT_FOUND');
    });

    it('is refused for the age or area the service declares, and while it is paused', async () => {
      const elderly = await hub.service({ id: 'elderly', organisation: 'ZV001', minimumAge: 90 });
      const elsewhere = await hub.service({ id: 'elsewhere', organisation: 'ZV001', areas: ['ZZ9'] });
      expect((await onward({ service: elderly }))['userErrors'][0]).toMatchObject({
        code: 'NOT_ELIGIBLE',
        path: ['input', 'service'],
      });
      expect((await onward({ service: elsewhere }))['userErrors'][0]).toMatchObject({
        code: 'NOT_ELIGIBLE',
        path: ['input', 'service'],
      });
      await hub.database.asAdmin("update hub.service set accepting_referrals = false where external_id = 'group'");
      expect((await onward())['userErrors'][0]).toMatchObject({ code: 'NO_CAPACITY', path: ['input', 'service'] });
      await hub.database.asAdmin("update hub.service set accepting_referrals = true where external_id = 'group'");
    });

    it('goes on from one to the next five times at the most', async () => {
      let last = referral;
      for (const caller of ['linkWorker', 'charity', 'charity', 'charity', 'charity'] as const) {
        last = (await onward({ referral: last }, caller))['referral'].id;
        await hub.done('charity', 'acceptReferral', { referral: last });
      }
      expect((await onward({ referral: last }, 'charity'))['userErrors']).toMatchObject([
        { code: 'INVALID', path: ['input', 'referral'] },
      ]);
    });

    it('is possible only while the referral is worked on', async () => {
      const { referral: fresh } = await hub.done('gp', 'createReferral', input());
      const answer = await onward({ referral: fresh.id });
      expect(answer['userErrors'][0]).toMatchObject({
        code: 'ILLEGAL_TRANSITION',
        from: 'RECEIVED',
        allowed: ['ACCEPT', 'DECLINE', 'WITHDRAW'],
      });
    });
  });
});
