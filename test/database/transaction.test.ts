import { asIdentity, Database, sql, type Transaction } from '../../src/database';
import { operator } from '../../src/access';
import { createLogger } from '../../src/kernel';
import { createTestDatabase } from '../support/database';

const who = sql('test.who', "select current_setting('app.kind', true) as kind");

describe('a transaction', () => {
  let database: Database;
  beforeAll(async () => {
    const { address, name } = await createTestDatabase();
    database = await Database.open({ address, database: name, logger: createLogger('silent'), poolSize: 1 });
  });
  afterAll(() => database.close());

  it.each(['committed', 'rolled back', 'broken off'])(
    'asks nothing more once it is %s: its connection may act for somebody else by then',
    async (how) => {
      let left: Transaction | undefined;
      await asIdentity(database, operator, async (tx) => {
        left = tx;
        expect(await tx.query(who)).toEqual([{ kind: 'operator' }]);
        if (how === 'broken off') throw new Error('broken off');
        if (how === 'rolled back') await tx.rollback();
      }).catch((error: Error) => expect(error.message).toMatch(/broken off|is over/));
      await expect(left?.query(who)).rejects.toThrow('the transaction is over');
      expect(await asIdentity(database, operator, (tx) => tx.query(who))).toEqual([{ kind: 'operator' }]);
    },
  );
});
