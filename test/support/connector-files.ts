import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connector, Draft, InFile, Mapped } from '../../src/connectors/draft';

const FIXTURES = join(__dirname, '..', 'fixtures');

export function fixture(path: string): InFile {
  return { name: path.split('/').pop()!, bytes: readFileSync(join(FIXTURES, path)) };
}

export function fixtures(folder: string, ending = ''): InFile[] {
  const names = readdirSync(join(FIXTURES, folder)).filter((name) => name.endsWith(ending));
  return names.sort().map((name) => fixture(`${folder}/${name}`));
}

export function textFile(name: string, text: string): InFile {
  return { name, bytes: Buffer.from(text) };
}

export async function readAll(connector: Connector, files: InFile[]): Promise<Mapped[]> {
  const all: Mapped[] = [];
  for await (const mapped of connector.read(files)) all.push(mapped);
  return all;
}

export function drafts<K extends Draft['kind']>(mapped: Mapped[], kind: K): Extract<Draft, { kind: K }>[] {
  return mapped.flatMap((each) =>
    each.ok && each.draft.kind === kind ? [each.draft as Extract<Draft, { kind: K }>] : [],
  );
}

export function refusals(mapped: Mapped[]): Extract<Mapped, { ok: false }>[] {
  return mapped.flatMap((each) => (each.ok ? [] : [each]));
}
