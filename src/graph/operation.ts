import type { DocumentNode, ExecutionResult, OperationDefinitionNode } from 'graphql';
import { Kind } from 'graphql';
import type { PoolClient } from 'pg';
import { type AuditEntry, auditStatement, Touched, type Viewer } from '../access';
import { asIdentity, begin, isStale, undo } from '../database';
import type { GraphContext, Services } from './context';
import { Loaders } from './loaders';

export interface OperationRequest {
  viewer: Viewer;
  requestId: string;
  document: DocumentNode;
  operation: OperationDefinitionNode;
}

/** An operation in progress: the context its resolvers get, and the one way to end it. */
export interface OpenOperation {
  context: GraphContext;
  /** Commits with the audit row, or undoes everything where `failed`. Throws if the commit did not happen. */
  finish(failed: boolean): Promise<void>;
  /** Undoes everything, and leaves no trace: the operation is carried out once more. */
  abandon(): Promise<void>;
}

/**
 * Carries an operation out in a transaction of its own, which is committed before the result is given. Where the database's definitions
 * were made anew meanwhile, all of it is done once more.
 */
export function carryOutOperation(
  services: Services,
  request: OperationRequest,
  execute: (context: GraphContext) => ExecutionResult | Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  return services.database.onceMore(async () => {
    const opened = await openOperation(services, request);
    let result: ExecutionResult;
    try {
      result = await execute(opened.context);
    } catch (error) {
      await opened.finish(true);
      throw error;
    }
    const stale = result.errors?.map((error) => error.originalError).find(isStale);
    if (stale) {
      await opened.abandon();
      throw stale;
    }
    const failed = Boolean(result.errors?.length);
    try {
      await opened.finish(failed);
    } catch (error) {
      // what went wrong first is what is told; without its audit row nothing of the data is
      if (!failed) throw error;
      return { errors: result.errors, data: null };
    }
    return result;
  });
}

/** Each operation is one transaction as its viewer; its audit row commits with it, or its answer is not given. */
export async function openOperation(services: Services, request: OperationRequest): Promise<OpenOperation> {
  const { viewer, requestId, operation } = request;
  const writes = operation.operation === 'mutation';
  const client = await services.database.connect();
  try {
    const tx = await begin(client, viewer, 'loopwell_api', !writes);
    const touched = new Touched();
    const context: GraphContext = {
      viewer,
      requestId,
      services,
      tx,
      touched,
      loaders: new Loaders(tx, touched),
      wrote: false,
      afterwards: [],
      refused: false,
    };
    return {
      context,
      finish: once((failed) => finish(client, context, request, failed)),
      async abandon() {
        tx.leave();
        client.release(await undo(client, new Error('abandoned')));
      },
    };
  } catch (error) {
    client.release(error as Error);
    throw error;
  }
}

async function finish(
  client: PoolClient,
  context: GraphContext,
  request: OperationRequest,
  failed: boolean,
): Promise<void> {
  const writes = request.operation.operation === 'mutation';
  let broken: Error | undefined;
  try {
    if (failed && writes) {
      await context.tx.rollback();
      return;
    }
    const entry = {
      requestId: context.requestId,
      operation: operationNameOf(request.operation),
      action: writes
        ? ('WRITE' as const)
        : request.operation.operation === 'subscription'
          ? ('DELIVER' as const)
          : ('READ' as const),
      outcome: failed ? ('FAILED' as const) : context.refused ? ('REFUSED' as const) : ('OK' as const),
    };
    await context.tx.commit(auditStatement(context.viewer, entry, context.touched));
    if (context.wrote) context.services.committed();
    if (!failed) void noteAfterwards(context, entry);
  } catch (error) {
    broken = await undo(client, error as Error);
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Nobody waits for it, and nobody's answer depends on it: a failure is logged. */
async function noteAfterwards({ afterwards, services, viewer }: GraphContext, entry: AuditEntry): Promise<void> {
  if (!afterwards.length) return;
  const written = { ...entry, action: 'WRITE' as const };
  await asIdentity(
    services.database,
    viewer,
    async (tx) => {
      for (const note of afterwards) await note(tx);
    },
    { last: () => auditStatement(viewer, written, new Touched()) },
  ).catch((error: { code?: string }) =>
    services.logger.warn({ requestId: entry.requestId, code: error.code }, 'what a read found could not be noted'),
  );
}

/** The operation's name in its document, or its root fields. */
export function operationNameOf(operation: OperationDefinitionNode): string {
  if (operation.name) return operation.name.value;
  return operation.selectionSet.selections
    .map((selection) => (selection.kind === Kind.FIELD ? selection.name.value : '…'))
    .join(' ');
}

function once(end: (failed: boolean) => Promise<void>) {
  let ended: Promise<void> | undefined;
  return (failed: boolean) => (ended ??= end(failed));
}
