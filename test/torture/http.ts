import { Agent, request } from 'node:http';

/** GraphQL's answer, as far as the torture looks. */
export interface Answer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- reads what it asked for
  data?: any;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** Connections are kept, as a gateway keeps them: a node's death meets requests that are under way. */
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** One attempt. Rejects where no whole answer came. */
export function post(port: number, token: string, query: string, variables: object, limitMs = 5_000): Promise<Answer> {
  const body = JSON.stringify({ query, variables });
  return new Promise((resolve, reject) => {
    const asked = request({
      agent,
      port,
      host: '127.0.0.1',
      path: '/graphql',
      method: 'POST',
      timeout: limitMs,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        authorization: `Bearer ${token}`,
      },
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer in time')));
    asked.on('error', reject);
    asked.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('error', reject).on('aborted', () => reject(new Error('the answer broke off')));
      response.on('end', () => {
        try {
          resolve({ status: response.statusCode ?? 0, ...(JSON.parse(text) as object) });
        } catch (error) {
          reject(error);
        }
      });
    });
    asked.end(body);
  });
}
