import { Client } from 'pg';
import type { Place } from './operations';

/** A connection as the server's owner, for as long as the work takes. */
export async function asAdmin<Result>(
  admin: Place['address'],
  database: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ ...admin, database });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
