import { type Claims, operator } from '../../src/access';
import { asIdentity, sql, type Transaction } from '../../src/database';
import { heardBy } from '../support/heard';
import { TestHub } from '../support/hub';
import { callers } from '../support/network';
import { refer } from '../support/referral';
import { until } from '../support/until';

const uuid = (globalId: string) => globalId.slice(4);
const story = 'query($id: ID!) { referral(id: $id) { status response { dueOn overdue reminders } } }';

describe('everyday life', () => {
  let hub: TestHub;
  let people = 400;
  beforeAll(async () => {
    hub = await TestHub.start();
  });
  afterAll(() => hub.stop());

  const admin = <Row = Record<string, unknown>>(text: string, ...values: unknown[]) =>
    hub.database.asAdmin<Row>(text, values);
  const asOperator = <Result>(work: (tx: Transaction) => Promise<Result>) =>
    asIdentity(hub.hub.services.database, operator, work);
  const heard = (ods: string, referral: string) => heardBy(hub, ods, referral);
  const listed = async (caller: keyof typeof callers, filter: string) =>
    (await hub.read(caller, `{ referrals(filter: { ${filter} }, first: 100) { nodes { id } } }`))[
      'referrals'
    ].nodes.map(({ id }: { id: string }) => id);

  describe('a referral nobody answers', () => {
    it('is due within five working days, or what its receiver or its service says', async () => {
      const due = async (referral: string) => (await hub.read('gp', story, { id: referral }))['referral'].response;
      const days = async (referral: string) =>
        (
          await admin<{ days: number }>('select respond_within as days from hub.referral where id = $1', uuid(referral))
        )[0]?.days;
      const first = await refer(hub, ++people);
      expect(await days(first)).toBe(5);
      expect(await due(first)).toMatchObject({ overdue: false, reminders: 0 });
      const limit = 'limit { workingDays service { id } }';
      expect((await hub.done('trust', 'setResponseLimit', { workingDays: 2 }, limit))['limit']).toEqual({
        workingDays: 2,
        service: null,
      });
      const service = await hub.service({ id: 'rehab', organisation: 'ZR1' });
      await hub.done('trust', 'setResponseLimit', { service, workingDays: 9 }, limit);
      await hub.done('trust', 'setResponseLimit', { service, workingDays: 10 }, limit);
      const receiver = await hub.organisation('ZR1');
      expect(await days(await refer(hub, ++people, 'gp', { receiver }))).toBe(2);
      expect(await days(await refer(hub, ++people, 'gp', { receiver, service }))).toBe(10);
    });

    it("lets nobody set another's limit", async () => {
      const service = await hub.service({ id: 'walks', organisation: 'ZV001' });
      const set = (workingDays: number) =>
        hub.send('trust', 'setResponseLimit', { service, workingDays }, 'limit { workingDays }');
      expect((await set(1))['userErrors'][0]).toMatchObject({ code: 'NOT_FOUND', path: ['input', 'service'] });
      expect((await set(0))['userErrors'][0]).toMatchObject({ code: 'INVALID', path: ['input', 'workingDays'] });
    });

    it('past its limit is overdue to receiver and referrer, who are reminded once; it stays open, and keeps its age', async () => {
      const referral = await refer(hub, ++people);
      const quiet = await refer(hub, ++people);
      await until('both are in the feeds', async () => (await heard('ZPC01', quiet)).length === 1);
      await admin(
        `update hub.party_feed set sent_at = sent_at - interval '20 days' where referral_id = $1`,
        uuid(referral),
      );
      await admin(
        'update hub.referral set respond_by = $2, remind_after = $2 where id = $1',
        uuid(referral),
        '2026-01-05',
      );
      await until('the clock has reminded', async () => (await heard('ZPC01', referral)).length === 2);
      expect(await heard('ZPC01', referral)).toEqual(['REFERRAL_RECEIVED', 'REFERRAL_RECEIVED']);
      expect(await heard('Z81001', referral)).toEqual(['REFERRAL_RECEIVED', 'REFERRAL_RECEIVED']);
      for (const caller of ['gp', 'linkWorker'] as const) {
        expect((await hub.read(caller, story, { id: referral }))['referral']).toEqual({
          status: 'RECEIVED',
          response: { dueOn: '2026-01-05', overdue: true, reminders: 1 },
        });
        expect(await listed(caller, 'overdue: true')).toEqual([referral]);
        expect(await listed(caller, 'overdue: false')).toContain(quiet);
      }
      // the next reminder waits for the limit to pass again
      const [next] = await admin<{ later: boolean }>(
        'select remind_after > hub.today() as later from hub.referral where id = $1',
        uuid(referral),
      );
      expect(next?.later).toBe(true);
      const { openLoops } = await hub.read('linkWorker', '{ openLoops(olderThanDays: 15) { nodes { id } } }');
      expect(openLoops.nodes).toContainEqual({ id: referral });
      await hub.done('linkWorker', 'acceptReferral', { referral });
      expect((await hub.read('gp', story, { id: referral }))['referral']).toEqual({
        status: 'ACCEPTED',
        response: null,
      });
      expect(await listed('gp', 'overdue: true')).toEqual([]);
    });
  });

  describe('among colleagues', () => {
    const practitioner = async (external: string) =>
      `pra_${(await admin<{ id: string }>('select id from hub.practitioner where external_id = $1', external))[0]?.id}`;
    const assigned = async (external: string) => {
      const referral = await refer(hub, ++people);
      await hub.done('linkWorker', 'assignReferral', { referral, practitioner: await practitioner(external) });
      return referral;
    };
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    const cover = 'cover { from to practitioner { name } coveredBy { name } }';
    const byId = 'query($id: ID!) { referral(id: $id) { id } node(id: $id) { id } }';
    const open = async (who: Claims, id: string) => {
      const { referral, node } = await hub.read(who, byId, { id });
      expect(node).toEqual(referral);
      return referral;
    };
    const { purpose: _purpose, ...amina } = callers.linkWorker;
    const ben: Claims = callers.colleague;

    it("opening a colleague's case asks for a purpose, which the audit keeps; lists stay as they are", async () => {
      const mine = await assigned('R8101');
      const his = await assigned('R8102');
      expect(await open(ben, mine)).toBeNull();
      expect(await open(ben, his)).toEqual({ id: his });
      expect(await open(amina, his)).toBeNull();
      expect(await open({ org: 'ZPC01', roles: [] }, mine)).toEqual({ id: mine });
      // nor does a name that the directory does not hold open what its bearer's own does not
      expect(await open({ org: 'ZPC01', practitioner: 'R8999', roles: [] }, mine)).toBeNull();
      expect(await open({ ...ben, purpose: 'complaint' }, mine)).toEqual({ id: mine });
      expect(await listed('colleague', 'status: RECEIVED')).toEqual(expect.arrayContaining([mine, his]));
      // other parties have no colleague there, and are asked nothing
      expect(await open({ org: 'Z81001', practitioner: 'R8001', roles: [] }, mine)).toEqual({ id: mine });
      // listing it, or what is one's own, is no opening
      const opened = await admin<{ practitioner: string; purpose: string; colleagues_cases: string[] }>(
        `select p.external_id as practitioner, a.purpose, a.colleagues_cases from hub.audit a join hub.practitioner p on p.id = a.practitioner
         where a.colleagues_cases is not null`,
      );
      // by both fields of the operation
      expect(opened).toEqual([
        { practitioner: 'R8102', purpose: 'complaint', colleagues_cases: [uuid(mine), uuid(mine)] },
      ]);
    });

    it('who covers while a link worker is away has their cases among their own, for those days alone', async () => {
      const hers = await assigned('R8101');
      const input = { practitioner: await practitioner('R8101'), coveredBy: await practitioner('R8102') };
      expect(await listed('colleague', 'assignedToMe: true')).not.toContain(hers);
      const set = (from: number, to: number, more: object = {}) =>
        hub.send('linkWorker', 'setCover', { ...input, from: inDays(from), to: inDays(to), ...more }, cover);
      expect((await set(-1, 10))['cover']).toMatchObject({
        practitioner: { name: 'Amina Yusuf' },
        coveredBy: { name: 'Ben Okoro' },
      });
      expect(await listed('colleague', 'assignedToMe: true')).toContain(hers);
      expect(await listed('linkWorker', 'assignedToMe: true')).toContain(hers);
      expect(await open(ben, hers)).toEqual({ id: hers });
      expect((await set(-1, 2, { coveredBy: null }))['cover']).toBeNull();
      expect(await listed('colleague', 'assignedToMe: true')).not.toContain(hers);
      const { covers } = await hub.read('colleague', '{ covers { from to } }');
      expect(covers).toEqual([{ from: inDays(3), to: inDays(10) }]);
      expect((await hub.read('gp', '{ covers { from } }'))['covers']).toEqual([]);
    });

    it('covers stay within one organisation', async () => {
      const [amina, kofi] = [await practitioner('R8101'), await practitioner('R8401')];
      const days = { from: inDays(0), to: inDays(1) };
      for (const pair of [
        { practitioner: amina, coveredBy: kofi },
        { practitioner: kofi, coveredBy: amina },
      ])
        expect((await hub.send('linkWorker', 'setCover', { ...pair, ...days }, cover))['userErrors'][0]).toMatchObject({
          code: 'NOT_FOUND',
        });
      expect(
        (await hub.send('linkWorker', 'setCover', { practitioner: amina, coveredBy: amina, ...days }, cover))[
          'userErrors'
        ][0],
      ).toMatchObject({ code: 'INVALID', path: ['input', 'coveredBy'] });
    });

    it('when one leaves, their token is refused and their open cases wait, unassigned, for a colleague', async () => {
      await admin(
        `insert into hub.practitioner (external_id, name, organisation_id) values ('R8109', 'Cara Lindt', $1)`,
        uuid(await hub.organisation('ZPC01')),
      );
      const [open_, over] = [await assigned('R8109'), await assigned('R8109')];
      await hub.done('linkWorker', 'declineReferral', { referral: over, reason: 'CAPACITY' });
      await asOperator((tx) => tx.query(sql('test.leave', `select hub.practitioner_leaves('R8109')`)));
      expect(await listed('linkWorker', 'unassigned: true')).toContain(open_);
      expect(await listed('linkWorker', 'unassigned: true')).not.toContain(over);
      expect(await listed('gp', 'unassigned: true')).toEqual([]);
      const gone = await hub.post(
        { query: '{ viewer { sector } }' },
        { authorization: `Bearer ${await hub.token({ org: 'ZPC01', practitioner: 'R8109', roles: [] })}` },
      );
      expect(gone.status).toBe(401);
      const give = await hub.send('linkWorker', 'assignReferral', {
        referral: open_,
        practitioner: await practitioner('R8109'),
      });
      expect(give['userErrors'][0]).toMatchObject({ code: 'INVALID', path: ['input', 'practitioner'] });
      const named = 'query($id: ID!) { referral(id: $id) { linkWorker { name leftOn } } }';
      expect((await hub.read('linkWorker', named, { id: over }))['referral'].linkWorker).toEqual({
        name: 'Cara Lindt',
        leftOn: inDays(0),
      });
    });
  });
});
