import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import type { Address } from './database';
import { asTypeOrm } from './database';

/** The folder of `NNNN-name.up.sql` and `.down.sql`; the same place in the source tree and in dist/. */
const FOLDER = path.resolve(__dirname, '../../migrations');

/** TypeORM tells migrations apart by a class whose name ends in a time; ours end in their number instead of one. */
const FIRST = 1_700_000_000_000;

type MigrationClass = new () => MigrationInterface;

function migrationClass(file: string): MigrationClass {
  const number = Number(file.slice(0, 4));
  const word = file.slice(5, -'.up.sql'.length).replaceAll(/[^a-z]/g, '');
  const read = (name: string) => readFileSync(path.join(FOLDER, name), 'utf8');
  return class implements MigrationInterface {
    readonly name = `${word}${FIRST + number}`;
    async up(runner: QueryRunner) {
      await runner.query(read(file));
    }
    async down(runner: QueryRunner) {
      await runner.query(read(file.replace('.up.sql', '.down.sql')));
    }
  };
}

function migrationFiles(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.up.sql'))
    .sort();
}

/** Opens a data source for migrations alone, as a member of loopwell_owner. */
async function openMigrator(address: Address, database?: string): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    ...asTypeOrm(address, database),
    migrations: migrationFiles().map(migrationClass),
    migrationsTableName: 'loopwell_migration',
    extra: { max: 1 },
  });
  return source.initialize();
}

/** Applies what is pending, each in a transaction of its own; tells how many were. */
export async function migrateUp(address: Address, database?: string): Promise<number> {
  const source = await openMigrator(address, database);
  try {
    const applied = await source.runMigrations({ transaction: 'each' });
    // the serving login asks it whether anything is pending, before it takes a role that may read
    await source.query('grant select on loopwell_migration to loopwell_login');
    return applied.length;
  } finally {
    await source.destroy();
  }
}

/** Takes back the newest migration. */
export async function migrateDown(address: Address, database?: string): Promise<void> {
  const source = await openMigrator(address, database);
  try {
    await source.undoLastMigration({ transaction: 'each' });
  } finally {
    await source.destroy();
  }
}

/** True when every migration of this version has been applied. */
export async function migrationsPending(query: (text: string) => Promise<{ name: string }[]>): Promise<boolean> {
  const applied = new Set((await query('select name from loopwell_migration')).map((row) => row.name));
  return migrationFiles().some((file) => !applied.has(new (migrationClass(file))().name ?? ''));
}
