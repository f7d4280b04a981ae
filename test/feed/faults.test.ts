import { TestHub } from '../support/hub';
import { refer } from '../support/referral';
import { open } from '../support/socket';
import { until } from '../support/until';

jest.setTimeout(30_000);

describe('delivery past faults', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await TestHub.start();
  });
  afterAll(() => hub.stop());

  const backends = (query: string) =>
    hub.database.asAdmin<{ pid: number }>(
      'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and query ilike $1',
      [query],
    );

  it('gives each of two nodes the full order, whichever of them was written to', async () => {
    const second = await hub.secondNode();
    const clients = [await hub.socket('linkWorker'), await open(second.url)];
    clients[1]?.send({
      type: 'connection_init',
      payload: { authorization: `Bearer ${await hub.token('linkWorker')}` },
    });
    await until('the second node lets it in', () => clients[1]?.messages[0]);
    for (const client of clients) client.subscribe();
    await Promise.all(Array.from({ length: 12 }, (_, i) => refer(hub, i)));
    for (const client of clients) await client.received('all twelve', ({ events }) => events.length === 12);
    expect(clients[1]?.events.map(({ id }) => id)).toEqual(clients[0]?.events.map(({ id }) => id));
    expect(clients[1]?.events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    // the node that dies leaves nothing behind that the other needs
    clients[1]?.kill();
    await second.stop();
    await refer(hub, 20);
    await clients[0]?.received('the thirteenth', ({ events }) => events.length === 13);
  });

  it('goes on when the connection of the sequencer is ended', async () => {
    const client = await hub.socket('linkWorker');
    const { headCursor: after } = (await hub.read('linkWorker', '{ feedback(first: 0) { headCursor } }'))['feedback'];
    client.subscribe({ after });
    for (let round = 1; round <= 3; round++) {
      await until(
        'there is one to end',
        async () =>
          (
            await hub.database.asAdmin(
              "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and (query like '%hub.sequence_events%' or query like '%hub.chain_audit%') and pid <> pg_backend_pid()",
            )
          ).length > 0,
      );
      await refer(hub, 30 + round);
      await client.received(`event ${round}`, ({ events }) => events.length === round);
    }
    expect(client.events.map(({ previousSequence }) => previousSequence + 1)).toEqual(
      client.events.map(({ sequence }) => sequence),
    );
  });

  it('loses nothing with the connection that listens, which comes back', async () => {
    const client = await hub.socket('linkWorker');
    const { headCursor: after } = (await hub.read('linkWorker', '{ feedback(first: 0) { headCursor } }'))['feedback'];
    client.subscribe({ after });
    await refer(hub, 40);
    await client.received('the first', ({ events }) => events.length === 1);
    const [listener] = await backends('listen %');
    await hub.database.asAdmin('select pg_terminate_backend($1)', [listener?.pid]);
    await refer(hub, 41);
    await client.received('the second', ({ events }) => events.length === 2, 5_000);
    const again = await until('somebody listens again', async () => (await backends('listen %'))[0]);
    expect(again.pid).not.toBe(listener?.pid);
  });

  it('finds by itself, within moments, what no NOTIFY told of', async () => {
    const client = await hub.socket('charity');
    client.subscribe();
    await until(
      'it waits',
      async () => (await hub.read('charity', '{ feedback(first: 0) { headSequence } }'))['feedback'],
    );
    await hub.database.asAdmin(
      `with late as (insert into hub.event (kind, audience, disclosures) values ('SUPPORT_PAUSED', array[$1::uuid], '{FULL}') returning ordinal),
       head as (insert into hub.feed_head (party, last_seq) values ($1, 1))
       insert into hub.party_feed (party, seq, event_ordinal, disclosure, sent_at) select $1, 1, ordinal, 'FULL', now() from late`,
      [(await hub.organisation('ZV001')).slice(4)],
    );
    await client.received('the event', ({ events }) => events.length === 1, 5_000);
  });

  it('waits for no event of a transaction that is still open, and delivers it once it is committed', async () => {
    const client = await hub.socket('linkWorker');
    const { headCursor: after } = (await hub.read('linkWorker', '{ feedback(first: 0) { headCursor } }'))['feedback'];
    client.subscribe({ after });
    const party = (await hub.organisation('ZPC01')).slice(4);
    await hub.database.asAdmin('begin');
    await hub.database.asAdmin(
      `with late as (insert into hub.event (kind, audience, disclosures) values ('SUPPORT_PAUSED', array[$1::uuid], '{FULL}') returning ordinal)
       insert into hub.outbox_pending (ordinal) select ordinal from late`,
      [party],
    );
    await refer(hub, 50);
    await client.received('what was begun later', ({ events }) => events.length === 1, 5_000);
    await hub.database.asAdmin('commit');
    await client.received('what was committed later', ({ events }) => events.length === 2, 5_000);
    expect(client.kinds).toEqual(['REFERRAL_RECEIVED', 'SUPPORT_PAUSED']);
    expect(client.events[1].previousSequence).toBe(client.events[0].sequence);
  });
});
