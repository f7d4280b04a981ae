import { readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { hubSchema } from '../server';
import { projectRoot } from './config';

export const SDL_FILE = path.join(projectRoot, 'schema', 'loopwell.graphql');

/** The schema as committed: sorted, so that a change shows as a change. */
export async function printedSchema(): Promise<string> {
  return `${printSchema(lexicographicSortSchema(await hubSchema()))}\n`;
}

/** `loopwell schema print`: to stdout, or with --write into schema/loopwell.graphql. */
export async function printSdl(options: { write?: boolean }): Promise<void> {
  const sdl = await printedSchema();
  if (!options.write) process.stdout.write(sdl);
  else if (readIfThere(SDL_FILE) !== sdl) writeFileSync(SDL_FILE, sdl);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
