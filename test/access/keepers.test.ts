import { randomUUID } from 'node:crypto';
import type { Identity } from '../../src/database';
import { TestHub } from '../support/hub';
import { adult, consent } from '../support/people';
import { call, openTo, Session } from './session';
import { everybodyIn, type Story, tellStory } from './story';

const uuid = (globalId: string) => globalId.slice(4);

describe("the keepers' functions, called past the TypeScript", () => {
  let hub: TestHub;
  let story: Story;
  let session: Session;
  let who: Awaited<ReturnType<typeof everybodyIn>>['who'];
  let herself: Identity;

  beforeAll(async () => {
    hub = await TestHub.start();
    story = await tellStory(hub, 1);
    ({ who, herself } = await everybodyIn(hub, story));
  });
  beforeEach(async () => {
    session = await Session.open(hub.database);
  });
  afterEach(() => session.close());
  afterAll(() => hub.stop());

  it.each([
    'add_party(null, null, null, null, null)',
    'end_party(null, null)',
    'fold_referral(null)',
    'fold_person(null)',
    `write_event('REFERRAL_CLOSED', null, '{}', '{}', '{}')`,
    `event_audience('REFERRAL_CLOSED', null, '{}')`,
    'missed_contacts(null)',
    'known_to(null, null, true, true)',
    'add_record(null, null, null, null, null, null)',
    'add_consent(null, null, null, null)',
    'consent_allows(null, null)',
    'may_decide_consent(null)',
    `tell('REFERRAL_CLOSED', null)`,
    `tell_parties('REFERRAL_CLOSED', null, '{}')`,
    `parties_in_role(null, 'PERSON')`,
    'with_descendants(null)',
    'person_keeps_out(null, null)',
    'organisation_columns()',
    `put_successor('hub.note', 'organisation_id', null, null, null)`,
    `match_person('{}')`,
    'require_organisation()',
    'expire_access()',
    'chain_audit()',
    'sequence_events(1)',
    'audit_text(null)',
  ])('are not all for requests: hub.%s is refused', async (text) => {
    expect((await session.as(who.linkWorker, call(text))).code).toBe('42501');
  });

  describe('opening', () => {
    it.each(['icb', 'without', 'person', 'nobody'] as const)('is not for %s', async (name) => {
      const identity = name === 'person' ? herself : name === 'nobody' ? undefined : who[name];
      expect((await session.as(identity, openTo(who.linkWorker.party))).code).toBe(
        name === 'without' ? 'LW451' : 'LW403',
      );
    });

    it('answers a hidden person and a hidden parent as it answers unknown ones', async () => {
      const hidden = await session.as(who.stranger, openTo(who.linkWorker.party, { personId: uuid(story.person) }));
      expect(hidden.code).toBe('LW404');
      expect(await session.as(who.stranger, openTo(who.linkWorker.party, { personId: randomUUID() }))).toEqual(hidden);
      const child = await session.as(
        who.stranger,
        openTo(who.stranger.party, { kind: 'ONWARD', parent: uuid(story.referral) }),
      );
      expect(child.code).toBe('LW404');
      expect(
        await session.as(who.stranger, openTo(who.stranger.party, { kind: 'ONWARD', parent: randomUUID() })),
      ).toEqual(child);
      // a party that does not work on the parent refers nobody on from it
      expect(
        (await session.as(who.council, openTo(who.council.party, { kind: 'ONWARD', parent: uuid(story.referral) })))
          .code,
      ).toBe('LW404');
    });

    it('makes no commissioner a party', async () => {
      expect((await session.as(who.gp, openTo(who.icb.party))).code).toBe('LW403');
    });

    it("takes another sender's message id as new: only one's own repeat collides", async () => {
      const source = { sourceSystem: 'urn:s', sourceId: '1' };
      const same = (identity: Identity) =>
        session.as(
          identity,
          openTo(who.linkWorker.party, { ...source, reference: 'A' }),
          openTo(who.linkWorker.party, { ...source, reference: 'B' }),
        );
      expect((await same(who.gp)).code).toBe('23505');
      await hub.database.asAdmin('update hub.referral set source_system = $1, source_id = $2 where id = $3', [
        'urn:s',
        '1',
        uuid(story.referral),
      ]);
      expect((await session.as(who.stranger, openTo(who.linkWorker.party, source))).code).toBeUndefined();
      expect((await session.as(who.stranger, call('sent_referral($1, $2)', 'urn:s', '1'))).rows).toEqual([
        { result: null },
      ]);
      expect(
        (await session.as(who.stranger, call('refresh_referral($1, $2, $3)', uuid(story.referral), {}, {}))).code,
      ).toBe('LW404');
    });
  });

  describe('consent', () => {
    const given = (more: object) =>
      call('record_consent($1)', {
        consent: consent(['SOCIAL_CARE', 'VOLUNTARY', 'COMMISSIONER'], { categories: ['care-team'] }),
        ...more,
      });
    const joining = (party?: string) => ({
      consent: consent(['SOCIAL_CARE', 'VOLUNTARY', 'COMMISSIONER'], {
        recipients: [party],
        categories: ['care-team'],
      }),
    });

    it('lets no organisation make itself a party', async () => {
      for (const identity of [
        who.stranger,
        who.council,
        who.gp,
        who.icb,
        who.without,
        { ...herself, party: randomUUID() },
      ]) {
        const target = { person: uuid(story.person), referral: uuid(story.referral), ...joining(who.stranger.party) };
        const refused = await session.as(identity, given(target));
        expect(refused.code).toBe('LW404');
        expect(await session.as(identity, given({ ...target, referral: randomUUID() }))).toEqual(refused);
        expect((await session.as(identity, call('withdraw_consent($1)', { person: uuid(story.person) }))).code).toBe(
          'LW404',
        );
      }
    });

    it('answers alike for a person one cannot see and one that does not exist, whoever asks', async () => {
      for (const identity of [who.stranger, who.icb, who.without, { ...herself, party: randomUUID() }, undefined]) {
        const hidden = await session.as(identity, given({ person: uuid(story.person) }));
        expect(hidden.code).toMatch(/^LW/);
        expect(await session.as(identity, given({ person: randomUUID() }))).toEqual(hidden);
      }
    });

    it('brings no commissioner to a referral row', async () => {
      const { rows } = await session.as(
        who.linkWorker,
        given({ person: uuid(story.person), referral: uuid(story.referral), ...joining(who.icb.party) }),
      );
      expect(rows[0].result.barred).toEqual([who.icb.party]);
      await hub.database.asAdmin('update hub.referral set party_ids = party_ids || $1::uuid where id = $2', [
        who.icb.party,
        uuid(story.referral),
      ]);
      expect((await session.as(who.icb, ['select id from graph.referral'])).rows).toEqual([]);
    });

    it('withdraws nothing for the care team, a stranger, another person, or one who guesses', async () => {
      for (const identity of [
        who.council,
        who.stranger,
        who.icb,
        who.without,
        { ...herself, party: randomUUID() },
        undefined,
      ]) {
        const refused = await session.as(identity, call('withdraw_referral($1, null)', uuid(story.referral)));
        expect(refused.code).toBe('LW404');
        expect(await session.as(identity, call('withdraw_referral($1, null)', randomUUID()))).toEqual(refused);
      }
    });
  });

  describe('events', () => {
    it('are refused to whoever is no party, as for a referral that does not exist', async () => {
      for (const identity of [who.stranger, who.icb, who.without, undefined]) {
        const refused = await session.as(identity, call(`append_event('REFERRAL_CLOSED', $1)`, uuid(story.referral)));
        expect(refused.code).toBe('LW404');
        expect(await session.as(identity, call(`append_event('REFERRAL_CLOSED', $1)`, randomUUID()))).toEqual(refused);
      }
    });

    it("tell of no row of another referral: a hidden contact's id is refused as an unknown one", async () => {
      const recorded = { referral: story.referral, at: '2026-03-02T10:00:00Z', attendance: 'ATTENDED' };
      const contact = uuid((await hub.done('linkWorker', 'recordContact', recorded))['contact'].id);
      const tell = (id: string) =>
        session.as(who.charity, call(`append_event('SUPPORT_STARTED', $1, $2)`, uuid(story.onward), { contact: id }));
      const hidden = await tell(contact);
      expect(hidden.code).toBe('LW404');
      expect(await tell(randomUUID())).toEqual(hidden);
    });

    it('are not made up by a party that only watches', async () => {
      for (const kind of [
        'REFERRAL_CLOSED',
        'SUPPORT_STARTED',
        'ATTENDANCE_RECORDED',
        'CARE_TEAM_JOINED',
        'ACCESS_ENDED',
      ])
        expect((await session.as(who.council, call(`append_event($1, $2)`, kind, uuid(story.referral)))).code).toBe(
          'LW403',
        );
    });
  });

  it("tell how far a party has come only to whom that party's row is open", async () => {
    const state = (identity: Identity | undefined, party?: string) =>
      session.as(identity, ['select sent_at from hub.loop_state($1, $2)', [uuid(story.referral), party]]);
    expect((await state(who.linkWorker, who.council.party)).rows).toHaveLength(1);
    expect((await state(who.gp, who.linkWorker.party)).rows).toHaveLength(1);
    for (const identity of [who.council, who.stranger, who.icb, who.without, herself, undefined])
      expect((await state(identity, who.linkWorker.party)).rows).toEqual([]);
    expect((await state(who.gp, who.council.party)).rows).toEqual([]);
  });

  it("run nothing of the caller's: a type in its temporary schema does not stand in for PostgreSQL's", async () => {
    const steal = await session.as(
      who.stranger,
      [
        `create function pg_temp.steal(value pg_catalog.uuid) returns pg_catalog.bool language plpgsql as
        $$ begin if current_user = 'loopwell_keeper' then
          raise exception '%', (select nhs_number from hub.source_record where nhs_number is not null limit 1); end if; return true; end $$`,
      ],
      ['create domain pg_temp.uuid as pg_catalog.uuid check (pg_temp.steal(value))'],
      call('keep_source_record($1)', { system: 's', externalId: 'e', recordKind: 'k', summary: 's', person: adult(3) }),
    );
    expect(steal.message ?? '').not.toMatch(/\d{10}/);
  });
});
