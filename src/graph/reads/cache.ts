import type { GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { Recent } from '../../kernel';
import type { Statement } from './compile';
import { NotDeclared } from './print';
import { shapeOf } from './shape';
import type { Variables } from './selection';

/** A statement with the name it is prepared under on each connection; without one where names have run out. */
export interface NamedStatement extends Statement {
  name?: string;
}

/** Documents kept at the most; the one not used for longest goes. */
const DOCUMENTS = 500;
/** Shapes of one document. */
const SHAPES = 32;
/** Names ever given: each connection keeps every statement it has prepared. */
const NAMES = 1_000;

interface CachedDocument {
  shape: (variables: Variables) => string;
  /** undefined: the plain executor answers. */
  statements: Map<string, NamedStatement | undefined>;
}

/** Compiled statements by document and shape, bounded. */
export class StatementCache {
  private readonly documents = new Recent<CachedDocument>(DOCUMENTS);
  private names = 0;

  constructor(private readonly schema: GraphQLSchema) {}

  /**
   * The statement `compile` makes of an operation, or of a part of it, under these variables; undefined where it is not wholly
   * declared. `key` names the document and the part.
   */
  private statementFor(
    key: string,
    operation: OperationDefinitionNode,
    variables: Variables,
    compile: () => Statement,
  ): NamedStatement | undefined {
    const cached = this.documents.get(key) ?? { shape: shapeOf(this.schema, operation), statements: new Map() };
    this.documents.set(key, cached);
    const shape = cached.shape(variables);
    if (!cached.statements.has(shape)) {
      if (cached.statements.size >= SHAPES) cached.statements.clear();
      cached.statements.set(shape, this.named(compile));
    }
    return cached.statements.get(shape);
  }

  /** The statement with the values of its parameters; undefined where something is undeclared, or an argument is not as it must be. */
  filled(
    key: string,
    operation: OperationDefinitionNode,
    variables: Variables,
    compile: () => Statement,
    more: Variables = {},
  ): { statement: NamedStatement; values: unknown[] } | undefined {
    const all = { ...variables, ...more };
    try {
      const statement = this.statementFor(key, operation, variables, compile);
      statement?.checks.forEach((check) => check(all));
      return statement && { statement, values: statement.slots.map((slot) => slot(all)) };
    } catch {
      return undefined; // a bad cursor or page: graphql-js says so, in the right place
    }
  }

  private named(compile: () => Statement): NamedStatement | undefined {
    try {
      const statement = compile();
      return { ...statement, name: this.names < NAMES ? `loopwell_read_${++this.names}` : undefined };
    } catch (error) {
      if (error instanceof NotDeclared) return undefined;
      throw error;
    }
  }
}
