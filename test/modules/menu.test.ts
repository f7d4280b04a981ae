import { ods, type Story, tellStory } from '../access/story';
import { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { nhsNumber } from '../support/people';

const MENU = 'choices { service { name } decision why author { name } }';
const PLAN = 'plan { whatMatters goals { text baseline latest } agreedOn }';

describe('the menu of choice, the plan and the preparation', () => {
  let hub: TestHub;
  let story: Story;
  let walks: string;
  let debt: string;
  beforeAll(async () => {
    hub = await TestHub.start();
    story = await tellStory(hub, 1);
    walks = await hub.service({ id: 'walks', organisation: ods.charity, name: 'Walking group' });
    debt = await hub.service({ id: 'debt', organisation: ods.otherCharity, name: 'Debt advice' });
  });
  afterAll(() => hub.stop());

  const read = async (caller: Caller, of: 'referral' | 'onward', selection: string) =>
    (await hub.read(caller, `query($id: ID!) { referral(id: $id) { ${selection} } }`, { id: story[of] }))['referral'];
  const hidden = async (caller: Caller, of: 'referral' | 'onward') =>
    (await read(caller, of, 'redactions { field }')).redactions.map(({ field }: { field: string }) => field);
  const events = (of: 'referral' | 'onward', kind: string) =>
    hub.database.asAdmin<{ audience: string[] }>(
      'select audience from hub.event where referral_id = $1 and kind = $2 order by ordinal',
      [story[of].slice(4), kind],
    );
  const refused = async (caller: Caller, mutation: string, input: object) => {
    const [error, ...more] = (await hub.send(caller, mutation, { referral: story.referral, ...input }))['userErrors'];
    expect(more).toEqual([]);
    return [error.code, ...(error.path ?? [])];
  };

  describe('recordChoices', () => {
    const offered = () => [
      { service: walks, decision: 'CHOSEN', why: 'Company' },
      { service: debt, decision: 'DECLINED', why: ' Shame about money ' },
    ];

    it('keeps what was offered, chosen and declined, in that order, and tells the link worker and the person once', async () => {
      const { referral } = await hub.done(
        'linkWorker',
        'recordChoices',
        { referral: story.referral, choices: offered() },
        `referral { ${MENU} }`,
      );
      const author = { name: 'Hill Primary Care Network' };
      expect(referral.choices).toEqual([
        { service: { name: 'Walking group' }, decision: 'CHOSEN', why: 'Company', author },
        { service: { name: 'Debt advice' }, decision: 'DECLINED', why: 'Shame about money', author },
      ]);
      const told = await events('referral', 'CHOICES_RECORDED');
      const party = (await hub.organisation(ods.linkWorker)).slice(4);
      expect(told.map(({ audience }) => [...audience].sort())).toEqual([[party, story.person.slice(4)].sort()]);
    });

    it('adds a later decision on the same service to the earlier one', async () => {
      await hub.done('linkWorker', 'recordChoices', {
        referral: story.referral,
        choices: [{ service: debt, decision: 'CHOSEN' }],
      });
      const { choices } = await read('linkWorker', 'referral', MENU);
      expect(choices.map(({ decision }: { decision: string }) => decision)).toEqual(['CHOSEN', 'DECLINED', 'CHOSEN']);
    });

    it.each(['gp', 'otherGp', 'council'] as const)(
      'shows none of it to the %s at STAGE, and says so',
      async (caller) => {
        expect((await read(caller, 'referral', MENU)).choices).toEqual([]);
        expect(await hidden(caller, 'referral')).toContain('choices');
      },
    );

    it('shows a provider what it recorded itself, and never the options declined elsewhere', async () => {
      await hub.done('charity', 'recordChoices', {
        referral: story.onward,
        choices: [{ service: walks, decision: 'OFFERED' }],
      });
      expect((await read('charity', 'onward', MENU)).choices).toHaveLength(1);
      expect(await read('charity', 'referral', MENU)).toBeNull();
      expect((await read('linkWorker', 'onward', MENU)).choices).toHaveLength(1);
      expect(await hidden('charity', 'onward')).toContain('choices');
      expect(await hidden('linkWorker', 'referral')).toEqual([]);
    });

    it('refuses a service named twice, a refusal without why, an unknown service and an empty menu, and keeps nothing of it', async () => {
      const before = (await read('linkWorker', 'referral', MENU)).choices.length;
      const [first] = offered();
      const at = ['input', 'choices'];
      const send = (choices: object[]) => refused('linkWorker', 'recordChoices', { choices });
      expect(await send([])).toEqual(['INVALID', ...at]);
      expect(await send([first as object, first as object])).toEqual(['INVALID', ...at, '1', 'service']);
      expect(await send([{ service: debt, decision: 'DECLINED', why: ' ' }])).toEqual([
        'REASON_REQUIRED',
        ...at,
        '0',
        'why',
      ]);
      const unknown = { service: `srv_${story.person.slice(4)}`, decision: 'OFFERED' };
      expect(await send([first as object, unknown])).toEqual(['NOT_FOUND', ...at, '1', 'service']);
      expect(await send([{ service: debt, decision: 'OFFERED', why: `Call ${nhsNumber(1)}` }])).toEqual([
        'INVALID',
        ...at,
        '0',
        'why',
      ]);
      expect((await read('linkWorker', 'referral', MENU)).choices).toHaveLength(before);
    });

    it('is for the receiver alone; who sees nothing is told as much as of nothing', async () => {
      const choices = offered();
      expect(await refused('gp', 'recordChoices', { choices })).toEqual(['NOT_PERMITTED', 'input', 'referral']);
      expect(await refused('otherCharity', 'recordChoices', { choices })).toEqual(['NOT_FOUND', 'input', 'referral']);
    });
  });

  describe('recordPlan', () => {
    it('keeps what matters and the goals, and the newest as the plan', async () => {
      expect((await read('linkWorker', 'referral', PLAN)).plan).toBeNull();
      const goals = [{ text: 'Leave the house each day', baseline: 2 }, { text: 'See my sister' }];
      const first = { referral: story.referral, whatMatters: 'My garden', goals };
      await hub.done('linkWorker', 'recordPlan', first);
      const moved = [{ text: 'Leave the house each day', baseline: 2, latest: 6 }];
      const { referral } = await hub.done(
        'linkWorker',
        'recordPlan',
        { referral: story.referral, goals: moved },
        `referral { ${PLAN} }`,
      );
      expect(referral.plan).toEqual({
        whatMatters: 'My garden',
        goals: moved,
        agreedOn: new Date().toISOString().slice(0, 10),
      });
      const kept = await hub.database.asAdmin('select from hub.plan where referral_id = $1', [story.referral.slice(4)]);
      expect(kept).toHaveLength(2);
    });

    it.each(['gp', 'otherGp'] as const)(
      'shows it to the %s: referrer and registered practice hear the plan',
      async (caller) => {
        expect((await read(caller, 'referral', PLAN)).plan).toMatchObject({
          whatMatters: 'My garden',
          goals: [{ latest: 6 }],
        });
        expect(await hidden(caller, 'referral')).not.toContain('plan');
      },
    );

    it('hides it from the care team, and says so', async () => {
      expect((await read('council', 'referral', PLAN)).plan).toBeNull();
      expect(await hidden('council', 'referral')).toContain('plan');
    });

    it('lets a provider agree one for its own part, which the link worker and the referrers read', async () => {
      await hub.done('charity', 'recordPlan', { referral: story.onward, whatMatters: 'To walk slowly' });
      for (const caller of ['charity', 'linkWorker', 'gp', 'otherGp'] as const)
        expect((await read(caller, 'onward', PLAN)).plan).toMatchObject({ whatMatters: 'To walk slowly', goals: [] });
      expect(await read('council', 'onward', PLAN)).toBeNull();
    });

    it('refuses an empty plan, a goal without words, and whoever is not the receiver', async () => {
      expect(await refused('linkWorker', 'recordPlan', { goals: [] })).toEqual(['INVALID', 'input', 'whatMatters']);
      expect(await refused('linkWorker', 'recordPlan', { goals: [{ text: ' ' }] })).toEqual([
        'INVALID',
        'input',
        'goals',
        '0',
        'text',
      ]);
      expect(await refused('gp', 'recordPlan', { whatMatters: 'x' })).toEqual(['NOT_PERMITTED', 'input', 'referral']);
    });
  });

  describe('recordPreparation', () => {
    const READY = 'preparation { kind ready adjustments author { name } }';

    it('lets the link worker tell the provider what to adjust, on the onward referral and nowhere else', async () => {
      const found = { kind: 'PHYSICAL', ready: false, adjustments: 'Chair at the start' };
      await hub.done('linkWorker', 'recordPreparation', { referral: story.onward, ...found });
      for (const caller of ['linkWorker', 'charity'] as const)
        expect((await read(caller, 'onward', READY)).preparation).toEqual([
          { ...found, author: { name: 'Hill Primary Care Network' } },
        ]);
      for (const caller of ['gp', 'otherGp'] as const) {
        expect((await read(caller, 'onward', READY)).preparation).toEqual([]);
        expect(await hidden(caller, 'onward')).toContain('preparation');
      }
      expect((await read('linkWorker', 'referral', READY)).preparation).toEqual([]);
    });

    it('refuses those who neither receive nor hold it in full, and what was found in the future', async () => {
      const found = { kind: 'SOCIAL', ready: true };
      expect(await refused('gp', 'recordPreparation', found)).toEqual(['NOT_PERMITTED', 'input', 'referral']);
      expect(await refused('otherCharity', 'recordPreparation', found)).toEqual(['NOT_FOUND', 'input', 'referral']);
      const at = new Date(Date.now() + 3_600_000).toISOString();
      expect(await refused('linkWorker', 'recordPreparation', { ...found, at })).toEqual(['INVALID', 'input', 'at']);
    });
  });

  it('takes no choice and no plan once the referral is closed, and none of it reaches a provider whose access has ended', async () => {
    await hub.done('linkWorker', 'withdrawReferral', { referral: story.onward, reason: 'Changed her mind' });
    expect(await read('charity', 'onward', `${MENU} ${PLAN}`)).toBeNull();
    const choices = [{ service: walks, decision: 'OFFERED' }];
    const late = await hub.send('linkWorker', 'recordPreparation', {
      referral: story.onward,
      kind: 'SOCIAL',
      ready: true,
    });
    expect(late['userErrors'][0].code).toBe('CONSENT_WITHDRAWN');
    await hub.done('linkWorker', 'closeReferral', {
      referral: story.referral,
      result: 'GOALS_MET',
      planDeclined: true,
    });
    expect((await refused('linkWorker', 'recordChoices', { choices }))[0]).toBe('ILLEGAL_TRANSITION');
    expect((await refused('linkWorker', 'recordPlan', { whatMatters: 'x' }))[0]).toBe('ILLEGAL_TRANSITION');
  });
});
