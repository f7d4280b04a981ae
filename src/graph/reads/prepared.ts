import { escapeLiteral, type PoolClient } from 'pg';
import type { Viewer } from '../../access';
import { asIdentity, type Database, PASS_GATE, settingsOf, type Transaction } from '../../database';
import type { NamedStatement } from './cache';

/** Carries out one statement for one viewer: settings and execution in one message, which PostgreSQL takes as one transaction. */
export class PreparedStatements {
  private readonly prepared = new WeakMap<PoolClient, Set<string>>();

  constructor(private readonly database: Database) {}

  /** Its rows, which arrive after the commit or not at all. `text` is prepared under the name, where there is one. */
  async run(
    viewer: Viewer,
    { name, text }: Pick<NamedStatement, 'name' | 'text'>,
    values: unknown[],
  ): Promise<object[]> {
    if (!name) return asIdentity(this.database, viewer, (tx) => tx.run<object>(text, values), { readOnly: true });
    return this.database.onceMore(() => this.runPrepared(viewer, name, text, values));
  }

  private async runPrepared(viewer: Viewer, name: string, text: string, values: unknown[]): Promise<object[]> {
    const client = await this.database.connect();
    let broken: Error | undefined;
    try {
      await this.prepare(client, name, text);
      const results = await client.query(readMessage(viewer, name, values));
      return (results as unknown as { rows: object[] }[]).at(-1)?.rows ?? [];
    } catch (error) {
      // an error of the database's own leaves the connection good; anything else does not
      if ((error as { severity?: string }).severity === undefined) broken = error as Error;
      throw error;
    } finally {
      client.release(broken);
    }
  }

  private async prepare(client: PoolClient, name: string, text: string): Promise<void> {
    const known = this.prepared.get(client) ?? new Set();
    this.prepared.set(client, known);
    if (known.has(name)) return;
    // the role that executes it is asked at each execution; the views decide what it sees
    await client.query(`${PASS_GATE}; select set_config('role', 'loopwell_api', true); prepare ${name} as ${text}`);
    known.add(name);
  }
}

/** One read, once its statement is prepared: settings and execution in one message. */
export function readMessage(viewer: Viewer, name: string, values: unknown[]): string {
  return `${PASS_GATE}; ${settingsOf(viewer, 'loopwell_api', true)}; ${executionOf(name, values)}`;
}

/** PostgreSQL's plan for a statement, prepared as the hub has it: one for any values. */
export async function planOf(
  tx: Transaction,
  { text }: Pick<NamedStatement, 'text'>,
  values: unknown[],
  how = 'explain',
): Promise<string[]> {
  await tx.run(`prepare explained as ${text}`, []);
  const rows = await tx.run<{ 'QUERY PLAN': string }>(`${how} ${executionOf('explained', values)}`, []);
  await tx.run('deallocate explained', []);
  return rows.map((row) => row['QUERY PLAN']);
}

const executionOf = (name: string, values: unknown[]): string =>
  `execute ${name}${values.length ? `(${values.map(asLiteral).join(', ')})` : ''}`;

function asLiteral(value: unknown): string {
  if (value == null) return 'null';
  if (value instanceof Date) return escapeLiteral(value.toISOString());
  if (Array.isArray(value)) {
    const items = value.map((each) =>
      each == null ? 'null' : `"${String(each).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`,
    );
    return escapeLiteral(`{${items.join(',')}}`);
  }
  return escapeLiteral(String(value));
}
