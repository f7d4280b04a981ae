import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { type Account, handOver, reachable } from './account';
import { EmbeddedPostgresError } from './errors';
import { RUN_DIRECTORY_PREFIX } from './lock';

/** The kernel's limit on a socket's path, without the closing zero. */
const LONGEST_SOCKET_PATH = process.platform === 'darwin' ? 103 : 107;
const SOCKET = `${RUN_DIRECTORY_PREFIX}123456/.s.PGSQL.5432`;

/** Where a run directory may lie, the system's choice first. */
export function temporaryDirs(): string[] {
  return [...new Set([os.tmpdir(), '/tmp', '/var/tmp'])];
}

/**
 * A directory of one run: the socket, and the programs where they had to be copied. It lies among the temporary files
 * because a checkout's own path may be too long for a socket, or closed to the account. Mode 0700: whoever cannot
 * enter it cannot connect, which is why the server asks nobody for a password.
 */
export function makeRunDirectory(who: Account): string {
  const dirs = temporaryDirs();
  for (const dir of dirs) {
    if (Buffer.byteLength(path.join(dir, SOCKET)) > LONGEST_SOCKET_PATH) continue;
    try {
      if (!reachable(dir, who)) continue;
      const run = fs.mkdtempSync(path.join(dir, RUN_DIRECTORY_PREFIX));
      handOver(run, who);
      return run;
    } catch {
      // absent or not writable: the next one may do
    }
  }
  throw new EmbeddedPostgresError(
    `none of ${dirs.join(', ')} is short enough for a socket, writable, and open to the account PostgreSQL runs as.`,
    'set TMPDIR to a directory that is',
  );
}
