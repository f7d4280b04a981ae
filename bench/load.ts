import { Agent, request } from 'node:http';

export interface Load {
  perSecond: number;
  /** Of the time to the whole answer, in milliseconds. */
  p50: number;
  p99: number;
  requests: number;
  bytes: number;
}

export interface Target {
  port: number;
  path: string;
  headers: Record<string, string>;
  /** What to send; a function that answers undefined has run out, and the load ends. */
  body: string | (() => string | undefined);
  /** Every right answer holds this. */
  expect: string;
}

/** Closed-loop load: `connections` clients, each sending its next request when the last is answered, for this long. */
export async function load(target: Target, connections: number, milliseconds: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  let bytes = 0;
  const began = performance.now();
  const client = async () => {
    while (performance.now() - began < milliseconds) {
      const start = performance.now();
      const text = await send(target, agent);
      if (text === undefined) return;
      times.push(performance.now() - start);
      bytes = text.length;
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, client));
  } finally {
    agent.destroy();
  }
  const seconds = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99), requests: times.length, bytes };
}

/** One request and its answer's text; undefined where there is nothing more to send. A wrong answer ends the benchmark. */
export function send({ port, path, headers, body, expect }: Target, agent?: Agent): Promise<string | undefined> {
  const text = typeof body === 'function' ? body() : body;
  if (text === undefined) return Promise.resolve(undefined);
  const payload = Buffer.from(text);
  return new Promise((resolve, reject) => {
    const options = {
      port,
      path,
      agent,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': payload.length },
    };
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const answer = Buffer.concat(chunks).toString('utf8');
        if (response.statusCode === 200 && answer.includes(expect)) resolve(answer);
        else reject(new Error(`a request was answered ${response.statusCode}: ${answer.slice(0, 500)}`));
      });
    });
    sent.on('error', reject);
    sent.end(payload);
  });
}
