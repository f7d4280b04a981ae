import type { TestHub } from './hub';
import type { Caller } from './network';

export interface HttpAnswer {
  status: number;
  /** Code of the first error. */
  code?: string;
  text: string;
}

/** Sends a body as it is. Whatever comes back has to be JSON, and every error in it to carry a request id. */
export async function request(
  hub: TestHub,
  body: string,
  options: { headers?: Record<string, string>; method?: 'GET' | 'POST'; path?: string; caller?: Caller } = {},
): Promise<HttpAnswer> {
  const { headers, method = 'POST', path = '/graphql', caller = 'gp' } = options;
  const authorization = `Bearer ${await hub.token(caller)}`;
  const answer = await fetch(`${hub.url}${path}`, {
    method,
    ...(method === 'POST' && { body }),
    headers: { authorization, 'content-type': 'application/json', ...headers },
  });
  const text = await answer.text();
  expect(answer.headers.get('content-type')).toMatch(/^application\/(graphql-response\+)?json/);
  const parsed = JSON.parse(text) as { errors?: { extensions: { code: string; requestId: string } }[] };
  for (const error of parsed.errors ?? []) expect(error.extensions.requestId).toMatch(/^[0-9a-f-]{36}$/);
  return { status: answer.status, code: parsed.errors?.[0]?.extensions.code, text };
}

export const query = (hub: TestHub, text: string, variables?: object): Promise<HttpAnswer> =>
  request(hub, JSON.stringify({ query: text, variables }));
