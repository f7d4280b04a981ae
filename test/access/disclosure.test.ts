import { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { consent } from '../support/people';
import { type Cells, table } from './cells';
import { ods, personOf, refer, register, type Story, tellStory } from './story';

const QUERY = `query($id: ID!) { referral(id: $id) { disclosure status version reference receivedAt route { key } reasons { key } waitingSince
  referrer { name } receiver { name } linkWorker { name } service { name } decline { reason } parent { id } onward { totalCount }
  person { name nhsNumber postcodeDistrict contactPoints { value } records { nodes { organisation { name } system } } consents { purpose } }
  contacts { totalCount nodes { note organisation { name } } } measurements { totalCount } notes { text }
  outcome { result summary selfManagementPlan contacts } redactions { field reason } loop { organisation { name } } } }`;

describe('what each party reads of a referral', () => {
  let hub: TestHub;
  let story: Story;
  let waiting: Story;

  beforeAll(async () => {
    hub = await TestHub.start();
    waiting = await tellStory(hub, 2);
    for (const [caller, referral] of [
      ['linkWorker', waiting.referral],
      ['charity', waiting.onward],
    ] as const)
      await hub.done(caller, 'placeOnWaitingList', { referral });
    story = await tellStory(hub, 1);
    const at = '2026-03-02T10:00:00Z';
    const [assignee] = await hub.database.asAdmin<{ id: string }>(
      "select id from hub.practitioner where external_id = 'R8101'",
    );
    for (const [caller, referral, name] of [
      ['linkWorker', story.referral, 'root'],
      ['charity', story.onward, 'onward'],
    ] as const) {
      await hub.done(caller, 'recordContact', { referral, at, attendance: 'ATTENDED', note: `contact of the ${name}` });
      await hub.done(caller, 'recordContact', { referral, at, attendance: 'ATTENDED' });
      await hub.done(caller, 'recordMeasurement', {
        referral,
        instrument: 'UCLA-3',
        occasion: 'BASELINE',
        score: 7,
        takenOn: '2026-03-02',
      });
      await hub.done(caller, 'pauseReferral', { referral, note: `note of the ${name}` });
      await hub.done(caller, 'resumeReferral', { referral });
      if (name === 'root') await hub.done(caller, 'assignReferral', { referral, practitioner: `pra_${assignee?.id}` });
      await hub.done(caller, 'closeReferral', {
        referral,
        result: 'GOALS_MET',
        summary: `summary of the ${name}`,
        selfManagementPlan: `plan of the ${name}`,
      });
    }
  });
  afterAll(() => hub.stop());

  const read = async (caller: Caller, id: string) => (await hub.read(caller, QUERY, { id }))['referral'];
  const cellsOf = async (caller: Caller, of: 'referral' | 'onward'): Promise<Cells> => {
    const seen = await read(caller, story[of]);
    return {
      disclosure: seen.disclosure,
      route: seen.route?.key ?? null,
      reasons: seen.reasons.length,
      person: seen.person && [
        seen.person.name !== null,
        seen.person.nhsNumber !== null,
        seen.person.postcodeDistrict,
        seen.person.contactPoints.length,
      ],
      records: seen.person
        ? seen.person.records.nodes.map((each: { organisation: { name: string } }) => each.organisation.name).sort()
        : [],
      consents: seen.person?.consents.length ?? 0,
      contacts: [
        seen.contacts.totalCount,
        seen.contacts.nodes.filter((each: { note: string | null }) => each.note).length,
      ],
      measurements: seen.measurements.totalCount,
      notes: seen.notes.map((each: { text: string }) => each.text),
      outcome: [seen.outcome.result, seen.outcome.summary, seen.outcome.selfManagementPlan, seen.outcome.contacts],
      who: [
        seen.referrer?.name ?? null,
        seen.receiver?.name ?? null,
        seen.linkWorker?.name ?? null,
        seen.service !== null,
      ],
      loop: seen.loop.length,
      redactions: seen.redactions.map((each: { field: string }) => each.field),
    };
  };

  it.each(table)('%s', async (_who, caller, of, cells) => {
    const seen = await cellsOf(caller, of);
    const order = (fields: unknown) => [...(fields as string[])].sort();
    expect({ ...seen, redactions: order(seen['redactions']) }).toEqual({
      ...cells,
      redactions: order(cells['redactions']),
    });
  });

  it('the care team of the root reads nothing of the onward one, and the provider nothing of the root', async () => {
    expect(await read('council', story.onward)).toBeNull();
    expect(await read('charity', story.referral)).toBeNull();
    const onward = await read('charity', story.onward);
    expect(onward).toMatchObject({ parent: null, onward: { totalCount: 0 } });
    expect(await read('council', story.referral)).toMatchObject({ onward: { totalCount: 0 } });
  });

  it('status, dates and reference to all alike', async () => {
    const common = async (caller: Caller) => {
      const { status, version, reference, receivedAt } = await read(caller, story.referral);
      return { status, version, reference, receivedAt };
    };
    for (const caller of ['gp', 'otherGp', 'council'] as const)
      expect(await common(caller)).toEqual(await common('linkWorker'));
  });

  it('since when the person waits only to those who provide the support, in lists and order as well', async () => {
    const since = async (caller: Caller, id: string) => (await read(caller, id)).waitingSince;
    for (const caller of ['gp', 'otherGp', 'council'] as const)
      expect(await since(caller, waiting.referral)).toBeNull();
    for (const caller of ['gp', 'otherGp'] as const) expect(await since(caller, waiting.onward)).toBeNull();
    expect(await since('linkWorker', waiting.referral)).not.toBeNull();
    expect(await since('linkWorker', waiting.onward)).not.toBeNull();
    expect(await since('charity', waiting.onward)).not.toBeNull();
    const longest = '{ referrals(orderBy: LONGEST_WAIT) { edges { cursor node { id } } } }';
    const first = async (caller: Caller) => (await hub.read(caller, longest))['referrals'].edges[0];
    expect((await first('linkWorker')).node.id).toMatch(new RegExp(`${waiting.referral}|${waiting.onward}`));
    // a cursor is readable: it must hold no time that the column does not show
    const waitIn = (cursor: unknown) => !/^infinity/i.test(Buffer.from(String(cursor), 'base64url').toString());
    expect(waitIn((await first('linkWorker')).cursor)).toBe(true);
    for (const { cursor } of (await hub.read('gp', longest))['referrals'].edges) expect(waitIn(cursor)).toBe(false);
  });

  it('why it was declined to referrer, practice and provider; not to the care team', async () => {
    await register(hub, 3, ods.practice);
    const referral = await refer(hub, 3);
    const person = await personOf(hub, referral);
    const joins = consent(['SOCIAL_CARE'], {
      recipients: [await hub.organisation(ods.council)],
      categories: ['care-team'],
    });
    await hub.done('linkWorker', 'recordConsent', { person, referral, consent: joins });
    await hub.done('linkWorker', 'declineReferral', { referral, reason: 'CAPACITY' });
    for (const caller of ['linkWorker', 'gp', 'otherGp'] as const)
      expect((await read(caller, referral)).decline).toEqual({ reason: 'CAPACITY' });
    expect((await read('council', referral)).decline).toBeNull();
  });

  it('in the feed: no actor, service, contact or measurement where the referral itself would not show it', async () => {
    const feed = `{ feedback { nodes { kind disclosure actor { name } service { name } contact { id } measurement { id } referral { id } } } }`;
    const events = async (caller: Caller) => (await hub.read(caller, feed))['feedback'].nodes;
    for (const event of await events('council'))
      expect(event).toMatchObject({
        disclosure: 'STAGE',
        actor: null,
        service: null,
        contact: null,
        measurement: null,
      });
    for (const event of await events('otherGp'))
      expect(event).toMatchObject({
        disclosure: 'STAGE',
        actor: null,
        service: null,
        contact: null,
        measurement: null,
      });
    const onward = (await events('gp')).filter(
      (event: { referral: { id: string } }) => event.referral.id === story.onward,
    );
    expect(onward.length).toBeGreaterThan(2);
    for (const event of onward)
      expect(event).toMatchObject({ actor: null, service: null, contact: null, measurement: null });
    expect(
      (await events('charity')).some((event: { actor: unknown; contact: unknown }) => event.actor && event.contact),
    ).toBe(true);
  });
});
