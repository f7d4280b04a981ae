import {
  getNullableType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
} from 'graphql';

/** Types that only carry others: pages, payloads, messages, and what a viewer is told is missing. */
export const carries = (type: string) =>
  /(Connection|Edge|Payload|Error|Transition)$|^(PageInfo|Redaction|FeedHeartbeat|FeedReset)$/.test(type);

/** Every object type that an answer may hold, by walking from the roots; with each of its fields. */
export function reachableFields(schema: GraphQLSchema): string[] {
  const seen = new Set<string>();
  const fields: string[] = [];
  const visit = (output: GraphQLOutputType) => {
    const type = getNamedType(output);
    if (isInterfaceType(type) || isUnionType(type)) schema.getPossibleTypes(type).forEach(visit);
    if (!isObjectType(type) || seen.has(type.name)) return;
    seen.add(type.name);
    for (const field of Object.values(type.getFields())) {
      if (!carries(type.name)) fields.push(`${type.name}.${field.name}`);
      visit(field.type);
    }
  };
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()])
    if (root) visit(root);
  return fields;
}

/** A value for an argument or an input: by its name where the sample knows one, else by its type. Optional parts are left out. */
export function sampleOf(type: GraphQLInputType, name: string, samples: Record<string, unknown>): unknown {
  const given = samples[name];
  // a person or the like is named by id where an input asks for one whole
  if (
    typeof given === 'string' &&
    isInputObjectType(getNullableType(type)) &&
    'id' in (getNullableType(type) as GraphQLInputObjectType).getFields()
  )
    return { id: given };
  if (name in samples && !(isInputObjectType(getNullableType(type)) && typeof given !== 'object')) return given;
  if (isNonNullType(type)) return sampleOf(type.ofType as GraphQLInputType, name, samples);
  if (isListType(type)) return [sampleOf(type.ofType as GraphQLInputType, name, samples)];
  if (isEnumType(type)) return type.getValues()[0]?.value;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isRequiredInputField(field) || field.name in samples,
    );
    return Object.fromEntries(fields.map((field) => [field.name, sampleOf(field.type, field.name, samples)]));
  }
  const byType: Record<string, unknown> = {
    Int: 1,
    Float: 1,
    Boolean: false,
    String: 'text',
    ID: samples['id'] ?? 'none',
    DateTime: '2026-03-02T10:00:00.000Z',
    Date: '2026-03-02',
  };
  return byType[getNamedType(type).name];
}

/** Writes selections of everything a type has, down to types that have a root of their own; of those, the id. */
export class Walk {
  /** Types with a root that takes their id. */
  readonly own: ReadonlySet<string>;

  constructor(schema: GraphQLSchema) {
    const roots = Object.values(schema.getQueryType()?.getFields() ?? {});
    const byId = roots.filter(({ name, args }) => name !== 'node' && args.some((arg) => arg.name === 'id'));
    this.own = new Set(byId.map((root) => getNamedType(root.type).name));
  }

  /** A query of one root field with sample arguments and of all below it. */
  root(
    field: GraphQLField<unknown, unknown>,
    samples: Record<string, unknown>,
  ): { query: string; variables: Record<string, unknown> } {
    const args = field.args.filter((arg) => isRequiredArgument(arg) || arg.name in samples);
    const list = (each: (arg: GraphQLArgument) => string) => (args.length ? `(${args.map(each).join(', ')})` : '');
    const variables = Object.fromEntries(args.map((arg) => [arg.name, sampleOf(arg.type, arg.name, samples)]));
    const head = list(({ name, type }) => `$${name}: ${String(type)}`);
    const call = list(({ name }) => `${name}: $${name}`);
    return { query: `query Look${head} { ${field.name}${call}${this.selection(field.type, [])} }`, variables };
  }

  /** All of a type, itself included where it has a root of its own. */
  all(type: GraphQLObjectType): string {
    return this.fields(type, [type.name]);
  }

  /** All of a payload: what it holds is looked at whole. */
  payload(type: GraphQLObjectType): string {
    return this.fields(type, []);
  }

  private field(field: GraphQLField<unknown, unknown>, path: string[]): string {
    const page = field.args.some(({ name }) => name === 'first') ? `(first: ${PAGE})` : '';
    return `${field.name}${page}${this.selection(field.type, path)}`;
  }

  private selection(output: GraphQLOutputType, path: string[]): string {
    const type = getNamedType(output);
    if (isLeafType(type)) return '';
    if (isInterfaceType(type)) return ` { __typename ${Object.keys(type.getFields()).join(' ')} }`;
    if (isUnionType(type)) return ' { __typename }';
    // a root of its own, unless this is it; of herself a person sees what the viewer holds
    if (this.own.has(type.name) && path.length > 0 && path.at(-1) !== 'Viewer') return ' { id }';
    if (path.includes(type.name)) return ' { __typename }';
    return ` { ${this.fields(type, [...path, type.name])} }`;
  }

  private fields(type: GraphQLObjectType, path: string[]): string {
    // of a page its nodes and how many there are: edges and cursors repeat them
    const shown = Object.values(type.getFields()).filter(
      ({ name }) => !type.name.endsWith('Connection') || ['nodes', 'totalCount'].includes(name),
    );
    return shown.map((field) => this.field(field, path)).join(' ');
  }
}

/** Rows of a nested page: more than any story has, few enough for the limits of a subscription. */
const PAGE = 20;

type Json = Record<string, unknown> | unknown[] | string | number | boolean | null;

/** What of each field an answer showed: nothing yet, or the values themselves. */
export class Shown {
  readonly values = new Map<string, unknown[]>();
  /** Pages that count more than they hold. */
  readonly miscounted: string[] = [];

  constructor(private readonly schema: GraphQLSchema) {}

  has = (field: string) => (this.values.get(field)?.length ?? 0) > 0;
  text = (field: string) => JSON.stringify(this.values.get(field) ?? []);

  /** `value` is what an object of this type answered. */
  add(type: GraphQLObjectType, value: Record<string, unknown>): void {
    for (const [name, field] of Object.entries(type.getFields())) {
      const inner = value[name] as Json | undefined;
      if (inner === undefined) continue;
      const key = `${type.name}.${name}`;
      const shown = this.values.get(key) ?? [];
      this.values.set(key, shown);
      if (isSomething(inner)) shown.push(inner);
      this.addInner(key, field.type, inner);
    }
  }

  private addInner(key: string, output: GraphQLOutputType, value: Json): void {
    if (value === null || typeof value !== 'object') return;
    if (Array.isArray(value)) {
      for (const each of value) this.addInner(key, output, each as Json);
      return;
    }
    const held = Array.isArray(value['nodes']) ? value['nodes'].length : 0;
    if (typeof value['totalCount'] === 'number' && value['totalCount'] !== held && held < PAGE)
      this.miscounted.push(key);
    const named = getNamedType(output);
    const type = isObjectType(named) ? named : this.schema.getType(String(value['__typename']));
    // an id alone is a reference, not a look at the object
    if (isObjectType(type) && Object.keys(value).join() !== 'id') this.add(type, value);
  }
}

function isSomething(value: Json): boolean {
  if (value === null) return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === 'object' && Array.isArray(value['nodes']) ? value['nodes'].length > 0 : true;
}
