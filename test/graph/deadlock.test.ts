import { TestHub } from '../support/hub';
import { refer } from '../support/referral';
import { until } from '../support/until';

describe('a mutation that meets another', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await TestHub.start();
  });
  afterAll(() => hub.stop());

  it('and is ended by PostgreSQL to break their deadlock, is carried out all the same, once', async () => {
    const { asAdmin } = hub.database;
    const referral = await refer(hub, 1);
    const id = referral.slice(4);
    await asAdmin('begin');
    // the other one waits patiently, so that it is never the one that is ended
    await asAdmin("set local deadlock_timeout = '30s'");
    await asAdmin('update hub.referral_party set roles = roles where referral_id = $1', [id]);
    const accepted = hub.send('linkWorker', 'acceptReferral', { referral });
    await until(
      'it waits for the parties',
      async () => (await asAdmin('select from pg_locks where not granted')).length,
    );
    await asAdmin('select from hub.referral where id = $1 for update', [id]);
    await asAdmin('commit');
    expect(await accepted).toMatchObject({ referral: { status: 'ACCEPTED', version: 2 }, userErrors: [] });
    const told = await asAdmin("select from hub.event where referral_id = $1 and kind = 'REFERRAL_ACCEPTED'", [id]);
    expect(told).toHaveLength(1);
  });
});
