import { decodeJwt, UnsecuredJWT } from 'jose';
import { signDemoToken } from '../../src/access';
import { withDatabase } from '../../src/database';
import { ensureBuilt, loopwell } from '../support/cli';
import { TestHub } from '../support/hub';
import { callers } from '../support/network';
import { adult } from '../support/people';
import { refer } from '../support/referral';

describe("the operator's commands", () => {
  let hub: TestHub;
  let env: Record<string, string>;
  beforeAll(async () => {
    await ensureBuilt();
    hub = await TestHub.start();
    const { address, name } = hub.database;
    const socket = (to: { user: string; host: string }) =>
      `postgres://${to.user}@localhost/${name}?host=${encodeURIComponent(to.host)}`;
    env = { DATABASE_URL: typeof address === 'string' ? withDatabase(address, name) : socket(address as never) };
  }, 120_000);
  afterAll(() => hub.stop());

  it('close an organisation and say what became of it, once', async () => {
    const referral = await refer(hub, 1, 'gp', { receiver: await hub.organisation('ZR1') });
    const closed = await loopwell(['organisation', 'close', 'ZR1'], env);
    expect(closed).toMatchObject({ code: 0, stderr: expect.stringMatching(/1 open referrals were returned/) });
    const status = 'query($id: ID!) { referral(id: $id) { status } }';
    expect((await hub.read('gp', status, { id: referral }))['referral']).toEqual({ status: 'DECLINED' });
    const again = await loopwell(['organisation', 'close', 'ZR1'], env);
    expect(again).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/no open organisation has the ODS code ZR1/),
    });
    const [audit] = await hub.database.asAdmin(`select outcome from hub.audit where operation = 'organisation close'`);
    expect(audit).toEqual({ outcome: 'OK' });
  });

  it('list pairs that may be one person, merge and separate them', async () => {
    await refer(hub, 2);
    await refer(hub, 2, 'otherGp', { person: { ...adult(2), familyName: 'Otherwise', birthDate: '1990-01-01' } });
    const { stdout } = await loopwell(['review', 'list'], env);
    const pair = JSON.parse(stdout.trim()) as { id: string; family_name: string };
    expect(pair.family_name).toBe('differs');
    for (const verb of ['merge', 'separate']) expect((await loopwell(['review', verb, pair.id], env)).code).toBe(0);
    expect((await loopwell(['review', 'merge', 'nonsense'], env)).code).toBe(2);
  });

  it('revoke all tokens of an organisation, with a reason in the record', async () => {
    const ask = async () =>
      (await hub.post({ query: '{ viewer { organisation { name } } }' }, { authorization })).status;
    const authorization = `Bearer ${await hub.token('otherCharity')}`;
    expect(await ask()).toBe(200);
    const revoked = await loopwell(['revoke', '--organisation', 'ZV002', '--reason', 'a lost laptop'], env);
    expect(revoked).toMatchObject({ code: 0 });
    expect(await ask()).toBe(401);
    const kept = await hub.database.asAdmin('select kind, reason from hub.revocation');
    expect(kept).toEqual([{ kind: 'ORGANISATION', reason: 'a lost laptop' }]);
    expect((await loopwell(['revoke', '--organisation', 'ZX999', '--reason', 'x'], env)).code).toBe(2);
    expect((await loopwell(['revoke', '--reason', 'x'], env)).code).toBe(2);
  });

  it('revoke one token, by its id or by itself, and say so', async () => {
    const ask = async (token: string) =>
      (await hub.post({ query: '{ viewer { roles } }' }, { authorization: `Bearer ${token}` })).status;
    const [first, second] = [await signDemoToken(callers.gp), await signDemoToken(callers.gp)];
    for (const [token, named] of [
      [first, decodeJwt(first).jti ?? ''],
      [second, second],
    ] as const) {
      expect(await ask(token)).toBe(200);
      const revoked = await loopwell(['revoke', '--token', named, '--reason', 'lost'], env);
      expect(revoked).toMatchObject({ code: 0, stderr: expect.stringContaining(decodeJwt(token).jti ?? 'an id') });
      expect(await ask(token)).toBe(401);
    }
    const anonymous = new UnsecuredJWT({ org: 'Z81001' }).encode();
    const refused = await loopwell(['revoke', '--token', anonymous, '--reason', 'lost'], env);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--practitioner') });
  });

  it('add a webhook, show where it stands, change its secret, and remove it', async () => {
    const url = 'https://charity.example/loopwell';
    const webhooks = (...args: string[]) =>
      loopwell(['webhooks', ...args], { ...env, LOOPWELL_SECRET: 's'.repeat(40) });
    const [id = '', secret] = (await webhooks('add', '--organisation', 'ZV001', '--url', url)).stdout.split('\n');
    expect(secret).toMatch(/^whsec_/);
    expect(JSON.parse((await webhooks('list', '--json')).stdout)).toMatchObject([
      { id, organisation: 'Walking Friends', url, state: 'ACTIVE' },
    ]);
    expect((await webhooks('list')).stdout).toMatch(/Walking Friends {3}https:.* delivered up to \d+/);
    const rotated = (await webhooks('rotate', id)).stdout.trim();
    expect(rotated).toMatch(/^whsec_/);
    expect(rotated).not.toBe(secret);
    expect((await webhooks('retry', id)).stdout.trim()).toBe(id);
    expect((await webhooks('remove', id)).code).toBe(0);
    expect(JSON.parse((await webhooks('list', '--json')).stdout)).toEqual([]);
    for (const wrong of [
      ['rotate', id],
      ['add', '--url', url],
      ['add', '--organisation', 'ZX999', '--url', url],
    ])
      expect((await webhooks(...wrong)).code).toBe(2);
    expect((await webhooks('add', '--organisation', 'ZV001', '--url', 'http://10.0.0.1/hook')).code).toBe(2);
    const audit = await hub.database.asAdmin(
      `select operation from hub.audit where operation in ('webhooks add', 'webhooks rotate', 'webhooks remove', 'revoke') order by at`,
    );
    expect(audit.map((row) => (row as { operation: string }).operation)).toEqual([
      'revoke',
      'revoke',
      'revoke',
      'webhooks add',
      'webhooks rotate',
      'webhooks remove',
    ]);
  });
});
