import { randomUUID } from 'node:crypto';
import { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { consent } from '../support/people';
import type { FeedClient } from '../support/socket';
import { until } from '../support/until';
import './ended';

import { letIn, ods, seenBy, type Story, tellStory, whoSees } from './story';

describe('access by consent, when consent goes', () => {
  let hub: TestHub;
  let next = 10;
  beforeAll(async () => {
    hub = await TestHub.start();
  });
  afterAll(() => hub.stop());

  const told = () => tellStory(hub, next++);
  const feedOf = async (caller: Caller, ...referrals: string[]) => {
    const references = await hub.database.asAdmin<{ reference: string }>(
      'select reference from hub.referral where id = any ($1)',
      [referrals.map((id) => id.slice(4))],
    );
    const { feedback } = await hub.read(
      caller,
      '{ feedback { nodes { kind reference disclosure actor { id } referral { id } contact { id } summary } } }',
    );
    return feedback.nodes.filter((event: { reference: string }) =>
      references.some(({ reference }) => reference === event.reference),
    );
  };
  const kinds = async (caller: Caller, ...referrals: string[]) =>
    (await feedOf(caller, ...referrals)).map((event: { kind: string }) => event.kind);
  const settled = async () => {
    await until(
      'every event has been sequenced',
      async () => (await hub.database.asAdmin('select 1 from hub.outbox_pending')).length === 0,
    );
  };

  describe('when it is withdrawn', () => {
    it('for a referral: it and its open descendants are withdrawn, link worker and person hear of it, the rest only that it ended', async () => {
      const { referral, onward, person } = await told();
      await hub.done('linkWorker', 'withdrawConsent', { person, referral });
      expect(await whoSees(hub, referral)).toEqual(['linkWorker']);
      expect(await whoSees(hub, onward)).toEqual(['linkWorker']);
      const { node } = await hub.read(
        'linkWorker',
        'query($id: ID!) { node(id: $id) { ... on Referral { status allowedActions onward { nodes { status } } } } }',
        { id: referral },
      );
      expect(node).toEqual({ status: 'WITHDRAWN', allowedActions: [], onward: { nodes: [{ status: 'WITHDRAWN' }] } });
      await settled();
      expect((await kinds('linkWorker', referral, onward)).slice(-2)).toEqual(['CONSENT_CHANGED', 'CONSENT_CHANGED']);
      for (const caller of ['gp', 'otherGp', 'charity', 'council'] as const)
        expect(await feedOf(caller, referral, onward)).toSatisfyEnded();
      const events = await hub.database.asAdmin<{ kind: string }>(
        'select kind from hub.event where referral_id = $1 and $2 = any (audience) order by ordinal',
        [referral.slice(4), person.slice(4)],
      );
      expect(events.at(-1)).toEqual({ kind: 'CONSENT_CHANGED' });
    });

    it.each([
      ['herself', 'by her'],
      ['linkWorker', 'by a FULL party on her word'],
    ] as const)(
      'for one organisation, by %s: it leaves the referral and all that follows, others stay',
      async (by, _how) => {
        const { referral, onward, person, herself } = await told();
        const organisations = [await hub.organisation(ods.practice)];
        await hub.done(by === 'herself' ? herself : by, 'withdrawConsent', { person, referral, organisations });
        expect(await whoSees(hub, referral)).toEqual(['gp', 'linkWorker', 'council']);
        expect(await whoSees(hub, onward)).toEqual(['gp', 'linkWorker', 'charity']);
        await settled();
        expect(await feedOf('otherGp', referral, onward)).toSatisfyEnded();
        expect(await kinds('gp', referral, onward)).not.toContain('ACCESS_ENDED');
      },
    );

    it('for the provider: its referral is withdrawn, the root goes on', async () => {
      const { referral, onward, person, herself } = await told();
      await hub.done(herself, 'withdrawConsent', { person, organisations: [await hub.organisation(ods.charity)] });
      expect(await whoSees(hub, onward)).toEqual(['linkWorker']);
      expect(await whoSees(hub, referral)).toEqual(['gp', 'otherGp', 'linkWorker', 'council']);
    });

    it('for everything: all her open referrals, and of those that ended the parties that consent alone let in', async () => {
      const { referral, onward, person, herself } = await told();
      for (const [caller, id] of [
        ['charity', onward],
        ['linkWorker', referral],
      ] as const)
        await hub.done(caller, 'closeReferral', { referral: id, result: 'MOVED' });
      const payload = await hub.done(herself, 'withdrawConsent', { person }, 'consent { id } person { id }');
      expect(payload).toMatchObject({ consent: null, person: { id: person } });
      expect(await whoSees(hub, referral)).toEqual(['gp', 'linkWorker']);
      expect(await whoSees(hub, onward)).toEqual(['linkWorker', 'charity']);
      await settled();
      expect(await feedOf('council', referral)).toSatisfyEnded();
    });

    it('by withdrawReferral of the person: the same, and her payload holds no referral', async () => {
      const { referral, onward, herself } = await told();
      expect(await hub.done(herself, 'withdrawReferral', { referral, reason: 'I would rather not.' })).toMatchObject({
        referral: null,
      });
      expect(await whoSees(hub, referral)).toEqual(['linkWorker']);
      expect(await whoSees(hub, onward)).toEqual(['linkWorker']);
    });

    it('leaves who wrote an entry with that entry, and with nothing else', async () => {
      const { referral, onward, person } = await told();
      const contact = (
        await hub.done('charity', 'recordContact', {
          referral: onward,
          at: '2026-03-02T10:00:00Z',
          attendance: 'ATTENDED',
          note: 'Ours.',
        })
      )['contact'].id;
      await hub.done('linkWorker', 'withdrawConsent', { person, referral });
      const query =
        'query($id: ID!) { node(id: $id) { id ... on Contact { note } ... on Referral { status } ... on Person { name } } }';
      expect((await hub.read('charity', query, { id: contact }))['node']).toEqual({ id: contact, note: 'Ours.' });
      for (const id of [referral, onward, person])
        expect(await hub.raw('charity', query, { id })).toBe(
          await hub.raw('charity', query, { id: `${id.slice(0, 4)}${randomUUID()}` }),
        );
      const late = await hub.send('charity', 'recordContact', {
        referral: onward,
        at: '2026-03-02T10:00:00Z',
        attendance: 'ATTENDED',
      });
      expect(late['userErrors']).toMatchObject([{ code: 'NOT_FOUND' }]);
    });

    it('lets nobody in again: a withdrawn referral takes no new party', async () => {
      const { onward, person } = await told();
      await hub.done('linkWorker', 'withdrawConsent', { person, referral: onward });
      const recipients = [await hub.organisation(ods.charity)];
      const given = consent(['VOLUNTARY'], { recipients, categories: ['care-team'] });
      const answer = await hub.send('linkWorker', 'recordConsent', { person, referral: onward, consent: given });
      expect(answer['userErrors']).toMatchObject([{ code: 'CONSENT_WITHDRAWN' }]);
      expect(await seenBy(hub, 'charity', onward)).toBeNull();
    });
  });

  describe('when it runs out', () => {
    it('ends access within the tick, tells the party so, and nobody else loses anything', async () => {
      const { referral, person } = await told();
      await letIn(hub, { person, referral }, ods.otherCharity, { expiresOn: '2099-01-01' });
      expect(await seenBy(hub, 'otherCharity', referral)).not.toBeNull();
      const watching = await hub.socket('otherCharity');
      watching.subscribe();
      await hub.database.asAdmin(
        'update hub.referral_party set expires_on = current_date - 1 where referral_id = $1 and expires_on is not null',
        [referral.slice(4)],
      );
      await watching.received('the end', ({ kinds: heard }) => heard.includes('ACCESS_ENDED'));
      expect(await seenBy(hub, 'otherCharity', referral)).toBeNull();
      expect(await whoSees(hub, referral)).toEqual(['gp', 'otherGp', 'linkWorker', 'council']);
    });

    it('goes on to the day of a consent given anew', async () => {
      const { referral, person } = await told();
      await letIn(hub, { person, referral }, ods.otherCharity, { expiresOn: '2098-01-01' });
      await letIn(hub, { person, referral }, ods.otherCharity, { expiresOn: '2099-01-01' });
      const days = await hub.database.asAdmin(
        'select expires_on::text as day from hub.referral_party where referral_id = $1 and expires_on is not null',
        [referral.slice(4)],
      );
      expect(days).toEqual([{ day: '2099-01-01' }]);
    });
  });

  it('withdrawn under an open stream: the stream says that access ended, and nothing of the referral after', async () => {
    const { referral, person } = await told();
    const open: FeedClient = await hub.socket('council');
    open.subscribe();
    const about = await hub.database.asAdmin<{ reference: string }>(
      'select reference from hub.referral where id = $1',
      [referral.slice(4)],
    );
    const ours = () => open.events.filter((event) => event.reference === about[0]?.reference);
    await until('the council has joined', () => ours().some((event) => event.kind === 'CARE_TEAM_JOINED'));
    await hub.done('linkWorker', 'withdrawConsent', {
      person,
      referral,
      organisations: [await hub.organisation(ods.council)],
    });
    await hub.done('linkWorker', 'startReferral', { referral });
    await hub.done('linkWorker', 'recordContact', { referral, at: '2026-03-02T10:00:00Z', attendance: 'ATTENDED' });
    const other: Story = await told();
    const marker = await hub.database.asAdmin<{ reference: string }>(
      'select reference from hub.referral where id = $1',
      [other.referral.slice(4)],
    );
    await until('a later event of another referral has come', () =>
      open.events.some((event) => event.reference === marker[0]?.reference),
    );
    expect(ours().at(-1)).toMatchObject({
      kind: 'ACCESS_ENDED',
      disclosure: 'ENDED',
      referral: null,
      actor: null,
      contact: null,
    });
    expect(ours().filter((event) => event.kind === 'ACCESS_ENDED')).toHaveLength(1);
    expect(open.events.map(({ sequence }) => sequence)).toEqual(
      open.events.map((_, i) => Number(open.events[0].sequence) + i),
    );
  });
});
