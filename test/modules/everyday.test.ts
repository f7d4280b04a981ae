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
  /** What a party has been sent about a referral, oldest first. */
  const heard = async (ods: string, referral: string) => {
    await until('all events are in the feeds', async () => !(await admin('select from hub.outbox_pending')).length);
    const rows = await admin<{ kind: string }>(
      'select e.kind from hub.party_feed f join hub.event e on e.ordinal = f.event_ordinal where f.party = $1 and f.referral_id = $2 order by f.seq',
      uuid(await hub.organisation(ods)),
      uuid(referral),
    );
    return rows.map(({ kind }) => kind);
  };
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
});
