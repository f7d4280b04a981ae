import { decodeJwt } from 'jose';
import { type Claims, operator, revoke, type RevocationKind, signDemoToken } from '../../src/access';
import { asIdentity } from '../../src/database';
import { EventStream } from '../support/event-stream';
import { type GraphResult, TestHub } from '../support/hub';
import { callers } from '../support/network';
import { refer } from '../support/referral';
import { connect } from '../support/socket';
import { until } from '../support/until';

describe('a token that is revoked', () => {
  let hub: TestHub;
  const forbid = (kind: RevocationKind, value: string) =>
    asIdentity(hub.hub.services.database, operator, (tx) => revoke(tx, kind, value, 'for the test'));
  const ask = (token: string, query = '{ referrals { totalCount } }') =>
    hub.post({ query }, { authorization: `Bearer ${token}` });
  const jti = (token: string) => String(decodeJwt(token).jti);

  beforeAll(async () => {
    hub = await TestHub.start();
    await refer(hub, 1);
  });
  afterAll(() => hub.stop());

  it('is answered no read and no write from that moment on', async () => {
    const token = await signDemoToken(callers.linkWorker);
    expect((await ask(token)).status).toBe(200);
    await forbid('TOKEN', jti(token));
    const refused = await ask(token);
    expect(refused.status).toBe(401);
    expect(((await refused.json()) as GraphResult).errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
    const { referrals } = await hub.read('linkWorker', '{ referrals { nodes { id version } } }');
    const input = { idempotencyKey: 'revoked', referral: referrals.nodes[0].id };
    const query = `mutation M($input: ReferralActionInput!) { acceptReferral(input: $input) { referral { id } userErrors { code } } }`;
    const written = await hub.post({ query, variables: { input } }, { authorization: `Bearer ${token}` });
    expect(written.status).toBe(401);
    const after = await hub.read('linkWorker', '{ referrals { nodes { id version } } }');
    expect(after['referrals']).toEqual(referrals);
  });

  it('closes its socket with 4403 and its stream within moments, also where nothing happens', async () => {
    const token = await signDemoToken(callers.linkWorker);
    const socket = await connect(hub.url, token);
    socket.subscribe();
    const stream = await EventStream.open(hub.url, token);
    await socket.received('the referral', ({ events }) => events.length === 1);
    await stream.received('the referral', ({ events }) => events.length === 1);
    await forbid('TOKEN', jti(token));
    expect(await socket.closing()).toMatchObject({ code: 4403 });
    await until('the stream is closed', () => stream.closed);
  });

  it('is delivered nothing that happens after, however soon', async () => {
    const token = await signDemoToken(callers.linkWorker);
    const socket = await connect(hub.url, token);
    const head = (await hub.read('linkWorker', '{ feedback(first: 0) { headCursor } }'))['feedback'].headCursor;
    socket.subscribe({ after: head });
    await forbid('TOKEN', jti(token));
    await refer(hub, 2);
    expect(await socket.closing()).toMatchObject({ code: 4403 });
    expect(socket.events).toEqual([]);
  });

  it('opens no stream long after, where nothing is left to tell either', async () => {
    const token = await signDemoToken(callers.linkWorker);
    const head = (await hub.read('linkWorker', '{ feedback(first: 0) { headCursor } }'))['feedback'].headCursor;
    await hub.database.asAdmin(
      `insert into hub.revocation (kind, value, reason, at) values ('TOKEN', '${jti(token)}', 'for the test', now() - interval '1 hour')`,
    );
    const socket = await connect(hub.url, token);
    socket.subscribe({ after: head });
    expect(await socket.closing()).toMatchObject({ code: 4403 });
  });

  it.each<[string, RevocationKind, Claims, () => Promise<string>]>([
    [
      'of a practitioner who left',
      'PRACTITIONER',
      callers.colleague,
      async () =>
        (await hub.database.asAdmin<{ id: string }>("select id from hub.practitioner where external_id = 'R8102'"))[0]
          ?.id ?? '',
    ],
    [
      'of an organisation',
      'ORGANISATION',
      callers.otherCharity,
      async () => (await hub.organisation('ZV002')).slice(4),
    ],
  ])('%s goes with all issued before, and one issued after counts', async (_whose, kind, claims, value) => {
    const before = await signDemoToken(claims);
    expect((await ask(before)).status).toBe(200);
    await forbid(kind, await value());
    expect((await ask(before)).status).toBe(401);
    // tokens say when they were issued by the second
    const issued = Math.floor(Date.now() / 1_000);
    await until('a second has begun', () => Math.floor(Date.now() / 1_000) > issued);
    expect((await ask(await signDemoToken(claims))).status).toBe(200);
  });
});
