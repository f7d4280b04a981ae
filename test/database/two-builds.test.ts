import { withDatabase } from '../../src/database';
import { BuiltCopy } from '../support/built-copy';
import { ensureBuilt, loopwell } from '../support/cli';
import { TestHub } from '../support/hub';
import { refer, referralInput } from '../support/referral';

/** This build serves a database that a newer one migrates meanwhile. */
describe('two builds on one database', () => {
  let hub: TestHub;
  let env: NodeJS.ProcessEnv;
  const copies: BuiltCopy[] = [];

  beforeAll(async () => {
    await ensureBuilt();
    hub = await TestHub.start();
    const { admin, name } = hub.database;
    const url =
      typeof admin === 'string'
        ? withDatabase(admin, name)
        : `postgres://${admin.user}@localhost/${name}?host=${encodeURIComponent(admin.host)}`;
    env = { LOOPWELL_MIGRATE_URL: url };
  }, 120_000);
  afterAll(async () => {
    for (const copy of copies) copy.remove();
    await hub.stop();
  });

  const build = (number: number, serves: number) => {
    copies.push(new BuiltCopy(number, serves));
    return copies.at(-1) as BuiltCopy;
  };
  const ready = async () => {
    const answer = await fetch(`${hub.url}/readyz`);
    return {
      status: answer.status,
      database: ((await answer.json()) as { checks: { database: string } }).checks.database,
    };
  };
  const reads = async () =>
    (await hub.read('linkWorker', '{ referrals(first: 1) { totalCount } viewer { organisation { name } } }'))[
      'referrals'
    ];

  it('the node before it goes on without an error to anybody, through what it had prepared', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, i) => refer(hub, i + 1, 'gp', { idempotencyKey: `before-${i}` })));
    const before = await reads();
    const newer = build(2, 1)
      .change(
        'graph/idempotency.functions.sql',
        'returns table (input_hash bytea, result jsonb)',
        'returns table (input_hash bytea, result jsonb, note text)',
      )
      .change(
        'graph/idempotency.functions.sql',
        'select i.input_hash, i.result\n',
        'select i.input_hash, i.result, null::text\n',
      )
      .change('modules/organisations/organisation.views.sql', 'o.sector,', 'o.sector::varchar as sector,');
    expect(await newer.run(['migrate'], env)).toMatchObject({
      code: 0,
      stderr: '0 steps applied, definitions made anew\n',
    });
    const referrals = await Promise.all(
      Array.from({ length: 12 }, (_, i) => refer(hub, i + 101, 'gp', { idempotencyKey: `after-${i}` })),
    );
    expect(new Set(referrals).size).toBe(12);
    expect((await reads()).totalCount).toBe(before.totalCount + 12);
    // a key that was used before the change still brings what it brought
    const again = await hub.done(
      'gp',
      'createReferral',
      { ...(await referralInput(hub, 101)), idempotencyKey: 'after-0' },
      'referral { id }',
    );
    expect(again['referral'].id).toBe(referrals[0]);
    expect(await ready()).toEqual({ status: 200, database: 'ok' });
  });

  it('the node is not ready once the newer definitions serve it no more, and may migrate nothing', async () => {
    await build(3, 3).run(['migrate'], env);
    expect(await ready()).toEqual({
      status: 503,
      database: 'the database serves builds from definitions 3 on, and this build has 1: run a newer build',
    });
    const { code, stderr } = await loopwell(['migrate'], env);
    expect(code).toBe(3);
    expect(stderr).toMatch(/holds definitions 3, and this build has 1: use a newer build/);
  });

  it('goes back: the newer build takes its definitions away, and the older one makes its own', async () => {
    const newest = copies.at(-1) as BuiltCopy;
    expect(await newest.run(['migrate', 'down'], env)).toMatchObject({
      code: 0,
      stderr: 'definitions taken away, no step\n',
    });
    expect(await ready()).toEqual({ status: 503, database: 'migrations are pending: run loopwell migrate' });
    const query = '{ referrals(first: 1) { totalCount } }';
    const between = await hub.post({ query }, { authorization: `Bearer ${await hub.token('linkWorker')}` });
    expect({ status: between.status, again: between.headers.get('retry-after') }).toEqual({ status: 503, again: '2' });
    expect(await hub.send('gp', 'createReferral', await referralInput(hub, 300)).catch(String)).toMatch(
      /SERVICE_UNAVAILABLE/,
    );
    expect(await loopwell(['migrate'], env)).toMatchObject({
      code: 0,
      stderr: '0 steps applied, definitions made anew\n',
    });
    expect(await ready()).toEqual({ status: 200, database: 'ok' });
    expect((await reads()).totalCount).toBe(24);
  });
});
