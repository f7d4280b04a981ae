import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';
import { prefixOf } from '../../kernel';
import type { Variables } from './selection';

/**
 * What of the variables shapes the SQL text: which are null, the values of booleans and enums (directives, orders), and the kind
 * an id names. Two calls of one document with the same shape share one statement.
 */
export function shapeOf(schema: GraphQLSchema, operation: OperationDefinitionNode): (variables: Variables) => string {
  const parts = (operation.variableDefinitions ?? []).map(({ variable, type }) => {
    const name = variable.name.value;
    const shape = valueShape(typeFromAST(schema, type as never) as GraphQLInputType);
    return (variables: Variables) => shape(variables[name]);
  });
  return (variables) => parts.map((part) => part(variables)).join(' ');
}

function valueShape(type: GraphQLInputType): (value: unknown) => string {
  if (isNonNullType(type)) return valueShape(type.ofType as GraphQLInputType);
  if (isListType(type)) return (value) => (value == null ? '-' : '+');
  if (isEnumType(type)) return (value) => (value == null ? '-' : String(value));
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).map((field) => ({
      name: field.name,
      shape: valueShape(field.type),
    }));
    return (value) =>
      value == null ? '-' : `{${fields.map(({ name, shape }) => shape((value as Variables)[name])).join('')}}`;
  }
  if (type.name === 'Boolean') return (value) => (value == null ? '-' : value ? 't' : 'f');
  if (type.name === 'ID') return (value) => (value == null ? '-' : (prefixOf(value) ?? '?'));
  return (value) => (value == null ? '-' : '+');
}
