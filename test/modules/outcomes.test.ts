import { TestHub } from '../support/hub';
import { adult, consent } from '../support/people';

describe('outcomes', () => {
  let hub: TestHub;
  let people = 200;
  beforeAll(async () => {
    hub = await TestHub.start();
  });
  afterAll(() => hub.stop());

  const accepted = async (): Promise<string> => {
    const receiver = await hub.organisation('ZPC01');
    const input = {
      person: adult(++people),
      reasons: ['mental-health'],
      route: 'general-practice',
      receiver,
      consent: consent(),
    };
    const { referral } = await hub.done('gp', 'createReferral', input);
    await hub.done('linkWorker', 'acceptReferral', { referral: referral.id });
    return referral.id;
  };
  const items = (...values: number[]) =>
    ['satisfaction', 'worthwhile', 'happiness', 'anxiety'].map((key, i) => ({ key, value: values[i] ?? 5 }));
  const measure = (referral: string, more: object = {}) =>
    hub.send(
      'linkWorker',
      'recordMeasurement',
      { referral, instrument: 'ONS4', occasion: 'BASELINE', items: items(), takenOn: '2026-02-01', ...more },
      'measurement { score occasion takenOn instrument { key licence } items { key label value higherIsBetter } }',
    );
  const kinds = async (referral: string) =>
    (
      await hub.database.asAdmin<{ kind: string }>(
        'select kind from hub.event where referral_id = $1 order by ordinal',
        [referral.slice(4)],
      )
    ).map(({ kind }) => kind);

  it('keeps ONS4 as four items, never summed, each with its direction', async () => {
    const { measurement } = await measure(await accepted(), { items: items(3, 4, 5, 8) });
    expect(measurement).toMatchObject({
      score: null,
      occasion: 'BASELINE',
      takenOn: '2026-02-01',
      instrument: { key: 'ONS4' },
    });
    expect(
      measurement.items.map((item: { key: string; value: number; higherIsBetter: boolean }) => [
        item.key,
        item.value,
        item.higherIsBetter,
      ]),
    ).toEqual([
      ['satisfaction', 3, true],
      ['worthwhile', 4, true],
      ['happiness', 5, true],
      ['anxiety', 8, false],
    ]);
  });

  it('takes a score where the instrument has one', async () => {
    const { measurement } = await measure(await accepted(), { instrument: 'UCLA-3', items: [], score: 7 });
    expect(measurement).toMatchObject({ score: 7, items: [] });
  });

  it.each([
    ['an unknown instrument', { instrument: 'MOOD' }, ['input', 'instrument']],
    ['a missing item', { items: items().slice(1) }, ['input', 'items']],
    ['an item twice', { items: [...items().slice(1), { key: 'anxiety', value: 1 }] }, ['input', 'items']],
    [
      'an item of another instrument',
      { items: [...items().slice(1), { key: 'joy', value: 1 }] },
      ['input', 'items', '3', 'key'],
    ],
    ['a value out of range', { items: items(11) }, ['input', 'items', '0', 'value']],
    ['a sum', { score: 20 }, ['input', 'score']],
    ['no score where one is needed', { instrument: 'WEMWBS', items: [] }, ['input', 'score']],
    ['a score out of range', { instrument: 'WEMWBS', items: [], score: 71 }, ['input', 'score']],
    ['a day in the future', { takenOn: '2999-01-01' }, ['input', 'takenOn']],
  ])('refuses %s, naming the place', async (_what, more, path) => {
    expect((await measure(await accepted(), more))['userErrors'][0]).toMatchObject({ code: 'INVALID', path });
  });

  it('tells the parties of follow-up and discharge, and nobody of a baseline or a review', async () => {
    const referral = await accepted();
    for (const occasion of ['BASELINE', 'REVIEW', 'DISCHARGE', 'FOLLOW_UP']) await measure(referral, { occasion });
    expect(await kinds(referral)).toEqual([
      'REFERRAL_RECEIVED',
      'REFERRAL_ACCEPTED',
      'OUTCOME_RECORDED',
      'OUTCOME_RECORDED',
    ]);
  });

  it('takes a follow-up, and nothing else, once the referral is closed', async () => {
    const referral = await accepted();
    await hub.done('linkWorker', 'closeReferral', { referral, result: 'MOVED' });
    expect((await measure(referral, { occasion: 'FOLLOW_UP' }))['userErrors']).toEqual([]);
    expect((await measure(referral, { occasion: 'DISCHARGE' }))['userErrors'][0]).toMatchObject({
      code: 'ILLEGAL_TRANSITION',
      from: 'CLOSED',
    });
  });

  it.each(['GOALS_MET', 'DISENGAGED', 'OTHER'])(
    'closes as %s only with a plan or a recorded refusal',
    async (result) => {
      const referral = await accepted();
      const bare = await hub.send('linkWorker', 'closeReferral', { referral, result, selfManagementPlan: ' ' });
      expect(bare['userErrors'][0]).toMatchObject({ code: 'REASON_REQUIRED', path: ['input', 'selfManagementPlan'] });
      const outcome = 'referral { status outcome { result summary selfManagementPlan planDeclined contacts } }';
      const { referral: closed } = await hub.done(
        'linkWorker',
        'closeReferral',
        { referral, result, planDeclined: true, summary: 'Well.' },
        outcome,
      );
      expect(closed).toEqual({
        status: 'CLOSED',
        outcome: { result, summary: 'Well.', selfManagementPlan: null, planDeclined: true, contacts: 0 },
      });
      expect((await kinds(referral)).filter((kind) => kind === 'REFERRAL_CLOSED')).toHaveLength(1);
    },
  );

  it.each(['DIED', 'MOVED', 'UNREACHABLE', 'NOT_SUITABLE'])(
    'closes as %s without asking for a plan',
    async (result) => {
      const { referral } = await hub.done('linkWorker', 'closeReferral', { referral: await accepted(), result });
      expect(referral.status).toBe('CLOSED');
    },
  );
});
