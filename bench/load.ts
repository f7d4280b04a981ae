import { Agent, request } from 'node:http';

export interface Load {
  perSecond: number;
  p50: number;
  p99: number;
  bytes: number;
  failures: number;
}

export interface Target {
  port: number;
  path: string;
  headers: Record<string, string>;
  body: string | (() => string);
}

/** Closed-loop load: `connections` clients, each sending its next request when the last is answered, for this long. */
export async function load(target: Target, connections: number, milliseconds: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  let bytes = 0;
  let failures = 0;
  const began = performance.now();
  const client = async () => {
    while (performance.now() - began < milliseconds) {
      const start = performance.now();
      const answer = await send(target, agent);
      times.push(performance.now() - start);
      bytes = answer.bytes;
      if (!answer.ok) failures += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  agent.destroy();
  const seconds = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99), bytes, failures };
}

export function send(
  { port, path, headers, body }: Target,
  agent?: Agent,
): Promise<{ ok: boolean; bytes: number; text: string }> {
  const payload = Buffer.from(typeof body === 'function' ? body() : body);
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
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ ok: response.statusCode === 200 && !text.startsWith('{"errors"'), bytes: text.length, text });
      });
    });
    sent.on('error', reject);
    sent.end(payload);
  });
}
