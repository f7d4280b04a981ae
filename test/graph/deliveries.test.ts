import type { GraphQLSchema } from 'graphql';
import { type Hub, hubSchema } from '../../src/server';
import { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { OperationGenerator, Random } from '../support/random-operation';
import { connect, type FeedClient } from '../support/socket';
import { everyId, tellStories } from '../support/story';
import { until } from '../support/until';

const SEED = 20_261_122;
const CASES = 60;
/** Events of each feed that each subscription replays. */
const EVENTS = 12;

describe("a subscription's entries", () => {
  let hub: TestHub;
  let plain: Hub;
  let schema: GraphQLSchema;

  beforeAll(async () => {
    hub = await TestHub.start();
    plain = await hub.secondNode({ compiledReads: false });
    schema = await hubSchema();
    await tellStories(hub, 12);
    const pending = 'select from hub.outbox_pending limit 1';
    await until('all is in the feeds', async () => (await hub.database.asAdmin(pending)).length === 0);
  });
  afterAll(async () => {
    await plain.stop();
    await hub.stop();
  });

  /** What a subscription replays, as it came over the wire. */
  async function replay(client: FeedClient, operation: { query: string; variables: object }, count: number) {
    const id = client.subscribe(operation.variables, operation.query);
    const said = () => client.bytes.filter((text) => text.startsWith(`{"id":"${id}"`));
    const enough = () => said().length >= count || said().some((text) => /"type":"(error|complete)"/.test(text));
    await until('it has replayed', enough);
    client.send({ id, type: 'complete' });
    const known = (text: string) => text.replace(/"id":"s\d+"/, '').replaceAll(/"requestId":"[^"]+"/g, '');
    return said().slice(0, count).map(known);
  }

  it(`hold the same bytes whichever executor reads them, in ${CASES} random selections of three parties`, async () => {
    const random = new Random(SEED);
    const ids = await everyId(hub);
    const callers: Caller[] = ['linkWorker', 'gp', 'charity'];
    const heads = new Map<Caller, { after: string; count: number }>();
    for (const caller of callers) {
      const page = '{ feedback(first: 100) { edges { cursor } headSequence } }';
      const { edges, headSequence } = (await hub.read(caller, page))['feedback'];
      const from = Math.max(0, Math.min(edges.length, headSequence) - EVENTS - 1);
      heads.set(caller, { after: edges[from].cursor, count: Math.min(EVENTS, headSequence - from - 1) });
    }
    const sockets = new Map<string, FeedClient>();
    for (const caller of callers) {
      const token = await hub.token(caller);
      sockets.set(`one ${caller}`, await connect(hub.url, token));
      sockets.set(`plain ${caller}`, await connect(plain.url, token));
    }
    for (let i = 0; i < CASES; i++) {
      const caller = random.pick(callers);
      const { after, count } = heads.get(caller) as { after: string; count: number };
      const made = new OperationGenerator(schema, random, { ids, texts: ['x'], cursors: ['x'] }).makeSubscription();
      const operation = { query: made.query, variables: { ...made.variables, after } };
      const [one, other] = await Promise.all([
        replay(sockets.get(`one ${caller}`) as FeedClient, operation, count),
        replay(sockets.get(`plain ${caller}`) as FeedClient, operation, count),
      ]);
      expect({ operation, one }).toEqual({ operation, one: other });
    }
    for (const client of sockets.values()) client.kill();
    expect(hub.hub.services.reads.counts.delivered).toBeGreaterThan(CASES * EVENTS * 0.5);
  });
});
