import type { NamedRows } from './data';
import { MigrationRefused } from './refused';
import { type Build, readBuild } from './build';
import { nameOfKey } from './steps';

/** What a database says of itself. */
export interface DatabaseState {
  /** In the order in which they were applied; `number` of the definitions that each came with. */
  steps: { name: string; sha256: string | null; number: number | null }[];
  /** The definitions it holds; none before the first migration. Number 0 after going back: those rows alone that were named. */
  definitions?: { number: number; serves: number; digest: string; rows: NamedRows };
}

type Query = (text: string) => Promise<object[]>;

/** Makes the hub's own two tables: which steps were applied, and which definitions are there. */
export const STATE_TABLES = `
  alter table public.loopwell_migration add column if not exists sha256 text, add column if not exists number integer;
  create table if not exists public.loopwell_definitions (
    one boolean primary key default true check (one),
    number integer not null,
    serves integer not null,
    digest text not null,
    rows json not null,
    made_at timestamptz not null default now()
  )`;

/** Undefined where no build has ever migrated it. */
export async function readState(query: Query): Promise<DatabaseState | undefined> {
  const [tables] = (await query(
    `select to_regclass('public.loopwell_migration') is not null as steps, to_regclass('public.loopwell_definitions') is not null as definitions`,
  )) as { steps: boolean; definitions: boolean }[];
  if (!tables?.steps) return undefined;
  // a database of an older build keeps names alone
  const steps = (await query(
    `select m.name, to_jsonb(m) ->> 'sha256' as sha256, (to_jsonb(m) ->> 'number')::integer as number
     from public.loopwell_migration m order by m.id`,
  )) as DatabaseState['steps'];
  const [definitions] = tables.definitions
    ? ((await query(
        'select number, serves, digest, rows from public.loopwell_definitions',
      )) as DatabaseState['definitions'][])
    : [];
  return { steps, definitions };
}

/** Refuses a database that this build did not make or that a newer build has changed. */
export function refuseStrange(state: DatabaseState, { steps, definitions }: Build): void {
  const known = new Map(steps.map((step) => [step.key, step]));
  const unknown = state.steps.find(({ name }) => !known.has(name));
  if (unknown && isFromBefore(state))
    throw new MigrationRefused(
      `The database was made by a build from before definitions (it holds the step ${nameOfKey(unknown.name)}): this build cannot bring it up to date. Use an empty database.`,
    );
  if (unknown)
    throw new MigrationRefused(
      `The database holds the step ${nameOfKey(unknown.name)}, which this build does not know: use the build that made it, or a newer one.`,
    );
  if (state.definitions && state.definitions.number > definitions.number)
    throw new MigrationRefused(
      `The database holds definitions ${state.definitions.number}, and this build has ${definitions.number}: use a newer build, or go back with the newer build's \`loopwell migrate down\`.`,
    );
  const applied = new Set(state.steps.map(({ name }) => name));
  const early = steps.find((step, i) => !applied.has(step.key) && steps.slice(i).some(({ key }) => applied.has(key)));
  if (early)
    throw new MigrationRefused(
      `The step ${early.name} comes before one that is applied here already: give it the number after the newest.`,
    );
  for (const { name, sha256 } of state.steps) {
    const step = known.get(name);
    if (step && step.sha256 !== sha256)
      throw new MigrationRefused(
        `The step ${step.name} was edited after it was applied here: put it back as it was, and put the change into a new step.`,
      );
  }
}

/** Builds from before definitions kept the names of their steps alone. */
const isFromBefore = ({ steps }: DatabaseState) => steps.length > 0 && steps.every(({ sha256 }) => sha256 === null);

/** What keeps this build from serving the database; undefined where nothing does. */
export async function whyUnready(query: Query): Promise<string | undefined> {
  const { steps, definitions } = (ours ??= readBuild());
  const state = await readState(query);
  if (state && isFromBefore(state)) return 'made by a build from before definitions: use an empty database';
  const there = state?.definitions;
  const applied = new Set(state?.steps.map(({ name }) => name));
  const pending =
    steps.some(({ key }) => !applied.has(key)) ||
    !there ||
    there.number < definitions.number ||
    (there.number === definitions.number && there.digest !== definitions.digest);
  if (pending) return 'migrations are pending: run loopwell migrate';
  if (there.serves > definitions.number)
    return `the database serves builds from definitions ${there.serves} on, and this build has ${definitions.number}: run a newer build`;
  return undefined;
}
let ours: Build | undefined;
