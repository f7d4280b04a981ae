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

  const numbered = (values: number[], numbers = values.map((_, i) => i + 1)) =>
    values.map((value, i) => ({ key: `item-${numbers[i]}`, value }));
  const reading = 'measurement { score reading { instrumentVersion convertedScore level } }';
  const read = async (instrument: string, more: object) => {
    const input = { referral: await accepted(), instrument, occasion: 'BASELINE', takenOn: '2026-02-01', ...more };
    return hub.send('linkWorker', 'recordMeasurement', input, reading);
  };

  it.each([
    ['SWEMWBS', [3, 3, 3, 3, 3, 3, 2], undefined, 20, 18.59, null],
    ['SWEMWBS', [1, 1, 1, 1, 1, 1, 1], undefined, 7, 7, null],
    ['SWEMWBS', [5, 5, 5, 5, 5, 5, 5], undefined, 35, 35, null],
    ['WEMWBS', Array<number>(14).fill(3), undefined, 42, null, null],
    ['UCLA-3', [3, 2, 1], undefined, 6, null, null],
    ['CAT', [5, 0, 1, 2, 3, 4, 5, 5], undefined, 25, null, null],
    // emotional items 3, 9 and 10 count more or less and yes; social ones 4, 7 and 8 no and more or less
    ['DJG-6', [3, 1, 2, 3, 1, 2], [3, 4, 7, 8, 9, 10], 4, null, 'Moderately lonely'],
    ['DJG-6', [1, 3, 3, 3, 1, 1], [3, 4, 7, 8, 9, 10], 0, null, 'Not lonely'],
    ['DJG-11', [1, 3, 3, 1, 3, 3, 1, 1, 3, 3, 1], undefined, 11, null, 'Very severely lonely'],
  ])('scores %s from its items', async (instrument, values, numbers, score, convertedScore, level) => {
    const { measurement } = await read(instrument, { items: numbered(values, numbers) });
    expect(measurement).toEqual({ score, reading: { instrumentVersion: 1, convertedScore, level } });
  });

  it.each([
    ['SWEMWBS', 20, 18.59, null],
    ['PAM', 47, null, 'Level 1'],
    ['PAM', 47.1, null, 'Level 2'],
    ['PAM', 72.4, null, 'Level 3'],
    ['PAM', 72.5, null, 'Level 4'],
    ['mMRC', 2, null, null],
    ['6MWT', 412.5, null, null],
  ])('reads %s of %d from the score alone', async (instrument, score, convertedScore, level) => {
    const { measurement } = await read(instrument, { score });
    expect(measurement).toEqual({ score, reading: { instrumentVersion: 1, convertedScore, level } });
  });

  it('converts every raw score of SWEMWBS to a higher metric score, and only its ends to themselves', async () => {
    const rows = await hub.database.asAdmin<{ score: number; converted: number }>(
      `select score, converted from hub.instrument_conversion where instrument = 'SWEMWBS' order by score`,
    );
    expect(rows.map(({ score }) => score)).toEqual(Array.from({ length: 29 }, (_, i) => i + 7));
    expect(rows.every(({ converted }, i) => i === 0 || converted > (rows[i - 1]?.converted ?? 0))).toBe(true);
    expect(rows.filter(({ score, converted }) => score === converted).map(({ score }) => score)).toEqual([7, 35]);
  });

  it('believes no score that its items contradict, and takes one that agrees', async () => {
    const items = numbered([3, 2, 1]);
    expect((await read('UCLA-3', { items, score: 6 }))['measurement']).toMatchObject({ score: 6 });
    expect((await read('UCLA-3', { items, score: 4 }))['userErrors'][0]).toMatchObject({
      code: 'INVALID',
      path: ['input', 'score'],
    });
  });

  it('takes one concern or two for MYCaW, and never adds them up', async () => {
    const one = [
      { key: 'concern-1', value: 5 },
      { key: 'wellbeing', value: 3 },
    ];
    expect((await read('MYCaW', { items: one }))['measurement']).toMatchObject({ score: null });
    expect((await read('MYCaW', { items: [...one, { key: 'concern-2', value: 1 }] }))['userErrors']).toEqual([]);
    expect((await read('MYCaW', { items: one.slice(1) }))['userErrors'][0]).toMatchObject({ path: ['input', 'items'] });
  });

  it('keeps what a score said when the arithmetic is revised, and says by which version', async () => {
    const referral = await accepted();
    const take = async () =>
      (
        await hub.done(
          'linkWorker',
          'recordMeasurement',
          { referral, instrument: 'PAM', occasion: 'REVIEW', score: 50, takenOn: '2026-02-01' },
          reading,
        )
      )['measurement'].reading;
    expect(await take()).toMatchObject({ instrumentVersion: 1, level: 'Level 2' });
    await hub.database.asAdmin(
      `insert into hub.instrument_level values ('PAM', 2, 0, 'Level 1'), ('PAM', 2, 50.5, 'Level 2')`,
    );
    await hub.database.asAdmin(`update hub.instrument set version = 2 where key = 'PAM'`);
    expect(await take()).toMatchObject({ instrumentVersion: 2, level: 'Level 1' });
    const { referral: now } = await hub.read(
      'linkWorker',
      'query($id: ID!) { referral(id: $id) { measurements { nodes { reading { instrumentVersion level } } } } }',
      { id: referral },
    );
    expect(now.measurements.nodes.map((each: { reading: { level: string } }) => each.reading.level).sort()).toEqual([
      'Level 1',
      'Level 2',
    ]);
    await hub.database.asAdmin(`update hub.instrument set version = 1 where key = 'PAM'`);
  });

  it('shows what an instrument asks for, in numbers and never in licensed words', async () => {
    const { instruments } = await hub.read(
      'linkWorker',
      '{ instruments { key licensed scoring items itemDefinitions { key label } } }',
    );
    expect(instruments.map(({ key }: { key: string }) => key)).toEqual([
      'ONS4',
      'SWEMWBS',
      'WEMWBS',
      'PAM',
      'UCLA-3',
      '6MWT',
      'MYCaW',
      'DJG-6',
      'DJG-11',
      'CAT',
      'mMRC',
    ]);
    for (const { key, licensed, scoring, items, itemDefinitions } of instruments) {
      expect([key, itemDefinitions.length]).toEqual([key, items]);
      if (licensed && scoring !== 'NONE')
        for (const { label } of itemDefinitions) expect(label).toMatch(/^Item \d+( \(item \d+ of WEMWBS\))?$/);
    }
  });

  it.each([
    [
      'half an answer where answers are whole',
      'UCLA-3',
      { items: numbered([1.5, 1, 1]) },
      ['input', 'items', '0', 'value'],
    ],
    ['half a score where scores are whole', 'WEMWBS', { score: 30.5 }, ['input', 'score']],
    [
      'an item beyond its own range',
      'WEMWBS',
      { items: numbered(Array<number>(14).fill(6)) },
      ['input', 'items', '0', 'value'],
    ],
    ['items for what has none', '6MWT', { items: numbered([1]), score: 400 }, ['input', 'items']],
  ])('refuses %s', async (_what, instrument, more, path) => {
    expect((await read(instrument, more))['userErrors'][0]).toMatchObject({ code: 'INVALID', path });
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
