import { TestHub } from '../support/hub';
import { refer } from '../support/referral';
import type { FeedClient, Message } from '../support/socket';
import { until } from '../support/until';

const ACTIVITY = `subscription Activity($network: ID!, $after: FeedCursor) { networkActivity(network: $network, after: $after) {
  network { name } from to received { value suppressed lower upper } accepted { value suppressed } declined { value } attended { value suppressed } missed { value } closed { value } cursor } }`;

describe("a network's activity", () => {
  let hub: TestHub;
  let network: string;

  beforeAll(async () => {
    hub = await TestHub.start();
    const [row] = await hub.database.asAdmin<{ id: string }>("select id from hub.network where key = 'test-icb'");
    network = `net_${row?.id}`;
    const referrals = [];
    for (let i = 0; i < 9; i++) referrals.push(await refer(hub, i));
    for (const referral of referrals.slice(0, 3)) await hub.done('linkWorker', 'acceptReferral', { referral });
    // as if it had all happened in the middle of the third hour before this one
    await hub.database.asAdmin("update hub.event set occurred_at = date_trunc('hour', now()) - interval '150 minutes'");
  });
  afterAll(() => hub.stop());

  const hours = (client: FeedClient) =>
    client.messages.map(({ payload }) => payload?.data?.networkActivity).filter((hour) => hour);
  const listen = async (variables: object = {}, caller: 'icb' | 'linkWorker' = 'icb') => {
    const client = await hub.socket(caller);
    client.subscribe({ network, ...variables }, ACTIVITY);
    return client;
  };

  it('is one message for each hour that is over, oldest first, its counts suppressed', async () => {
    const client = await listen();
    await until('the hours of a day have come', () => hours(client).length >= 23);
    const all = hours(client);
    for (const [i, hour] of all.entries()) {
      expect(Date.parse(hour.to) - Date.parse(hour.from)).toBe(3_600_000);
      if (i) expect(hour.from).toBe(all[i - 1].to);
    }
    const busy = all.filter(({ received }) => received.upper > 0);
    expect(busy).toEqual([
      expect.objectContaining({
        network: { name: 'Test Integrated Care Board' },
        received: { value: 10, suppressed: false, lower: 8, upper: 12 },
        accepted: { value: null, suppressed: true },
        declined: { value: 0 },
      }),
    ]);
  });

  it('comes without the network it is of, where that is not asked for', async () => {
    const client = await hub.socket('icb');
    client.subscribe({ network }, 'subscription($network: ID!) { networkActivity(network: $network) { from cursor } }');
    await until('the hours of a day have come', () => hours(client).length >= 23);
    expect(client.messages.filter(({ payload }) => payload?.errors)).toEqual([]);
  });

  it('goes on after a cursor, with nothing lost and nothing again', async () => {
    const first = await listen();
    await until('the hours of a day have come', () => hours(first).length >= 23);
    const all = hours(first);
    const second = await listen({ after: all[9].cursor });
    await until('the rest has come', () => hours(second).length >= all.length - 10);
    expect(hours(second).slice(0, all.length - 10)).toEqual(all.slice(10));
  });

  it.each<[string, 'icb' | 'linkWorker', object]>([
    ['another party', 'linkWorker', {}],
    ['one who names a network that is not there', 'icb', { network: 'net_11111111-1111-4111-8111-111111111111' }],
  ])('is refused alike to %s', async (_whom, caller, variables) => {
    const client = await listen(variables, caller);
    const answer: Message = await until('an answer came', (): Message | undefined =>
      client.messages.find((message): boolean => message.type === 'next' || message.type === 'error'),
    );
    const [error] = answer.payload.errors ?? answer.payload;
    expect(error).toMatchObject({
      message: 'No such network, or its counts are not for you.',
      extensions: { code: 'FORBIDDEN' },
    });
    expect(hours(client)).toEqual([]);
  });

  it("takes no cursor of a party's feed", async () => {
    const { feedback } = await hub.read('linkWorker', '{ feedback(first: 1) { edges { cursor } } }');
    const client = await listen({ after: feedback.edges[0].cursor });
    const answer: Message = await until('an answer came', (): Message | undefined =>
      client.messages.find((message): boolean => message.type === 'next' || message.type === 'error'),
    );
    expect((answer.payload.errors ?? answer.payload)[0].extensions).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('puts nothing into the feed of the commissioner', async () => {
    const { feedback } = await hub.read('icb', '{ feedback { headSequence nodes { kind } } }');
    expect(feedback).toEqual({ headSequence: 0, nodes: [] });
  });
});
