import { serverAudits } from 'graphql-http';
import { TestHub } from '../support/hub';

describe('GraphQL over HTTP', () => {
  let hub: TestHub;
  let token: string;
  beforeAll(async () => {
    hub = await TestHub.start({}, { bare: false });
    token = await hub.token('gp');
  });
  afterAll(() => hub.stop());

  // a GET from a page is refused as a forgery unless it asks first, so the audits ask first
  const fetchFn = (url: string, init: RequestInit = {}) =>
    fetch(url, {
      ...init,
      headers: {
        ...(init.headers as Record<string, string>),
        authorization: `Bearer ${token}`,
        'apollo-require-preflight': 'yes',
      },
    });

  it.each(serverAudits({ url: 'http://replaced', fetchFn }).map(({ id, name }) => [id, name]))('%s %s', async (id) => {
    const audit = serverAudits({ url: () => `${hub.url}/graphql`, fetchFn }).find((each) => each.id === id);
    const result = await audit?.fn();
    expect(result && 'reason' in result ? result.reason : result?.status).toBe('ok');
  });
});
