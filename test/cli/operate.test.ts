import { withDatabase } from '../../src/database';
import { ensureBuilt, loopwell } from '../support/cli';
import { TestHub } from '../support/hub';
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
});
