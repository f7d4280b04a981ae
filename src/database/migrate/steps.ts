import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { attempt } from './attempt';
import { MigrationRefused } from './refused';

/** The folder of `NNNN-name.up.sql` and `.down.sql`; the same place in the source tree and in dist/. */
const FOLDER = path.resolve(__dirname, '../../../migrations');

/** TypeORM tells migrations apart by a class whose name ends in a time; ours end in their number instead of one. */
const FIRST = 1_700_000_000_000;

/** One versioned step: tables, columns, indexes, data that moves. */
export interface Step {
  /** 0004-people */
  name: string;
  /** The name under which TypeORM keeps it. */
  key: string;
  up: string;
  down: string;
  sha256: string;
}

/** A key as a step is called: `people1700000000004` is 0004-people. */
export const nameOfKey = (key: string): string =>
  key.replace(/^([a-z]+)17000000(\d{5})$/, (_, word: string, number: string) => `${number.slice(-4)}-${word}`);

export function readSteps(): Step[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.up.sql'))
    .sort()
    .map((file) => {
      const name = file.slice(0, -'.up.sql'.length);
      const up = readFileSync(path.join(FOLDER, file), 'utf8');
      if (!existsSync(path.join(FOLDER, `${name}.down.sql`)))
        throw new MigrationRefused(`The step ${name} has no ${name}.down.sql.`);
      const down = readFileSync(path.join(FOLDER, `${name}.down.sql`), 'utf8');
      const key = `${name.slice(5).replaceAll(/[^a-z]/g, '')}${FIRST + Number(name.slice(0, 4))}`;
      return { name, key, up, down, sha256: createHash('sha256').update(`${up}\0${down}`).digest('hex') };
    });
}

/** A step as TypeORM runs it. */
export function migrationClass(step: Step): new () => MigrationInterface {
  return class implements MigrationInterface {
    readonly name = step.key;
    async up(runner: QueryRunner) {
      await attempt(runner, `The step ${step.name}`, step.up);
    }
    async down(runner: QueryRunner) {
      await attempt(runner, `The step ${step.name}, down`, step.down);
    }
  };
}
