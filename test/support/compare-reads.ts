import { createHash } from 'node:crypto';
import { type DocumentNode, execute, getOperationAST, type GraphQLSchema, Kind, parse, print, visit } from 'graphql';
import type { Viewer } from '../../src/access';
import { openOperation } from '../../src/graph';
import type { Hub } from '../../src/server';
import type { RandomOperation } from './random-operation';

export interface Compared {
  plain: string;
  compiled: string | undefined;
  sql?: string;
}

/** Both executors' `data` for one operation and viewer, as text. undefined: the compiled one leaves it to the other. */
export async function bothAnswers(
  hub: Hub,
  schema: GraphQLSchema,
  viewer: Viewer,
  { query, variables }: RandomOperation,
): Promise<Compared> {
  const document = parse(query);
  const operation = getOperationAST(document, null);
  if (!operation) throw new Error('no operation');
  const requestId = 'compare';
  const opened = await openOperation(hub.services, { viewer, requestId, document, operation });
  const result = await execute({ schema, document, variableValues: variables, contextValue: opened.context });
  await opened.finish(Boolean(result.errors?.length)).catch(() => undefined);
  const key = createHash('sha256').update(query).digest('hex');
  const request = { viewer, requestId, key, document, operation, variables, operationName: 'compare' };
  const compiled = await hub.services.reads.answer(request);
  // an operation that fails has no data to compare; the compiled executor must leave it alone
  const plain = result.errors ? 'errors' : JSON.stringify(result.data);
  return { plain, compiled: compiled?.text, sql: hub.services.reads.statementOf(request)?.statement.text };
}

export const differ = ({ plain, compiled }: Compared) => compiled !== undefined && compiled !== plain;

/** The smallest operation that still differs, by leaving out one selection after another. */
export async function shrink(
  operation: RandomOperation,
  stillDiffers: (smaller: RandomOperation) => Promise<boolean>,
): Promise<RandomOperation> {
  let smallest = operation;
  for (let again = true; again;) {
    again = false;
    for (const query of smallerDocuments(parse(smallest.query))) {
      const used = new Set([...query.matchAll(/\$(\w+)/g)].map(([, name]) => name));
      const variables = Object.fromEntries(Object.entries(smallest.variables).filter(([name]) => used.has(name)));
      const candidate = { query, variables };
      if (query.length < smallest.query.length && (await stillDiffers(candidate).catch(() => false))) {
        smallest = candidate;
        again = true;
        break;
      }
    }
  }
  return smallest;
}

function* smallerDocuments(document: DocumentNode): Generator<string> {
  let total = 0;
  visit(document, { SelectionSet: (node) => void (total += node.selections.length) });
  for (let drop = 0; drop < total; drop++) {
    let seen = 0;
    const without = visit(document, {
      SelectionSet(node) {
        const from = seen;
        seen += node.selections.length;
        const selections = node.selections.filter((_, i) => from + i !== drop);
        return selections.length && selections.length < node.selections.length ? { ...node, selections } : undefined;
      },
    });
    yield tidy(without);
  }
}

/** Without variables and fragments that nothing uses any more. */
function tidy(document: DocumentNode): string {
  const text = print(document);
  return print(
    visit(document, {
      VariableDefinition: (node) => (text.split(`$${node.variable.name.value}`).length > 2 ? undefined : null),
      FragmentDefinition: (node) => (text.includes(`...${node.name.value}`) ? undefined : null),
      Document: {
        leave: (node) => ({
          ...node,
          definitions: node.definitions.filter((each) => each.kind !== Kind.FRAGMENT_DEFINITION || each),
        }),
      },
    }),
  );
}
