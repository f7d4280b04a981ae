import {
  type FieldNode,
  type FragmentDefinitionNode,
  getArgumentValues,
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isNonNullType,
  isObjectType,
  Kind,
  type DocumentNode,
  type OperationDefinitionNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields';

export type Variables = Record<string, unknown>;

/** One field of a selection: what graphql-js would resolve, under the key it would use. */
export interface Selected {
  key: string;
  name: string;
  nodes: FieldNode[];
  field?: GraphQLField<unknown, unknown>;
  nullable: boolean;
  /** Its arguments under given variables: asked again at each call. */
  args: (variables: Variables) => Record<string, unknown>;
}

/** Reads an operation with graphql-js's own rules: aliases, fragments, interfaces, @include and @skip. */
export class Selection {
  private readonly fragments: Record<string, FragmentDefinitionNode>;

  constructor(
    readonly schema: GraphQLSchema,
    document: DocumentNode,
    readonly variables: Variables,
  ) {
    const fragments = document.definitions.filter(
      (each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION,
    );
    this.fragments = Object.fromEntries(fragments.map((each) => [each.name.value, each]));
  }

  ofOperation(operation: OperationDefinitionNode, type: GraphQLObjectType): Selected[] {
    return this.selected(
      type,
      collectFields(this.schema, this.fragments, this.variables, type, operation.selectionSet),
    );
  }

  /** What these fields select of their type, or of the type a Node turned out to be. */
  below(type: GraphQLObjectType, nodes: readonly FieldNode[]): Selected[] {
    return this.selected(
      type,
      collectSubfields(this.schema, this.fragments, this.variables, type, nodes as FieldNode[]),
    );
  }

  objectType(name: string): GraphQLObjectType {
    const type = this.schema.getType(name);
    if (!isObjectType(type)) throw new Error(`${name} is no object type`);
    return type;
  }

  private selected(type: GraphQLObjectType, fields: ReadonlyMap<string, readonly FieldNode[]>): Selected[] {
    return [...fields].map(([key, nodes]) => {
      const [first] = nodes as [FieldNode, ...FieldNode[]];
      const field = type.getFields()[first.name.value];
      return {
        key,
        name: first.name.value,
        nodes: [...nodes],
        field,
        nullable: !field || !isNonNullType(field.type),
        args: (variables) => (field ? getArgumentValues(field, first, variables) : {}),
      };
    });
  }
}

export const namedObject = (field: GraphQLField<unknown, unknown> | undefined): GraphQLObjectType => {
  const type = field && getNamedType(field.type);
  if (!isObjectType(type)) throw new Error('not an object type');
  return type;
};
