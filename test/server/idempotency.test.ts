import { type GraphResult, TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { adult } from '../support/people';
import { refer, referralInput } from '../support/referral';

const SELECTION = 'referral { id reference version }';

describe('an idempotency key', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await TestHub.start();
  });
  afterAll(() => hub.stop());

  const create = async (idempotencyKey: string, index: number, more: object = {}, caller: Caller = 'gp') =>
    hub.send(caller, 'createReferral', { ...(await referralInput(hub, index, more)), idempotencyKey }, SELECTION);
  const referrals = async () => Number((await hub.database.asAdmin('select count(*) from hub.referral'))[0]?.['count']);
  const codes = (payload: GraphResult['data']): string[] =>
    payload['userErrors'].map(({ code }: { code: string }) => code);

  it('makes a repetition answer as the first did, and do nothing', async () => {
    const first = await create('same', 1);
    const before = await referrals();
    expect(await create('same', 1)).toEqual(first);
    expect(await referrals()).toBe(before);
  });

  it('takes the same input in another order of its fields for the same', async () => {
    const input = await referralInput(hub, 2);
    const first = await hub.send('gp', 'createReferral', { ...input, idempotencyKey: 'order' }, SELECTION);
    const turned = Object.fromEntries(Object.entries({ ...input, idempotencyKey: 'order' }).reverse());
    expect(await hub.send('gp', 'createReferral', turned, SELECTION)).toEqual(first);
  });

  it('refuses another input behind it, and does nothing', async () => {
    await create('other', 3);
    const before = await referrals();
    const again = await create('other', 4);
    expect(again).toMatchObject({
      referral: null,
      userErrors: [{ code: 'IDEMPOTENCY_MISMATCH', path: ['input', 'idempotencyKey'] }],
    });
    expect(await referrals()).toBe(before);
  });

  it('makes one effect of eight requests at once, and gives all the same answer', async () => {
    const before = await referrals();
    const input = { ...(await referralInput(hub, 5)), idempotencyKey: 'at once' };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => hub.send('gp', 'createReferral', input, SELECTION)),
    );
    expect(answers[0]?.['referral'].id).toMatch(/^ref_/);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await referrals()).toBe(before + 1);
  });

  it('lets one of two different inputs at once win', async () => {
    const before = await referrals();
    const answers = await Promise.all([create('race', 6), create('race', 7)]);
    expect(answers.flatMap((answer) => codes(answer))).toEqual(['IDEMPOTENCY_MISMATCH']);
    expect(await referrals()).toBe(before + 1);
  });

  it('does not keep a refusal: the same key may be tried again when the cause is gone', async () => {
    const referral = await refer(hub, 8);
    const contact = { referral, at: '2026-03-10T10:00:00Z', attendance: 'ATTENDED', idempotencyKey: 'again' };
    expect(codes(await hub.send('linkWorker', 'recordContact', contact))).toEqual(['ILLEGAL_TRANSITION']);
    await hub.done('linkWorker', 'acceptReferral', { referral });
    expect((await hub.done('linkWorker', 'recordContact', contact))['contact'].id).toMatch(/^con_/);
  });

  it('belongs to one organisation, one practitioner and one mutation', async () => {
    const mine = await create('shared', 9);
    const theirs = await create('shared', 10, {}, 'otherGp');
    expect(theirs['userErrors']).toEqual([]);
    expect(theirs['referral'].id).not.toBe(mine['referral'].id);
    const locum = await hub.send(
      { org: 'Z81001', roles: ['referrer'] },
      'createReferral',
      { ...(await referralInput(hub, 11)), idempotencyKey: 'shared' },
      SELECTION,
    );
    expect(locum['userErrors']).toEqual([]);
    const cancel = { referral: mine['referral'].id, reason: 'Opened twice.', idempotencyKey: 'shared' };
    expect((await hub.send('gp', 'cancelReferral', cancel))['userErrors']).toEqual([]);
  });

  it("shows a repetition the first effect through today's eyes", async () => {
    const first = await create('today', 12);
    await hub.done('linkWorker', 'acceptReferral', { referral: first['referral'].id });
    const again = await create('today', 12);
    expect(again['referral']).toMatchObject({ id: first['referral'].id, reference: first['referral'].reference });
    expect(again['referral'].version).toBeGreaterThan(first['referral'].version);
  });

  it.each(['', 'x'.repeat(201)])('is not a text such as %j', async (key) => {
    const before = await referrals();
    expect(codes(await create(key, 13))).toEqual(['INVALID']);
    expect(await referrals()).toBe(before);
  });

  it('keeps no input in the database that could be read back', async () => {
    await create('kept', 14);
    const rows = await hub.database.asAdmin("select i::text as row from hub.idempotency i where key = 'kept'");
    const { nhsNumber, familyName } = adult(14);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(nhsNumber);
    expect(JSON.stringify(rows)).not.toContain(familyName);
  });
});
