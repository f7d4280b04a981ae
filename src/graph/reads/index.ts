import { type DocumentNode, getVariableValues, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { Viewer } from '../../access';
import { hasState } from '../../database';
import type { Services } from '../context';
import { isRevoked, isUnavailable } from '../mask';
import { type NamedStatement, StatementCache } from './cache';
import { compile } from './compile';
import { Deliveries } from './delivery';
import { PayloadReads } from './payload';
import { PreparedStatements } from './prepared';
import { audited } from './trail';

export { compile };
export { NotDeclared } from './print';
export { planOf, readMessage } from './prepared';
export { audited };

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
  variables: Record<string, unknown> | null | undefined;
  operationName: string;
}

/** How operations were answered, since the process began. */
export interface ReadCounts {
  compiled: number;
  plain: number;
  rerun: number;
  /** Rows of mutations' payloads read by one statement. */
  payloads: number;
  /** Feed entries rendered by one statement a page. */
  delivered: number;
}

/** The one-statement executor: an operation whose fields are all declared becomes one SQL statement that returns the answer's text. */
export class CompiledReads {
  readonly counts: ReadCounts = { compiled: 0, plain: 0, rerun: 0, payloads: 0, delivered: 0 };
  /** What reads the rows of mutations' payloads. */
  readonly payloads: PayloadReads;
  /** What renders feed entries for a subscription. */
  readonly deliveries: Deliveries;
  private readonly cache: StatementCache;
  private readonly statements: PreparedStatements;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly services: Pick<Services, 'database' | 'logger'>,
    /** False: everything a client asks runs plain. */
    readonly enabled = true,
  ) {
    this.cache = new StatementCache(schema);
    this.statements = new PreparedStatements(services.database);
    this.deliveries = new Deliveries(schema, this.cache, this.statements, this.counts, services.logger);
    this.payloads = new PayloadReads(this.cache, this.counts);
  }

  /** The answer, or undefined where the plain executor must give it. Throws where the database is away. */
  async answer(request: ReadRequest): Promise<Json | undefined> {
    const found = this.enabled ? this.statementOf(request) : undefined;
    if (!found) {
      this.counts.plain += 1;
      return undefined;
    }
    try {
      const values = [...found.values, request.requestId, request.operationName.slice(0, 200)];
      const statement = { name: found.statement.name, text: audited(found.statement) };
      const [row] = await this.statements.run(request.viewer, statement, values);
      this.counts.compiled += 1;
      return new Json((row as { data: string }).data);
    } catch (error) {
      if (isUnavailable(error) || isRevoked(error)) throw error;
      this.counts.rerun += 1;
      const { code } = error as { code?: string };
      if (!hasState(error, 'RUN_PLAIN'))
        this.services.logger.error(
          { requestId: request.requestId, code, operation: request.operationName },
          'a compiled read failed; it runs plain',
        );
      return undefined;
    }
  }

  /** The statement and its values; undefined where something is undeclared, or an argument is not as it must be. */
  statementOf(
    request: Pick<ReadRequest, 'key' | 'document' | 'operation' | 'variables'>,
  ): { statement: NamedStatement; values: unknown[] } | undefined {
    if (request.operation.operation !== 'query') return undefined;
    const { coerced } = getVariableValues(
      this.schema,
      request.operation.variableDefinitions ?? [],
      request.variables ?? {},
      { maxErrors: 1 },
    );
    if (!coerced) return undefined;
    const { document, operation } = request;
    return this.cache.filled(`${request.key} ${operation.name?.value ?? ''}`, operation, coerced, () =>
      compile(this.schema, document, operation, coerced),
    );
  }
}
