import {
  type DocumentNode,
  getNamedType,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  Kind,
  visit,
  type ValueNode,
} from 'graphql';
import { getComplexity } from 'graphql-query-complexity';
import { Recent } from '../kernel';
import { limits, tooComplex } from './limits';

/** Refuses an operation that could reach more rows than the limit, by its page sizes. Undefined where it may run. */
export function costError(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
  variables: Record<string, unknown>,
) {
  const cost = costOf(schema, document, operationName, variables);
  return cost !== undefined && cost > limits.cost
    ? tooComplex(`The operation may reach ${cost} rows; the limit is ${limits.cost}. Ask for smaller pages.`)
    : undefined;
}

/** What is known of a document: the variables that its cost depends on, and its costs by their values. */
interface Sized {
  names: readonly string[];
  costs: Recent<number>;
}
const documents = new WeakMap<DocumentNode, Sized>();
const COSTS = 100;

/** Rows that an operation may reach. A dashboard asks the same over and over, and to count takes longer than all else that is looked at. */
function costOf(
  schema: GraphQLSchema,
  query: DocumentNode,
  operationName: string | undefined,
  variables: Record<string, unknown>,
): number | undefined {
  const { names, costs } = documents.get(query) ?? sized(query);
  const sizes = names.map((name) => (name in variables ? [variables[name]] : []));
  const key = sizes.flat().every(isShort) ? JSON.stringify([operationName, sizes]) : undefined;
  const known = key === undefined ? undefined : costs.get(key);
  if (known !== undefined) return known;
  try {
    const cost = getComplexity({ schema, query, operationName, variables, estimators: [rowEstimator] });
    if (key !== undefined) costs.set(key, cost);
    return cost;
  } catch {
    return undefined; // variables that do not fit their types: execution says so, without quoting them
  }
}

const isShort = (value: unknown) => value === null || typeof value === 'number' || typeof value === 'boolean';

/** A page is as long as `first` or `last` says; whether anything is read at all, @include and @skip say by `if`. */
function sized(document: DocumentNode): Sized {
  const names = new Set<string>();
  const note = (value: ValueNode) => void (value.kind === Kind.VARIABLE && names.add(value.name.value));
  visit(document, { Argument: ({ name, value }) => void (DECIDING.has(name.value) && note(value)) });
  const found = { names: [...names].sort(), costs: new Recent<number>(COSTS) };
  documents.set(document, found);
  return found;
}
const DECIDING = new Set(['first', 'last', 'if']);

interface Estimated {
  field: { type: Parameters<typeof getNamedType>[0]; args: readonly { name: string; defaultValue?: unknown }[] };
  args: Record<string, unknown>;
  childComplexity: number;
}

/** Objects count, scalars do not; a connection counts its page. */
function rowEstimator({ field, args, childComplexity }: Estimated): number {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return isAbstractType(type) ? 1 + childComplexity : 0;
  if (type.name.endsWith('Connection')) {
    const pageSize = field.args.find((arg) => arg.name === 'first')?.defaultValue;
    const rows = Number(args['first'] ?? args['last'] ?? pageSize ?? 25);
    return 1 + Math.max(0, rows) * childComplexity;
  }
  if (type.name.endsWith('Edge') || type.name === 'PageInfo') return childComplexity;
  return 1 + childComplexity;
}
