import { TestHub } from '../support/hub';
import { adult, consent, nhsNumber } from '../support/people';
import { until } from '../support/until';

const MINE = `{ id reference status onWaitingList supporter sharedWith { id name } }`;
const herself = (index: number) => ({ nhs_number: nhsNumber(index), roles: ['person'] });

describe('what a person sees of herself', () => {
  let hub: TestHub;
  let networkId: string;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    hub = await TestHub.start();
    for (const code of ['Z81001', 'ZPC01', 'ZR1', 'ZV001']) ids[code] = await hub.organisation(code);
    const [row] = await hub.database.asAdmin<{ id: string }>('select id from hub.network');
    networkId = `net_${row?.id}`;
  });
  afterAll(() => hub.stop());

  const refer = async (index: number) => {
    const input = {
      person: adult(index),
      reasons: ['mental-health'],
      route: 'general-practice',
      receiver: ids['ZPC01'],
      consent: consent(),
    };
    return (await hub.done('gp', 'createReferral', input, 'referral { id reference }'))['referral'];
  };
  const selfRefer = (caller: Parameters<TestHub['send']>[0], more: object = {}) =>
    hub.send(
      caller,
      'selfRefer',
      {
        person: adult(0, { nhsNumber: undefined }),
        reasons: ['legal-advice'],
        network: networkId,
        consent: consent(),
        ...more,
      },
      `referral ${MINE} urgentHelp`,
    );
  const mine = async (index: number, reference?: string) =>
    (await hub.read(herself(index), `query($r: String) { myReferral(reference: $r) ${MINE} }`, { r: reference }))[
      'myReferral'
    ];

  it('tells in plain English how far her referral has come, who supports her and who shares in it', async () => {
    const { id, reference } = await refer(1);
    expect(await mine(1)).toMatchObject({ id, reference, onWaitingList: false, supporter: null });
    await hub.done('linkWorker', 'acceptReferral', { referral: id });
    await hub.done('linkWorker', 'placeOnWaitingList', { referral: id });
    const waiting = await mine(1, reference.toLowerCase());
    expect(waiting.status).toMatch(/You are on the list/);
    expect(waiting).toMatchObject({ onWaitingList: true, supporter: 'Hill Primary Care Network' });
    expect(waiting.sharedWith).toEqual([
      { id: ids['ZPC01'], name: 'Hill Primary Care Network' },
      { id: ids['Z81001'], name: 'Hill Surgery' },
    ]);
    expect(JSON.stringify(waiting)).not.toMatch(/\d{4}-\d\d-\d\d|days|weeks|position/);
  });

  it('shows the newest that follows from no other, and any by its reference', async () => {
    const first = await refer(2);
    const second = await refer(2);
    expect((await mine(2)).id).toBe(second.id);
    expect((await mine(2, first.reference)).id).toBe(first.id);
    await hub.done('linkWorker', 'acceptReferral', { referral: second.id });
    const service = await hub.service({ id: 'self-walks', organisation: 'ZV001' });
    const onward = { referral: second.id, service, reasons: ['volunteering'], consent: consent() };
    await hub.done('linkWorker', 'createOnwardReferral', onward);
    expect((await mine(2)).id).toBe(second.id);
    expect((await mine(2)).sharedWith).toContainEqual({ id: ids['ZV001'], name: 'Walking Friends' });
  });

  it('answers nothing to anybody else, and nothing of anybody else', async () => {
    const { reference } = await refer(3);
    expect(await mine(1, reference)).toBeNull();
    const roots = '{ myReferral { id } myFeedback { id } myAccessLog { totalCount nodes { at } } }';
    const nothing = { myReferral: null, myFeedback: [], myAccessLog: { totalCount: 0, nodes: [] } };
    expect(await hub.read('linkWorker', roots)).toEqual(nothing);
    expect(await hub.read('gp', roots)).toEqual(nothing);
    expect(await hub.read(herself(90), roots)).toEqual(nothing);
  });

  it('gives her feed in plain words, with no gap, page by page', async () => {
    const { id, reference } = await refer(4);
    await hub.done('linkWorker', 'acceptReferral', { referral: id });
    await hub.done('linkWorker', 'placeOnWaitingList', { referral: id });
    const feed =
      'query($after: FeedCursor, $first: Int) { myFeedback(after: $after, first: $first) { id sequence cursor kind summary reference } }';
    const all = await until('three events have come', async () => {
      const { myFeedback } = await hub.read(herself(4), feed);
      return myFeedback.length === 3 && myFeedback;
    });
    expect(all.map(({ sequence }: { sequence: number }) => sequence)).toEqual([1, 2, 3]);
    expect(all.map(({ kind }: { kind: string }) => kind)).toEqual([
      'REFERRAL_RECEIVED',
      'REFERRAL_ACCEPTED',
      'WAITING_LIST_JOINED',
    ]);
    expect(all[2]).toMatchObject({ summary: 'You are on the list.', reference });
    const rest = await hub.read(herself(4), feed, { after: all[0].cursor, first: 1 });
    expect(rest['myFeedback']).toEqual([all[1]]);
    const foreign = await hub.ask(herself(1), feed, { after: all[0].cursor });
    expect(foreign.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });

  it('shows who looked, what for and when, and leaves out her own looking', async () => {
    const { id } = await refer(5);
    await mine(5);
    await hub.read('linkWorker', 'query($id: ID!) { referral(id: $id) { person { name } } }', { id });
    const { myAccessLog } = await hub.read(
      herself(5),
      '{ myAccessLog { totalCount nodes { organisation purpose at override } pageInfo { hasNextPage } } }',
    );
    expect(myAccessLog.nodes).toMatchObject([
      { organisation: 'Hill Primary Care Network', purpose: 'Direct care: looked at your records', override: false },
      { organisation: 'Hill Surgery', purpose: 'Direct care: worked on your support', override: false },
    ]);
    expect(myAccessLog.totalCount).toBe(2);
    const paged = await hub.read(
      herself(5),
      'query($after: String) { a: myAccessLog(first: 1) { pageInfo { endCursor hasNextPage } } b: myAccessLog(first: 1, after: $after) { nodes { organisation } } }',
      { after: null },
    );
    const next = await hub.read(
      herself(5),
      'query($after: String) { myAccessLog(first: 1, after: $after) { nodes { organisation } } }',
      {
        after: paged['a'].pageInfo.endCursor,
      },
    );
    expect(next['myAccessLog'].nodes).toEqual([{ organisation: 'Hill Surgery' }]);
  });

  describe('referring herself', () => {
    it('reaches a link worker of the network, who sees what she said and nobody else does', async () => {
      const watcher = await hub.socket('linkWorker');
      watcher.subscribe();
      const trust = await hub.socket('trust');
      trust.subscribe();
      const payload = await selfRefer(herself(60), {
        person: {
          givenName: 'Grace',
          familyName: 'Selfreferrer',
          birthDate: '1980-01-01',
          contactPoints: [{ system: 'sms', value: '07700 900321', safe: false }],
        },
        note: 'I would like company.',
      });
      expect(payload['userErrors']).toEqual([]);
      expect(payload['urgentHelp']).toContain('999');
      const { reference, sharedWith } = payload['referral'];
      const taker = sharedWith[0].name === 'Hill Primary Care Network' ? watcher : trust;
      await taker.received('the self-referral', ({ events }) => events.some((event) => event.reference === reference));
      expect(sharedWith).toHaveLength(1);
      const caller = taker === watcher ? 'linkWorker' : 'trust';
      const { referrals } = await hub.read(
        caller,
        'query($r: String) { referrals(filter: { search: $r }) { nodes { disclosure route { key } notes { text } consents: person { consents { givenBy } } person { name nhsNumber contactPoints { system safe } } } } }',
        { r: reference },
      );
      expect(referrals.nodes).toMatchObject([
        {
          disclosure: 'FULL',
          route: { key: 'self-referral' },
          notes: [{ text: 'From the person herself: I would like company.' }],
          person: {
            name: 'Grace Selfreferrer',
            nhsNumber: nhsNumber(60),
            contactPoints: [{ system: 'sms', safe: false }],
          },
        },
      ]);
      expect((await mine(60)).reference).toBe(reference);
    });

    it('keeps the same identity when her number becomes known otherwise, and the practice finds her', async () => {
      const first = await selfRefer(herself(61));
      expect(first['userErrors']).toEqual([]);
      await refer(61);
      expect((await mine(61, first['referral'].reference)).id).toBe(first['referral'].id);
    });

    it('goes to whoever had fewest lately, and never to one she keeps out', async () => {
      const exclude = [ids['ZPC01']];
      for (const index of [62, 63]) {
        const { referral } = await selfRefer(herself(index), { consent: consent([], { exclude }) });
        expect(referral.sharedWith).toEqual([{ id: ids['ZR1'], name: 'Test Community Trust' }]);
      }
      const everybody = await selfRefer(herself(64), { consent: consent([], { exclude: [ids['ZPC01'], ids['ZR1']] }) });
      expect(everybody).toMatchObject({
        referral: null,
        userErrors: [{ code: 'NO_CAPACITY', path: ['input', 'network'] }],
      });
      expect(everybody['urgentHelp']).toContain('999');
    });

    it('goes where she is supported already, rather than to somebody who must hear her story anew', async () => {
      const supporters = async () =>
        (await selfRefer(herself(69)))['referral'].sharedWith.map(({ name }: { name: string }) => name);
      const first = await supporters();
      expect(await supporters()).toEqual(first);
      expect(await supporters()).toEqual(first);
    });

    it('takes down no wish that names nobody', async () => {
      for (const nobody of ['org_11111111-1111-4111-8111-111111111111', 'nonsense'])
        expect(
          (await selfRefer(herself(69), { consent: consent([], { exclude: [nobody] }) }))['userErrors'],
        ).toMatchObject([{ code: 'NOT_FOUND' }]);
    });

    it('lets her practice hear by consent, and hear nothing where she excludes it', async () => {
      const record = { ...adult(65), nhsNumber: nhsNumber(65) };
      await hub.database.asAdmin(
        `with person as (insert into hub.person default values returning id)
         insert into hub.source_record (person_id, sector, organisation_id, system, external_id, kind, summary, raw_hash, demographic, nhs_number, family_name, practice_id)
         select p.id, 'PRIMARY_CARE', o.id, 'x', 'x', 'Patient', 'x', 'x', true, $1, $2, o.id from person p, hub.organisation o where o.name = 'Vale Surgery'`,
        [record.nhsNumber, record.familyName],
      );
      const heard = async () => await hub.read('otherGp', '{ referrals { totalCount } feedback { headSequence } }');
      const before = await heard();
      const kept = await selfRefer(herself(65), {
        consent: consent(['PRIMARY_CARE'], { exclude: [await hub.organisation('Z81002')] }),
      });
      expect(kept['userErrors']).toEqual([]);
      expect(await heard()).toEqual(before);
      await selfRefer(herself(65), { consent: consent(['PRIMARY_CARE']) });
      // what she said once of keeping it out stands for that referral; this one is its own
      expect((await heard())['referrals'].totalCount).toBe(before['referrals'].totalCount + 1);
    });

    it('is for the person alone, herself, with reasons that are on the list', async () => {
      expect((await selfRefer('linkWorker'))['userErrors']).toMatchObject([{ code: 'NOT_PERMITTED' }]);
      const other = await selfRefer(herself(66), { person: adult(67) });
      expect(other['userErrors']).toMatchObject([{ code: 'NOT_PERMITTED', path: ['input', 'person', 'nhsNumber'] }]);
      expect((await selfRefer(herself(66), { reasons: ['nonsense'] }))['userErrors']).toMatchObject([
        { code: 'INVALID', path: ['input', 'reasons'] },
      ]);
      expect((await selfRefer(herself(66), { network: 'net_x' }))['userErrors']).toMatchObject([
        { code: 'NOT_FOUND', path: ['input', 'network'] },
      ]);
      expect((await selfRefer(herself(66), { person: { postcode: 'HA1 2AB' } }))['userErrors']).toMatchObject([
        { code: 'INVALID' },
      ]);
      expect(await mine(66)).toBeNull();
    });

    it('is done once for one key', async () => {
      const key = { idempotencyKey: 'grace-1', consent: consent() };
      const first = await selfRefer(herself(68), key);
      expect((await selfRefer(herself(68), key))['referral'].id).toBe(first['referral'].id);
    });
  });
});
