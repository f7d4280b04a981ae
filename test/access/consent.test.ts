import { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { consent } from '../support/people';
import { until } from '../support/until';
import './ended';
import { ods, personOf, refer, register, seenBy, tellStory, whoSees } from './story';

describe('consent', () => {
  let hub: TestHub;
  let next = 10;
  beforeAll(async () => {
    hub = await TestHub.start();
  });
  afterAll(() => hub.stop());

  const see = (caller: Caller, id: string) => seenBy(hub, caller, id);
  const told = () => tellStory(hub, next++);
  /** Opens a referral of somebody registered elsewhere than with the referrer. */
  const referred = async (given: object) => {
    const index = next++;
    await register(hub, index, ods.practice);
    const referral = await refer(hub, index, { consent: given });
    return { referral, person: await personOf(hub, referral) };
  };
  const feedOf = async (caller: Caller, ...referrals: string[]) => {
    const references = await hub.database.asAdmin<{ reference: string }>(
      'select reference from hub.referral where id = any ($1)',
      [referrals.map((id) => id.slice(4))],
    );
    const { feedback } = await hub.read(
      caller,
      '{ feedback { nodes { kind reference disclosure actor { id } referral { id } contact { id } summary } } }',
    );
    return feedback.nodes.filter((event: { reference: string }) =>
      references.some(({ reference }) => reference === event.reference),
    );
  };
  const settled = async () => {
    await until(
      'every event has been sequenced',
      async () => (await hub.database.asAdmin('select 1 from hub.outbox_pending')).length === 0,
    );
  };

  describe('when it is given', () => {
    it('lets the registered practice hear only if shareWith holds its sector, recipients do not leave it out, and exclude does not name it', async () => {
      const [practice, council] = [await hub.organisation(ods.practice), await hub.organisation(ods.council)];
      const practiceHears = async (given: object) => Boolean(await see('otherGp', (await referred(given)).referral));
      expect(await practiceHears(consent(['PRIMARY_CARE']))).toBe(true);
      expect(await practiceHears(consent([]))).toBe(false);
      expect(await practiceHears(consent(['VOLUNTARY', 'SOCIAL_CARE']))).toBe(false);
      expect(await practiceHears(consent(['PRIMARY_CARE'], { recipients: [council] }))).toBe(false);
      expect(await practiceHears(consent(['PRIMARY_CARE'], { recipients: [practice] }))).toBe(true);
      expect(await practiceHears(consent(['PRIMARY_CARE'], { recipients: [practice], exclude: [practice] }))).toBe(
        false,
      );
    });

    it('makes nobody a party by shareWith alone, and takes neither sender nor receiver away', async () => {
      const { referral } = await referred(consent([]));
      expect(await whoSees(hub, referral)).toEqual(['gp', 'linkWorker']);
    });

    it('lets an organisation into the care team only with recipients, the category, and its sector', async () => {
      const { referral, person } = await referred(consent([]));
      const council = await hub.organisation(ods.council);
      const give = (shareWith: string[], more: object) =>
        hub.send('linkWorker', 'recordConsent', { person, referral, consent: consent(shareWith, more) });
      await give(['SOCIAL_CARE'], { recipients: [council] });
      await give(['SOCIAL_CARE'], { categories: ['care-team'] });
      for (const [shareWith, more] of [
        [['VOLUNTARY'], {}],
        [['SOCIAL_CARE'], { exclude: [council] }],
      ] as const) {
        const refused = await give([...shareWith], { recipients: [council], categories: ['care-team'], ...more });
        expect(refused['userErrors']).toMatchObject([{ code: 'INVALID', path: ['input', 'consent', 'shareWith'] }]);
      }
      expect(await see('council', referral)).toBeNull();
      await give(['SOCIAL_CARE'], { recipients: [council], categories: ['care-team'] });
      expect(await see('council', referral)).not.toBeNull();
    });

    it('never lets a commissioner in', async () => {
      const { referral, person } = await referred(consent([]));
      const given = consent(['COMMISSIONER'], {
        recipients: [await hub.organisation(ods.icb)],
        categories: ['care-team'],
      });
      expect(
        (await hub.send('linkWorker', 'recordConsent', { person, referral, consent: given }))['userErrors'],
      ).toMatchObject([{ code: 'INVALID' }]);
      expect(await see('icb', referral)).toBeNull();
    });

    it('is recorded by FULL parties and the person, by nobody else', async () => {
      const { referral, person, herself, onward } = await told();
      const given = consent(['VOLUNTARY'], {
        recipients: [await hub.organisation(ods.otherCharity)],
        categories: ['care-team'],
      });
      for (const [caller, target] of [
        ['gp', referral],
        ['otherGp', referral],
        ['council', referral],
        ['charity', onward],
      ] as const)
        expect(
          (await hub.send(caller, 'recordConsent', { person, referral: target, consent: given }))['userErrors'],
        ).toMatchObject([{ code: 'NOT_FOUND' }]);
      expect(await see('otherCharity', referral)).toBeNull();
      await hub.done(herself, 'recordConsent', { person, referral, consent: given });
      expect(await see('otherCharity', referral)).not.toBeNull();
    });

    it('lets the person keep her own practice out, from the root and from what follows, and from later steps', async () => {
      const { referral, person, herself, onward } = await told();
      expect(await see('otherGp', onward)).not.toBeNull();
      const practice = await hub.organisation(ods.practice);
      await hub.done(herself, 'recordConsent', { person, referral, consent: consent([], { exclude: [practice] }) });
      expect(await see('otherGp', referral)).toBeNull();
      expect(await see('otherGp', onward)).toBeNull();
      const service = await hub.service({ id: `later-${next}`, organisation: ods.otherCharity });
      const later = await hub.done('linkWorker', 'createOnwardReferral', {
        referral,
        service,
        reasons: ['volunteering'],
        consent: consent(),
      });
      expect(await see('otherGp', later['referral'].id)).toBeNull();
      expect(await see('gp', later['referral'].id)).not.toBeNull();
      await settled();
      expect(await feedOf('otherGp', referral, onward, later['referral'].id)).toSatisfyEnded();
    });

    it('refuses a receiver that it excludes', async () => {
      const given = consent([], { exclude: [await hub.organisation(ods.linkWorker)] });
      const refused = await hub.send('gp', 'createReferral', {
        person: { familyName: 'Nobody', birthDate: '1970-01-01' },
        receiver: await hub.organisation(ods.linkWorker),
        reasons: ['volunteering'],
        route: 'general-practice',
        consent: given,
      });
      expect(refused['userErrors']).toMatchObject([
        { code: 'CONSENT_REQUIRED', path: ['input', 'consent', 'exclude'] },
      ]);
    });
  });
});
