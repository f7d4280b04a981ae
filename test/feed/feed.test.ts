import { TestHub } from '../support/hub';
import { refer } from '../support/referral';
import type { FeedClient } from '../support/socket';
import { until } from '../support/until';

interface Entry {
  id: string;
  sequence: number;
  previousSequence: number;
  cursor: string;
  kind: string;
}
const PAGE = `query Page($after: FeedCursor, $first: Int, $kinds: [FeedbackKind!]) { feedback(after: $after, first: $first, kinds: $kinds) {
  nodes { id sequence previousSequence cursor kind } edges { cursor node { id } } headSequence headCursor
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } reset { reason resumeFrom } } }`;
/** The envelope alone: what is in it is tested elsewhere, and reading it takes most of the time. */
const ENVELOPES = `subscription Feed($after: FeedCursor, $kinds: [FeedbackKind!]) { feedback(after: $after, kinds: $kinds) { __typename
  ... on FeedbackEvent { id sequence previousSequence cursor kind referral { id } } ... on FeedHeartbeat { cursor headSequence } ... on FeedReset { reason resumeFrom } } }`;
const plain = ({ id, sequence, previousSequence, kind }: Entry) => ({ id, sequence, previousSequence, kind });

describe("a party's feed", () => {
  let hub: TestHub;
  const referrals: string[] = [];
  let whole: Entry[];

  beforeAll(async () => {
    hub = await TestHub.start({ heartbeatEvery: 200 });
  });
  afterAll(() => hub.stop());

  const page = async (variables: object = {}, caller: Parameters<TestHub['read']>[0] = 'linkWorker') =>
    (await hub.read(caller, PAGE, variables))['feedback'];
  async function all(variables: object = {}, first = 100): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (let after: string | undefined; ; after = entries.at(-1)?.cursor) {
      const { nodes, pageInfo } = await page({ ...variables, first, ...(after && { after }) });
      entries.push(...nodes);
      if (!pageInfo.hasNextPage) return entries;
    }
  }
  const listen = async (variables: object = {}, caller: Parameters<TestHub['socket']>[0] = 'linkWorker') => {
    const client = await hub.socket(caller);
    client.subscribe(variables, ENVELOPES);
    return client;
  };
  const beats = (client: FeedClient) =>
    client.messages
      .map(({ payload }) => payload?.data?.feedback)
      .filter((feedback) => feedback?.__typename === 'FeedHeartbeat');
  const resets = (client: FeedClient) =>
    client.messages
      .map(({ payload }) => payload?.data?.feedback)
      .filter((feedback) => feedback?.__typename === 'FeedReset');
  const sequenced = () =>
    until(
      'nothing is pending',
      async () => (await hub.database.asAdmin('select from hub.outbox_pending limit 1')).length === 0,
    );

  it('has no gap and no repeat while eight write to many referrals at once, and every reader has the same order', async () => {
    const live = await listen();
    const writer = async (from: number) => {
      for (let i = from; i < from + 3; i++) {
        const referral = await refer(hub, i);
        referrals.push(referral);
        await hub.done('linkWorker', 'acceptReferral', { referral });
        const contacts = [1, 2].map((day) => ({ referral, at: `2026-03-0${day}T10:00:00Z`, attendance: 'ATTENDED' }));
        await Promise.all(contacts.map((contact) => hub.done('linkWorker', 'recordContact', contact)));
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, i) => writer(i * 10)));
    // received, accepted, two contacts, and the start of support with the first
    await live.received('all of it', ({ events }) => events.length >= 120, 30_000);
    await sequenced();
    whole = await all();
    expect(whole.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
    expect(whole.map(({ previousSequence }) => previousSequence)).toEqual(whole.map((_, i) => i));
    expect(new Set(whole.map(({ id }) => id)).size).toBe(120);
    expect(live.events.map(plain)).toEqual(whole.map(plain));
    expect(await all({}, 7)).toEqual(whole);
  });

  it('puts what happened to one referral in the order it happened', async () => {
    const client = await listen();
    await client.received('all of it', ({ events }) => events.length === 120);
    for (const referral of referrals) {
      const kinds = client.events.filter((event) => event.referral.id === referral).map(({ kind }) => kind);
      expect(kinds.slice(0, 2)).toEqual(['REFERRAL_RECEIVED', 'REFERRAL_ACCEPTED']);
      expect(kinds.slice(2).sort()).toEqual(['ATTENDANCE_RECORDED', 'ATTENDANCE_RECORDED', 'SUPPORT_STARTED']);
    }
  });

  it.each([1, 2, 19, 20, 21, 119, 120])('resumes after place %i, by query and by subscription alike', async (place) => {
    const after = whole[place - 1]?.cursor;
    const rest = whole.slice(place).map(plain);
    expect((await page({ after })).nodes.map(plain)).toEqual(rest.slice(0, 100));
    const client = await listen({ after });
    await until(
      'it has all, and then a heartbeat',
      () => client.events.length >= rest.length && beats(client).length > 0,
    );
    expect(client.events.map(plain)).toEqual(rest);
  });

  it("goes on from a query's cursor by subscription, and from a subscription's by query", async () => {
    const { nodes, pageInfo } = await page({ first: 10 });
    const client = await listen({ after: pageInfo.endCursor });
    await client.received('the rest', ({ events }) => events.length === 110);
    expect([...nodes, ...client.events].map(plain)).toEqual(whole.map(plain));
    const { nodes: next } = await page({ after: client.events[4].cursor, first: 1 });
    expect(next.map(plain)).toEqual([whole[15]].map((entry) => plain(entry as Entry)));
  });

  it('tells the head with first: 0, and hears after it only what is new', async () => {
    const head = await page({ first: 0 });
    expect(head).toMatchObject({ nodes: [], headSequence: 120, pageInfo: { hasNextPage: true } });
    expect((await page({ after: head.headCursor })).nodes).toEqual([]);
    const client = await listen({ after: head.headCursor });
    await until('a heartbeat came', () => beats(client)[0]);
    referrals.push(await refer(hub, 100));
    await client.received('the new one', ({ events }) => events.length > 0);
    expect(client.events[0]).toMatchObject({ sequence: 121, previousSequence: 120, kind: 'REFERRAL_RECEIVED' });
    whole = await all();
  });

  it('joins up by previousSequence where kinds are asked for, from any cursor, by query and by subscription', async () => {
    const kinds = ['REFERRAL_ACCEPTED', 'SUPPORT_STARTED'];
    const wanted = whole.filter(({ kind }) => kinds.includes(kind));
    for (const after of [undefined, whole[0]?.cursor, whole[41]?.cursor, wanted[10]?.cursor]) {
      const place = whole.findIndex(({ cursor }) => cursor === after);
      const expected = wanted.filter(({ sequence }) => sequence > place + 1);
      const client = await listen({ kinds, after });
      await client.received('those of its kinds', ({ events }) => events.length >= expected.length);
      const previous = wanted.filter(({ sequence }) => sequence <= place + 1).at(-1)?.sequence ?? 0;
      const joined = [previous, ...expected.map(({ sequence }) => sequence)].slice(0, -1);
      expect(client.events.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      expect(client.events.map(({ previousSequence }) => previousSequence)).toEqual(joined);
      expect((await page({ kinds, after })).nodes.map(plain)).toEqual(client.events.map(plain));
    }
  });

  it('passes places of other kinds: its heartbeat carries the cursor of the place passed, good to resume from', async () => {
    const client = await listen({ kinds: ['REFERRAL_DECLINED'] });
    const beat = await until('a heartbeat came', () => beats(client)[0]);
    expect(beat.headSequence).toBe(121);
    await hub.done('linkWorker', 'declineReferral', { referral: referrals.at(-1), reason: 'Out of area.' });
    await client.received('the one of its kind', ({ events }) => events.length === 1);
    const resumed = await listen({ after: beat.cursor });
    await resumed.received('all since the heartbeat', ({ events }) => events.length === 1);
    expect(resumed.events[0]).toMatchObject({ sequence: 122, previousSequence: 121, kind: 'REFERRAL_DECLINED' });
    whole = await all();
  });

  it('beats for a party that has no events, and its cursor holds when the first comes', async () => {
    const client = await listen({}, 'otherGp');
    const beat = await until('a heartbeat came', () => beats(client)[0]);
    expect(beat).toMatchObject({ headSequence: 0 });
    await refer(hub, 101, 'otherGp');
    await client.received('its first', ({ events }) => events.length === 1);
    const resumed = await listen({ after: beat.cursor }, 'otherGp');
    await resumed.received('its first', ({ events }) => events.length === 1);
    expect(resumed.events[0]).toMatchObject({ sequence: 1, previousSequence: 0 });
  });

  it('sends a person heartbeats alone', async () => {
    const person = { nhs_number: '9990001006', roles: ['person'] };
    await refer(hub, 102, 'gp', {
      person: { nhsNumber: '9990001006', givenName: 'Nora', familyName: 'Testcase', birthDate: '1961-04-05' },
    });
    await sequenced();
    const client = await listen({}, person);
    await until('two heartbeats came', () => beats(client)[1]);
    expect(client.events).toEqual([]);
    expect(await page({}, person)).toMatchObject({ nodes: [], headSequence: 0, reset: null });
  });

  it('gives a party with two roles one place for one event', async () => {
    // a link worker who refers to her own organisation: referrer and receiver are one
    const own = (await refer(hub, 103, 'linkWorker')).slice(4);
    await sequenced();
    const parties = await hub.database.asAdmin<{ roles: string[] }>(
      'select roles from hub.referral_party where referral_id = $1 and not is_person',
      [own],
    );
    expect(parties).toEqual([{ roles: expect.arrayContaining(['REFERRER', 'LINK_WORKER']) }]);
    const rows = await hub.database.asAdmin('select from hub.party_feed where referral_id = $1 and party = $2', [
      own,
      (await hub.organisation('ZPC01')).slice(4),
    ]);
    expect(rows).toHaveLength(1);
  });

  describe('a cursor that cannot be resumed from', () => {
    async function expectReset(after: string, reason: string): Promise<string> {
      const client = await listen({ after });
      await until('the stream has ended', () => client.messages.some(({ type }) => type === 'complete'));
      expect(client.events).toEqual([]);
      const [reset, ...more] = resets(client);
      expect(more).toEqual([]);
      expect(reset.reason).toBe(reason);
      const byQuery = await page({ after });
      expect(byQuery).toMatchObject({ nodes: [], reset: { reason, resumeFrom: reset.resumeFrom } });
      return reset.resumeFrom;
    }

    it('answers a forged and a foreign one with CURSOR_INVALID, and says where to resume', async () => {
      const cursor = whole[5]?.cursor ?? '';
      const bytes = Buffer.from(cursor, 'base64url');
      bytes.writeUInt8((bytes[21] ?? 0) ^ 1, 21);
      const { nodes } = await page({}, 'gp');
      for (const forged of ['', 'x', 'a'.repeat(2_000), bytes.toString('base64url'), nodes[0].cursor]) {
        const from = await expectReset(forged, 'CURSOR_INVALID');
        expect((await page({ after: from, first: 3 })).nodes.map(plain)).toEqual(whole.slice(0, 3).map(plain));
      }
    });

    it('answers one older than the oldest kept with CURSOR_EXPIRED; without one, starts at the oldest kept', async () => {
      const party = (await hub.organisation('ZPC01')).slice(4);
      await hub.database.asAdmin(
        `update hub.feed_head set floor_seq = 10, floor_hash = (select sha256(convert_to(e.id::text, 'UTF8')) from hub.party_feed f join hub.event e on e.ordinal = f.event_ordinal where f.party = $1 and f.seq = 10) where party = $1`,
        [party],
      );
      await hub.database.asAdmin('delete from hub.party_feed where party = $1 and seq <= 10', [party]);
      const from = await expectReset(whole[4]?.cursor ?? '', 'CURSOR_EXPIRED');
      const kept = whole.slice(10).map(plain);
      expect((await page({ after: from })).nodes.map(plain)).toEqual(kept.slice(0, 100));
      expect((await page()).nodes.map(plain)).toEqual(kept.slice(0, 100));
      // the place just before the oldest kept is still good
      expect((await page({ after: whole[9]?.cursor, first: 2 })).nodes.map(plain)).toEqual(kept.slice(0, 2));
      const client = await listen();
      await client.received('all that is kept', ({ events }) => events.length >= kept.length);
      expect(client.events.slice(0, kept.length).map(plain)).toEqual(kept);
    });

    it('answers one beyond the end, or at a place that now holds another event, with FEED_RESTORED', async () => {
      const party = (await hub.organisation('ZPC01')).slice(4);
      await sequenced();
      const before = (await page({ first: 0 })).headSequence as number;
      const lost = (await page({ after: whole[115]?.cursor })).nodes as Entry[];
      const under = await listen({ after: lost.at(-1)?.cursor });
      await until('its heartbeat came', () => beats(under)[0]);
      // last night's state comes back: the last three of this feed are not in it
      await hub.database.asAdmin('delete from hub.party_feed where party = $1 and seq > $2', [party, before - 3]);
      await hub.database.asAdmin('update hub.feed_head set last_seq = $2 where party = $1', [party, before - 3]);
      const from = await expectReset(lost.at(-1)?.cursor ?? '', 'FEED_RESTORED');
      expect((await page({ after: from, first: 1 })).nodes[0].sequence).toBe(11);
      const three = [110, 111, 112].map((index) => refer(hub, index));
      await Promise.all(three);
      await sequenced();
      await expectReset(lost.at(-1)?.cursor ?? '', 'FEED_RESTORED');
      // what stood before the loss is still good
      expect((await page({ after: lost.at(-4)?.cursor })).nodes[0]).toMatchObject({
        sequence: before - 2,
        previousSequence: before - 3,
      });
    });

    it('tells a stream under way, too, that the log is shorter than what it was sent', async () => {
      const party = (await hub.organisation('ZPC01')).slice(4);
      const client = await listen();
      const head = (await page({ first: 0 })).headSequence as number;
      await client.received('all of it', ({ events }) => events.at(-1)?.sequence === head);
      await hub.database.asAdmin('delete from hub.party_feed where party = $1 and seq > $2', [party, head - 3]);
      await hub.database.asAdmin('update hub.feed_head set last_seq = $2 where party = $1', [party, head - 3]);
      await until('it is told', () => resets(client)[0]);
      expect(resets(client)[0].reason).toBe('FEED_RESTORED');
      await until('the stream has ended', () => client.messages.some(({ type }) => type === 'complete'));
    });
  });
});
