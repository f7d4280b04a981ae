import { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { consent } from '../support/people';
import { refer } from '../support/referral';
import { until } from '../support/until';

interface Stages {
  sentAt: string | null;
  deliveredAt: string | null;
  seenAt: string | null;
  actedAt: string | null;
}
const FEED = '{ feedback { nodes { id cursor kind referral { id } } } }';
const LOOP = `query Loop($id: ID!) { referral(id: $id) { loop { organisation { name } roles disclosure sentAt deliveredAt seenAt actedAt } } }`;
const OPEN = 'query Open($days: Int!) { openLoops(olderThanDays: $days) { totalCount nodes { id } } }';
const names = {
  gp: 'Hill Surgery',
  linkWorker: 'Hill Primary Care Network',
  charity: 'Walking Friends',
  council: 'Test Council',
};

jest.setTimeout(30_000);

describe('the loop ledger', () => {
  let hub: TestHub;
  let next = 0;
  beforeAll(async () => {
    hub = await TestHub.start();
  });
  afterAll(() => hub.stop());

  const sequenced = () =>
    until(
      'nothing is pending',
      async () => (await hub.database.asAdmin('select from hub.outbox_pending limit 1')).length === 0,
    );
  async function opened(caller: Caller = 'gp', more: object = {}): Promise<string> {
    const referral = await refer(hub, ++next, caller, more);
    await sequenced();
    return referral;
  }
  const act = async (caller: Caller, mutation: string, input: object) => {
    const payload = await hub.done(caller, mutation, input);
    await sequenced();
    return payload;
  };
  async function entries(
    caller: Caller,
  ): Promise<{ id: string; cursor: string; kind: string; referral: { id: string } | null }[]> {
    return (await hub.read(caller, FEED))['feedback'].nodes;
  }
  const about = async (caller: Caller, referral: string) =>
    (await entries(caller)).filter((entry) => entry.referral?.id === referral);
  const loop = async (
    caller: Caller,
    id: string,
  ): Promise<(Stages & { organisation: { name: string }; roles: string[] })[]> =>
    (await hub.read(caller, LOOP, { id }))['referral'].loop;
  async function stages(of: keyof typeof names, id: string, caller: Caller = of): Promise<string[]> {
    const entry = (await loop(caller, id)).find(({ organisation }) => organisation.name === names[of]);
    if (!entry) return ['not shown'];
    const { sentAt, deliveredAt, seenAt, actedAt } = entry;
    return Object.entries({ sentAt, deliveredAt, seenAt, actedAt }).flatMap(([stage, at]) => (at ? [stage] : []));
  }
  const acknowledge = (caller: Parameters<TestHub['send']>[0], input: object) =>
    hub.send(caller, 'acknowledgeFeedback', input);
  const open = async (caller: Caller, days = 0) => {
    const { openLoops } = await hub.read(caller, OPEN, { days });
    expect(openLoops.totalCount).toBe(openLoops.nodes.length);
    return openLoops.nodes.map(({ id }: { id: string }) => id) as string[];
  };

  it('says sent when the event is in the feed, and nothing more when a socket was sent it or a query read it', async () => {
    const referral = await opened();
    const client = await hub.socket('linkWorker');
    client.subscribe();
    await client.received('the referral', ({ events }) => events.some((event) => event.referral.id === referral));
    expect(await about('linkWorker', referral)).toHaveLength(1);
    expect(await stages('linkWorker', referral)).toEqual(['sentAt']);
  });

  it('closes for the party that acted the entry of what it did itself', async () => {
    const referral = await opened();
    expect(await stages('gp', referral)).toEqual(['sentAt', 'deliveredAt', 'seenAt', 'actedAt']);
  });

  it.each([
    ['DELIVERED', ['sentAt', 'deliveredAt']],
    ['SEEN', ['sentAt', 'deliveredAt', 'seenAt']],
    ['ACTED', ['sentAt', 'deliveredAt', 'seenAt', 'actedAt']],
  ])('takes %s to imply the stages before it', async (stage, reached) => {
    const referral = await opened();
    const [entry] = await about('linkWorker', referral);
    expect(await acknowledge('linkWorker', { eventIds: [entry?.id], stage })).toEqual({
      acknowledged: 1,
      userErrors: [],
    });
    expect(await stages('linkWorker', referral)).toEqual(reached);
  });

  it('moves forward alone, keeps the first time, and counts only what came further', async () => {
    const referral = await opened();
    const [entry] = await about('linkWorker', referral);
    const eventIds = [entry?.id, entry?.id];
    expect((await acknowledge('linkWorker', { eventIds, stage: 'SEEN' }))['acknowledged']).toBe(1);
    const before = await loop('linkWorker', referral);
    for (const stage of ['SEEN', 'DELIVERED'])
      expect((await acknowledge('linkWorker', { eventIds, stage }))['acknowledged']).toBe(0);
    expect(await loop('linkWorker', referral)).toEqual(before);
    expect((await acknowledge('linkWorker', { eventIds, stage: 'ACTED' }))['acknowledged']).toBe(1);
    const mine = (all: typeof before) => all.find(({ roles }) => roles.includes('LINK_WORKER'));
    expect(mine(await loop('linkWorker', referral))).toMatchObject({ ...mine(before), actedAt: expect.any(String) });
  });

  it('takes everything up to and including a cursor, and nothing after it', async () => {
    const [first, second, third] = [await opened(), await opened(), await opened()];
    const cursor = (await about('linkWorker', second))[0]?.cursor;
    expect(
      (await acknowledge('linkWorker', { through: cursor, stage: 'SEEN' }))['acknowledged'],
    ).toBeGreaterThanOrEqual(2);
    for (const referral of [first, second]) expect(await stages('linkWorker', referral)).toContain('seenAt');
    expect(await stages('linkWorker', third)).toEqual(['sentAt']);
    expect((await acknowledge('linkWorker', { through: cursor, stage: 'SEEN' }))['acknowledged']).toBe(0);
  });

  it('takes the events named and no others', async () => {
    const [first, second] = [await opened(), await opened()];
    await acknowledge('linkWorker', { eventIds: [(await about('linkWorker', second))[0]?.id], stage: 'SEEN' });
    expect(await stages('linkWorker', first)).toEqual(['sentAt']);
    expect(await stages('linkWorker', second)).toContain('seenAt');
  });

  it("refuses what is no place or event of this party's own feed, and changes nothing by it", async () => {
    const referral = await opened('otherGp');
    const [own] = await about('linkWorker', referral);
    const before = await loop('linkWorker', referral);
    const code = async (caller: Parameters<TestHub['send']>[0], input: object) =>
      (await acknowledge(caller, { stage: 'ACTED', ...input }))['userErrors'].map(
        (error: { code: string; path: string[] }) => [error.code, error.path.at(-1)],
      );
    // the other practice's referral is none of the first's, and neither are its event and its place
    for (const id of [own?.id, 'evt_00000000-0000-0000-0000-000000000000', 'x', referral]) {
      expect(await code('gp', { eventIds: [id] })).toEqual([['NOT_FOUND', 'eventIds']]);
    }
    expect(await code('linkWorker', { eventIds: [own?.id, 'x'] })).toEqual([['NOT_FOUND', 'eventIds']]);
    for (const through of [own?.cursor, 'x']) expect(await code('gp', { through })).toEqual([['INVALID', 'through']]);
    expect(await code('gp', {})).toEqual([['INVALID', 'through']]);
    expect(await code('gp', { eventIds: [] })).toEqual([['INVALID', 'through']]);
    expect(await code({ nhs_number: '9990001006', roles: ['person'] }, { eventIds: [own?.id] })).toEqual([
      ['NOT_FOUND', 'eventIds'],
    ]);
    expect(await loop('linkWorker', referral)).toEqual(before);
  });

  it('sets acted by a domain action, for the party that acted and for this referral alone', async () => {
    const [referral, other] = [await opened(), await opened()];
    await act('linkWorker', 'acceptReferral', { referral });
    expect((await about('linkWorker', referral)).map(({ kind }) => kind)).toEqual([
      'REFERRAL_RECEIVED',
      'REFERRAL_ACCEPTED',
    ]);
    const unanswered = async (ods: string) =>
      hub.database.asAdmin('select from hub.party_feed where referral_id = $1 and party = $2 and acted_at is null', [
        referral.slice(4),
        (await hub.organisation(ods)).slice(4),
      ]);
    expect(await unanswered('ZPC01')).toHaveLength(0);
    await act('linkWorker', 'placeOnWaitingList', { referral });
    expect(await unanswered('ZPC01')).toHaveLength(0);
    // neither the acceptance nor the waiting list has been answered by the practice
    expect(await unanswered('Z81001')).toHaveLength(2);
    expect(await stages('gp', referral)).toEqual(['sentAt']);
    expect(await stages('linkWorker', other)).toEqual(['sentAt']);
  });

  it('sets nothing by an action that is refused', async () => {
    const referral = await opened();
    const refused = await hub.send('linkWorker', 'recordContact', {
      referral,
      at: '2026-03-10T10:00:00Z',
      attendance: 'ATTENDED',
    });
    expect(refused['userErrors'][0].code).toBe('ILLEGAL_TRANSITION');
    expect(await stages('linkWorker', referral)).toEqual(['sentAt']);
  });

  it("shows a referrer its own entry and its receiver's, the receiver everybody's, others their own alone", async () => {
    const service = await hub.service({ id: 'loop-walks', organisation: 'ZV001' });
    const referral = await opened();
    await act('linkWorker', 'acceptReferral', { referral });
    const { data } = await hub.ask('linkWorker', 'query P($id: ID!) { referral(id: $id) { person { id } } }', {
      id: referral,
    });
    const team = consent(['SOCIAL_CARE'], { recipients: [await hub.organisation('Z999')], categories: ['care-team'] });
    await act('linkWorker', 'recordConsent', { person: data['referral'].person.id, referral, consent: team });
    await act('linkWorker', 'recordContact', { referral, at: '2026-03-10T10:00:00Z', attendance: 'ATTENDED' });
    const named = async (caller: Caller, id: string) =>
      (await loop(caller, id)).map(({ organisation }) => organisation.name).sort();
    expect(await named('gp', referral)).toEqual([names.linkWorker, names.gp].sort());
    expect(await named('linkWorker', referral)).toEqual([names.linkWorker, names.gp, names.council].sort());
    expect(await named('council', referral)).toEqual([names.council]);
    const input = { referral, service, reasons: ['social-engagement-or-isolation'], consent: consent() };
    const onward = (await act('linkWorker', 'createOnwardReferral', input))['referral'].id;
    expect(await named('charity', onward)).toEqual([names.charity]);
    expect(await named('linkWorker', onward)).toEqual(expect.arrayContaining([names.charity, names.linkWorker]));
    expect(await named('gp', onward)).toEqual([names.gp]);
    expect(await stages('charity', onward, 'linkWorker')).toEqual(['sentAt']);
    await act('charity', 'acceptReferral', { referral: onward });
    expect(await stages('charity', onward, 'linkWorker')).toContain('actedAt');
  });

  describe('stays open', () => {
    it('until the receiver has acted, for both, and for nobody else', async () => {
      const referral = await opened();
      for (const caller of ['gp', 'linkWorker'] as const) expect(await open(caller)).toContain(referral);
      for (const caller of ['otherGp', 'charity', 'council', 'icb'] as const)
        expect(await open(caller)).not.toContain(referral);
      await acknowledge('linkWorker', {
        eventIds: (await about('linkWorker', referral)).map(({ id }) => id),
        stage: 'SEEN',
      });
      expect(await open('gp')).toContain(referral);
      await act('linkWorker', 'acceptReferral', { referral });
      for (const caller of ['gp', 'linkWorker'] as const) expect(await open(caller)).not.toContain(referral);
    });

    it('after the end, until the referrer has seen it', async () => {
      const referral = await opened();
      await act('linkWorker', 'acceptReferral', { referral });
      await act('linkWorker', 'closeReferral', {
        referral,
        result: 'GOALS_MET',
        summary: 'Walks.',
        planDeclined: true,
      });
      expect(await open('gp')).toContain(referral);
      const last = (await about('gp', referral)).at(-1);
      expect(last?.kind).toBe('REFERRAL_CLOSED');
      await acknowledge('gp', { eventIds: [last?.id], stage: 'DELIVERED' });
      expect(await open('gp')).toContain(referral);
      await acknowledge('gp', { through: last?.cursor, stage: 'SEEN' });
      expect(await open('gp')).not.toContain(referral);
    });

    it('no longer when it is declined', async () => {
      const referral = await opened();
      await act('linkWorker', 'declineReferral', { referral, reason: 'Out of area.' });
      for (const caller of ['gp', 'linkWorker'] as const) expect(await open(caller)).not.toContain(referral);
    });

    it('is asked for by age, longest open first', async () => {
      const [newer, older] = [await opened(), await opened()];
      const age = (referral: string, days: number) =>
        hub.database.asAdmin(
          'update hub.party_feed set sent_at = sent_at - make_interval(days => $2) where referral_id = $1',
          [referral.slice(4), days],
        );
      await age(older, 40);
      await age(newer, 20);
      expect((await open('gp', 10)).filter((id) => [newer, older].includes(id))).toEqual([older, newer]);
      expect(await open('gp', 30)).toEqual([older]);
      expect(await open('gp', 50)).toEqual([]);
    });
  });
});
