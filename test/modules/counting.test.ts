import { loadNetwork } from '../../src/connectors';
import { TestHub } from '../support/hub';
import { network } from '../support/network';
import { isSnomedId } from '../../src/connectors/vocabulary/snomed';
import { Session } from '../access/session';
import { identityOf } from '../access/story';
import type { Caller } from '../support/network';

const lastMonth = () => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 10)).toISOString().slice(0, 10);
};
const hidden = { value: null, suppressed: true, lower: 1, upper: 7 };
const none = { value: 0, suppressed: false, lower: 0, upper: 0 };
const about = (value: number) => ({ value, suppressed: false, lower: value - 2, upper: value + 2 });

describe('counts', () => {
  let hub: TestHub;
  let icb: string;
  let place: string;
  let walks: string;
  const COUNT = 'count { value suppressed lower upper }';
  beforeAll(async () => {
    hub = await TestHub.start();
    await loadNetwork(hub.hub.services.database, {
      ...network,
      networks: [...network.networks, { key: 'test-place', name: 'Test Place', kind: 'PLACE' as never }],
      organisations: network.organisations.map((each) =>
        ['Z81002', 'ZV001'].includes(each.ods) ? { ...each, networks: ['test-icb', 'test-place'] } : each,
      ),
      routes: [{ network: 'test-place', key: 'drop-in', label: 'Came through the door' }],
    });
    const ids = await hub.database.asAdmin<{ id: string }>('select id from hub.network order by key');
    [icb, place] = ids.map(({ id }) => `net_${id}`) as [string, string];
    walks = await hub.service({ id: 'walks', organisation: 'ZV001', name: 'Walks' });
    await hub.done('charity', 'updateCapacity', { service: walks, fundedPlaces: 12, volunteers: 4 });
    await arrange();
  });
  afterAll(() => hub.stop());

  /** Months that are over, which no clock of a test can wait for. */
  const arrange = async () => {
    const say = (text: string, ...values: unknown[]) => hub.database.asAdmin(text, values);
    const [pcn, service] = [(await hub.organisation('ZPC01')).slice(4), walks.slice(4)];
    const needs = async (count: number, reason: string, district: string | null, day: string) =>
      say(
        `insert into hub.unmet_need (network_id, reason, district, day) select $1, $2, $3, $4::date from generate_series(1, ${count})`,
        icb.slice(4), reason, district, day,
      ); // prettier-ignore
    await needs(13, 'legal-advice', 'HA1', lastMonth());
    await needs(7, 'legal-advice', 'HA2', lastMonth());
    await needs(8, 'mental-health', null, lastMonth());
    await needs(30, 'mental-health', 'HA1', new Date().toISOString().slice(0, 10));
    const signposts = async (count: number, reasons: string, route: string) =>
      say(
        `insert into hub.signpost (service_id, reasons, route, organisation_id, day) select $1, $2::text[], $3, $4, $5::date from generate_series(1, ${count})`,
        service, reasons, route, pcn, lastMonth(),
      ); // prettier-ignore
    await signposts(9, '{mental-health,volunteering}', 'drop-in');
    await signposts(2, '{volunteering}', 'self-referral');
    await say(
      `with opened as (select gen_random_uuid() as id, n from generate_series(1, 11) n), person as (insert into hub.person default values returning id)
       insert into hub.referral (id, root_id, reference, kind, person_id, referrer_id, receiver_id, root_referrer_id, route, received_at, service_id)
       select o.id, o.id, 'SP-C' || o.n, 'LINK_WORKER', p.id, $1, $1, $1, case when o.n < 9 then 'drop-in' else 'social-care' end, $2::date, $3 from opened o, person p`,
      pcn, lastMonth(), service,
    ); // prettier-ignore
  };

  it('of unmet needs hide one to seven, round the rest, and tell of a closed month alone', async () => {
    const { unmetNeed } = await hub.read(
      'icb',
      `query($n: ID!) { unmetNeed(network: $n) { reason { key } district ${COUNT} } }`,
      { n: icb },
    );
    expect(unmetNeed).toEqual([
      { reason: { key: 'legal-advice' }, district: 'HA1', count: about(15) },
      { reason: { key: 'legal-advice' }, district: 'HA2', count: hidden },
      { reason: { key: 'mental-health' }, district: null, count: about(10) },
    ]);
  });

  it('of routes name each, also those nobody came by', async () => {
    const { routeCounts } = await hub.read(
      'icb',
      `query($n: ID!) { routeCounts(network: $n) { route { key } ${COUNT} } }`,
      { n: icb },
    );
    const by = Object.fromEntries(
      routeCounts.map(({ route, count }: { route: { key: string }; count: object }) => [route.key, count]),
    );
    expect(Object.keys(by)).toHaveLength(8);
    expect(by).toMatchObject({ 'drop-in': about(10), 'social-care': hidden, 'secondary-care': none });
  });

  it.each(['unmetNeed', 'routeCounts', 'serviceLoads'])(
    'of %s are given without what they are of, and nothing is begun for nobody',
    async (counts) => {
      const figure = counts === 'serviceLoads' ? 'referrals' : 'count';
      const answer = await hub.read('icb', `query($n: ID!) { ${counts}(network: $n) { ${figure} { value } } }`, {
        n: icb,
      });
      expect(answer[counts].length).toBeGreaterThan(0);
      await hub.read('icb', '{ viewer { organisation { name } } }');
    },
  );

  it('of signposts stand each dimension alone', async () => {
    const { signpostCounts } = await hub.read(
      'icb',
      `query($n: ID!) { signpostCounts(network: $n) { byReason { reason { key } ${COUNT} } byRoute { route { label } ${COUNT} } byService { service { name } ${COUNT} } } }`,
      { n: icb },
    );
    expect(signpostCounts).toEqual({
      byReason: [
        { reason: { key: 'mental-health' }, count: about(10) },
        { reason: { key: 'volunteering' }, count: about(10) },
      ],
      byRoute: [
        { route: { label: 'Drop-in' }, count: about(10) },
        { route: { label: 'Self-referral' }, count: hidden },
      ],
      byService: [{ service: { name: 'Walks' }, count: about(10) }],
    });
  });

  it('of services stand beside what they are paid for', async () => {
    const { serviceLoads } = await hub.read(
      'icb',
      'query($n: ID!) { serviceLoads(network: $n) { service { name } referrals { value lower upper } fundedPlaces volunteers } }',
      { n: icb },
    );
    expect(serviceLoads).toEqual([
      { service: { name: 'Walks' }, referrals: { value: 10, lower: 8, upper: 12 }, fundedPlaces: 12, volunteers: 4 },
    ]);
  });

  it('are for a commissioner under an agreement in that network, and empty for everybody else', async () => {
    const every = (caller: Caller, of: string) =>
      hub.read(
        caller,
        `query($n: ID!) { unmetNeed(network: $n) { district } routeCounts(network: $n) { route { key } } serviceLoads(network: $n) { volunteers }
          signpostCounts(network: $n) { byReason { reason { key } } byRoute { route { key } } byService { service { id } } } }`,
        { n: of },
      );
    const empty = {
      unmetNeed: [],
      routeCounts: [],
      serviceLoads: [],
      signpostCounts: { byReason: [], byRoute: [], byService: [] },
    };
    for (const caller of ['gp', 'linkWorker', 'charity', 'council', 'withoutAgreement'] as const)
      expect(await every(caller, icb)).toEqual(empty);
    expect(await every('icb', place)).toEqual(empty);
    expect(await every('icb', 'net_11111111-1111-4111-8111-111111111111')).toEqual(empty);
  });

  it('refuse a month that still grows', async () => {
    const ask = (month: string) =>
      hub.ask('icb', 'query($n: ID!, $m: Date) { routeCounts(network: $n, month: $m) { route { key } } }', {
        n: icb,
        m: month,
      });
    expect((await ask(new Date().toISOString().slice(0, 10))).errors?.[0]).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect((await ask('2001-02-03')).errors).toBeUndefined();
  });

  it('come suppressed out of the database itself, and no role of a request reads what they count', async () => {
    const session = await Session.open(hub.database);
    try {
      const analyst = await identityOf(hub, 'icb');
      const today = new Date().toISOString().slice(0, 10);
      const counted = await session.as(analyst, [
        'select count from hub.count_unmet_need($1, $2)',
        [icb.slice(4), lastMonth()],
      ]);
      expect(counted.rows.map(({ count }) => count)).toEqual([about(15), hidden, about(10)]);
      expect(
        (await session.as(analyst, ['select * from hub.count_unmet_need($1, $2)', [icb.slice(4), today]])).rows,
      ).toEqual([]);
      for (const table of ['unmet_need', 'signpost', 'service_load', 'funding_watch', 'practice_quota'])
        expect((await session.as(analyst, [`select * from hub.${table}`])).code).toBe('42501');
      for (const call of [
        'suppress(3)',
        'closed_month(current_date)',
        'network_parties(null)',
        `write_news('CAPACITY_CHANGED', null, null, null)`,
        'warn_of_funding()',
      ])
        expect((await session.as(analyst, [`select hub.${call}`])).code).toBe('42501');
    } finally {
      await session.close();
    }
  });

  it('leave routes their key where a network gives them its own name', async () => {
    const label = async (caller: Caller) =>
      (await hub.read(caller, '{ referralRoutes { key label } }'))['referralRoutes'].find(
        ({ key }: { key: string }) => key === 'drop-in',
      ).label;
    expect([await label('otherGp'), await label('gp')]).toEqual(['Came through the door', 'Drop-in']);
    const named = { network: icb, route: 'drop-in', label: 'Walk-in' };
    expect((await hub.done('icb', 'nameRoute', named))['route']).toEqual({ key: 'drop-in', label: 'Walk-in' });
    expect([await label('otherGp'), await label('gp')]).toEqual(['Came through the door', 'Walk-in']);
    expect((await hub.send('gp', 'nameRoute', named))['userErrors'][0].code).toBe('NOT_PERMITTED');
    expect((await hub.send('icb', 'nameRoute', { ...named, network: place }))['userErrors'][0].code).toBe(
      'NOT_PERMITTED',
    );
    expect((await hub.send('icb', 'nameRoute', { ...named, network: walks }))['userErrors'][0].code).toBe('NOT_FOUND');
    expect((await hub.send('icb', 'nameRoute', { ...named, route: 'x' }))['userErrors'][0].path).toEqual([
      'input',
      'route',
    ]);
    expect((await hub.send('icb', 'nameRoute', { ...named, label: ' ' }))['userErrors'][0].path).toEqual([
      'input',
      'label',
    ]);
  });

  it('map reasons to SNOMED CT by sourced codes alone, each saying whether its check digit holds', async () => {
    const { reasonCodes, referralReasons } = await hub.read(
      'gp',
      '{ reasonCodes { code term source checkDigitHolds version reason } referralReasons { key snomedCode codes { code } } }',
    );
    expect(reasonCodes.map(({ code }: { code: string }) => code)).toEqual([
      '871731000000106',
      '871711000000103',
      '390893007',
      '771491000000104',
      '837111000000105',
    ]);
    for (const { code, source, checkDigitHolds } of reasonCodes) {
      expect(source).not.toBe('');
      expect({ code, checkDigitHolds }).toEqual({ code, checkDigitHolds: isSnomedId(code) });
    }
    const inactivity = referralReasons.find(({ key }: { key: string }) => key === 'physical-inactivity');
    expect(inactivity).toMatchObject({ snomedCode: '390893007', codes: [{ code: '390893007' }] });
    expect(referralReasons.flatMap(({ codes }: { codes: object[] }) => codes)).toHaveLength(3);
    // the database's own check agrees with the connectors' on codes that hold and codes that do not
    const tried = [
      ...reasonCodes.map(({ code }: { code: string }) => code),
      '446660001',
      '390893006',
      '93089300',
      '12',
      'x',
    ];
    const checked = await hub.database.asAdmin<{ code: string; holds: boolean }>(
      'select code, hub.check_digit_holds(code) as holds from unnest($1::text[]) code',
      [tried],
    );
    expect(checked).toEqual(tried.map((code) => ({ code, holds: isSnomedId(code) })));
  });
});
