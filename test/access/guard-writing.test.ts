import { randomUUID } from 'node:crypto';
import type { Identity } from '../../src/database';
import { TestHub } from '../support/hub';
import { Session } from './session';
import { everybodyIn, type Story, tellStory } from './story';

const uuid = (globalId: string) => globalId.slice(4);

describe('the guard, from behind the TypeScript, against writing', () => {
  let hub: TestHub;
  let story: Story;
  let session: Session;
  let who: Awaited<ReturnType<typeof everybodyIn>>['who'];
  let herself: Identity;
  let contact: string;
  const nobody: Identity = { kind: 'organisation', roles: [] };

  beforeAll(async () => {
    hub = await TestHub.start();
    story = await tellStory(hub, 1);
    const recorded = { referral: story.referral, at: '2026-03-02T10:00:00Z', attendance: 'ATTENDED', note: 'Anxious.' };
    contact = uuid((await hub.done('linkWorker', 'recordContact', recorded))['contact'].id);
    ({ who, herself } = await everybodyIn(hub, story));
    session = await Session.open(hub.database);
  });
  afterAll(async () => {
    await session.close();
    await hub.stop();
  });

  describe('writing', () => {
    const child = {
      contact: ['referral_id, at, organisation_id', `now()`],
      measurement: [
        'referral_id, instrument, occasion, items, taken_on, organisation_id',
        `'ONS4', 'BASELINE', '{}', current_date`,
      ],
      note: ['referral_id, text, organisation_id', `'a note'`],
      outcome: ['referral_id, result, plan_declined, organisation_id', `'OTHER', true`],
    };
    const insert = (table: keyof typeof child, referral: string, organisation = 'hub.viewer_party()') => {
      const [columns, values] = child[table];
      return `insert into hub.${table} (${columns}) values ('${referral}', ${values}, ${organisation})`;
    };

    it.each(Object.keys(child) as (keyof typeof child)[])(
      'refuses a %s under a hidden referral as under one that does not exist',
      async (table) => {
        const hidden = await session.as(who.stranger, [insert(table, uuid(story.referral))]);
        expect(hidden.code).toBe('LW404');
        expect(await session.as(who.stranger, [insert(table, randomUUID())])).toEqual(hidden);
        for (const identity of [undefined, who.icb, who.without, herself])
          expect((await session.as(identity, [insert(table, uuid(story.referral))])).code).toBe('LW404');
      },
    );

    it.each(['contact', 'measurement', 'outcome'] as const)(
      'lets nobody but its receiver write a %s, nor under another name',
      async (table) => {
        for (const identity of [who.gp, who.practice, who.council])
          expect((await session.as(identity, [insert(table, uuid(story.referral))])).code).toBe('42501');
        expect((await session.as(who.linkWorker, [insert(table, uuid(story.onward))])).code).toBe('42501');
        expect(
          (await session.as(who.linkWorker, [insert(table, uuid(story.referral), `'${who.gp.party}'`)])).code,
        ).toBe('42501');
        expect((await session.as(who.linkWorker, [insert(table, uuid(story.referral))])).code).toBeUndefined();
      },
    );

    it('lets no row choose its readers, its id or its time', async () => {
      for (const column of ['party_ids', 'id', 'created_at'])
        expect(
          (
            await session.as(who.linkWorker, [
              `insert into hub.contact (referral_id, at, organisation_id, ${column}) values ('${uuid(story.referral)}', now(), hub.viewer_party(), default)`,
            ])
          ).code,
        ).toBe('42501');
      expect(
        (
          await session.as(who.linkWorker, [
            `insert into hub.note (id, referral_id, text, organisation_id) values ('${contact}', '${uuid(story.referral)}', 'x', hub.viewer_party())`,
          ])
        ).code,
      ).toBe('42501');
    });

    it.each([
      'referral_party',
      'party_feed',
      'event',
      'feed_head',
      'outbox_pending',
      'referral',
      'consent',
      'person',
      'source_record',
      'match_review',
      'transition',
      'event_rule',
      'pepper',
    ])('lets no request insert into hub.%s', async (table) => {
      for (const identity of [who.council, who.linkWorker])
        expect((await session.as(identity, [`insert into hub.${table} default values`])).code).toBe('42501');
    });

    it.each([
      'contact',
      'note',
      'measurement',
      'outcome',
      'consent',
      'referral',
      'referral_party',
      'person',
      'source_record',
      'audit',
      'idempotency',
      'party_feed',
      'event',
      'inbox',
      'organisation',
    ])('lets no request delete from hub.%s', async (table) => {
      expect((await session.as(who.linkWorker, [`delete from hub.${table}`])).code).toBe('42501');
      expect((await session.as(who.linkWorker, [`truncate hub.${table}`])).code).toBe('42501');
    });

    it.each([
      'party_ids',
      'full_party_ids',
      'writer_ids',
      'receiver_id',
      'person_id',
      'version',
      'root_id',
      'assignment',
      'practice_id',
    ])('lets no party update hub.referral.%s', async (column) => {
      expect((await session.as(who.linkWorker, [`update hub.referral set ${column} = default`])).code).toBe('42501');
    });

    it("refuses every change of a referral to parties at STAGE, its decline's reason too, and touches no hidden one", async () => {
      const changes = [
        `status = 'ACCEPTED'`,
        `status = 'CLOSED'`,
        `status = 'WITHDRAWN'`,
        `decline_reason = 'x'`,
        `link_worker_id = null, decline_reason = 'x'`,
      ];
      for (const change of changes) {
        const update = `update hub.referral set ${change} where id = '${uuid(story.referral)}' returning id`;
        expect([change, (await session.as(who.council, [update])).code]).toEqual([
          change,
          expect.stringMatching(/^LW40[39]$/),
        ]);
        for (const identity of [who.stranger, who.charity, who.icb, who.without, herself, undefined])
          expect(await session.as(identity, [update])).toEqual({ rows: [] });
      }
    });

    it('lets the receiver change a reason only together with a status, and withdraw only through the keeper', async () => {
      const [set, where] = ['update hub.referral set', `where id = '${uuid(story.referral)}'`];
      expect((await session.as(who.linkWorker, [`${set} decline_reason = 'x' ${where}`])).code).toBe('LW403');
      expect((await session.as(who.linkWorker, [`${set} status = 'WITHDRAWN' ${where}`])).code).toBe('LW403');
      expect((await session.as(who.linkWorker, [`${set} status = 'RECEIVED' ${where}`])).code).toBe('LW409');
      expect((await session.as(who.linkWorker, [`${set} status = 'PAUSED' ${where}`])).code).toBeUndefined();
    });

    it("keeps the ledger of one's feed to oneself, its place and its event fixed", async () => {
      const seen = await session.as(who.council, ['update hub.party_feed set seen_at = now() returning party']);
      expect(new Set(seen.rows.map(({ party }) => party))).toEqual(new Set([who.council.party]));
      for (const column of ['party', 'seq', 'event_ordinal', 'disclosure', 'sent_at', 'referral_id'])
        expect((await session.as(who.council, [`update hub.party_feed set ${column} = default`])).code).toBe('42501');
    });

    it("writes no audit row in another's name, nor one that is already chained", async () => {
      const row = (party: string, more = '', value = '') =>
        `insert into hub.audit (party, roles, request_id, operation, action, outcome${more}) values ('${party}', '', 'r', 'o', 'READ', 'OK'${value})`;
      expect((await session.as(who.council, [row(who.gp.party ?? '')])).code).toBe('42501');
      expect((await session.as(who.council, [row(who.council.party ?? '', ', hash', `, '\\x00'`)])).code).toBe('42501');
      expect((await session.as(who.council, [row(who.council.party ?? '')])).code).toBeUndefined();
      expect((await session.as(who.council, [`update hub.audit set outcome = 'OK'`])).code).toBe('42501');
    });

    it("keeps no idempotent answer under another's name and shows none of another's", async () => {
      const key = `insert into hub.idempotency (party, mutation, key, input_hash, result) values ($1, 'm', 'k', '\\x00', '{}')`;
      expect((await session.as(who.council, [key, [who.linkWorker.party]])).code).toBe('42501');
      const others = await session.as(who.council, [
        'select party from hub.idempotency where party <> $1',
        [who.council.party],
      ]);
      expect(others.rows).toEqual([]);
    });

    it('takes no file into the inbox from nobody, a person, or for another organisation', async () => {
      const file = (organisation: string) =>
        `insert into hub.inbox (organisation_id, format, sector, name, raw, raw_hash) values (${organisation}, 'fhir', 'PRIMARY_CARE', 'f', '', 'h')`;
      for (const identity of [undefined, nobody, herself])
        expect((await session.as(identity, [file('null')])).code).toBe('42501');
      expect((await session.as(who.gp, [file(`'${who.council.party}'`)])).code).toBe('42501');
      expect((await session.as(who.gp, [file('hub.viewer_party()')])).code).toBeUndefined();
    });

    it('lets an organisation change no directory entry but its own services', async () => {
      for (const change of [
        `update hub.organisation set sector = 'PRIMARY_CARE' returning id`,
        `update hub.service set name = 'x' where organisation_id <> hub.viewer_party() returning id`,
        `update hub.reason set label = 'x' returning key`,
      ])
        expect(await session.as(who.stranger, [change])).toEqual({ rows: [] });
      for (const table of ['organisation (name, sector)', 'network (name, kind)'])
        expect((await session.as(who.stranger, [`insert into hub.${table} values ('x', 'ICB')`])).code).toMatch(
          /42501|23/,
        );
      expect(
        (
          await session.as(who.without, [
            "insert into hub.sharing_agreement select hub.viewer_party(), id, '2020-01-01', '2099-01-01' from hub.network",
          ])
        ).code,
      ).toBe('42501');
    });
  });
});
