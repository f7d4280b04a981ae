import { type FieldNode, getNamedType, isEnumType } from 'graphql';
import {
  type ColumnField,
  type DeclaredField,
  declaredType,
  type DeclaredType,
  type ManyField,
  type OneField,
  type Order,
  typeWithPrefix,
} from '../declare';
import { keyset, orderBy, orderText } from '../keyset';
import { type Page, pageOf } from '../page';
import {
  argumentAt,
  declaredRoots,
  type Filter,
  type RootConnection,
  type RootList,
  type RootNode,
  type RootOne,
} from '../roots';
import { andOpening, whereOf } from '../loaders';
import { localId, prefixOf } from '../../kernel';
import * as json from './json';
import { namedObject, type Selected, type Selection, type Variables } from './selection';

/** The operation holds something no declaration covers: it runs on the plain executor. */
export class NotDeclared extends Error {}

/** One root field: the rows it comes from, its JSON, and whose rows they are. */
export interface PrintedRoot {
  key: string;
  from: string;
}

/** The value of a parameter, from a call's variables. */
export type Slot = (variables: Variables) => unknown;

const MARK = '\u0001';
/** Under this name a payload's row id stands among the variables; no GraphQL variable can have it. */
export const PAYLOAD_ID = ' id';

/** Prints SQL for selections. Parameters get their numbers once the text is known: PostgreSQL refuses one that is not used. */
export class Printer {
  /** Whose rows the text reads. */
  readonly types = new Set<DeclaredType>();
  private readonly slots: Slot[] = [];
  private readonly checks: Slot[] = [];
  private aliases = 0;

  constructor(
    private readonly selection: Selection,
    /** `parsed`: the text is read again by us, and what the specification says of nulls and numbers is said then. */
    private readonly options: { parsed?: boolean } = {},
  ) {}

  /** Text with numbered parameters, and their values in that order. `frame` may put it into a statement that has more of them. */
  finish(
    text: string,
    frame: (text: string, slots: number) => string = (whole) => whole,
  ): { text: string; slots: Slot[]; checks: Slot[] } {
    const used: Slot[] = [];
    const numbers = new Map<number, number>();
    const numbered = text.replaceAll(new RegExp(`${MARK}(\\d+)${MARK}`, 'g'), (_all, digits: string) => {
      const slot = Number(digits);
      if (!numbers.has(slot)) numbers.set(slot, used.push(this.slots[slot] as Slot));
      return `$${numbers.get(slot)}`;
    });
    return { text: frame(numbered, used.length), slots: used, checks: this.checks };
  }

  private param(slot: Slot): string {
    return `${MARK}${this.slots.push(slot) - 1}${MARK}`;
  }

  private alias(): string {
    return `t${++this.aliases}`;
  }

  /** A declared row's selection as a JSON object. */
  entity(type: DeclaredType, fields: readonly Selected[], alias: string): string {
    this.types.add(type);
    return json.object(fields.map((each) => [each.key, this.field(type, each, alias)]));
  }

  private field(type: DeclaredType, selected: Selected, alias: string): string {
    if (selected.name === '__typename') return json.literal(JSON.stringify(type.name));
    const declaration: DeclaredField | undefined = type.fields.get(selected.name);
    if (!declaration) throw new NotDeclared(`${type.name}.${selected.name}`);
    switch (declaration.kind) {
      case 'column':
        return this.column(type, declaration, selected, alias);
      case 'one':
        return this.one(declaration, selected, alias);
      case 'list':
        return this.list(declaration, selected, alias);
      case 'connection':
        return this.nested(declaration, selected, alias);
    }
  }

  private column(type: DeclaredType, { column, form }: ColumnField, selected: Selected, alias: string): string {
    const parsed = form === 'float' && this.options.parsed;
    // the values of an enum hold nothing that JSON escapes
    const code = form === 'text' && selected.field && isEnumType(getNamedType(selected.field.type));
    const printed = parsed ? 'number' : code ? 'code' : form;
    return json.value(`${alias}.${column}`, printed, this.nullable(selected), type.prefix);
  }

  private nullable({ nullable }: Selected): boolean {
    return nullable || this.options.parsed === true;
  }

  /** One row by its id, which is the first parameter. */
  payload(type: DeclaredType, view: string, nodes: readonly FieldNode[]): string {
    const fields = this.selection.below(this.selection.objectType(type.name), nodes);
    const id = this.param((v) => v[PAYLOAD_ID]);
    const row = `${this.entity(type, fields, 't')} as data, ${this.columnOf(type.person, 't')} as person, ${this.columnOf(type.referral, 't')} as referral`;
    return `select ${row} from ${view} t where t.id = ${id}::uuid`;
  }

  private one({ of, column, by, view }: OneField, selected: Selected, alias: string): string {
    const type = declaredType(of());
    const own = this.alias();
    const fields = this.selection.below(this.selection.objectType(type.name), selected.nodes);
    const row = `(select ${this.entity(type, fields, own)} from ${view ?? type.view} ${own} where ${own}.${by} = ${alias}.${column})`;
    return `coalesce(${row}, ${this.nullable(selected) ? "'null'" : json.RUN_PLAIN})`;
  }

  private list({ of, view, key, order }: ManyField, { nodes }: Selected, alias: string): string {
    const type = declaredType(of());
    const own = this.alias();
    const fields = this.selection.below(this.selection.objectType(type.name), nodes);
    const rows = `select x.* from ${view ?? type.view} x where x.${key} = ${alias}.id order by ${orderBy(order)}`;
    return `(select ${json.array(this.entity(type, fields, own))} from (${rows}) ${own})`;
  }

  private nested(field: ManyField, selected: Selected, alias: string): string {
    const type = declaredType(field.of());
    const now = selected.args(this.selection.variables);
    const narrowed = Object.entries(field.filters).flatMap(([argument, { column, cast }]) =>
      now[argument] == null ? [] : [`x.${column} = ${this.param((v) => selected.args(v)[argument])}::${cast}`],
    );
    const where = [`x.${field.key} = ${alias}.id`, ...narrowed].join(' and ');
    const { body, from } = this.page(type, selected, {
      source: `${field.view ?? type.view} x`,
      where,
      order: field.order,
      pageSize: field.pageSize,
    });
    return from ? `(select ${body} from ${from})` : body;
  }

  /** A root connection; `whose` collects the persons and referrals of its rows for the audit. */
  rootConnection(root: RootConnection, selected: Selected): string {
    const type = declaredType(root.of());
    const now = selected.args(this.selection.variables);
    const order = root.orders[String(now['orderBy'] ?? '')] ?? Object.values(root.orders)[0] ?? [];
    const where = this.where(root.filters, selected, now);
    // filters name the row at hand `t`
    const source = { source: `${root.view ?? type.view} t`, where, order, pageSize: root.pageSize };
    const { body, from, alias, inPage } = this.page(type, selected, source);
    if (!from) return `select ${body} as data, null::uuid[] as persons, null::uuid[] as referrals`;
    return `select ${body} as data, ${this.whose(type, alias, inPage)} from ${from}`;
  }

  rootOne(root: RootOne, selected: Selected): string {
    const type = declaredType(root.of());
    const where = this.where(root.filters, selected, selected.args(this.selection.variables));
    const first = root.order ? ` order by ${orderBy(root.order)}` : '';
    return this.single(type, selected, `${type.view} t where ${where}${first} limit 1`, 't');
  }

  rootNode(_root: RootNode, selected: Selected): string {
    const type = typeWithPrefix(prefixOf(selected.args(this.selection.variables)['id']));
    if (!type) return `select 'null' as data, null::uuid[] as persons, null::uuid[] as referrals`;
    const id = this.param((v) => localId(type.prefix ?? '', selected.args(v)['id']));
    return this.single(type, selected, `${type.view} t where t.id = ${id}::uuid${andOpening(type)}`, 't');
  }

  rootList(root: RootList, selected: Selected): string {
    const type = declaredType(root.of());
    const own = this.alias();
    const fields = this.selection.below(this.selection.objectType(type.name), selected.nodes);
    const rows = `select x.* from ${root.view ?? type.view} x order by ${orderBy(root.order)}`;
    return `select ${json.array(this.entity(type, fields, own))} as data, null::uuid[] as persons, null::uuid[] as referrals from (${rows}) ${own}`;
  }

  private single(type: DeclaredType, selected: Selected, rows: string, alias: string): string {
    const fields = this.selection.below(this.selection.objectType(type.name), selected.nodes);
    const own = this.alias();
    const found = `select ${this.entity(type, fields, alias)} as data, ${this.columnOf(type.person, alias)} as person, ${this.columnOf(type.referral, alias)} as referral from ${rows}`;
    const absent = selected.nullable ? "'null'" : json.RUN_PLAIN;
    return (
      `select coalesce(max(${own}.data), ${absent}) as data, array_remove(array_agg(${own}.person), null) as persons, ` +
      `array_remove(array_agg(${own}.referral), null) as referrals from (${found}) ${own}`
    );
  }

  private columnOf(column: string | undefined, alias: string): string {
    return column ? `${alias}.${column}` : 'null::uuid';
  }

  private whose(type: DeclaredType, alias: string, inPage: string): string {
    const all = (column: string | undefined, name: string) =>
      `${column ? `array_agg(${alias}.${column})${inPage}` : 'null::uuid[]'} as ${name}`;
    return `${all(type.person, 'persons')}, ${all(type.referral, 'referrals')}`;
  }

  private where(filters: Record<string, Filter>, selected: Selected, now: Record<string, unknown>): string {
    const placeholders = new Map<string, string>();
    for (const [path, { value }] of Object.entries(filters)) {
      if (argumentAt(now, path) == null) continue;
      const slot: Slot = (v) => {
        const argument = argumentAt(selected.args(v), path);
        return value ? value(argument) : argument;
      };
      placeholders.set(path, this.param(slot));
    }
    return whereOf(filters, placeholders);
  }

  /** A connection's parts, each only if selected. Without nodes, edges or pageInfo no row is read. */
  private page(
    type: DeclaredType,
    selected: Selected,
    rows: { source: string; where: string; order: readonly Order[]; pageSize: number },
  ): { body: string; from?: string; alias: string; inPage: string } {
    this.types.add(type);
    const asked = (v: Variables): Page => pageOf(selected.args(v), rows.order, rows.pageSize);
    // asked at each call, also where the text needs no page: a bad cursor is an error all the same
    this.checks.push(asked);
    const page = asked(this.selection.variables);
    const alias = this.alias();
    const limit = this.param((v) => asked(v).limit);
    const bounds = (page.beyond ?? []).map((_, i) => this.param((v) => asked(v).beyond?.[i]));
    const fields = this.selection.below(namedObject(selected.field), selected.nodes);
    // numbers cost a window over the rows: only what looks at the page's ends, or turns it round, needs them
    const numbered = page.backward || fields.some(({ name }) => name === 'pageInfo');
    const inPage = numbered ? ` filter (where ${alias}.__n <= ${limit}::integer)` : '';
    const inOrder = numbered ? ` order by ${alias}.__n${page.backward ? ' desc' : ''}` : '';
    const parts = new PageParts(this, type, this.selection, { alias, limit, inOrder, inPage, page, order: rows.order });
    const count = `(select count(*)::text from ${rows.source} where ${rows.where})`;
    const body = json.object(fields.map((each) => [each.key, each.name === 'totalCount' ? count : parts.print(each)]));
    if (!parts.readsRows) return { body, alias, inPage };
    const order = orderBy(rows.order, page.backward);
    const beyond = bounds.length ? ` and ${keyset(rows.order, bounds, page.backward)}` : '';
    const columns = `${rows.source.slice(-1)}.*${numbered ? `, row_number() over (order by ${order}) as __n` : ''}`;
    const from =
      `(select ${columns} from ${rows.source} where ${rows.where}${beyond} ` +
      `order by ${order} limit ${limit}::integer${numbered ? ' + 1' : ''}) ${alias}`;
    return { body, from, alias, inPage };
  }
}

interface PageContext {
  alias: string;
  limit: string;
  inOrder: string;
  /** Leaves out the row beyond the page, which only says that there is one; empty where none is read. */
  inPage: string;
  page: Page;
  order: readonly Order[];
}

/** What a connection shows of its page: aggregates over its rows, the one beyond the page left out. */
class PageParts {
  readsRows = false;

  constructor(
    private readonly printer: Printer,
    private readonly type: DeclaredType,
    private readonly selection: Selection,
    private readonly context: PageContext,
  ) {}

  print(selected: Selected): string {
    if (selected.name === '__typename')
      return json.literal(JSON.stringify(`${this.type.connection ?? this.type.name}Connection`));
    const { inOrder, inPage } = this.context;
    const rows = (each: string) => this.aggregate(json.array(each, inOrder, inPage));
    if (selected.name === 'nodes') return rows(this.node(selected));
    if (selected.name === 'edges') return rows(this.edge(selected));
    return this.pageInfo(selected);
  }

  /** Only an aggregate makes one row of the page; constants alone need none of its rows. */
  private aggregate(expression: string): string {
    this.readsRows = true;
    return expression;
  }

  private node(selected: Selected): string {
    const fields = this.selection.below(this.selection.objectType(this.type.name), selected.nodes);
    return this.printer.entity(this.type, fields, this.context.alias);
  }

  private get cursor(): string {
    return json.cursor(orderText(this.context.order, this.context.alias));
  }

  private edge(selected: Selected): string {
    const edge = namedObject(selected.field);
    return json.object(
      this.selection.below(edge, selected.nodes).map((each) => {
        if (each.name === '__typename') return [each.key, json.literal(JSON.stringify(edge.name))];
        return [each.key, each.name === 'cursor' ? json.quoted(this.cursor) : this.node(each)];
      }),
    );
  }

  private pageInfo(selected: Selected): string {
    const { alias, limit, inPage, page } = this.context;
    const more = () => this.aggregate(`case when count(${alias}.__n) > ${limit}::integer then 'true' else 'false' end`);
    const beyond = json.literal(String(page.beyond !== undefined));
    const ends = (last: boolean) =>
      json.quoted(
        `(array_agg(${this.cursor} order by ${alias}.__n${last !== page.backward ? ' desc' : ''})${inPage})[1]`,
      );
    const parts: Record<string, () => string> = {
      __typename: () => json.literal('"PageInfo"'),
      hasNextPage: () => (page.backward ? beyond : more()),
      hasPreviousPage: () => (page.backward ? more() : beyond),
      startCursor: () => this.aggregate(ends(false)),
      endCursor: () => this.aggregate(ends(true)),
    };
    const fields = this.selection.below(namedObject(selected.field), selected.nodes);
    return json.object(fields.map((each) => [each.key, parts[each.name]?.() ?? json.literal('null')]));
  }
}

/** Every root field's rows, under the key it answers to. */
export function printRoots(
  printer: Printer,
  fields: readonly Selected[],
): { constants: [string, string][]; roots: PrintedRoot[] } {
  const constants: [string, string][] = [];
  const roots: PrintedRoot[] = [];
  for (const selected of fields) {
    if (selected.name === '__typename') {
      constants.push([selected.key, json.literal('"Query"')]);
      continue;
    }
    const root = declaredRoots().get(selected.name);
    if (!root) throw new NotDeclared(`Query.${selected.name}`);
    const from =
      root.kind === 'connection'
        ? printer.rootConnection(root, selected)
        : root.kind === 'one'
          ? printer.rootOne(root, selected)
          : root.kind === 'list'
            ? printer.rootList(root, selected)
            : printer.rootNode(root, selected);
    roots.push({ key: selected.key, from });
  }
  return { constants, roots };
}
