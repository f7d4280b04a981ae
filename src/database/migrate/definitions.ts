import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { afterWhatTheyNeed } from './order';
import { statementsOf, withoutComments } from './statements';

/** What is true now, in the order in which it is made. */
export const KINDS = ['functions', 'views', 'guard', 'data'] as const;
export type Kind = (typeof KINDS)[number];

export interface DefinitionFile {
  /** From the root of the sources: modules/referrals/referral.views.sql */
  file: string;
  kind: Kind;
  text: string;
}

/** A function or a view with what is said of it (its owner, its grants). */
export interface Definition {
  file: string;
  /** graph.referral */
  name: string;
  statements: string[];
}

/** The definitions of this build. version.json keeps their numbers, and the digest they were last printed with. */
export interface Definitions {
  /** Increases with each change of them that is released. */
  number: number;
  /** The lowest number of a build that these definitions still serve. */
  serves: number;
  /** SHA-256 of all files, by their names. */
  digest: string;
  files: DefinitionFile[];
}

/** The folder that the definitions stand in, beside the TypeScript that names them; the same in the source tree and in dist/. */
const SOURCES = path.resolve(__dirname, '../..');
const NAME = /\.(functions|views|guard|data)\.sql$/;
const CREATES = /^create (?:or replace function|view) ((?:hub|graph)\.\w+)/;

export function readDefinitions(): Definitions {
  const version = z
    .object({ number: z.int().min(1), serves: z.int().min(1) })
    .parse(JSON.parse(readFileSync(path.join(__dirname, 'version.json'), 'utf8')));
  const files = (readdirSync(SOURCES, { recursive: true }) as string[])
    .filter((file) => NAME.test(file))
    .map((file) => file.split(path.sep).join('/'))
    .sort()
    .map((file) => ({
      file,
      kind: NAME.exec(file)?.[1] as Kind,
      text: readFileSync(path.join(SOURCES, file), 'utf8'),
    }));
  const hash = createHash('sha256');
  for (const { file, text } of files) hash.update(`${file}\0${text}\0`);
  return { ...version, digest: hash.digest('hex'), files };
}

/** The functions or views of the files, each with the statements that follow it up to the next; views after those they read. */
export function definitionsOf(files: readonly DefinitionFile[], kind: 'functions' | 'views'): Definition[] {
  const found: Definition[] = [];
  for (const { file, text } of files.filter((each) => each.kind === kind)) {
    for (const statement of statementsOf(text)) {
      const name = CREATES.exec(withoutComments(statement).trim())?.[1];
      const last = found.at(-1);
      if (name) found.push({ file, name, statements: [statement] });
      else if (last?.file === file) last.statements.push(statement);
      else throw new Error(`${file} begins with no function or view.`);
    }
  }
  if (kind === 'functions') return found;
  const texts = new Map(found.map((view) => [view, withoutComments(view.statements[0] ?? '')]));
  return afterWhatTheyNeed(found, (view, other) => new RegExp(`\\b${other.name}\\b`).test(texts.get(view) ?? ''));
}

/** The tables whose rows the data files name. */
export function referenceTables({ files } = readDefinitions()): string[] {
  const data = files.filter(({ kind }) => kind === 'data').flatMap(({ text }) => statementsOf(text));
  return [
    ...new Set(data.map((statement) => /insert into (hub\.\w+)/.exec(withoutComments(statement))?.[1] ?? '')),
  ].sort();
}
