import { textFile } from '../support/connector-files';
import { TestHub } from '../support/hub';
import { importer, message, ndjson } from '../support/imports';

const ENDPOINT = 'https://fhir.nhs.uk/Id/dos-service-id|3000000002';

describe('importing BaRS messages', () => {
  let hub: TestHub;
  let load: ReturnType<typeof importer>;

  beforeAll(async () => {
    hub = await TestHub.start();
    load = importer(hub);
  });
  afterAll(() => hub.stop());

  const referralOf = async (request: string) => {
    const [row] = await hub.database.asAdmin<{ id: string; status: string; reference: string; person_id: string }>(
      'select id, status, reference, person_id from hub.referral where source_id = $1 and source_system = $2',
      [request, ENDPOINT],
    );
    return row;
  };
  const rejection = async (file: string) => {
    const [row] = await hub.database.asAdmin<{ field: string; reason: string; raw: string; line: number }>(
      'select line, field, reason, raw from hub.quarantine where file = $1 order by at desc limit 1',
      [file],
    );
    return row;
  };

  it('opens, corrects and takes back a referral', async () => {
    const about = { request: 'story', person: { number: '9993000000' } };
    expect(await load('bars', [message(about)])).toMatchObject({ applied: 1 });
    expect(await referralOf('story')).toMatchObject({ status: 'RECEIVED' });

    const corrected = message({ ...about, reason: 'update', person: { ...about.person, phone: '01632 960999' } });
    expect(await load('bars', [corrected])).toMatchObject({ applied: 1 });
    const { referrals } = await hub.read(
      'linkWorker',
      '{ referrals(orderBy: NEWEST, first: 1) { nodes { status person { contactPoints { value } } } } }',
    );
    expect(referrals.nodes[0].person.contactPoints).toContainEqual({ value: '01632 960999' });
    expect(await load('bars', [corrected])).toMatchObject({ applied: 0, duplicate: 1 });

    const taken = message({ ...about, reason: 'update', status: 'revoked' });
    expect(await load('bars', [taken])).toMatchObject({ applied: 1 });
    expect(await referralOf('story')).toMatchObject({ status: 'CANCELLED' });
    expect(await load('bars', [taken])).toMatchObject({ applied: 0, duplicate: 1 });
  });

  it('keeps what the referrer sent before a correction', async () => {
    const rows = await hub.database.asAdmin<{ superseded: boolean; points: { value: string }[] }>(
      "select superseded, contact_points as points from hub.source_record where external_id = 'story' order by received_at",
    );
    expect(rows.map(({ superseded, points }) => [superseded, points[0]?.value])).toEqual([
      [true, '01632 960001'],
      [false, '01632 960999'],
    ]);
  });

  it('takes over new reasons and a new note, and says so to the link worker once', async () => {
    const about = { request: 'renewed', person: { number: '9993000043' } };
    await load('bars', [message(about)]);
    const more = (of: (type: string) => Record<string, unknown>) => {
      of('ServiceRequest')['reasonCode'] = [{ text: 'Legal advice' }];
      of('ServiceRequest')['note'] = [{ text: 'Has moved in with her sister.' }];
    };
    const renewed = message({ ...about, reason: 'update', more });
    expect(await load('bars', [renewed])).toMatchObject({ applied: 1 });
    expect(await load('bars', [renewed])).toMatchObject({ duplicate: 1 });
    const id = `ref_${(await referralOf('renewed'))?.id}`;
    const query = 'query R($id: ID!) { referral(id: $id) { reasons { key } notes { text author { name } } } }';
    const { referral } = await hub.read('linkWorker', query, { id });
    expect(referral.reasons).toEqual([{ key: 'legal-advice' }]);
    expect(referral.notes).toContainEqual({
      text: expect.stringContaining('Has moved in'),
      author: { name: 'Hill Surgery' },
    });
    const events = await hub.database.asAdmin(
      "select from hub.event where kind = 'SOURCE_RECORD_CHANGED' and referral_id = $1",
      [id.slice(4)],
    );
    expect(events).toHaveLength(1);
  });

  it('sets an update aside that names another receiver', async () => {
    const about = { request: 'elsewhere', person: { number: '9993000051' } };
    await load('bars', [message(about)]);
    const moved = message({ ...about, reason: 'update', receiver: 'ZR1' });
    expect(await load('bars', [moved])).toMatchObject({ quarantined: 1 });
    expect(await rejection(moved.name)).toMatchObject({ field: 'ServiceRequest.performer' });
  });

  it('takes back a referral that was deleted at its source', async () => {
    const about = { request: 'deleted', person: { number: '9993000019' } };
    const messages = ndjson('deleted.ndjson', [message(about), message({ ...about, reason: 'delete' })]);
    expect(await load('bars', [messages])).toMatchObject({ read: 2, applied: 2 });
    expect(await referralOf('deleted')).toMatchObject({ status: 'CANCELLED' });
  });

  it('sets a cancellation aside that comes after support has started', async () => {
    const about = { request: 'started', person: { number: '9993000027' } };
    await load('bars', [message(about)]);
    const referral = `ref_${(await referralOf('started'))?.id}`;
    await hub.done('linkWorker', 'acceptReferral', { referral });
    await hub.done('linkWorker', 'startReferral', { referral });
    const taken = message({ ...about, reason: 'update', status: 'revoked' });
    expect(await load('bars', [taken])).toEqual({ read: 1, applied: 0, duplicate: 0, quarantined: 1 });
    expect(await rejection(taken.name)).toMatchObject({ line: 1, field: 'referral' });
    expect(await referralOf('started')).toMatchObject({ status: 'ACTIVE' });
  });

  it.each([
    ['whose receiver is unknown', { request: 'r1', receiver: 'ZX999' }, 'ServiceRequest.performer'],
    ['whose sender is unknown', { request: 'r2', sender: 'ZX998' }, 'MessageHeader.sender'],
    ['to an organisation that takes no referrals', { request: 'r3', receiver: 'Z999' }, 'receiver'],
    ['that changes a referral nobody sent', { request: 'r4', reason: 'update' as const }, 'ServiceRequest.id'],
    ['that takes back a referral nobody sent', { request: 'r5', reason: 'delete' as const }, 'ServiceRequest.id'],
    ['whose NHS number is wrong', { request: 'r6', person: { number: '9993000001' } }, 'Patient.identifier'],
    [
      'of a person who refuses',
      { request: 'r7', more: (of: (type: string) => { status: string }) => (of('Consent').status = 'rejected') },
      'Consent.status',
    ],
  ])('sets a message %s aside, and applies the next', async (_what, changes, field) => {
    const good = message({ request: `after-${changes.request}`, person: { number: '9993000035' } });
    const bad = message(changes as Parameters<typeof message>[0]);
    expect(await load('bars', [bad, good])).toEqual({ read: 2, applied: 1, duplicate: 0, quarantined: 1 });
    const row = await rejection(bad.name);
    expect(row).toMatchObject({ line: 1, field });
    expect(JSON.parse(row?.raw ?? '')).toEqual(JSON.parse(bad.bytes.toString()));
    expect(row?.reason).not.toMatch(/\d{6,}|Nora|Testcase/);
    expect(await referralOf(changes.request)).toBeUndefined();
  });

  it("lets nobody change another's referral by its id", async () => {
    const about = { request: 'mine', person: { number: '9993000051' } };
    await load('bars', [message(about)]);
    const stranger = message({ ...about, id: 'stranger', sender: 'Z81002', reason: 'delete' });
    expect(await load('bars', [stranger])).toMatchObject({ quarantined: 1 });
    expect(await referralOf('mine')).toMatchObject({ status: 'RECEIVED' });
  });

  it('shares a referral that came without a consent with sender and receiver alone', async () => {
    await load('bars', [message({ request: 'no-consent', consent: false, person: { number: '9993000078' } })]);
    const referral = await referralOf('no-consent');
    const consents = await hub.database.asAdmin('select given_by, share_with from hub.consent where referral_id = $1', [
      referral?.id,
    ]);
    expect(consents).toEqual([{ given_by: 'referrer', share_with: [] }]);
    const parties = await hub.database.asAdmin(
      `select i.value as ods from hub.referral_party p join hub.organisation_identifier i on i.organisation_id = p.party_id
       where p.referral_id = $1 order by 1`,
      [referral?.id],
    );
    expect(parties.map(({ ods }) => ods)).toEqual(['Z81001', 'ZPC01']);
  });

  it('shares as far as the consent in the message says', async () => {
    await load('bars', [message({ request: 'consent', person: { number: '9993000086' } })]);
    const [consent] = await hub.database.asAdmin(
      'select given_by, share_with from hub.consent where referral_id = $1',
      [(await referralOf('consent'))?.id],
    );
    expect(consent).toEqual({ given_by: 'patient', share_with: expect.arrayContaining(['VOLUNTARY', 'SOCIAL_CARE']) });
    expect(consent?.['share_with']).toHaveLength(2);
  });

  it('opens on a provisional person, for review, where the number is known but surname and birth date are not', async () => {
    const number = '9993000094';
    await load('bars', [message({ request: 'first', person: { number } })]);
    const other = { number, family: 'Somebodyelse', birthDate: '1990-01-01' };
    expect(await load('bars', [message({ request: 'second', person: other })])).toMatchObject({ applied: 1 });
    const [first, second] = [await referralOf('first'), await referralOf('second')];
    expect(second?.person_id).not.toBe(first?.person_id);
    const [person] = await hub.database.asAdmin('select provisional from hub.person where id = $1', [
      second?.person_id,
    ]);
    expect(person).toEqual({ provisional: true });
    const reviews = await hub.database.asAdmin(
      'select candidate_id, decided_at from hub.match_review where person_id = $1',
      [second?.person_id],
    );
    expect(reviews).toEqual([{ candidate_id: first?.person_id, decided_at: null }]);
  });

  it('takes a changed surname alone for the same person', async () => {
    const number = '9993000108';
    await load('bars', [message({ request: 'maiden', person: { number } })]);
    await load('bars', [message({ request: 'married', person: { number, family: 'Newname' } })]);
    expect((await referralOf('married'))?.person_id).toBe((await referralOf('maiden'))?.person_id);
  });

  it('opens one referral when the same message comes twice at the same moment', async () => {
    const file = message({ request: 'race', person: { number: '9993000116' } });
    const summaries = await Promise.all([load('bars', [file]), load('bars', [file]), load('bars', [file])]);
    expect(summaries.map(({ quarantined }) => quarantined)).toEqual([0, 0, 0]);
    const found = await hub.database.asAdmin("select count(*)::int as n from hub.referral where source_id = 'race'");
    expect(found).toEqual([{ n: 1 }]);
  });

  it('changes nothing when a file with two corrections of one referral comes again', async () => {
    const about = { request: 'twice', person: { number: '9993000124' } };
    const correction = (phone: string, minute: string) =>
      message({
        ...about,
        id: `twice-${phone}`,
        reason: 'update',
        sentAt: `2026-01-05T10:${minute}:00+00:00`,
        person: { ...about.person, phone },
      });
    const file = ndjson('twice.ndjson', [
      message(about),
      correction('01632 960111', '10'),
      correction('01632 960222', '20'),
    ]);
    expect(await load('bars', [file])).toMatchObject({ read: 3, applied: 3 });
    expect(await load('bars', [file])).toMatchObject({ read: 3, applied: 0, duplicate: 3 });
    const current = await hub.database.asAdmin(
      "select contact_points -> 0 ->> 'value' as phone from hub.source_record where external_id = 'twice' and not superseded",
    );
    expect(current).toEqual([{ phone: '01632 960222' }]);
  });

  it('masks an NHS number that somebody wrote into the note, the needs or a name of a contact', async () => {
    const file = message({
      request: 'masked',
      person: { number: '9993000132', adjustment: 'Quote 999 300 0132 at the door' },
      more: (of) => {
        of('ServiceRequest').note = [{ text: 'Her number is 9993000132.' }];
        of('Patient').telecom[0].use = '9993000132';
      },
    });
    await load('bars', [file]);
    const referral = `ref_${(await referralOf('masked'))?.id}`;
    await hub.done('linkWorker', 'acceptReferral', { referral });
    const service = await hub.service({ id: 'masked-walks', organisation: 'ZV001', areas: [] });
    await hub.done('linkWorker', 'createOnwardReferral', {
      referral,
      service,
      reasons: ['social-engagement-or-isolation'],
      consent: { givenBy: 'person', givenAt: '2026-02-01T10:00:00Z', shareWith: ['PRIMARY_CARE', 'VOLUNTARY'] },
    });
    const seen = await hub.raw(
      'charity',
      '{ referrals { nodes { notes { text } person { name needs contactPoints { value note } records { nodes { summary externalId } } } } } }',
    );
    expect(seen).toContain('Interpreter required');
    expect(seen.replaceAll(' ', '')).not.toContain('9993000132');
    const notes = await hub.database.asAdmin<{ text: string }>('select text from hub.note where referral_id = $1', [
      (await referralOf('masked'))?.id,
    ]);
    expect(notes[0]?.text).toContain('Her number is [NHS number removed].');
  });

  it('names what is no message of ours', async () => {
    const response = textFile('other.json', JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: [] }));
    expect(await load('bars', [response])).toMatchObject({ quarantined: 1 });
    expect(await rejection('other.json')).toMatchObject({ field: 'Bundle.type' });
  });
});
