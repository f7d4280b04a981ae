import { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { consent } from '../support/people';
import { refer } from '../support/referral';
import { until } from '../support/until';

const DAY = 86_400_000;

describe('reviews and waits', () => {
  let hub: TestHub;
  let people = 300;
  beforeAll(async () => {
    hub = await TestHub.start();
  });
  afterAll(() => hub.stop());

  const accepted = async (more: object = {}): Promise<string> => {
    const referral = await refer(hub, ++people, 'gp', more);
    await hub.done('linkWorker', 'acceptReferral', { referral });
    return referral;
  };
  const contacts = async (referral: string, count: number, attendance = 'ATTENDED') => {
    const at = new Date(Date.now() - DAY).toISOString();
    const made = [];
    for (let i = 0; i < count; i++)
      made.push((await hub.done('linkWorker', 'recordContact', { referral, at, attendance }))['contact'].id as string);
    return made;
  };
  const read = async (caller: Caller, id: string, selection: string) =>
    (await hub.read(caller, `query($id: ID!) { referral(id: $id) { ${selection} } }`, { id }))['referral'];
  const due = async (referral: string) => (await read('linkWorker', referral, 'reviewDue')).reviewDue;
  const reviews = async (referral: string) =>
    hub.database.asAdmin<{ audience: string[] }>(
      "select audience from hub.event where referral_id = $1 and kind = 'REVIEW_DUE'",
      [referral.slice(4)],
    );
  const daysGone = (referral: string) =>
    hub.database.asAdmin("update hub.referral set review_at = review_at - interval '90 days' where id = $1", [
      referral.slice(4),
    ]);
  const extend = (referral: string, input: object) =>
    hub.send(
      'linkWorker',
      'extendSupport',
      { referral, reason: 'Her sister died', ...input },
      'referral { reviewDue extensions { reason contacts until } }',
    );

  it('asks the link worker alone, once, at the twelfth contact that took place', async () => {
    const referral = await accepted();
    const [first] = await contacts(referral, 11);
    await contacts(referral, 2, 'DID_NOT_ATTEND');
    expect([await due(referral), await reviews(referral)]).toEqual([false, []]);
    await hub.done('linkWorker', 'voidEntry', { entry: first, reason: 'Another person' });
    await contacts(referral, 1);
    expect([await due(referral), await reviews(referral)]).toEqual([false, []]);
    await contacts(referral, 3);
    expect(await due(referral)).toBe(true);
    expect(await reviews(referral)).toEqual([{ audience: [(await hub.organisation('ZPC01')).slice(4)] }]);
    expect(await read('gp', referral, 'reviewDue extensions { reason } redactions { field }')).toMatchObject({
      reviewDue: null,
      extensions: [],
      redactions: expect.arrayContaining([{ field: 'reviewDue' }, { field: 'extensions' }]),
    });
  });

  it('asks once by the clock when ninety days have passed since acceptance', async () => {
    const referral = await accepted();
    const [row] = await hub.database.asAdmin<{ days: number }>(
      'select extract(day from review_at - updated_at)::integer as days from hub.referral where id = $1',
      [referral.slice(4)],
    );
    expect(row?.days).toBe(90);
    await daysGone(referral);
    await until('the clock has asked for a review', async () => (await reviews(referral)).length);
    expect(await due(referral)).toBe(true);
    const next = await accepted();
    await daysGone(next);
    await until('the clock has come round again', async () => (await reviews(next)).length);
    expect(await reviews(referral)).toHaveLength(1);
  });

  it('asks no more of a referral that has ended', async () => {
    const ended = await accepted();
    await hub.done('linkWorker', 'closeReferral', { referral: ended, result: 'UNREACHABLE' });
    await daysGone(ended);
    const open = await accepted();
    await daysGone(open);
    await until('the clock has come round', async () => (await reviews(open)).length);
    expect([await due(ended), await reviews(ended)]).toEqual([false, []]);
  });

  it('moves the thresholds with a reasoned extension, and asks again where it ends', async () => {
    const referral = await accepted();
    await contacts(referral, 12);
    await daysGone(referral);
    await until('both thresholds were told', async () => (await reviews(referral)).length === 2);
    const until2 = new Date(Date.now() + 30 * DAY).toISOString().slice(0, 10);
    const { referral: after } = await extend(referral, { contacts: 14, until: until2 });
    expect(after).toEqual({
      reviewDue: false,
      extensions: [{ reason: 'Her sister died', contacts: 14, until: until2 }],
    });
    await contacts(referral, 1);
    expect([await due(referral), (await reviews(referral)).length]).toEqual([false, 2]);
    await contacts(referral, 1);
    expect([await due(referral), (await reviews(referral)).length]).toEqual([true, 3]);
    // an extension answers what is due: by days alone, contacts ask no more
    expect((await extend(referral, { until: until2 }))['referral'].reviewDue).toBe(false);
    await contacts(referral, 1);
    expect([await due(referral), (await reviews(referral)).length]).toEqual([false, 3]);
  });

  it('refuses an extension without reason, without a limit, or to what is past already, and by anybody else', async () => {
    const referral = await accepted();
    await contacts(referral, 2);
    const refused = async (input: object, caller: Caller = 'linkWorker') => {
      const [error] = (await hub.send(caller, 'extendSupport', { referral, reason: 'x', ...input }))['userErrors'];
      return [error.code, ...error.path];
    };
    expect(await refused({ reason: ' ', contacts: 20 })).toEqual(['REASON_REQUIRED', 'input', 'reason']);
    expect(await refused({})).toEqual(['INVALID', 'input', 'contacts']);
    expect(await refused({ contacts: 2 })).toEqual(['INVALID', 'input', 'contacts']);
    expect(await refused({ until: '2020-01-01' })).toEqual(['INVALID', 'input', 'until']);
    expect(await refused({ contacts: 20 }, 'gp')).toEqual(['NOT_PERMITTED', 'input', 'referral']);
    expect(await refused({ contacts: 20 }, 'otherGp')).toEqual(['NOT_FOUND', 'input', 'referral']);
    expect((await read('linkWorker', referral, 'extensions { reason }')).extensions).toEqual([]);
  });

  it('does not ask of an onward referral, whose provider has contacts of its own kind', async () => {
    const referral = await accepted();
    const service = await hub.service({ id: 'weekly', organisation: 'ZV001' });
    const input = { referral, service, reasons: ['volunteering'], consent: consent() };
    const onward = (await hub.done('linkWorker', 'createOnwardReferral', input))['referral'].id;
    await hub.done('charity', 'acceptReferral', { referral: onward });
    const at = new Date(Date.now() - DAY).toISOString();
    for (let i = 0; i < 12; i++)
      await hub.done('charity', 'recordContact', { referral: onward, at, attendance: 'ATTENDED' });
    expect(await reviews(onward)).toEqual([]);
    expect(await due(onward)).toBe(false);
  });

  describe('waits', () => {
    const WAIT = 'waitingDays waitingPosition';

    it('show days to those who provide the support, and the place to whoever keeps the list, longest wait first', async () => {
      const first = await accepted();
      const second = await accepted();
      const service = await hub.service({ id: 'pcn', organisation: 'ZPC01' });
      const other = await accepted({ service });
      for (const referral of [second, first, other]) await hub.done('linkWorker', 'placeOnWaitingList', { referral });
      await hub.database.asAdmin(
        "update hub.referral set waiting_since = waiting_since - interval '9 days 3 hours' where id = $1",
        [first.slice(4)],
      );
      expect(await read('linkWorker', first, WAIT)).toEqual({ waitingDays: 9, waitingPosition: 1 });
      expect(await read('linkWorker', second, WAIT)).toEqual({ waitingDays: 0, waitingPosition: 2 });
      expect(await read('linkWorker', other, WAIT)).toEqual({ waitingDays: 0, waitingPosition: 1 });
      await hub.done('linkWorker', 'startReferral', { referral: first });
      expect(await read('linkWorker', first, WAIT)).toEqual({ waitingDays: null, waitingPosition: null });
      expect(await read('linkWorker', second, WAIT)).toEqual({ waitingDays: 0, waitingPosition: 1 });
      const seen = await read('gp', second, `${WAIT} redactions { field }`);
      expect(seen).toMatchObject({ waitingDays: null, waitingPosition: null });
      expect(seen.redactions).toEqual(expect.arrayContaining([{ field: 'waitingDays' }, { field: 'waitingPosition' }]));
    });

    it("of a provider's list show the link worker the days and no place", async () => {
      const referral = await accepted();
      const service = await hub.service({ id: 'group', organisation: 'ZV001' });
      const input = { referral, service, reasons: ['volunteering'], consent: consent() };
      const onward = (await hub.done('linkWorker', 'createOnwardReferral', input))['referral'].id;
      await hub.done('charity', 'acceptReferral', { referral: onward });
      await hub.done('charity', 'placeOnWaitingList', { referral: onward });
      expect(await read('charity', onward, WAIT)).toEqual({ waitingDays: 0, waitingPosition: 1 });
      expect(await read('linkWorker', onward, WAIT)).toEqual({ waitingDays: 0, waitingPosition: null });
    });
  });
});
