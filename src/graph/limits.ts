import {
  BREAK,
  type ASTVisitor,
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  type ValidationContext,
  type ValidationRule,
  visit,
} from 'graphql';

/** What one operation may ask for: the same for HTTP, sockets and SSE. */
export const limits = {
  depth: 15,
  aliases: 15,
  tokens: 2_000,
  rootFields: 10,
  /** Rows an operation may reach, by its page sizes. */
  cost: 20_000,
  /** Bytes of a request's body. */
  body: 1_000_000,
  /** Bytes of a socket's message. */
  message: 64 * 1024,
  /** Parts a socket's message may come in. */
  fragments: 64,
  subscriptionsPerSocket: 100,
  /** Messages a client may send on a socket: at once, and then a second. */
  messageBurst: 500,
  messagesPerSecond: 100,
  /** Characters of one text of a mutation: whoever is sent it reads it in lists and in the feed. */
  text: 20_000,
  /** Items of one list of a mutation. */
  items: 1_000,
  /** Levels of objects and lists in variables. */
  nesting: 32,
  /** Errors reported of one document. */
  errors: 5,
};

export const parseOptions = { maxTokens: limits.tokens };

export const tooComplex = (message: string) =>
  new GraphQLError(message, { extensions: { code: 'QUERY_TOO_COMPLEX', http: { status: 400 } } });

/** Depth and size, through fragments. */
const sizeRule: ValidationRule = (context: ValidationContext): ASTVisitor => {
  const fragments = new Map<string, Size>();
  return {
    OperationDefinition(operation) {
      const { depth, fields } = sizeOf(context, operation, fragments);
      if (depth > limits.depth) context.reportError(tooComplex(`An operation is at most ${limits.depth} levels deep.`));
      else if (fields > limits.tokens)
        context.reportError(
          tooComplex(`An operation has at most ${limits.tokens} fields and fragments, each counted where it is used.`),
        );
    },
  };
};

type Selecting = { selectionSet?: OperationDefinitionNode['selectionSet'] };
interface Size {
  depth: number;
  /** Selections with every fragment written out: what whoever follows the fragments has to go through. */
  fields: number;
}

/** Each fragment is measured once, because a chain of fragments that spread twice doubles with each. */
function sizeOf(context: ValidationContext, node: Selecting, fragments: Map<string, Size>): Size {
  const size = { depth: 0, fields: 0 };
  for (const selection of node.selectionSet?.selections ?? []) {
    const inner =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? fragmentSize(context, selection.name.value, fragments)
        : sizeOf(context, selection, fragments);
    size.fields += 1 + inner.fields;
    // introspection is deep by nature; whether it is allowed is decided elsewhere
    if (selection.kind === Kind.FIELD && selection.name.value.startsWith('__')) continue;
    size.depth = Math.max(size.depth, inner.depth + (selection.kind === Kind.FIELD ? 1 : 0));
  }
  return size;
}

function fragmentSize(context: ValidationContext, name: string, fragments: Map<string, Size>): Size {
  const known = fragments.get(name);
  if (known) return known;
  // a cycle is another rule's error; here it only must not run for ever
  fragments.set(name, { depth: 0, fields: 0 });
  const fragment = context.getFragment(name);
  const size = fragment ? sizeOf(context, fragment, fragments) : { depth: 0, fields: 0 };
  fragments.set(name, size);
  return size;
}

const aliasRule: ValidationRule = (context) => {
  let aliases = 0;
  return {
    Field(field) {
      if (field.alias && ++aliases === limits.aliases + 1)
        context.reportError(tooComplex(`A document has at most ${limits.aliases} aliases.`));
    },
  };
};

type Fragments = (name: string) => Selecting | null | undefined;

/** What stands at an operation's root, fragments and what is in them too: each fragment once, as execution takes them. */
function* atRoot(node: Selecting, fragment: Fragments, seen = new Set<string>()): Generator<SelectionNode> {
  for (const selection of node.selectionSet?.selections ?? []) {
    yield selection;
    if (selection.kind === Kind.INLINE_FRAGMENT) yield* atRoot(selection, fragment, seen);
    if (selection.kind !== Kind.FRAGMENT_SPREAD || seen.has(selection.name.value)) continue;
    seen.add(selection.name.value);
    yield* atRoot(fragment(selection.name.value) ?? {}, fragment, seen);
  }
}

const rootFields = (node: Selecting, fragment: Fragments): FieldNode[] =>
  [...atRoot(node, fragment)].filter((selection) => selection.kind === Kind.FIELD);

const fragmentsIn =
  ({ definitions }: DocumentNode): Fragments =>
  (wanted) =>
    definitions.find((part) => part.kind === Kind.FRAGMENT_DEFINITION && part.name.value === wanted) as Selecting;

const rootFieldRule: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    if (rootFields(operation, (name) => context.getFragment(name)).length > limits.rootFields) {
      context.reportError(tooComplex(`An operation has at most ${limits.rootFields} root fields.`));
    }
  },
});

export const validationRules = [sizeRule, aliasRule, rootFieldRule];

const badInput = (message: string) =>
  new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } });

/** Refuses text that PostgreSQL cannot hold, and variables nested beyond sense. */
export function inputError(document: DocumentNode, variables: Record<string, unknown>): GraphQLError | undefined {
  let level: unknown[] = [variables];
  // level by level, because what comes may be nested deeper than calls can be
  for (let depth = 0; level.length; depth++) {
    if (depth > limits.nesting) return badInput(`Variables are at most ${limits.nesting} levels deep.`);
    if (level.some((value) => typeof value === 'string' && !holdable(value))) return unholdable();
    level = level.flatMap((value) => (value && typeof value === 'object' ? Object.values(value) : []));
  }
  return hasHoldableLiterals(document) ? undefined : unholdable();
}

const unholdable = () => badInput('Text must be well-formed Unicode without NUL.');
const literals = new WeakMap<DocumentNode, boolean>();

function hasHoldableLiterals(document: DocumentNode): boolean {
  const known = literals.get(document);
  if (known !== undefined) return known;
  let found = true;
  visit(document, { StringValue: ({ value }) => (holdable(value) ? undefined : ((found = false), BREAK)) });
  literals.set(document, found);
  return found;
}

const holdable = (text: string) => !text.includes('\0') && !/\p{Surrogate}/u.test(text);

/** Whether an operation asks for the schema itself. */
export const introspects = (document: DocumentNode, operation: OperationDefinitionNode): boolean =>
  rootFields(operation, fragmentsIn(document)).some(({ name }) => ['__schema', '__type'].includes(name.value));

/**
 * GraphQL, section 5.2.4.1: no @skip and no @include decides whether a subscription has its root field. To be asked before the
 * rules of graphql-js 16, which look through them without variables, and throw.
 */
export function conditionAtRoot(document: DocumentNode): GraphQLError | undefined {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION || definition.operation !== OperationTypeNode.SUBSCRIPTION)
      continue;
    for (const { directives } of atRoot(definition, fragmentsIn(document))) {
      const nodes = directives?.find(({ name }) => name.value === 'skip' || name.value === 'include');
      if (!nodes) continue;
      const message = `@${nodes.name.value} does not decide on the root field of a subscription.`;
      return new GraphQLError(message, { nodes, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
    }
  }
  return undefined;
}
