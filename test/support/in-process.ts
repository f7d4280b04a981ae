import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  execute,
  getOperationAST,
  type GraphQLSchema,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import type { Claims, Viewer } from '../../src/access';
import { openOperation } from '../../src/graph';
import { hubSchema } from '../../src/server';
import type { GraphResult, TestHub } from './hub';
import type { Caller } from './network';

interface Prepared {
  key: string;
  document: DocumentNode;
  operation: OperationDefinitionNode;
}

/** Asks a hub without HTTP: the same executors, transactions and audit rows, several times as fast. */
export class InProcess {
  private readonly prepared = new Map<string, Prepared>();

  private constructor(
    readonly hub: TestHub,
    readonly schema: GraphQLSchema,
  ) {}

  static async of(hub: TestHub): Promise<InProcess> {
    return new InProcess(hub, await hubSchema());
  }

  async viewer(caller: Caller | Claims): Promise<Viewer> {
    return this.hub.hub.authenticator.viewerOf(`Bearer ${await this.hub.token(caller)}`);
  }

  /** The answer as HTTP would give it, unmasked. With `undo` a mutation is carried out and then taken back. */
  async ask(viewer: Viewer, query: string, variables: object = {}, { undo = false } = {}): Promise<GraphResult> {
    const { services } = this.hub.hub;
    const { key, document, operation } = this.prepare(query);
    const requestId = 'in-process';
    const request = { viewer, requestId, key, document, operation, variables: variables as Record<string, unknown> };
    const compiled =
      operation.operation === 'query' &&
      (await services.reads.answer({ ...request, operationName: operation.name?.value ?? '' }));
    if (compiled) return { data: JSON.parse(compiled.text) as GraphResult['data'] };
    const opened = await openOperation(services, request);
    let failed = true;
    try {
      const result = await execute({
        schema: this.schema,
        document,
        variableValues: variables as Record<string, unknown>,
        contextValue: opened.context,
      });
      failed = undo || Boolean(result.errors?.length);
      return JSON.parse(JSON.stringify(result)) as GraphResult;
    } finally {
      await opened.finish(failed);
    }
  }

  private prepare(query: string): Prepared {
    const known = this.prepared.get(query);
    if (known) return known;
    const document = parse(query);
    const operation = getOperationAST(document, null);
    if (!operation) throw new Error(`not one operation: ${query}`);
    const made = { key: createHash('sha256').update(query).digest('hex'), document, operation };
    this.prepared.set(query, made);
    return made;
  }
}
