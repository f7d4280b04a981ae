import { operator, revoke, signDemoToken } from '../../src/access';
import { asIdentity } from '../../src/database';
import { decodeJwt } from 'jose';
import { declaredType, declaredTypes } from '../../src/graph';
import { identityOf } from '../access/story';
import { TestHub } from '../support/hub';
import { type Caller, callers } from '../support/network';
import { refer } from '../support/referral';
import { connect, type FeedClient } from '../support/socket';
import { until } from '../support/until';

const NEWS = `subscription News($after: FeedCursor, $kinds: [FeedbackKind!]) { feedback(after: $after, kinds: $kinds) { __typename
  ... on FeedbackEvent { id sequence previousSequence cursor kind occurredAt disclosure summary reference requiresAcknowledgement
    actor { name identifiers { value } } referral { id person { name } } service { name placesLeft organisation { name } } } } }`;
const OWN = `subscription Own($after: FeedCursor) { feedback(after: $after) { __typename
  ... on FeedbackEvent { sequence kind service { name load { openReferrals } } } } }`;
const PAGE = NEWS.replace('subscription News(', 'query News(')
  .replace('feedback(after: $after, kinds: $kinds) { __typename', 'feedback(after: $after, kinds: $kinds) { nodes {')
  .replace('... on FeedbackEvent {', '');
const everybody: Caller[] = ['gp', 'otherGp', 'linkWorker', 'charity', 'otherCharity', 'council', 'trust', 'icb'];

describe("news of a network's directory", () => {
  let hub: TestHub;
  let walks: string;
  let places = 0;
  beforeAll(async () => {
    hub = await TestHub.start();
    walks = await hub.service({ id: 'walks', organisation: 'ZV001', name: 'Walks' });
    // so that the parties' feeds stand at different places
    await refer(hub, 1);
  });
  afterAll(() => hub.stop());

  const head = async (caller: Caller) =>
    (await hub.read(caller, '{ feedback(first: 0) { headCursor headSequence } }'))['feedback'];
  const rendered = () => hub.hub.services.reads.counts.delivered;
  const change = () => hub.done('charity', 'updateCapacity', { service: walks, placesLeft: (places += 1) });
  /** Sockets that have come to the end of their feeds, and where that was. */
  const follow = (who: readonly Caller[], query = NEWS, variables: object = {}) =>
    Promise.all(
      who.map(async (caller) => {
        const start = await head(caller);
        const socket = await hub.socket(caller);
        socket.subscribe({ after: start.headCursor, ...variables }, query);
        return { caller, socket, start };
      }),
    );
  const has = (socket: FeedClient, events: number) =>
    socket.received(`${events} events`, () => socket.events.length === events);
  /** Until the hub has nothing more to read for anybody: two looks of its watch at the heads. */
  const parked = async (who: { socket: FeedClient; start: { headCursor: string } }[]) => {
    await change();
    await Promise.all(who.map(({ socket }) => has(socket, 1)));
  };

  it('is rendered once for all parties who ask the same of it, however many sockets they have', async () => {
    const readers = await follow([...everybody, ...everybody]);
    await parked(readers);
    const before = rendered();
    await change();
    await Promise.all(readers.map(({ socket }) => has(socket, 2)));
    expect(rendered() - before).toBe(1);
  });

  it("is byte for byte what each party reads of it alone, with its own feed's place and cursor", async () => {
    const readers = await follow(everybody);
    await parked(readers);
    await change();
    for (const { caller, socket, start } of readers) {
      await has(socket, 2);
      const [first, last] = socket.events.map(({ __typename, ...event }) => event);
      const { feedback } = await hub.read(caller, PAGE, { after: first.cursor });
      expect(JSON.stringify([last])).toBe(JSON.stringify(feedback.nodes));
      expect([first.sequence, last.sequence]).toEqual([start.headSequence + 1, start.headSequence + 2]);
      expect((await hub.read(caller, PAGE, { after: last.cursor }))['feedback'].nodes).toEqual([]);
    }
    expect(new Set(readers.map(({ start }) => start.headSequence)).size).toBeGreaterThan(1);
  });

  it('shows each reader the fields its own variables include', async () => {
    const shown = `subscription Shown($after: FeedCursor, $named: Boolean!) { feedback(after: $after) { __typename
      ... on FeedbackEvent { sequence kind service { placesLeft name @include(if: $named) } } } }`;
    const readers = [
      ...(await follow(['gp'], shown, { named: true })),
      ...(await follow(['otherGp'], shown, { named: false })),
    ];
    await parked(readers);
    await change();
    await Promise.all(readers.map(({ socket }) => has(socket, 2)));
    expect(readers.map(({ socket }) => socket.events[1].service)).toEqual([
      { placesLeft: places, name: 'Walks' },
      { placesLeft: places },
    ]);
  });

  it('is told in order and once where it comes faster than it is told', async () => {
    const readers = await follow(everybody);
    await parked(readers);
    const before = places;
    await Promise.all(Array.from({ length: 12 }, change));
    for (const { socket, start } of readers) {
      await has(socket, 13);
      expect(socket.events.map(({ sequence }) => sequence - start.headSequence)).toEqual(
        Array.from({ length: 13 }, (_, i) => i + 1),
      );
      expect(new Set(socket.events.map(({ id }) => id)).size).toBe(13);
    }
    expect(places - before).toBe(12);
  });

  it('joins up for a reader of these kinds alone', async () => {
    const readers = await follow(['linkWorker', 'icb'], NEWS, { kinds: ['CAPACITY_CHANGED'] });
    await parked(readers);
    await refer(hub, 2);
    await until('the referral came', async () => (await head('linkWorker')).headSequence > 0);
    await change();
    await change();
    for (const { socket } of readers) {
      await has(socket, 3);
      const [first, second, third] = socket.events;
      expect([second.previousSequence, third.previousSequence]).toEqual([first.sequence, second.sequence]);
    }
  });

  it('passes a reader of other kinds by, whose stream goes on behind it', async () => {
    const [reader] = await follow(['gp'], NEWS, { kinds: ['REFERRAL_RECEIVED'] });
    await change();
    await refer(hub, 3);
    await has(reader!.socket, 1);
    expect(reader!.socket.kinds).toEqual(['REFERRAL_RECEIVED']);
  });

  it("is read by each for itself where a party's own figures are asked with it", async () => {
    const readers = await follow(['charity', 'otherCharity'], OWN);
    await parked(readers);
    await change();
    await Promise.all(readers.map(({ socket }) => has(socket, 2)));
    const loads = readers.map(({ socket }) => socket.events[1].service.load);
    expect(loads).toEqual([{ openReferrals: expect.any(Number) }, null]);
  });

  it('does not reach a token revoked before it, though others on the node hear it', async () => {
    const token = await signDemoToken(callers.council);
    const socket = await connect(hub.url, token);
    socket.subscribe({ after: (await head('council')).headCursor }, NEWS);
    const [other] = await follow(['gp']);
    await parked([{ socket, start: other!.start }, other!]);
    await asIdentity(hub.hub.services.database, operator, (tx) =>
      revoke(tx, 'TOKEN', String(decodeJwt(token).jti), 'for the test'),
    );
    await change();
    await has(other!.socket, 2);
    expect(await socket.closing()).toMatchObject({ code: 4403 });
    expect(socket.events).toHaveLength(1);
  });

  it('is shared only where it reads views that show every organisation the same', async () => {
    const published = declaredTypes().filter((type) => type.published);
    const lists = published.flatMap(({ fields }) =>
      [...fields.values()].flatMap((field) =>
        field.kind !== 'column' && field.view && declaredType(field.of()).published ? [field.view] : [],
      ),
    );
    const seenBy = async (caller: Caller, view: string) =>
      asIdentity(hub.hub.services.database, await identityOf(hub, caller), (tx) =>
        tx.run(`select * from ${view} v order by v::text`, []),
      );
    const views = [...published.map(({ view }) => view), ...lists];
    expect(views).toEqual(expect.arrayContaining(['graph.service', 'graph.organisation', 'graph.programme']));
    for (const view of views) {
      const [first, ...rest] = await Promise.all(everybody.map((caller) => seenBy(caller, view)));
      for (const other of rest) expect(other).toEqual(first);
    }
  });
});
