import type { Identity } from '../../src/database';
import { TestHub } from '../support/hub';
import { consent, nhsNumber } from '../support/people';
import { call, openTo, Session } from './session';
import { everybodyIn, identityOf, type Story, tellStory } from './story';

describe('whether an NHS number is known', () => {
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

  const record = (number: string, more: object = {}) => ({
    system: 'urn:probe',
    externalId: `probe-${JSON.stringify(more)}`,
    recordKind: 'Patient',
    summary: 's',
    rawHash: 'h',
    person: { nhsNumber: number, contactPoints: [], needs: [], ...more },
  });
  const named = { givenName: 'Probe', familyName: 'Prober', birthDate: '1999-01-01' };
  /** What a prober sees of a number, with everything random in it replaced by the order of its first appearance. */
  const receipt = async (number: string, drafts: object[]) => {
    const statements = drafts.flatMap((draft): [string, unknown[]?][] => [
      call('keep_source_record($1)', record(number, draft)),
    ]);
    const look = `select p.name, p.nhs_number, s.external_id, p.birth_date, p.postcode_district, p.registered_practice_id, p.contact_points,
        dense_rank() over (order by p.id) = 1 as same from graph.person p join graph.source_record s on s.person_id = p.id order by s.external_id`;
    const { rows, code } = await session.as(who.stranger, ...statements, [look]);
    const persons = new Set(rows.map(({ same }) => same)).size;
    return { code, persons, rows: rows.map(({ same: _, ...row }) => row) };
  };

  it.each([
    ['the number alone', [{}]],
    ['a name of its own invention', [named]],
    ['the same twice under two records', [named, { ...named, givenName: 'Probe2' }]],
    ['a name, then the number alone', [named, {}]],
    [
      'a name, then another name',
      [named, { familyName: 'Elsewhere', birthDate: '1950-05-05' }, { ...named, givenName: 'X' }],
    ],
  ])('is not told to a sender of %s', async (_what, drafts) => {
    const known = await receipt(story.nhsNumber, drafts);
    expect(known.rows).toHaveLength(drafts.length);
    expect(await receipt(nhsNumber(77), drafts)).toEqual(known);
  });

  it("is not told by who becomes a party: the practice that others know of her stays out of a stranger's referral", async () => {
    const trust = await identityOf(hub, 'trust');
    const draft = (number: string) => ({ nhsNumber: number, contactPoints: [], needs: [] });
    const look: [string, unknown[]?] = ['select roles, disclosure from graph.loop_entry order by organisation_id'];
    const partiesOf = async (number: string) =>
      (
        await session.as(
          trust,
          openTo(trust.party, { person: draft(number), consent: consent(['PRIMARY_CARE']) }),
          look,
        )
      ).rows;
    const known = await partiesOf(story.nhsNumber);
    expect(known).toEqual([{ roles: expect.arrayContaining(['LINK_WORKER', 'REFERRER']), disclosure: 'FULL' }]);
    expect(await partiesOf(nhsNumber(78))).toEqual(known);
  });

  it('is not told by who a number names: that is for the sign-in alone', async () => {
    for (const identity of [who.linkWorker, who.stranger, who.icb, herself, undefined])
      expect((await session.as(identity, call('person_of_number($1)', story.nhsNumber))).code).toBe('LW403');
  });

  it('is not told by the id a person is given at sign-in: known and unknown look alike, and stay', async () => {
    const of = async (number: string) =>
      (await session.as({ kind: 'operator', roles: [] }, call('person_of_number($1)', number))).rows[0].result;
    const V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    for (let index = 60; index < 70; index++) expect(await of(nhsNumber(index))).toMatch(V4);
    expect(await of(story.nhsNumber)).toMatch(V4);
    expect(await of(nhsNumber(60))).toBe(await of(nhsNumber(60)));
  });
});
