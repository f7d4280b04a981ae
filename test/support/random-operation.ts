import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';

/** A small seeded generator (mulberry32): the same seed makes the same operations on every machine. */
export class Random {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  below = (limit: number) => Math.floor(this.next() * limit);
  chance = (probability: number) => this.next() < probability;
  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }
}

/** Values of the data at hand, so that operations find something. */
export interface Pool {
  ids: string[];
  texts: string[];
  /** Cursors that pages have given out, good or not for the list they are used on. */
  cursors: string[];
}

export interface RandomOperation {
  query: string;
  variables: Record<string, unknown>;
}

/** Roots the plain executor alone answers. */
const PLAIN_ROOTS = new Set([
  'feedback',
  'myFeedback',
  // a keeper's answer: whoever would read it may not all be known to the asker
  'messageAudience',
  // notes a need that nobody meets
  'eligibilityCheck',
  // whoever asks, where no practitioner is named
  'caseload',
  // suppressed by functions, which are no rows to join
  'routeCounts',
  'serviceLoads',
  'signpostCounts',
  'unmetNeed',
]);

/** Valid operations over the whole schema: aliases, fragments, interfaces, directives, variables, arguments of every kind. */
export class OperationGenerator {
  private definitions: string[] = [];
  private variables: Record<string, unknown> = {};
  private fragments: string[] = [];
  private budget = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly random: Random,
    private readonly pool: Pool,
  ) {}

  /** A mutation of this name, whose payload selects anything of what it returns. */
  makeMutation(name: string, inputType: string, input: object): RandomOperation {
    this.reset();
    const payload = getNamedType(this.schema.getMutationType()?.getFields()[name]?.type as GraphQLOutputType);
    const fields = Object.values((payload as GraphQLObjectType).getFields())
      .filter((field) => isObjectType(getNamedType(field.type)))
      .map((field) => this.field(field, 1));
    const head = [`$input: ${inputType}!`, ...this.definitions].join(', ');
    const body = `${name}(input: $input) { ${fields.join(' ')} userErrors { code } }`;
    return {
      query: [`mutation M(${head}) { ${body} }`, ...this.fragments].join('\n'),
      variables: { ...this.variables, input },
    };
  }

  /** A subscription to the feed that selects anything of its events. */
  makeSubscription(): RandomOperation {
    this.reset();
    const selection = this.fieldsOf(this.schema.getType('FeedbackEvent') as GraphQLObjectType, 1);
    const head = ['$after: FeedCursor', ...this.definitions].join(', ');
    const body = `feedback(after: $after) { ... on FeedbackEvent { ${selection} } }`;
    return {
      query: [`subscription S(${head}) { ${body} }`, ...this.fragments].join('\n'),
      variables: this.variables,
    };
  }

  private reset(): void {
    this.definitions = [];
    this.variables = {};
    this.fragments = [];
    this.budget = 25;
  }

  make(): RandomOperation {
    this.reset();
    const query = this.schema.getQueryType() as GraphQLObjectType;
    const roots = Object.values(query.getFields()).filter(({ name }) => !PLAIN_ROOTS.has(name));
    const fields = Array.from({ length: 1 + this.random.below(2) }, (_, i) =>
      this.field(this.random.pick(roots), 0, `r${i}`),
    );
    const head = this.definitions.length ? `(${this.definitions.join(', ')})` : '';
    const typename = this.random.chance(0.05) ? ' __typename' : '';
    return {
      query: [`query Q${head} { ${fields.join(' ')}${typename} }`, ...this.fragments].join('\n'),
      variables: this.variables,
    };
  }

  private field(field: GraphQLField<unknown, unknown>, depth: number, alias?: string): string {
    this.budget -= 1;
    const args = field.args.flatMap((arg) => this.argument(arg));
    const named = alias ?? (this.random.chance(0.1) ? `a${this.random.below(1000)}` : undefined);
    const head = `${named ? `${named}: ` : ''}${field.name}${args.length ? `(${args.join(', ')})` : ''}${this.directive()}`;
    return `${head}${this.selection(field.type, depth + 1)}`;
  }

  private selection(output: GraphQLOutputType, depth: number): string {
    const type = getNamedType(output);
    if (isObjectType(type)) return ` { ${this.fieldsOf(type, depth)} }`;
    if (!isInterfaceType(type) && !isUnionType(type)) return '';
    const possible = this.schema.getPossibleTypes(type);
    const parts = Array.from({ length: 1 + this.random.below(3) }, () => {
      const member = this.random.pick(possible);
      return `... on ${member.name}${this.directive()} { ${this.fieldsOf(member, depth)} }`;
    });
    return ` { ${[this.random.chance(0.5) ? '__typename' : '', isInterfaceType(type) ? 'id' : '', ...parts].join(' ')} }`;
  }

  private fieldsOf(type: GraphQLObjectType, depth: number): string {
    const fields = Object.values(type.getFields());
    const usable = fields.filter((each) =>
      depth < 7 && this.budget > 0 ? true : !isObjectType(getNamedType(each.type)),
    );
    const count = 1 + this.random.below(4);
    const picked = new Map<string, string>();
    for (let i = 0; i < count && usable.length; i++) {
      const field = this.random.pick(usable);
      // two fields of one response key must agree, so a repeated one gets an alias
      const alias = picked.has(field.name) ? `x${this.random.below(100_000)}` : undefined;
      const text = this.field(field, depth, alias);
      picked.set(alias ?? /^(\w+):/.exec(text)?.[1] ?? field.name, text);
    }
    const body = [...picked.values()];
    if (!body.length || this.random.chance(0.08)) body.unshift('__typename');
    if (this.random.chance(0.06)) {
      const name = `F${this.fragments.length}`;
      this.fragments.push(''); // keeps its place while inner ones are added
      this.fragments[Number(name.slice(1))] = `fragment ${name} on ${type.name} { ${body.join(' ')} }`;
      return `...${name}${this.directive()} __typename`;
    }
    return body.join(' ');
  }

  private directive(): string {
    if (!this.random.chance(0.06)) return '';
    return ` @${this.random.pick(['include', 'skip'])}(if: ${this.variable('Boolean!', this.random.chance(0.5))})`;
  }

  private argument(arg: GraphQLArgument): string[] {
    const required = isNonNullType(arg.type);
    if (!required && this.random.chance(arg.name === 'first' ? 0.5 : 0.6)) return [];
    // most cursors at hand are of another list, and a bad one leaves the whole operation to the plain executor
    if (arg.name === 'after' && this.random.chance(0.5)) return [];
    // pages go one way or the other
    if ((arg.name === 'last' || arg.name === 'before') && this.random.chance(0.8)) return [];
    const value = !required && this.random.chance(0.05) ? null : this.value(arg.type, arg.name);
    if (this.random.chance(0.5)) return [`${arg.name}: ${this.variable(String(arg.type), value)}`];
    return [`${arg.name}: ${literal(value, arg.type)}`];
  }

  private variable(type: string, value: unknown): string {
    const name = `v${this.definitions.length}`;
    this.definitions.push(`$${name}: ${type}`);
    this.variables[name] = value;
    return `$${name}`;
  }

  private value(type: GraphQLInputType, name: string): unknown {
    if (isNonNullType(type)) return this.value(type.ofType as GraphQLInputType, name);
    if (isListType(type))
      return Array.from({ length: 1 + this.random.below(2) }, () => this.value(type.ofType as GraphQLInputType, name));
    if (isEnumType(type)) return this.random.pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => isNonNullType(field.type) || this.random.chance(0.15),
      );
      return Object.fromEntries(fields.map((field) => [field.name, this.value(field.type, field.name)]));
    }
    switch (type.name) {
      case 'Int':
        return name === 'olderThanDays' ? this.random.below(3) : this.random.below(this.random.chance(0.05) ? 120 : 6);
      case 'Float':
        return this.random.below(40) / 4;
      case 'Boolean':
        return this.random.chance(0.5);
      case 'ID':
        return this.random.pick(this.pool.ids);
      case 'DateTime':
        return new Date(Date.now() - this.random.below(90) * 86_400_000).toISOString();
      case 'NhsNumber':
        return this.random.pick(this.pool.texts.filter((text) => /^\d{10}$/.test(text)));
      default:
        return ['after', 'before'].includes(name)
          ? this.random.pick([...this.pool.cursors, 'x'])
          : this.random.pick(this.pool.texts);
    }
  }
}

function literal(value: unknown, type: GraphQLInputType): string {
  const inner = isNonNullType(type) ? (type.ofType as GraphQLInputType) : type;
  if (value === null) return 'null';
  if (Array.isArray(value))
    return `[${value.map((each) => literal(each, isListType(inner) ? (inner.ofType as GraphQLInputType) : inner)).join(', ')}]`;
  if (isEnumType(inner)) return String(value);
  if (isInputObjectType(inner)) {
    const fields = inner.getFields();
    return `{ ${Object.entries(value as object)
      .map(([name, each]) => `${name}: ${literal(each, fields[name]?.type as GraphQLInputType)}`)
      .join(', ')} }`;
  }
  return JSON.stringify(value);
}
