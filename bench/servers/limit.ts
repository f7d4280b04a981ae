import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool, type PoolClient, type QueryResult } from 'pg';

/** A message to PostgreSQL as pg takes it; `<<name>>` in its text and values stands for that member of the request's body. */
export interface Message {
  text: string;
  name?: string;
  values?: unknown[];
}

/**
 * The limit: the hub's own SQL text behind node:http, with plain pg. The same role, settings, audit row, transaction and number of
 * messages; no GraphQL, no token, no checks. What is above it in time is the hub's own.
 */
export interface LimitJob {
  connection: object;
  /** Sent once a connection, such as a prepared statement. */
  prepare: string[];
  /** Messages of one request, in order; the last row of the one numbered `answer` is the response. */
  messages: Message[];
  answer: number;
  poolSize: number;
}

const job = JSON.parse(process.env['LIMIT_JOB'] ?? '{}') as LimitJob;
const pool = new Pool({ ...job.connection, max: job.poolSize });
const ready = new WeakSet<PoolClient>();

type Given = Record<string, string>;
const filledIn = (value: unknown, given: Given) =>
  typeof value === 'string' ? value.replaceAll(/<<(\w+)>>/g, (_, name: string) => given[name] ?? '') : revived(value);
/** Bytes come through JSON as pg does not take them. */
const revived = (value: unknown) =>
  (value as { type?: string } | null)?.type === 'Buffer' ? Buffer.from((value as { data: number[] }).data) : value;

/** Only what has a place to fill in is made anew for each request. */
const fillers = job.messages.map((message) =>
  message.values || message.text.includes('<<')
    ? (given: Given) => ({
        ...message,
        text: filledIn(message.text, given) as string,
        values: message.values?.map((value) => filledIn(value, given)),
      })
    : () => message,
);

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
  const given = (body ? JSON.parse(body) : {}) as Given;
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    if (!ready.has(client)) for (const statement of job.prepare) await client.query(statement);
    ready.add(client);
    let text = '';
    for (const [i, fill] of fillers.entries()) {
      const { text: sql, name, values } = fill(given);
      const result = await client.query(name || values ? { text: sql, name, values } : sql);
      if (i === job.answer) text = lastRow(result);
    }
    return `{"data":${text}}`;
  } catch (error) {
    broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}

/** The last row's only column as it is, where it has one; otherwise the row. */
function lastRow(result: QueryResult | QueryResult[]): string {
  const row = [result].flat().findLast(({ rows }) => rows.length > 0)?.rows[0] as Record<string, unknown> | undefined;
  const values = Object.values(row ?? {});
  return values.length === 1 ? String(values[0]) : JSON.stringify(row ?? null);
}

server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.stdin.on('end', () => process.exit()).resume();
