import { createHash, randomUUID } from 'node:crypto';
import {
  createSourceEventStream,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import { OperationTypeNode } from 'graphql';
import { isOver, type Viewer } from '../access';
import type { FeedMessage, PageReader, RenderedEntry } from '../feed';
import { isRevoked, isUnavailable, maskError, carryOutOperation, operationNameOf, splice } from '../graph';
import type { Ending } from './connections';
import type { Hub } from './hub';
import { type Prepared, prepare } from './pipeline';

/** What a transport gives an operation: who asks, how its connection is ended, and how a ready text becomes a result. */
export interface Carrier {
  viewer: Viewer;
  end: (why: Ending) => void;
  /** A result whose `data` is JSON text already. */
  ready: (data: string) => ExecutionResult;
  /** Sends one such result of a subscription at once; false where its reader has not yet taken what was sent before. */
  push?: (data: string) => boolean;
}
interface Carried extends Carrier {
  requestId: string;
  /** Names the document. */
  key: string;
  prepared: Prepared;
}
export type CarriedArgs = ExecutionArgs & { contextValue: Carried };

export interface Asked {
  query: string;
  operationName?: string | null;
  variables?: Record<string, unknown> | null;
}

/** A document from a socket or a stream: what to carry out, or the errors to answer with. No mutation goes this way. */
export function admit(
  hub: Hub,
  schema: GraphQLSchema,
  asked: Asked,
  carrier: Carrier,
): CarriedArgs | readonly GraphQLError[] {
  const { requestId, mask } = masking(hub, randomUUID());
  const allowed = [OperationTypeNode.QUERY, OperationTypeNode.SUBSCRIPTION];
  let prepared: ReturnType<typeof prepare>;
  try {
    prepared = prepare(schema, asked, allowed, carrier.viewer, hub.mayIntrospect);
  } catch (error) {
    // what the library stumbles over is one document's error; thrown on, it would end everything on the connection
    return [mask(error)];
  }
  if (!('document' in prepared)) return prepared.map(mask);
  const key = createHash('sha256').update(asked.query).digest('hex');
  return {
    schema,
    document: prepared.document,
    operationName: asked.operationName,
    variableValues: asked.variables,
    contextValue: { ...carrier, requestId, key, prepared },
  };
}

function masking(hub: Hub, requestId: string) {
  const mask = (error: unknown) => {
    const { message, ...rest } = maskError(error, requestId, hub.services.logger);
    return Object.assign(new GraphQLError(message, rest), rest);
  };
  return { requestId, mask };
}

/** One execution in a transaction of its own: a query, or one event of a subscription. */
async function run(hub: Hub, args: CarriedArgs, rootValue?: unknown): Promise<ExecutionResult> {
  const { viewer, requestId, prepared } = args.contextValue;
  const result = await carryOutOperation(hub.services, { viewer, requestId, ...prepared }, (contextValue) =>
    execute({ ...args, rootValue, contextValue }),
  );
  const unavailable = result.errors?.find((error) => isUnavailable(error.originalError));
  if (unavailable) throw unavailable.originalError;
  const { mask } = masking(hub, requestId);
  return result.errors ? { ...result, errors: result.errors.map(mask) } : result;
}

export async function runQuery(hub: Hub, args: CarriedArgs): Promise<ExecutionResult> {
  const { prepared, ...carried } = args.contextValue;
  try {
    const operationName = operationNameOf(prepared.operation);
    const variables = args.variableValues;
    const data = await hub.services.reads.answer({ ...carried, ...prepared, variables, operationName });
    return data ? carried.ready(data.text) : await run(hub, args);
  } catch (error) {
    return { errors: [failed(hub, args, error)] };
  }
}

/** Replays and follows; each event is read by itself, so that what may be seen is asked anew. */
export async function runSubscription(
  hub: Hub,
  args: CarriedArgs,
): Promise<ExecutionResult | AsyncGenerator<ExecutionResult>> {
  const { services } = hub;
  const { prepared, ...carried } = args.contextValue;
  const request = { ...carried, ...prepared, variables: args.variableValues };
  const { reads, streams } = services;
  const read: PageReader | undefined = reads.enabled ? reads.deliveries.readerOf(request, streams.rows) : undefined;
  const push = (entry: RenderedEntry) => carried.push?.(rendered(hub, carried.viewer, entry)) === true;
  const contextValue = { ...carried, services, read, push: carried.push && push };
  const source = await createSourceEventStream({ ...args, contextValue }).catch((error: unknown) => ({
    errors: [error],
  }));
  if (!(Symbol.asyncIterator in source)) return { errors: source.errors?.map((error) => failed(hub, args, error)) };
  const events = source as AsyncGenerator<FeedMessage>;
  const results = deliver(hub, args, events);
  const end = results.return.bind(results);
  // the source may be parked in a wait: it has to be ended first
  results.return = async (value) => {
    await events.return(undefined);
    return end(value);
  };
  return results;
}

async function* deliver(
  hub: Hub,
  args: CarriedArgs,
  messages: AsyncGenerator<FeedMessage>,
): AsyncGenerator<ExecutionResult> {
  const { viewer, ready, end } = args.contextValue;
  try {
    for await (const message of messages) {
      if (isOver(viewer)) break;
      if (message.type === 'heartbeat' || message.type === 'reset') yield await say(hub, args, message);
      else if (message.type === 'entry' && 'text' in message.entry) yield ready(rendered(hub, viewer, message.entry));
      else yield await run(hub, args, message);
    }
    // a stream that ended with its token is not complete, and its client must not take it for that
    if (isOver(viewer)) end('TOKEN_OVER');
  } catch (error) {
    yield { errors: [failed(hub, args, error)] };
  }
}

/** A heartbeat or a reset: it tells nothing of anybody, and needs no transaction. */
async function say({ services }: Hub, args: CarriedArgs, rootValue: FeedMessage): Promise<ExecutionResult> {
  const { viewer } = args.contextValue;
  return execute({ ...args, rootValue, contextValue: { services, viewer } });
}

function rendered({ services }: Hub, { party }: Viewer, entry: RenderedEntry): string {
  const cursor = () => services.cursors.sign({ party: party ?? '', sequence: entry.seq, event: entry.event_hash });
  return splice(entry.text, entry, cursor);
}

/** The database is away, or refuses the token: the connection ends in the way its client understands. Anything else is one masked error. */
function failed(hub: Hub, { contextValue }: CarriedArgs, error: unknown): GraphQLError {
  const { end, requestId } = contextValue;
  const cause = (error instanceof GraphQLError && error.originalError) || error;
  if (isUnavailable(cause)) end('TRY_AGAIN_LATER');
  if (isRevoked(cause)) end('TOKEN_OVER');
  return masking(hub, requestId).mask(error);
}
