import { signDemoToken } from '../../src/access';
import { Issuer } from '../support/issuer';
import { TestHub } from '../support/hub';
import { callers } from '../support/network';
import { until } from '../support/until';

const QUERY = { query: '{ viewer { organisation { name } } }' };
const seconds = (from: number) => Math.floor(Date.now() / 1000) + from;
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('who may ask at all', () => {
  let hub: TestHub;
  let issuer: Issuer;
  const ask = (authorization?: string, path = '/graphql') =>
    fetch(`${hub.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
      body: JSON.stringify(QUERY),
    });

  async function expectRefused(answer: Response): Promise<void> {
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    const { data, errors } = (await answer.json()) as { data?: unknown; errors: { extensions: object }[] };
    expect(data).toBeUndefined();
    expect(errors[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED', requestId: expect.any(String) });
  }

  beforeAll(async () => {
    issuer = await Issuer.start();
    hub = await TestHub.start({ trust: { demo: false, issuer: issuer.url, audience: 'hub' } });
  });
  afterAll(async () => {
    await hub.stop();
    await issuer.goAway();
  });

  it('answers who holds a token of the issuer', async () => {
    const answer = await ask(`Bearer ${await issuer.sign()}`);
    expect(await answer.json()).toEqual({ data: { viewer: { organisation: { name: 'Hill Surgery' } } } });
  });

  it.each([
    ['no token', undefined],
    ['an empty header', ''],
    ['another scheme', 'Basic Z3A6Z3A='],
    ['no token after the scheme', 'Bearer '],
    ['something that is no token', 'Bearer not-a-token'],
    ['three parts that are no token', 'Bearer a.b.c'],
    ['two tokens', 'Bearer a.b.c, Bearer d.e.f'],
    ['a very long one', `Bearer ${'a'.repeat(6_000)}.b.c`],
  ])('refuses %s', async (_what, authorization) => {
    await expectRefused(await ask(authorization));
  });

  it('refuses a token that is not signed, with and without a signature behind it', async () => {
    const claims = { iss: issuer.url, aud: 'hub', exp: seconds(600), org: 'Z81001', roles: ['referrer'] };
    const unsigned = `${part({ alg: 'none', typ: 'at+jwt' })}.${part(claims)}`;
    await expectRefused(await ask(`Bearer ${unsigned}.`));
    await expectRefused(await ask(`Bearer ${unsigned}.AAAA`));
  });

  it("refuses a token signed by anybody else's key, by a key it carries itself, or changed after signing", async () => {
    await expectRefused(await ask(`Bearer ${await signDemoToken(callers.gp)}`));
    const stranger = await Issuer.start();
    const header = { jku: `${stranger.url}/keys`, kid: 'first' };
    await expectRefused(await ask(`Bearer ${await stranger.sign({ iss: issuer.url }, header)}`));
    expect(stranger.keyRequests).toBe(0);
    await stranger.goAway();
    const [head, , signature] = (await issuer.sign()).split('.');
    const claims = { iss: issuer.url, aud: 'hub', exp: seconds(600), org: 'ZQ1', roles: ['analyst'] };
    await expectRefused(await ask(`Bearer ${head}.${part(claims)}.${signature}`));
  });

  it.each([
    ['another issuer', { iss: 'https://other.example' }, {}],
    ['another audience', { aud: 'somebody-else' }, {}],
    ['an ID token', {}, { typ: 'JWT' }],
    ['no type', {}, { typ: undefined }],
    ['a token that has expired', { exp: seconds(-300) }, {}],
    ['a token that is not valid yet', { nbf: seconds(300) }, {}],
    ['a token without an end', { exp: undefined }, {}],
    ['an organisation nobody knows', { org: 'NOBODY' }, {}],
    ['a token that names nobody', { org: undefined }, {}],
    ['a number that is no NHS number', { org: undefined, nhs_number: '9990000010' }, {}],
    ['roles of another shape', { roles: 'referrer' }, {}],
    ['a role that would break out of a setting', { roles: ["a','b"] }, {}],
  ])('refuses %s', async (_what, payload, header) => {
    await expectRefused(await ask(`Bearer ${await issuer.sign(payload, header)}`));
  });

  it('allows clocks to differ by a minute, and no more', async () => {
    expect((await ask(`Bearer ${await issuer.sign({ exp: seconds(-50) })}`)).status).toBe(200);
    await expectRefused(await ask(`Bearer ${await issuer.sign({ exp: seconds(-70) })}`));
  });

  it('never says what was in a token it refuses', async () => {
    const answer = await ask(`Bearer ${await issuer.sign({ org: 'SECRET-ORG' })}`);
    expect(await answer.text()).not.toContain('SECRET-ORG');
  });

  it.each(['access_token', 'token'])('refuses a token in the URL, as %s', async (name) => {
    const token = await issuer.sign();
    const answer = await ask(`Bearer ${token}`, `/graphql?${name}=${token}`);
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toContain(token);
    expect((await ask(undefined, `/graphql?${name}=${token}`)).status).toBe(400);
  });

  it('does not let a flood of unknown keys reach the issuer', async () => {
    const before = issuer.keyRequests;
    for (let i = 0; i < 10; i++)
      await expectRefused(await ask(`Bearer ${await issuer.sign({}, { kid: `flood-${i}` })}`));
    expect(issuer.keyRequests - before).toBeLessThanOrEqual(1);
  });

  it('says 503, not "your token does not hold", while the issuer cannot be asked, and recovers with it', async () => {
    const lone = await Issuer.start();
    const token = await lone.sign();
    await lone.goAway();
    const node = await TestHub.start({ trust: { demo: false, issuer: lone.url, audience: 'hub' } });
    const headers = { authorization: `Bearer ${token}` };
    const away = await node.post(QUERY, headers);
    expect({ status: away.status, retry: away.headers.get('retry-after') }).toEqual({ status: 503, retry: '2' });
    await lone.comeBack();
    await until('the issuer is asked again', async () => (await node.post(QUERY, headers)).status === 200);
    await lone.goAway();
    expect((await node.post(QUERY, headers)).status).toBe(200);
    await node.stop();
  });
});
