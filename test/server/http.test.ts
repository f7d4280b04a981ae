import { query, request } from '../support/http';
import { TestHub } from '../support/hub';
import { nhsNumber } from '../support/people';

const NUMBER = nhsNumber(77);
const many = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => make(i)).join(' ');
const nested = (levels: number) =>
  `{ referrals { nodes ${'{ onward { nodes '.repeat(levels)}{ id }${' } }'.repeat(levels)} } }`;

describe('GraphQL over HTTP', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await TestHub.start({ openIntrospection: false });
  });
  afterAll(() => hub.stop());

  describe('limits', () => {
    const doubling = `{ ...f0 } ${many(150, (i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`)} fragment f150 on Query { __typename }`;
    it.each([
      ['is deeper than fifteen levels', nested(8)],
      [
        'is deeper than fifteen levels by fragments',
        `{ referrals { nodes { ...A } } } fragment A on Referral { ${'onward { nodes { '.repeat(8)} id ${'} }'.repeat(8)} }`,
      ],
      [
        'has sixteen aliases',
        `{ ${many(8, (i) => `a${i}: __typename`)} viewer { ${many(8, (i) => `b${i}: roles`)} } }`,
      ],
      ['has eleven root fields', `{ ${many(11, (i) => `a${i}: viewer { roles }`)} }`],
      [
        'has eleven root fields in a fragment',
        `{ ...A } fragment A on Query { ${many(11, (i) => `a${i}: viewer { roles }`)} }`,
      ],
      [
        'may reach too many rows',
        '{ referrals(first: 100) { nodes { onward(first: 100) { nodes { onward(first: 100) { nodes { id } } } } } } }',
      ],
      [
        'may reach too many rows by its default pages',
        '{ referrals { nodes { onward { nodes { onward { nodes { onward { nodes { id } } } } } } } } }',
      ],
      ['doubles with every fragment', doubling],
    ])('refuses an operation that %s', async (_what, text) => {
      expect(await query(hub, text)).toMatchObject({ status: 400, code: 'QUERY_TOO_COMPLEX' });
    });

    it('counts page sizes that come as variables', async () => {
      const text =
        'query Q($n: Int) { referrals(first: $n) { nodes { onward(first: $n) { nodes { onward(first: $n) { nodes { id } } } } } } }';
      expect(await query(hub, text, { n: 100 })).toMatchObject({ status: 400, code: 'QUERY_TOO_COMPLEX' });
      expect(await query(hub, text, { n: 10 })).toMatchObject({ status: 200, code: undefined });
    });

    it.each([
      ['more than two thousand tokens', `{ viewer { ${'roles '.repeat(2_000)} } }`],
      ['twenty thousand levels', '{a'.repeat(20_000) + '}'.repeat(20_000)],
      ['five hundred directives', `{ viewer { roles ${'@aa '.repeat(500)} } }`],
      ['fragments in a circle', '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'],
    ])('refuses a document with %s, in few words', async (_what, text) => {
      const answer = await query(hub, text);
      expect(answer.status).toBe(400);
      expect((JSON.parse(answer.text) as { errors: unknown[] }).errors.length).toBeLessThanOrEqual(6);
      expect(answer.text.length).toBeLessThan(2_000);
    });

    it('lets what stands exactly at the limits pass', async () => {
      expect(await query(hub, `{ ${many(10, (i) => `a${i}: viewer { roles }`)} }`)).toMatchObject({
        status: 200,
        code: undefined,
      });
      expect(await query(hub, '{ referrals(first: 100) { nodes { id } } }')).toMatchObject({
        status: 200,
        code: undefined,
      });
    });

    it.each([
      'referrals(first: 101)',
      'referrals(last: 101)',
      'referrals(first: -1)',
      'organisations(first: 101)',
      'services(first: 101)',
      'feedback(first: 101)',
      'feedback(first: -1)',
    ])('refuses a page such as %s', async (page) => {
      expect(await query(hub, `{ ${page} { nodes { id } } }`)).toMatchObject({ code: 'BAD_USER_INPUT' });
    });

    it('refuses a page from both ends, and cursors that are none of its own', async () => {
      expect(await query(hub, '{ referrals(first: 1, last: 1) { nodes { id } } }')).toMatchObject({
        code: 'BAD_USER_INPUT',
      });
      const nobody = '00000000-0000-0000-0000-000000000000';
      for (const place of [
        '',
        'x',
        `|${nobody}`,
        `1e30|${nobody}`,
        `-Infinity|${nobody}`,
        `NaN|${nobody}`,
        `${'9'.repeat(39)}|${nobody}`,
        '1|nobody',
        '\0|\0',
      ]) {
        const after = Buffer.from(place).toString('base64url');
        const answer = await query(hub, 'query Q($after: String) { referrals(after: $after) { nodes { id } } }', {
          after,
        });
        expect({ place, code: answer.code }).toEqual({ place, code: 'BAD_USER_INPUT' });
      }
    });
  });

  describe('transport', () => {
    it.each([
      ['a batch', '[{"query":"{ viewer { roles } }"}]', 'application/json', 400],
      ['a form', 'query=%7Bviewer%7Broles%7D%7D', 'application/x-www-form-urlencoded', 415],
      ['plain text, as a page of another site may send', '{"query":"{ viewer { roles } }"}', 'text/plain', 400],
      ['no JSON', `{"query": ${NUMBER} x`, 'application/json', 400],
      ['an empty body', '', 'application/json', 400],
      ['an object without a query', '{}', 'application/json', 400],
      ['a query that is no text', `{"query":${NUMBER}}`, 'application/json', 400],
      [
        'variables that are no object',
        `{"query":"{ viewer { roles } }","variables":"${NUMBER}"}`,
        'application/json',
        400,
      ],
      ['a prototype', '{"query":"{ viewer { roles } }","__proto__":{"a":1}}', 'application/json', 400],
      [
        'variables two hundred thousand levels deep',
        `{"query":"{ viewer { roles } }","variables":{"a":${'['.repeat(2e5)}${']'.repeat(2e5)}}}`,
        'application/json',
        400,
      ],
    ])('refuses %s, and repeats none of it', async (_what, body, type, status) => {
      const answer = await request(hub, body, { headers: { 'content-type': type } });
      expect(answer.status).toBe(status);
      expect(answer.text).not.toContain(NUMBER);
    });

    it('refuses a body of two megabytes with an answer in JSON', async () => {
      const answer = await request(
        hub,
        JSON.stringify({ query: '{ viewer { roles } }', variables: { a: 'x'.repeat(2_000_000) } }),
      );
      expect(answer).toMatchObject({ status: 413, code: 'BAD_REQUEST' });
    });

    it('carries out no mutation by GET, and no GET that another site could make', async () => {
      const mutation = encodeURIComponent('mutation { acknowledgeFeedback(input: { stage: SEEN }) { acknowledged } }');
      const preflight = { 'apollo-require-preflight': '1' };
      const get = (text: string, headers: Record<string, string>) =>
        request(hub, '', { method: 'GET', path: `/graphql?query=${text}`, headers });
      expect((await get(mutation, preflight)).status).toBe(405);
      const read = encodeURIComponent('{ viewer { roles } }');
      expect((await get(read, preflight)).status).toBe(200);
      expect((await get(read, { 'content-type': 'text/plain' })).status).toBe(400);
    });

    it('keeps no persisted queries', async () => {
      const answer = await request(
        hub,
        JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }),
      );
      expect(answer.code).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
    });

    it('offers itself to no page of another origin', async () => {
      for (const origin of ['https://evil.example', 'null']) {
        const answer = await hub.post(
          { query: '{ viewer { roles } }' },
          { origin, authorization: `Bearer ${await hub.token('gp')}` },
        );
        expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      }
    });
  });

  describe('the schema', () => {
    const asks = [
      '{ __schema { types { name } } }',
      '{ ... { __type(name: "Query") { name } } }',
      '{ ...A } fragment A on Query { ...B } fragment B on Query { x: __schema { types { name } } }',
    ];
    it.each(asks)('is for developers alone: %s', async (text) => {
      expect(await query(hub, text)).toMatchObject({ status: 400, code: 'FORBIDDEN' });
      const { data, errors } = await hub.ask({ org: 'Z81001', roles: ['developer'] }, text);
      expect(errors).toBeUndefined();
      expect(JSON.stringify(data)).toContain('Query');
    });

    it('lifts no other limit for whoever asks for it', async () => {
      const wide =
        '{ __type(name: "Query") { name } referrals(first: 100) { nodes { onward(first: 100) { nodes { onward(first: 100) { nodes { id } } } } } } }';
      const { errors } = await hub.ask({ org: 'Z81001', roles: ['developer'] }, wide);
      expect(errors?.[0]?.extensions['code']).toBe('QUERY_TOO_COMPLEX');
    });
  });

  it.each([
    '',
    'x',
    'ref_',
    'ref_1',
    'xyz_00000000-0000-0000-0000-000000000000',
    'ref_00000000-0000-0000-0000-000000000000',
    'per_%00',
  ])('answers node(id: %j) with null, whatever is wrong with it', async (id) => {
    expect(await hub.ask('gp', 'query Q($id: ID!) { node(id: $id) { id } referral(id: $id) { id } }', { id })).toEqual({
      data: { node: null, referral: null },
    });
  });
});
