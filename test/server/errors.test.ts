import { query, request } from '../support/http';
import { TestHub } from '../support/hub';
import { adult, nhsNumber } from '../support/people';
import { referralInput } from '../support/referral';

const NUMBER = nhsNumber(77);

describe('what an error says', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await TestHub.start();
  });
  afterAll(() => hub.stop());

  it.each([
    ['a variable of another type', 'query Q($n: Int) { referrals(first: $n) { totalCount } }', { n: NUMBER }],
    ['a number too large', 'query Q($n: Int) { referrals(first: $n) { totalCount } }', { n: Number(NUMBER) }],
    [
      'an unknown value of an enum',
      'query Q($o: ReferralOrder) { referrals(orderBy: $o) { totalCount } }',
      { o: NUMBER },
    ],
    ['an object in place of text', 'query Q($t: String) { services(search: $t) { totalCount } }', { t: { a: NUMBER } }],
    [
      'an unknown field of an input',
      'query Q($f: ReferralFilter) { referrals(filter: $f) { totalCount } }',
      { f: { [NUMBER]: 1 } },
    ],
    [
      'an NHS number that does not hold',
      'query Q($n: NhsNumber!) { personByNhsNumber(nhsNumber: $n) { id } }',
      { n: [NUMBER] },
    ],
    ['a literal number', `{ personByNhsNumber(nhsNumber: ${NUMBER}) { id } }`, {}],
    ['a literal object', `{ personByNhsNumber(nhsNumber: { a: "${NUMBER}" }) { id } }`, {}],
    ['a literal of another type', `{ referrals(first: "${NUMBER}") { totalCount } }`, {}],
    ['a literal in place of an enum', `{ referrals(orderBy: "${NUMBER}") { totalCount } }`, {}],
    ['a literal where none may stand', `${NUMBER} { viewer { roles } }`, {}],
    ['text where none may stand', `{ viewer "${NUMBER}" { roles } }`, {}],
    ['text that does not end', `{ services(search: "${NUMBER}) { totalCount } }`, {}],
  ])('does not quote %s', async (_what, text, variables) => {
    const answer = await query(hub, text, variables);
    expect({ ...answer, status: 400 }).toMatchObject({
      status: 400,
      code: expect.stringMatching(/^(BAD_USER_INPUT|GRAPHQL_\w+_FAILED)$/),
    });
    expect(answer.text).not.toContain(NUMBER);
  });

  it('does not quote an operation that is not in the document', async () => {
    const answer = await request(hub, JSON.stringify({ query: 'query A { viewer { roles } }', operationName: NUMBER }));
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain(NUMBER);
  });

  it('tells parsing, validation and input apart by its code', async () => {
    expect(await query(hub, '{ viewer {')).toMatchObject({ status: 400, code: 'GRAPHQL_PARSE_FAILED' });
    expect(await query(hub, '{ viewer { nothing } }')).toMatchObject({
      status: 400,
      code: 'GRAPHQL_VALIDATION_FAILED',
    });
    expect(await query(hub, 'query Q($n: Int!) { referrals(first: $n) { totalCount } }')).toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });

  it.each(['a\u0000b', 'a\ud800b'])('refuses text that no database holds, %j, as input', async (text) => {
    expect(await query(hub, 'query Q($t: String) { services(search: $t) { totalCount } }', { t: text })).toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    const create = 'mutation M($input: CreateReferralInput!) { createReferral(input: $input) { userErrors { code } } }';
    const input = { idempotencyKey: 'ill-formed', ...(await referralInput(hub, 1, { note: text })) };
    expect(await query(hub, create, { input })).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it.each([
    ['DateTime', 'receivedAfter', '0000-12-31T23:59:59Z'],
    ['DateTime', 'receivedAfter', '0001-01-01T00:00:00+14:00'],
    ['DateTime', 'receivedAfter', '9999-12-31T23:59:59-14:00'],
  ])('refuses a %s for %s that no calendar here has, %s, as input', async (scalar, argument, moment) => {
    const text = `query Q($m: ${scalar}) { referrals(filter: { ${argument}: $m }) { totalCount } }`;
    expect(await query(hub, text, { m: moment })).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('refuses the year 0, and more days than there are, as input', async () => {
    const unmet = 'query Q($m: Date!) { unmetNeed(network: "net_1", month: $m) { count { value } } }';
    expect(await query(hub, unmet, { m: '0000-01-01' })).toMatchObject({ code: 'BAD_USER_INPUT' });
    for (const days of [-1, 2_147_483_647])
      expect(await query(hub, `{ openLoops(olderThanDays: ${days}) { totalCount } }`)).toMatchObject({
        code: 'BAD_USER_INPUT',
      });
  });

  it('refuses texts and lists that nobody could read in a list, with their path', async () => {
    const refused = async (more: object) =>
      (await hub.send('gp', 'createReferral', await referralInput(hub, 3, more), 'referral { id }'))['userErrors'];
    expect(await refused({ note: 'x'.repeat(20_001) })).toMatchObject([{ code: 'INVALID', path: ['input', 'note'] }]);
    const contactPoints = Array.from({ length: 1_001 }, () => ({ system: 'phone', value: '07700 900123', safe: true }));
    expect(await refused({ person: adult(3, { contactPoints }) })).toMatchObject([
      { code: 'INVALID', path: ['input', 'person', 'contactPoints'] },
    ]);
    expect(await refused({ note: 'x'.repeat(20_000) })).toEqual([]);
  });

  it('refuses NUL in a literal as input', async () => {
    expect(await query(hub, '{ services(search: "a\\u0000b") { totalCount } }')).toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });

  it('masks what it did not expect, and keeps the row to itself', async () => {
    await hub.database.asAdmin('alter table hub.referral add constraint nobody check (false) not valid');
    const create = 'mutation M($input: CreateReferralInput!) { createReferral(input: $input) { userErrors { code } } }';
    const answer = await query(hub, create, { input: { idempotencyKey: 'broken', ...(await referralInput(hub, 2)) } });
    await hub.database.asAdmin('alter table hub.referral drop constraint nobody');
    const { data, errors } = JSON.parse(answer.text) as {
      data: unknown;
      errors: { message: string; extensions: object }[];
    };
    expect(data).toBeNull();
    expect(errors).toEqual([expect.objectContaining({ message: 'Internal server error' })]);
    expect(Object.keys(errors[0]?.extensions ?? {}).sort()).toEqual(['code', 'requestId']);
    expect(answer.code).toBe('INTERNAL_SERVER_ERROR');
  });
});
