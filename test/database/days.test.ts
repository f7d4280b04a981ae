import fc from 'fast-check';
import { Client } from 'pg';
import { operator } from '../../src/access';
import { asIdentity, Database, type Identity, sql } from '../../src/database';
import { createLogger, englandsDay } from '../../src/kernel';
import { identityOf } from '../access/story';
import { configFor } from '../support/database';
import { TestHub } from '../support/hub';

const moments = fc.date({
  min: new Date('2000-01-01T00:00:00Z'),
  max: new Date('2049-12-31T23:59:59Z'),
  noInvalidDate: true,
});
const zones = fc.constantFrom(
  'UTC',
  'Europe/London',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'Asia/Kathmandu',
  'America/New_York',
);

describe('today', () => {
  let hub: TestHub;
  let connection: Client;
  beforeAll(async () => {
    hub = await TestHub.start();
    connection = new Client(configFor(hub.database.admin, hub.database.name));
    await connection.connect();
  });
  afterAll(async () => {
    await connection.end();
    await hub.stop();
  });

  const one = async (text: string, values: unknown[] = []) => (await connection.query(text, values)).rows[0];

  it('is one day in the code and in the database, in summer time and at midnight', () =>
    fc.assert(
      fc.asyncProperty(moments, async (moment) => {
        expect(await one('select hub.day_of($1)::text as day', [moment])).toEqual({ day: englandsDay(moment) });
      }),
      {
        numRuns: 300,
        examples: [
          [new Date('2026-06-30T23:30:00Z')],
          [new Date('2026-03-29T00:30:00Z')],
          [new Date('2026-10-25T00:30:00Z')],
        ],
      },
    ));

  it('is the same in every zone of a session, and so is all that follows from it', () =>
    fc
      .assert(
        fc.asyncProperty(moments, zones, async (moment, zone) => {
          const answers = async (of: string) => {
            await connection.query(
              `set timezone = '${of}'; select set_config('app.clock', '${moment.toISOString()}', false)`,
            );
            return one(`select hub.today()::text as today, extract(epoch from hub.contract_year()) as year,
            hub.closed_month((hub.today() - 40))::text as closed, hub.closed_month(hub.today())::text as running,
            extract(epoch from hub.start_of(hub.today())) as begins, hub.is_working_day(hub.today()) as working`);
          };
          const inEngland = await answers('Europe/London');
          expect(await answers(zone)).toEqual(inEngland);
          expect(inEngland.running).toBeNull();
        }),
        { numRuns: 200 },
      )
      .finally(() => connection.query(`reset timezone; select set_config('app.clock', '', false)`)));

  it('shifts nothing where the database or its address says another zone and date style', async () => {
    const { address, name } = hub.database;
    await hub.database.asAdmin(
      `alter database ${name} set timezone = 'Pacific/Kiritimati'; alter database ${name} set datestyle = 'SQL, MDY'`,
    );
    const database = await Database.open({ address, database: name, logger: createLogger('silent'), poolSize: 1 });
    try {
      expect((await database.pool.query('show timezone')).rows).toEqual([{ TimeZone: 'UTC' }]);
      expect((await database.pool.query('show datestyle')).rows).toEqual([{ DateStyle: 'ISO, YMD' }]);
      const own = new Client(database.clientConfig);
      await own.connect();
      expect((await own.query('show timezone')).rows).toEqual([{ TimeZone: 'UTC' }]);
      await own.end();
    } finally {
      await database.close();
      await hub.database.asAdmin(`alter database ${name} reset all`);
    }
  });

  it('ends an organisation that is closed at half past midnight in summer time at that moment', async () => {
    const at = (minutes: number) => new Date(Date.parse('2026-06-30T23:30:00Z') + minutes * 60_000);
    const charity = await identityOf(hub, 'charity');
    const mayRead = async (identity: Identity) =>
      (
        await asIdentity(hub.hub.services.database, identity, (tx) =>
          tx.one<{ may: boolean }>(sql('test.agreement', 'select hub.viewer_has_agreement() as may')),
        )
      )?.may;
    expect(await mayRead({ ...charity, clock: at(-1) })).toBe(true);
    await asIdentity(hub.hub.services.database, { ...operator, clock: at(0) }, (tx) =>
      tx.run(`select hub.close_organisation('ZV001')`, []),
    );
    expect(
      await hub.database.asAdmin(
        `select o.closed_on::text as closed from hub.organisation o where o.closed_on is not null`,
      ),
    ).toEqual([{ closed: '2026-07-01' }]);
    expect(await mayRead({ ...charity, clock: at(0) })).toBe(false);
    expect(await mayRead({ ...charity, clock: at(60 * 24) })).toBe(false);
  });
});
