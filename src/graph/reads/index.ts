import { type DocumentNode, getVariableValues, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { escapeLiteral, type PoolClient } from 'pg';
import type { Viewer } from '../../access';
import { settingsOf } from '../../database';
import type { Services } from '../context';
import { isUnavailable } from '../mask';
import { type NamedStatement, StatementCache } from './cache';
import { compile } from './compile';
import { PayloadReads } from './payload';

export { compile };
export { NotDeclared } from './print';

/** The response's `data`, already as text: it goes on the wire unparsed. */
export class Json {
  constructor(readonly text: string) {}
}

export interface ReadRequest {
  viewer: Viewer;
  requestId: string;
  /** Names the document, such as the hash of its text. */
  key: string;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Record<string, unknown> | undefined;
  operationName: string;
}

/** Raised by graph.run_plain(): the statement cannot say what the specification asks. */
const PLAIN = 'LW500';

/** How operations were answered, since the process began. */
export interface ReadCounts {
  compiled: number;
  plain: number;
  rerun: number;
  /** Rows of mutations' payloads read by one statement. */
  payloads: number;
}

/** The one-statement executor: an operation whose fields are all declared becomes one SQL statement that returns the answer's text. */
export class CompiledReads {
  readonly counts: ReadCounts = { compiled: 0, plain: 0, rerun: 0, payloads: 0 };
  /** What reads the rows of mutations' payloads. */
  readonly payloads?: PayloadReads;
  private readonly cache: StatementCache;
  private readonly prepared = new WeakMap<PoolClient, Set<string>>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly services: Pick<Services, 'database' | 'logger'>,
    private readonly enabled = true,
  ) {
    this.cache = new StatementCache(schema);
    this.payloads = enabled ? new PayloadReads(this.cache, this.counts) : undefined;
  }

  /** The answer, or undefined where the plain executor must give it. Throws where the database is away. */
  async answer(request: ReadRequest): Promise<Json | undefined> {
    const found = this.enabled ? this.statementOf(request) : undefined;
    if (!found) {
      this.counts.plain += 1;
      return undefined;
    }
    const client = await this.services.database.connect();
    let broken: Error | undefined;
    try {
      const text = await this.run(client, found.statement, found.values, request);
      this.counts.compiled += 1;
      return new Json(text);
    } catch (error) {
      if (isUnavailable(error)) {
        broken = error as Error;
        throw error;
      }
      this.counts.rerun += 1;
      const { code } = error as { code?: string };
      if (code !== PLAIN)
        this.services.logger.error(
          { requestId: request.requestId, code, operation: request.operationName },
          'a compiled read failed; it runs plain',
        );
      return undefined;
    } finally {
      client.release(broken);
    }
  }

  /** The statement and its values; undefined where something is undeclared, or an argument is not as it must be. */
  statementOf(request: Pick<ReadRequest, 'key' | 'document' | 'operation' | 'variables'>) {
    if (request.operation.operation !== 'query') return undefined;
    const { coerced } = getVariableValues(
      this.schema,
      request.operation.variableDefinitions ?? [],
      request.variables ?? {},
      { maxErrors: 1 },
    );
    if (!coerced) return undefined;
    try {
      const key = `${request.key} ${request.operation.name?.value ?? ''}`;
      const { document, operation } = request;
      const statement = this.cache.statementFor(key, operation, coerced, () =>
        compile(this.schema, document, operation, coerced),
      );
      statement?.checks.forEach((check) => check(coerced));
      return statement && { statement, values: statement.slots.map((slot) => slot(coerced)) };
    } catch {
      return undefined; // a bad cursor or page: graphql-js says so, in the right place
    }
  }

  /**
   * Settings, statement and audit row in one message, which PostgreSQL carries out as one transaction: its answer arrives after the
   * commit, or not at all.
   */
  private async run(
    client: PoolClient,
    statement: NamedStatement,
    values: unknown[],
    request: ReadRequest,
  ): Promise<string> {
    const all = [...values, request.requestId, request.operationName.slice(0, 200)];
    if (!statement.name) {
      await client.query(`begin; ${settingsOf(request.viewer, 'loopwell_api', true)}`);
      const { rows } = await client.query(audited(statement), all).catch(async (error: Error) => {
        await client.query('rollback');
        throw error;
      });
      await client.query('commit');
      return rows[0].data;
    }
    await this.prepare(client, statement, statement.name);
    const results = await client.query(readMessage(request.viewer, statement.name, all));
    return (results as unknown as { rows: { data: string }[] }[]).at(-1)?.rows[0]?.data ?? 'null';
  }

  private async prepare(client: PoolClient, statement: NamedStatement, name: string): Promise<void> {
    const known = this.prepared.get(client) ?? new Set();
    this.prepared.set(client, known);
    if (known.has(name)) return;
    // the role that executes it is asked at each execution; the views decide what it sees
    await client
      .query(`begin; set local role loopwell_api; prepare ${name} as ${audited(statement)}; commit`)
      .catch(async (error: Error) => {
        await client.query('rollback');
        throw error;
      });
    known.add(name);
  }
}

/** One read, once its statement is prepared: settings and execution in one message. */
export function readMessage(viewer: Viewer, name: string, values: unknown[]): string {
  return `${settingsOf(viewer, 'loopwell_api', true)}; execute ${name}(${values.map(asLiteral).join(', ')})`;
}

/** The statement with the operation's audit row: who touched whom. No audit row, no answer. */
export function audited({ text, slots }: NamedStatement): string {
  const [request, operation] = [`$${slots.length + 1}`, `$${slots.length + 2}`];
  return (
    `with answer as materialized (${text}), trail as (` +
    'insert into hub.audit (party, practitioner, roles, purpose, request_id, operation, action, outcome, person_ids, referral_ids) ' +
    `select hub.viewer_party(), hub.viewer_practitioner(), current_setting('app.roles'), nullif(current_setting('app.purpose'), ''), ` +
    `${request}::text, ${operation}::text, 'READ', 'OK', coalesce(persons, '{}'), coalesce(referrals, '{}') from answer) ` +
    'select data from answer'
  );
}

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
