import { TestHub } from '../support/hub';
import { consent } from '../support/people';
import { loadProgrammes } from '../support/programmes';
import { refer } from '../support/referral';
import { until } from '../support/until';

const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

describe('capacity', () => {
  let hub: TestHub;
  let walks: string;
  beforeAll(async () => {
    hub = await TestHub.start();
    await loadProgrammes(hub, {
      practitioners: [
        {
          id: 'R8201',
          name: 'Tom Adeyemi',
          organisation: 'ZR1',
          jobTitle: 'Link worker',
          specialism: 'Pulmonary rehabilitation',
        },
      ],
    });
    walks = await hub.service({ id: 'walks', organisation: 'ZV001', name: 'Walks' });
  });
  afterAll(() => hub.stop());

  const practitioner = async (external: string) => {
    const [row] = await hub.database.asAdmin<{ id: string }>('select id from hub.practitioner where external_id = $1', [
      external,
    ]);
    return `pra_${row?.id}`;
  };
  const heard = async (caller: 'linkWorker' | 'icb' | 'charity' | 'gp', kind: string) =>
    (await hub.read(caller, '{ feedback { nodes { kind reference service { name } } } }'))['feedback'].nodes.filter(
      (event: { kind: string }) => event.kind === kind,
    );

  describe('of a service', () => {
    it('is said by who offers it alone, and never by halves', async () => {
      const change = { service: walks, placesLeft: 4 };
      expect((await hub.send('otherCharity', 'updateCapacity', change))['userErrors']).toMatchObject([
        { code: 'NOT_PERMITTED', path: ['input', 'service'] },
      ]);
      const unknown = { ...change, service: 'srv_11111111-1111-4111-8111-111111111111' };
      expect((await hub.send('charity', 'updateCapacity', unknown))['userErrors'][0].code).toBe('NOT_FOUND');
      expect(
        (await hub.send('charity', 'updateCapacity', { service: walks, placesLeft: -1 }))['userErrors'][0],
      ).toMatchObject({
        code: 'INVALID',
        path: ['input', 'placesLeft'],
      });
      expect((await hub.send('charity', 'updateCapacity', { service: walks }))['userErrors'][0].code).toBe('INVALID');
      expect(await heard('linkWorker', 'CAPACITY_CHANGED')).toEqual([]);
    });

    it('is news only where something changed, and keeps what was left out', async () => {
      await hub.done('charity', 'updateCapacity', { service: walks, placesLeft: 4 });
      await hub.done('charity', 'updateCapacity', { service: walks, placesLeft: 4 });
      const { service } = await hub.done('charity', 'updateCapacity', { service: walks, paused: true });
      expect(service).toMatchObject({ placesLeft: 4, paused: true });
      await hub.done('charity', 'updateCapacity', { service: walks, paused: false });
      await until('the news has come', async () => (await heard('linkWorker', 'CAPACITY_CHANGED')).length === 3);
      expect(await heard('icb', 'CAPACITY_CHANGED')).toHaveLength(3);
    });

    it('outlives the next feed of the directory', async () => {
      await hub.done('charity', 'updateCapacity', { service: walks, paused: true });
      await hub.service({ id: 'walks', organisation: 'ZV001', name: 'Walks, renamed' });
      const { service } = await hub.read(
        'gp',
        'query($id: ID!) { service(id: $id) { name paused acceptingReferrals placesLeft } }',
        {
          id: walks,
        },
      );
      expect(service).toEqual({ name: 'Walks, renamed', paused: true, acceptingReferrals: false, placesLeft: 4 });
      await hub.done('charity', 'updateCapacity', { service: walks, paused: false });
    });

    it('shows its load to its provider alone', async () => {
      await hub.done('charity', 'updateCapacity', { service: walks, fundedPlaces: 20, volunteers: 3 });
      const root = await refer(hub, 40);
      await hub.done('linkWorker', 'acceptReferral', { referral: root });
      await hub.done('linkWorker', 'createOnwardReferral', {
        referral: root,
        service: walks,
        reasons: ['physical-inactivity'],
        consent: consent(),
      });
      const load = (caller: 'charity' | 'linkWorker' | 'icb') =>
        hub.read(caller, 'query($id: ID!) { service(id: $id) { load { openReferrals fundedPlaces volunteers } } }', {
          id: walks,
        });
      expect((await load('charity'))['service'].load).toEqual({ openReferrals: 1, fundedPlaces: 20, volunteers: 3 });
      expect((await load('linkWorker'))['service'].load).toBeNull();
      expect((await load('icb'))['service'].load).toBeNull();
    });
  });

  describe('of a link worker', () => {
    it('is counted active, this year and by complexity, for colleagues alone', async () => {
      const [simple, complex] = [
        await refer(hub, 50),
        await refer(hub, 51, 'gp', { reasons: ['mental-health', 'legal-advice', 'volunteering'] }),
      ];
      const amina = await practitioner('R8101');
      for (const referral of [simple, complex]) {
        await hub.done('linkWorker', 'acceptReferral', { referral });
        await hub.done('linkWorker', 'assignReferral', { referral, practitioner: amina });
      }
      const missed = { referral: complex, at: '2026-03-01T10:00:00Z', attendance: 'DID_NOT_ATTEND' };
      await hub.done('linkWorker', 'recordContact', { ...missed, barriers: ['TRANSPORT', 'COST'] });
      await hub.done('linkWorker', 'recordContact', { ...missed, barriers: ['TRANSPORT'] });
      const mine = '{ caseload { active thisYear yearlyCapacity weighted covered } }';
      // 1, and 1 with two more reasons and two kinds of barrier
      const both = { active: 2, thisYear: 2, yearlyCapacity: 250, weighted: 3, covered: 0 };
      expect((await hub.read('linkWorker', mine))['caseload']).toEqual(both);
      // whoever covers for her today carries them beside his own, which they are not
      const absence = { practitioner: amina, coveredBy: await practitioner('R8102'), from: day(-1), to: day(1) };
      await hub.done('linkWorker', 'setCover', absence, 'cover { to }');
      expect((await hub.read('colleague', mine))['caseload']).toMatchObject({ active: 0, weighted: 0, covered: 2 });
      await hub.done('linkWorker', 'setCover', { ...absence, coveredBy: null }, 'cover { to }');
      expect((await hub.read('colleague', mine))['caseload']).toMatchObject({ covered: 0 });
      await hub.done('linkWorker', 'closeReferral', { referral: simple, result: 'MOVED' });
      const of = 'query($id: ID) { caseload(practitioner: $id) { active thisYear weighted } }';
      expect((await hub.read('colleague', of, { id: amina }))['caseload']).toEqual({
        active: 1,
        thisYear: 2,
        weighted: 2,
      });
      for (const caller of ['gp', 'charity', 'icb', 'withoutAgreement'] as const)
        expect((await hub.read(caller, of, { id: amina }))['caseload']).toBeNull();
    });

    it('names the specialism of one who sits in a service', async () => {
      const { node } = await hub.read(
        'linkWorker',
        'query($id: ID!) { node(id: $id) { ... on Practitioner { name specialism } } }',
        {
          id: await practitioner('R8201'),
        },
      );
      expect(node).toEqual({ name: 'Tom Adeyemi', specialism: 'Pulmonary rehabilitation' });
    });

    it('is shared among practices, each seeing its own part and its use', async () => {
      const [hill, vale] = [await hub.organisation('Z81001'), await hub.organisation('Z81002')];
      await hub.done('linkWorker', 'setPracticeShare', { practice: hill, quota: 10 });
      await hub.done('linkWorker', 'setPracticeShare', { practice: vale, quota: 5 });
      const amina = await practitioner('R8101');
      const { share } = await hub.done('linkWorker', 'setPracticeShare', {
        practice: hill,
        practitioner: amina,
        quota: 2,
      });
      expect(share).toEqual({ quota: 2, used: 2 });
      await hub.done('linkWorker', 'setPracticeShare', { practice: hill, quota: 12 });
      const shares = async (caller: 'gp' | 'otherGp' | 'linkWorker' | 'charity' | 'trust') =>
        (await hub.read(caller, '{ practiceShares { practice { name } practitioner { name } quota used } }'))[
          'practiceShares'
        ];
      const all = [
        { practice: { name: 'Hill Surgery' }, practitioner: null, quota: 12, used: 3 },
        { practice: { name: 'Hill Surgery' }, practitioner: { name: 'Amina Yusuf' }, quota: 2, used: 2 },
        { practice: { name: 'Vale Surgery' }, practitioner: null, quota: 5, used: 0 },
      ];
      const seen = await shares('linkWorker');
      expect(seen).toHaveLength(3);
      expect(seen).toEqual(expect.arrayContaining(all));
      expect(await shares('gp')).toEqual(expect.arrayContaining(all.slice(0, 2)));
      expect(await shares('otherGp')).toEqual(all.slice(2));
      expect(await shares('charity')).toEqual([]);
      expect((await hub.send('charity', 'setPracticeShare', { practice: hill, quota: 1 }))['userErrors'][0].code).toBe(
        'NOT_PERMITTED',
      );
      const stranger = { practice: hill, practitioner: amina, quota: 1 };
      expect((await hub.send('trust', 'setPracticeShare', stranger))['userErrors'][0]).toMatchObject({
        code: 'INVALID',
        path: ['input', 'practitioner'],
      });
    });
  });

  describe('that ends with its funding', () => {
    const warned = async (caller: 'linkWorker' | 'charity' | 'gp') =>
      (await heard(caller, 'FUNDING_ENDING')) as { reference: string; service: { name: string } }[];
    let reference: string;

    it('warns the link worker alone, once, when support would outlast the funding', async () => {
      const soon = await hub.service({ id: 'ends', organisation: 'ZV001', name: 'Ends soon', fundingEndsOn: day(40) });
      const later = await hub.service({ id: 'lasts', organisation: 'ZV001', name: 'Lasts', fundingEndsOn: day(400) });
      const root = await refer(hub, 60);
      await hub.done('linkWorker', 'acceptReferral', { referral: root });
      for (const service of [later, soon]) {
        const input = { referral: root, service, reasons: ['volunteering'], consent: consent() };
        const { referral } = await hub.done('linkWorker', 'createOnwardReferral', input, 'referral { id reference }');
        reference = referral.reference;
        await hub.done('charity', 'acceptReferral', { referral: referral.id });
      }
      await until('the link worker is warned', async () => (await warned('linkWorker')).length);
      // the feed has moved on; nothing comes twice, and nothing of the one that lasts
      await hub.service({ id: 'ends', organisation: 'ZV001', name: 'Ends sooner', fundingEndsOn: day(20) });
      await until('all that was due has been looked at', async () => {
        const [left] = await hub.database.asAdmin<{ due: number }>(
          'select count(*) as due from hub.funding_watch where due',
        );
        return Number(left?.due) === 0;
      });
      expect(await warned('linkWorker')).toEqual([
        { kind: 'FUNDING_ENDING', reference, service: { name: 'Ends sooner' } },
      ]);
      expect(await warned('charity')).toEqual([]);
      expect(await warned('gp')).toEqual([]);
    });

    it('warns when a feed shortens the funding of support that has begun', async () => {
      await hub.service({ id: 'lasts', organisation: 'ZV001', name: 'Lasted', fundingEndsOn: day(10) });
      await until('the second warning', async () => (await warned('linkWorker')).length === 2);
    });
  });
});
