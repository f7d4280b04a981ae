import { defaultFieldResolver, type GraphQLFieldResolver, GraphQLObjectType, type GraphQLSchema } from 'graphql';

/** An object whose selection one statement has read already: its values stand under the keys the response will have. */
export class Answered {
  constructor(private readonly values: Record<string, unknown>) {}

  at(key: string | number): unknown {
    const value = this.values[key];
    return Array.isArray(value) ? value.map(deeper) : deeper(value);
  }
}

const deeper = (value: unknown): unknown =>
  value !== null && typeof value === 'object' ? new Answered(value as Record<string, unknown>) : value;

/** Lets every type of the schema be answered so, beside its own resolvers. */
export function acceptAnswered(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!(type instanceof GraphQLObjectType) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const resolve: GraphQLFieldResolver<unknown, unknown> = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context, info) =>
        source instanceof Answered ? source.at(info.path.key) : resolve(source, args, context, info);
    }
  }
}
