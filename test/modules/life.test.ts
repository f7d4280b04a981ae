import { type Claims } from '../../src/access';
import { asIdentity, sql } from '../../src/database';
import { identityOf, tellStory } from '../access/story';
import { heardBy } from '../support/heard';
import { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { adult, consent } from '../support/people';
import { refer } from '../support/referral';

const uuid = (globalId: string) => globalId.slice(4);

describe("in a person's life", () => {
  let hub: TestHub;
  let people = 450;
  beforeAll(async () => {
    hub = await TestHub.start();
  });
  afterAll(() => hub.stop());

  const admin = <Row = Record<string, unknown>>(text: string, ...values: unknown[]) =>
    hub.database.asAdmin<Row>(text, values);
  const heard = (ods: string, referral: string) => heardBy(hub, ods, referral);

  const told =
    'query($id: ID!) { referral(id: $id) { status version outcome { result planDeclined } person { id name registeredPractice { name } } } }';
  const ask = async (caller: Caller, id: string) => (await hub.read(caller, told, { id }))['referral'];
  const record = (sender: Caller, index: number, more: object, hash: string) =>
    identityOf(hub, sender).then((identity) =>
      asIdentity(hub.hub.services.database, identity, (tx) => {
        const { nhsNumber, givenName, familyName, birthDate } = adult(index);
        const person = { nhsNumber, givenName, familyName, birthDate, contactPoints: [], needs: [], ...more };
        const said = {
          system: 'urn:test',
          externalId: `p-${index}`,
          recordKind: 'Patient',
          summary: 'x',
          rawHash: hash,
          person,
        };
        return tx.query(sql('test.keep', 'select hub.keep_source_record($1)'), [JSON.stringify(said)]);
      }),
    );
  const payload = 'person { id }';

  it('a death, said once, closes all that is open; each party hears it once, and the person nothing more', async () => {
    const { referral, onward, person, herself } = await tellStory(hub, ++people);
    const unanswered = await refer(hub, people, 'otherGp');
    const before = await heard('ZV001', onward);
    const said = await hub.done('linkWorker', 'recordDeath', { person, diedOn: '2026-03-01' }, payload);
    expect(said['person']).toEqual({ id: person });
    await hub.done('linkWorker', 'recordDeath', { person, diedOn: '2026-03-02' }, payload);
    for (const [caller, id] of [
      ['gp', referral],
      ['council', referral],
      ['charity', onward],
      ['otherGp', unanswered],
    ] as const)
      expect(await ask(caller, id)).toMatchObject({
        status: 'CLOSED',
        outcome: { result: 'DIED', planDeclined: false },
      });
    expect(await heard('ZV001', onward)).toEqual([...before, 'REFERRAL_CLOSED']);
    for (const ods of ['Z81001', 'ZPC01', 'Z81002', 'Z999'])
      expect((await heard(ods, referral)).filter((kind) => kind === 'REFERRAL_CLOSED')).toHaveLength(1);
    const hers = await admin<{ kind: string }>(
      `select e.kind from hub.event e where $1 = any (e.audience) and e.kind = 'REFERRAL_CLOSED'`,
      uuid(person),
    );
    expect(hers).toEqual([]);
    // a later referral opens as any other, and tells her nothing either
    const again = await refer(hub, people);
    expect((await ask('gp', again)).status).toBe('RECEIVED');
    expect(
      await admin(
        'select from hub.event e where $1 = any (e.audience) and e.referral_id = $2',
        uuid(person),
        uuid(again),
      ),
    ).toEqual([]);
    expect(herself.nhs_number).toBeDefined();
  });

  it('a death recorded in error is taken back by who recorded it or by general practice: what it closed stands as it stood, and who heard of the end hears that', async () => {
    const { referral, onward, person } = await tellStory(hub, ++people);
    await hub.done('linkWorker', 'placeOnWaitingList', { referral });
    const stood = 'query($id: ID!) { referral(id: $id) { status waitingSince waitingPosition outcome { result } } }';
    const before = await hub.read('linkWorker', stood, { id: referral });
    const unanswered = await refer(hub, people, 'otherGp');
    const withdrawn = await refer(hub, people, 'otherGp');
    const over = await refer(hub, people);
    await hub.done('linkWorker', 'declineReferral', { referral: over, reason: 'CAPACITY' });
    const say = (caller: Caller) => hub.done(caller, 'recordDeath', { person, diedOn: '2026-03-01' }, payload);
    const takeBack = (caller: Caller, entry: string, reason = 'Another person of that name') =>
      hub.send(caller, 'voidEntry', { entry, reason });
    await say('linkWorker');
    const later = await refer(hub, people, 'otherGp');
    await hub.done('linkWorker', 'withdrawConsent', { person, referral: withdrawn });

    const codeOf = async (...call: Parameters<typeof takeBack>) => (await takeBack(...call))['userErrors'][0]?.code;
    expect(await codeOf('linkWorker', referral, ' ')).toBe('REASON_REQUIRED');
    expect(await codeOf('charity', onward)).toBe('NOT_PERMITTED');
    expect(await codeOf('council', referral)).toBe('NOT_PERMITTED');
    expect(await codeOf('otherCharity', referral)).toBe('NOT_FOUND');
    expect(await codeOf('trust', 'ref_11111111-1111-4111-8111-111111111111')).toBe('NOT_FOUND');
    const hers = () =>
      admin('select from hub.event e where $1 = any (e.audience)', uuid(person)).then(({ length }) => length);
    const toldHer = await hers();
    expect((await takeBack('gp', referral))['referral']).toMatchObject({ id: referral, status: 'WAITING' });
    expect(await hub.read('linkWorker', stood, { id: referral })).toEqual(before);
    expect(await ask('charity', onward)).toMatchObject({ status: 'ACCEPTED', outcome: null });
    expect(await ask('otherGp', unanswered)).toMatchObject({ status: 'RECEIVED', outcome: null });
    for (const [ods, id] of [
      ['Z81001', referral],
      ['ZPC01', referral],
      ['Z999', referral],
      ['ZV001', onward],
    ] as const)
      expect((await heard(ods, id)).slice(-2)).toEqual(['REFERRAL_CLOSED', 'SUPPORT_RESUMED']);
    expect(await hers()).toBe(toldHer);
    // what she withdrew from meanwhile, and what had ended before, stays so; what opened meanwhile goes on, and she hears of it
    expect(await ask('linkWorker', withdrawn)).toMatchObject({ status: 'CLOSED', outcome: { result: 'OTHER' } });
    expect((await ask('linkWorker', over)).status).toBe('DECLINED');
    await hub.done('linkWorker', 'acceptReferral', { referral: later });
    expect(await hers()).toBe(toldHer + 1);
    expect(await hub.read('linkWorker', stood, { id: referral })).toEqual(before);

    // a second time changes nothing; a file that still says so does not bring it back; whoever knows better may say it anew
    expect((await takeBack('gp', referral))['userErrors']).toEqual([]);
    await record('gp', people, { deathDate: '2026-03-01' }, 'again');
    expect((await ask('gp', referral)).status).toBe('WAITING');
    await say('gp');
    expect((await ask('gp', referral)).status).toBe('CLOSED');
    expect((await takeBack('linkWorker', referral))['userErrors']).toEqual([]);
    const kept = await admin(
      'select day::text, recorded_in_error_reason as reason from hub.death where person_id = $1 order by at',
      uuid(person),
    );
    expect(kept).toEqual([
      { day: '2026-03-01', reason: 'Another person of that name' },
      { day: '2026-03-01', reason: 'Another person of that name' },
    ]);
  });

  it('neither a death nor a change of practice is for a provider to say, who knows one service of hers', async () => {
    const { onward, person } = await tellStory(hub, ++people);
    const known = (await ask('charity', onward)).person.id;
    expect(known).toBe(person);
    const practice = await hub.organisation('Z81001');
    for (const [mutation, said] of [
      ['recordDeath', { diedOn: '2026-03-01' }],
      ['recordPracticeChange', { practice }],
    ] as const)
      expect((await hub.send('charity', mutation, { person, ...said }, payload))['userErrors'][0]).toMatchObject({
        code: 'NOT_PERMITTED',
      });
    await record('charity', people, { deathDate: '2026-03-01' }, 'f');
    expect((await ask('charity', onward)).status).toBe('ACCEPTED');
  });

  it('where she is registered is not for a council to say, though it sent her; that she died is', async () => {
    const referral = await refer(hub, ++people, 'council');
    const { person } = (
      await hub.read('council', 'query($id: ID!) { referral(id: $id) { person { id } } }', { id: referral })
    )['referral'];
    const practice = await hub.organisation('Z81001');
    const moved = await hub.send('council', 'recordPracticeChange', { person: person.id, practice }, payload);
    expect(moved['userErrors'][0]).toMatchObject({ code: 'NOT_PERMITTED' });
    await hub.done('council', 'recordDeath', { person: person.id, diedOn: '2026-03-01' }, payload);
    expect((await ask('linkWorker', referral)).status).toBe('CLOSED');
    await hub.done('council', 'voidEntry', { entry: referral, reason: 'A misread letter' });
    expect((await ask('linkWorker', referral)).status).toBe('RECEIVED');
  });

  it('a death is for those to say who speak for the person, and tells no other party who said it', async () => {
    const { referral, onward, person } = await tellStory(hub, ++people);
    const say = (caller: Caller, who: string) =>
      hub.send(caller, 'recordDeath', { person: who, diedOn: '2026-03-01' }, payload);
    const hidden = (await say('otherCharity', person))['userErrors'];
    expect(hidden[0]).toMatchObject({ code: 'NOT_FOUND' });
    expect((await say('otherCharity', 'per_11111111-1111-4111-8111-111111111111'))['userErrors']).toEqual(hidden);
    await record('council', people, {}, 'a');
    expect((await say('council', person))['userErrors'][0]).toMatchObject({ code: 'NOT_PERMITTED' });
    expect(
      (await hub.send('gp', 'recordDeath', { person, diedOn: '2999-01-01' }, payload))['userErrors'][0],
    ).toMatchObject({ path: ['input', 'diedOn'] });
    // a record of the council, which only watches, closes nothing; one of the practice that referred does
    await record('council', people, { deathDate: '2026-03-01' }, 'b');
    expect((await ask('gp', referral)).status).not.toBe('CLOSED');
    const elsewhere = await refer(hub, people, 'otherGp', { receiver: await hub.organisation('ZR1') });
    await record('gp', people, { deathDate: '2026-03-01' }, 'c');
    expect((await ask('charity', onward)).status).toBe('CLOSED');
    expect((await heard('ZR1', elsewhere)).at(-1)).toBe('REFERRAL_CLOSED');
    const closed = '{ feedback(kinds: [REFERRAL_CLOSED]) { nodes { actor { name } referral { id } } } }';
    expect((await hub.read('trust', closed))['feedback'].nodes).toEqual([{ actor: null, referral: { id: elsewhere } }]);
  });

  it('a change of practice, said once, ends what the old one sees and lets the new one in where the person agreed', async () => {
    await admin(`insert into hub.organisation (name, sector) values ('Dale Surgery', 'PRIMARY_CARE')`);
    const [dale] = await admin<{ id: string }>(`select id from hub.organisation where name = 'Dale Surgery'`);
    await admin(
      `insert into hub.organisation_identifier values ($1, 'https://fhir.nhs.uk/Id/ods-organization-code', 'Z81003')`,
      dale?.id,
    );
    await admin(
      `insert into hub.sharing_agreement select $1, id, '2020-01-01', '2099-12-31' from hub.network limit 1`,
      dale?.id,
    );
    const daleSurgery: Claims = { org: 'Z81003', roles: [] };
    const { referral, person } = await tellStory(hub, ++people);
    expect(await ask('otherGp', referral)).not.toBeNull();
    await hub.done('linkWorker', 'recordPracticeChange', { person, practice: `org_${dale?.id}` }, payload);
    expect(await ask('otherGp', referral)).toBeNull();
    expect((await heard('Z81002', referral)).at(-1)).toBe('ACCESS_ENDED');
    expect(await heard('Z81003', referral)).toEqual(['REFERRAL_RECEIVED']);
    const seen = 'query($id: ID!) { referral(id: $id) { disclosure status person { name } } }';
    expect((await hub.read(daleSurgery, seen, { id: referral }))['referral']).toEqual({
      disclosure: 'STAGE',
      status: 'ACCEPTED',
      person: null,
    });

    // whom the person excluded does not join, and a practice that names itself joins nothing
    const kept = await tellStory(hub, ++people);
    const exclude = consent([], { exclude: [`org_${dale?.id}`] });
    await hub.done('linkWorker', 'recordConsent', { person: kept.person, referral: kept.referral, consent: exclude });
    await hub.done('linkWorker', 'recordPracticeChange', { person: kept.person, practice: `org_${dale?.id}` }, payload);
    expect((await hub.read(daleSurgery, seen, { id: kept.referral }))['referral']).toBeNull();
    expect(await ask('otherGp', kept.referral)).toBeNull();
    const claimed = await refer(hub, ++people);
    await record('otherGp', people, { practiceOds: 'Z81002' }, 'd');
    expect(await ask('otherGp', claimed)).toBeNull();
    // its referrer, a practice, knows where she is registered
    await record('gp', people, { practiceOds: 'Z81002' }, 'e');
    expect(await ask('otherGp', claimed)).not.toBeNull();
  });

  it("new demographics reach the receiver from its own referrer, with their source; another party's change is told without its values", async () => {
    const { referral, person } = await tellStory(hub, ++people);
    await hub.done('linkWorker', 'startReferral', { referral });
    const count = async () =>
      (await heard('ZPC01', referral)).filter((kind) => kind === 'SOURCE_RECORD_CHANGED').length;
    await record('council', people, { familyName: 'Package' }, 'a');
    expect(await count()).toBe(0);
    await record('council', people, { familyName: 'Package', postcode: 'HA9 9ZZ' }, 'b');
    expect(await count()).toBe(1);
    expect((await ask('linkWorker', referral)).person.name).not.toContain('Package');
    await record('gp', people, { familyName: 'Newname' }, 'c');
    expect(await count()).toBe(2);
    expect((await ask('linkWorker', referral)).person.name).toBe('Rowan Newname');
    const sources = 'query($id: ID!) { person(id: $id) { records { nodes { organisation { name } } } } }';
    const { person: known } = await hub.read('linkWorker', sources, { id: person });
    expect(known.records.nodes).toEqual([{ organisation: { name: 'Hill Surgery' } }]);
    // a stranger's record of the same number is news to nobody
    await record('trust', people, {}, 'd');
    await record('trust', people, { familyName: 'Elsewhere' }, 'e');
    expect(await count()).toBe(2);
  });

  it('a referral after another is over leads back to it, for those who know whom both are for', async () => {
    const earlier = await refer(hub, ++people);
    const leads = async (caller: Caller, id: string) =>
      (await hub.read(caller, 'query($id: ID!) { referral(id: $id) { previous { nodes { id status } } } }', { id }))[
        'referral'
      ].previous.nodes;
    const beside = await refer(hub, people);
    expect(await leads('linkWorker', beside)).toEqual([]);
    await hub.done('linkWorker', 'acceptReferral', { referral: earlier });
    await hub.done('linkWorker', 'closeReferral', { referral: earlier, result: 'GOALS_MET', planDeclined: true });
    const later = await refer(hub, people, 'otherGp');
    expect(await leads('linkWorker', later)).toEqual([{ id: earlier, status: 'CLOSED' }]);
    expect(await leads('otherGp', later)).toEqual([]);
    expect(await leads('gp', beside)).toEqual([{ id: earlier, status: 'CLOSED' }]);
  });
});
