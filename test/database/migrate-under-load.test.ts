import { migrateUp } from '../../src/database';
import { ImaginedBuild } from '../support/builds';
import { TestHub } from '../support/hub';
import { refer } from '../support/referral';
import { until } from '../support/until';

const IDEMPOTENCY = 'graph/idempotency.functions.sql';
const READ =
  '{ referrals(first: 5) { totalCount nodes { id status person { name } loop { sentAt } } } services(first: 3) { nodes { name organisation { name } } } }';

describe('a hub that is migrated while it is used', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await TestHub.start();
  });
  afterAll(() => hub.stop());

  it('answers every query and every mutation, whatever was prepared before', async () => {
    let over = false;
    let answered = 0;
    let person = 0;
    const failures: string[] = [];
    const writes = () => refer(hub, ++person, 'gp', { idempotencyKey: `key-${person}` });
    const reads = () => hub.read('linkWorker', READ);
    const users = [writes, writes, writes, reads, reads, reads].map(async (use) => {
      while (!over) {
        await use().then(
          () => answered++,
          (error: Error) => failures.push(error.message),
        );
      }
    });
    /** One form of a function that every mutation calls, and another, with another result. */
    const other = ImaginedBuild.next().withFile(IDEMPOTENCY, (text) =>
      text
        .replace(
          'returns table (input_hash bytea, result jsonb)',
          'returns table (input_hash bytea, result jsonb, note text)',
        )
        .replace('select i.input_hash, i.result\n', 'select i.input_hash, i.result, null::text\n'),
    ).build;
    const first = {
      ...other,
      definitions: ImaginedBuild.next().withFile(IDEMPOTENCY, (text) => `${text}\n-- again\n`).build.definitions,
    };
    try {
      for (const build of [other, first, other, first]) {
        const before = answered;
        await until('the users are at work', () => answered >= before + 12);
        expect(await migrateUp(hub.database.admin, hub.database.name, build)).toMatchObject({ defined: true });
      }
    } finally {
      over = true;
      await Promise.all(users);
    }
    expect(failures).toEqual([]);
  });
});
