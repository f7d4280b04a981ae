import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool, type PoolClient } from 'pg';

/**
 * The limit: the hub's own SQL text behind node:http, with plain pg. The same role, settings, audit row, transaction and number of
 * messages; no GraphQL, no token, no checks. What is above it in time is the hub's own.
 */
interface LimitJob {
  connection: object;
  /** Sent once a connection, such as a prepared statement. */
  prepare: string[];
  /** Messages of one request, in order; the last row of the one numbered `answer` is the response. `{id}` is replaced by the body. */
  messages: string[];
  answer: number;
  poolSize: number;
}

const job = JSON.parse(process.env['LIMIT_JOB'] ?? '{}') as LimitJob;
const pool = new Pool({ ...job.connection, max: job.poolSize });
const ready = new WeakSet<PoolClient>();

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    answer(Buffer.concat(chunks).toString('utf8')).then(
      (text) =>
        response
          .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
          .end(text),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
});

async function answer(body: string): Promise<string> {
  const client = await pool.connect();
  try {
    if (!ready.has(client)) for (const statement of job.prepare) await client.query(statement);
    ready.add(client);
    let text = '';
    for (const [i, message] of job.messages.entries()) {
      const result = await client.query(message.replaceAll('{id}', body));
      if (i === job.answer) text = lastRow(result);
    }
    return `{"data":${text}}`;
  } finally {
    client.release();
  }
}

function lastRow(result: unknown): string {
  const results = (Array.isArray(result) ? result : [result]) as { rows: Record<string, string>[] }[];
  return String(Object.values(results.at(-1)?.rows[0] ?? {})[0]);
}

server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
