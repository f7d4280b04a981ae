import type { GraphQLSchema } from 'graphql';
import { type Hub, hubSchema } from '../../src/server';
import { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { consent } from '../support/people';
import { OperationGenerator, Random } from '../support/random-operation';
import { referralInput } from '../support/referral';
import { everyId, tellStories } from '../support/story';

const SEED = 20_261_122;
const CASES = 150;

describe("a mutation's payload", () => {
  let hub: TestHub;
  let plain: Hub;
  let schema: GraphQLSchema;

  beforeAll(async () => {
    hub = await TestHub.start();
    plain = await hub.secondNode({ compiledReads: false });
    schema = await hubSchema();
    await tellStories(hub, 10);
  });
  afterAll(async () => {
    await plain.stop();
    await hub.stop();
  });

  const answer = async (node: Hub, caller: Caller, body: object) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${await hub.token(caller)}` };
    const response = await fetch(`${node.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
    return response.text();
  };

  const carryOutOnce = async (): Promise<[Caller, string, string, object][]> => {
    const opening = { idempotencyKey: 'open', ...(await referralInput(hub, 900)) };
    const { referral } = await hub.done('gp', 'createReferral', opening, 'referral { id }');
    const accepting = { idempotencyKey: 'accept', referral: referral.id };
    await hub.done('linkWorker', 'acceptReferral', accepting);
    const service = await hub.service({ id: 'again', organisation: 'ZV001' });
    const sharing = { service, reasons: ['volunteering'], consent: consent() };
    const onward = await hub.done('linkWorker', 'createOnwardReferral', { referral: referral.id, ...sharing });
    const declining = { idempotencyKey: 'decline', referral: onward['referral'].id, reason: 'CAPACITY' };
    await hub.done('charity', 'declineReferral', declining);
    return [
      ['gp', 'createReferral', 'CreateReferralInput', opening],
      ['linkWorker', 'acceptReferral', 'ReferralActionInput', accepting],
      ['charity', 'declineReferral', 'DeclineReferralInput', declining],
    ];
  };

  it(`holds the same bytes whichever executor reads it, in ${CASES} random selections of three parties`, async () => {
    const random = new Random(SEED);
    const ids = await everyId(hub);
    // a repeated key returns the first result, read again: the same row each time, as its caller may know it
    const repeatable = await carryOutOnce();
    let answered = 0;
    for (let i = 0; i < CASES; i++) {
      const [caller, name, type, input] = random.pick(repeatable);
      const generator = new OperationGenerator(schema, random, { ids, texts: ['x'], cursors: ['x'] });
      const operation = generator.makeMutation(name, type, input);
      const [one, other] = [await answer(hub.hub, caller, operation), await answer(plain, caller, operation)];
      const known = (text: string) => text.replaceAll(/"requestId":"[^"]+"/g, '');
      expect({ operation, answer: known(one) }).toEqual({ operation, answer: known(other) });
      if (!one.startsWith('{"errors"')) answered += 1;
    }
    expect(answered).toBeGreaterThan(CASES / 2);
    expect(hub.hub.services.reads.counts.payloads).toBeGreaterThan(answered * 0.9);
  });
});
