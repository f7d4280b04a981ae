import DataLoader from 'dataloader';
import type { Touched } from '../access';
import type { Transaction } from '../database';
import { type DeclaredType, type ManyField, declaredType, type OneField, type Order } from './declare';
import { argumentAt, type Filter, type RootConnection, type RootList, type RootOne } from './roots';
import { keyset, orderBy, orderText } from './keyset';
import type { Page } from './page';

/** A row of a reading view, with its type's name beside it. */
export type Row = Record<string, unknown> & { __type: string };
/** Rows and whether more follow. */
export interface Rows {
  rows: Row[];
  more: boolean;
}

/**
 * The plain executor's reads, batched per operation. A loader belongs to one transaction of one viewer, so a cache cannot cross
 * viewers. It notes whose rows it returned, for the audit.
 */
export class Loaders {
  private readonly loaders = new Map<string, DataLoader<string, unknown>>();

  constructor(
    readonly tx: Transaction,
    readonly touched: Touched,
  ) {}

  one(type: DeclaredType, id: string, by: OneField['by'] = 'id', view = type.view, also = ''): Promise<Row | null> {
    return this.batch(`one ${view} ${by}${also}`, id, async (ids) => {
      const rows = await this.tx.run<Row>(
        `select * from ${view} where ${by} = any($1::${by === 'key' ? 'text' : 'uuid'}[])${also}`,
        [ids],
      );
      const found = new Map(rows.map((row) => [row[by], this.note(type, row)]));
      return ids.map((each) => found.get(each) ?? null);
    });
  }

  /** One that is asked for at a root, by its id. */
  opened(type: DeclaredType, id: string): Promise<Row | null> {
    return this.one(type, id, 'id', type.view, andOpening(type));
  }

  many(field: ManyField, id: string, page: Page | undefined, args: Record<string, unknown> = {}): Promise<Rows> {
    const type = declaredType(field.of());
    const view = field.view ?? type.view;
    const beyond = page?.beyond ?? [];
    const narrowed = narrowing(field, args);
    const name = JSON.stringify(['many', view, field.key, page?.limit, page?.backward, beyond, narrowed]);
    return this.batch(name, id, async (ids) => {
      const bounds = beyond.map((_, i) => `$${i + 2}`);
      const rows = await this.tx.run<Row & { __parent: number }>(
        `select parent.place as __parent, t.*, ${orderText(field.order, 't')} as __cursor
         from unnest($1::uuid[]) with ordinality parent (id, place) cross join lateral (
           select * from ${view} x where x.${field.key} = parent.id
           ${bounds.length ? `and ${keyset(field.order, bounds, page?.backward)}` : ''}
           ${narrowed.map(([column], i) => `and x.${column} = $${i + 2 + bounds.length}`).join(' ')}
           order by ${orderBy(field.order, page?.backward)} ${page ? `limit ${page.limit + 1}` : ''}) t`,
        [ids, ...beyond, ...narrowed.map(([, value]) => value)],
      );
      return ids.map((_, place) => {
        const own = rows.filter((row) => Number(row.__parent) === place + 1);
        return this.cut(type, own, page);
      });
    });
  }

  count(field: ManyField, id: string, args: Record<string, unknown> = {}): Promise<number> {
    const view = field.view ?? declaredType(field.of()).view;
    const narrowed = narrowing(field, args);
    return this.batch(JSON.stringify(['count', view, field.key, narrowed]), id, async (ids) => {
      const rows = await this.tx.run<{ id: string; count: number }>(
        `select ${field.key}::text as id, count(*) as count from ${view} where ${field.key} = any($1::uuid[])
         ${narrowed.map(([column], i) => `and ${column} = $${i + 2}`).join(' ')} group by 1`,
        [ids, ...narrowed.map(([, value]) => value)],
      );
      const counts = new Map(rows.map((row) => [row.id, row.count]));
      return ids.map((each) => counts.get(each) ?? 0);
    });
  }

  async rootOne(root: RootOne, args: Record<string, unknown>): Promise<Row | null> {
    const type = declaredType(root.of());
    const { where, values } = conditions(root.filters, args);
    const first = root.order ? `order by ${orderBy(root.order)}` : '';
    const [row] = await this.tx.run<Row>(`select * from ${type.view} t where ${where} ${first} limit 1`, values);
    return row ? this.note(type, row) : null;
  }

  async rootList(root: RootList): Promise<Row[]> {
    const type = declaredType(root.of());
    const rows = await this.tx.run<Row>(`select * from ${root.view ?? type.view} order by ${orderBy(root.order)}`, []);
    return rows.map((row) => this.note(type, row));
  }

  async rootPage(
    root: RootConnection,
    args: Record<string, unknown>,
    order: readonly Order[],
    page: Page,
  ): Promise<Rows> {
    const type = declaredType(root.of());
    const { where, values } = conditions(root.filters, args);
    const bounds = (page.beyond ?? []).map((value) => `$${values.push(value)}`);
    const rows = await this.tx.run<Row>(
      `select t.*, ${orderText(order, 't')} as __cursor from ${root.view ?? type.view} t where ${where}
       ${bounds.length ? `and ${keyset(order, bounds, page.backward)}` : ''}
       order by ${orderBy(order, page.backward)} limit ${page.limit + 1}`,
      values,
    );
    return this.cut(type, rows, page);
  }

  async rootCount(root: RootConnection, args: Record<string, unknown>): Promise<number> {
    const { where, values } = conditions(root.filters, args);
    const view = root.view ?? declaredType(root.of()).view;
    const [row] = await this.tx.run<{ count: number }>(
      `select count(*) as count from ${view} t where ${where}`,
      values,
    );
    return row?.count ?? 0;
  }

  /** Gives a row its type's name and remembers whose it is. */
  note(type: DeclaredType, row: object): Row {
    const noted = Object.assign(row as Row, { __type: type.name });
    const person = type.person && noted[type.person];
    const referral = type.referral && noted[type.referral];
    if (typeof person === 'string') this.touched.persons.add(person);
    if (typeof referral === 'string') this.touched.referrals.add(referral);
    return noted;
  }

  private cut(type: DeclaredType, rows: Row[], page: Page | undefined): Rows {
    const kept = page ? rows.slice(0, page.limit) : rows;
    if (page?.backward) kept.reverse();
    return { rows: kept.map((row) => this.note(type, row)), more: kept.length < rows.length };
  }

  private batch<Result>(
    name: string,
    id: string,
    load: (ids: readonly string[]) => Promise<Result[]>,
  ): Promise<Result> {
    let loader = this.loaders.get(name) as DataLoader<string, Result> | undefined;
    if (!loader) {
      loader = new DataLoader<string, Result>(load, { maxBatchSize: 1_000 });
      this.loaders.set(name, loader as DataLoader<string, unknown>);
    }
    const loaded = loader.load(id);
    // whoever asked may have failed by another field, or lost interest; what fails here is theirs who wait for it
    loaded.catch(() => undefined);
    return loaded;
  }
}

/** Columns and values that a list's arguments narrow it to. */
function narrowing(field: ManyField, args: Record<string, unknown>): [string, unknown][] {
  return Object.entries(field.filters).flatMap(([argument, { column }]) =>
    args[argument] == null ? [] : [[column, args[argument]] as [string, unknown]],
  );
}

/** The filters whose arguments are given, as one condition. A null argument is no condition. */
export function conditions(
  filters: Record<string, Filter>,
  args: Record<string, unknown>,
): { where: string; values: unknown[] } {
  const values: unknown[] = [];
  const placeholders = new Map<string, string>();
  for (const [path, { value }] of Object.entries(filters)) {
    const argument = argumentAt(args, path);
    if (argument != null) placeholders.set(path, `$${values.push(value ? value(argument) : argument)}`);
  }
  return { where: whereOf(filters, placeholders), values };
}

/** The given arguments' conditions, with their placeholders. */
export function whereOf(filters: Record<string, Filter>, placeholders: ReadonlyMap<string, string>): string {
  const parts = [...placeholders].map(
    ([path, place]) => `(${filters[path]?.sql(place, (other) => placeholders.get(other))})`,
  );
  return parts.join(' and ') || 'true';
}

export const andOpening = ({ opening }: DeclaredType) => (opening ? ` and ${opening}` : '');
