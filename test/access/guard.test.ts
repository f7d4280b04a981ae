import { randomUUID } from 'node:crypto';
import { asIdentity, Database, type Identity, sql } from '../../src/database';
import { createLogger } from '../../src/kernel';
import { TestHub } from '../support/hub';
import { Session } from './session';
import { everybodyIn, type Story, tellStory } from './story';

describe('the guard, from behind the TypeScript', () => {
  let hub: TestHub;
  let story: Story;
  let session: Session;
  let who: Awaited<ReturnType<typeof everybodyIn>>['who'];
  let herself: Identity;
  const nobody: Identity = { kind: 'organisation', roles: [] };

  beforeAll(async () => {
    hub = await TestHub.start();
    story = await tellStory(hub, 1);
    const recorded = { referral: story.referral, at: '2026-03-02T10:00:00Z', attendance: 'ATTENDED', note: 'Anxious.' };
    await hub.done('linkWorker', 'recordContact', recorded);
    ({ who, herself } = await everybodyIn(hub, story));
    session = await Session.open(hub.database);
  });
  afterAll(async () => {
    await session.close();
    await hub.stop();
  });

  describe('reading', () => {
    const personal: [string, string][] = [
      ['source_record', 'nhs_number'],
      ['source_record', 'family_name'],
      ['source_record', 'contact_points'],
      ['source_record', 'summary'],
      ['person', 'provisional'],
      ['referral', 'person_id'],
      ['referral', 'reference'],
      ['referral', 'reasons'],
      ['referral_party', 'party_id'],
      ['contact', 'note'],
      ['note', 'text'],
      ['measurement', 'score'],
      ['outcome', 'summary'],
      ['consent', 'given_by'],
      ['event', 'kind'],
      ['audit', 'person_ids'],
      ['inbox', 'raw'],
      ['quarantine', 'raw'],
      ['pepper', 'value'],
      ['match_review', 'reason'],
      ['outbox_pending', 'ordinal'],
    ];
    it.each(personal)(
      'gives no request the column hub.%s.%s, not even to a party with FULL disclosure',
      async (table, column) => {
        expect((await session.as(who.linkWorker, [`select ${column} from hub.${table}`])).code).toBe('42501');
      },
    );

    const views = [
      'person',
      'referral',
      'referral_list',
      'contact',
      'note',
      'source_record',
      'consent',
      'loop_entry',
      'feed_entry',
      'open_loop',
      'person_number',
      'contact_point',
      'redaction',
      'decline',
      'outcome',
      'quarantine',
      'feed_head',
      'referral_reason_of',
    ];
    const strangers = {
      'no settings at all': () => undefined,
      'settings that are empty': () => ({ ...nobody, kind: '' as never, party: '', sector: '' }),
      'an organisation of no name': () => nobody,
      'an ICB': () => who.icb,
      'an organisation without a sharing agreement': () => who.without,
      'a signed-in person without records': (): Identity => ({ kind: 'person', party: randomUUID(), roles: [] }),
      'an organisation that is party to nothing': () => who.stranger,
      'the operator': (): Identity => ({ kind: 'operator', roles: ['operator'] }),
    };
    it.each(Object.entries(strangers))('gives %s no row of anybody in any view', async (_name, identity) => {
      for (const view of views)
        expect([view, (await session.as(identity(), [`select * from graph.${view}`])).rows]).toEqual([view, []]);
      for (const table of ['person', 'source_record', 'referral', 'consent', 'contact', 'measurement', 'note'])
        expect([table, (await session.as(identity(), [`select id, party_ids from hub.${table}`])).rows]).toEqual([
          table,
          [],
        ]);
    });

    it('gives a party that did ask the same views their rows, so that the tests above can fail', async () => {
      for (const view of [
        'person',
        'referral',
        'referral_list',
        'contact',
        'note',
        'source_record',
        'consent',
        'loop_entry',
        'feed_entry',
        'person_number',
        'feed_head',
      ])
        expect((await session.as(who.linkWorker, [`select * from graph.${view}`])).rows.length).toBeGreaterThan(0);
    });

    it('gives a signed-in person her own identity and no row of her referrals', async () => {
      const own = await session.as(herself, ['select id, name from graph.own_person']);
      expect(own.rows).toEqual([{ id: herself.party, name: expect.any(String) }]);
      for (const view of views.filter((name) => name !== 'own_person'))
        expect([view, (await session.as(herself, [`select * from graph.${view}`])).rows]).toEqual([view, []]);
    });

    it('gives nothing to an organisation whose agreement has run out', async () => {
      const later = { ...who.linkWorker, clock: new Date('2100-01-01T00:00:00Z') };
      for (const view of ['person', 'referral', 'contact', 'note', 'consent', 'open_loop'])
        expect((await session.as(later, [`select * from graph.${view}`])).rows).toEqual([]);
      const feed = await session.as(later, [
        'select distinct kind, referral_id, actor_id, disclosure from graph.feed_entry',
      ]);
      expect(feed.rows).toEqual([{ kind: 'ACCESS_ENDED', referral_id: null, actor_id: null, disclosure: 'ENDED' }]);
    });

    it('takes the note that an agreement stands for nobody but whom it was made for', async () => {
      const later = { ...who.linkWorker, clock: new Date('2100-01-01T00:00:00Z') };
      const readNoting = async (party: string | undefined) =>
        (
          await session.as(
            later,
            [`select set_config('app.agreement', '${party}', true)`],
            ['select * from graph.referral'],
          )
        ).rows.length;
      expect(await readNoting(who.charity.party)).toBe(0);
      expect(await readNoting(later.party)).toBeGreaterThan(0);
    });

    it('reads and does nothing as the login itself, and lets it become neither keeper, guard nor owner', async () => {
      for (const table of ['graph.referral', 'graph.person', 'hub.referral', 'hub.organisation', 'hub.audit'])
        expect((await session.bare([`select * from ${table}`])).code).toBe('42501');
      for (const role of ['loopwell_keeper', 'loopwell_guard', 'loopwell_owner', 'loopwell_counter', 'postgres'])
        expect((await session.bare([`set local role ${role}`])).code).toMatch(/42501|22023/);
    });

    it('keeps nothing of a viewer in the pool, whether the work was done, refused or broken off', async () => {
      const { address, name } = hub.database;
      const pool = await Database.open({ address, database: name, logger: createLogger('silent'), poolSize: 1 });
      const look = `select current_user as role, concat(${['kind', 'party', 'sector', 'roles', 'purpose', 'practitioner', 'clock', 'agreement'].map((each) => `current_setting('app.${each}', true)`).join(', ')}) as left`;
      const leftBehind = async () => (await pool.pool.query(look)).rows[0];
      const count = sql('test.count', 'select count(*) as rows from graph.referral');
      try {
        const [seen] = await asIdentity(pool, who.linkWorker, (tx) => tx.query<{ rows: number }>(count));
        expect(seen?.rows).toBeGreaterThan(0);
        expect(await leftBehind()).toEqual({ role: 'loopwell_login', left: '' });
        await expect(asIdentity(pool, who.linkWorker, (tx) => tx.query(sql('test.bad', 'select 1/0')))).rejects.toThrow(
          'zero',
        );
        expect(await leftBehind()).toEqual({ role: 'loopwell_login', left: '' });
        await expect(asIdentity(pool, who.linkWorker, () => Promise.reject(new Error('broken off')))).rejects.toThrow(
          'off',
        );
        expect(await leftBehind()).toEqual({ role: 'loopwell_login', left: '' });
        expect((await asIdentity(pool, who.stranger, (tx) => tx.query<{ rows: number }>(count)))[0]?.rows).toBe(0);
      } finally {
        await pool.close();
      }
    });

    it('gives the sequencer no personal column', async () => {
      for (const table of [
        'person',
        'source_record',
        'referral',
        'contact',
        'note',
        'consent',
        'audit',
        'referral_party',
      ])
        expect((await session.bare(['set local role loopwell_sequencer'], [`select * from hub.${table}`])).code).toBe(
          '42501',
        );
    });
  });
});
