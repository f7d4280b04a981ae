import * as fs from 'node:fs';
import * as path from 'node:path';
import { EmbeddedPostgresError } from './errors';

/** Whom PostgreSQL runs as. `undefined`: whoever runs this process. */
export type Account = { uid: number; gid: number } | undefined;

/** Accounts that a Linux distribution has without our help, the most fitting first. */
const UNPRIVILEGED = ['postgres', 'nobody', 'daemon'];

/**
 * PostgreSQL refuses to run as root, so root hands it to an account that already exists. A cluster keeps the account
 * that first ran it, because PostgreSQL refuses a data directory of somebody else's.
 */
export function accountFor(dataDir: string): Account {
  const me = process.getuid?.();
  if (me !== 0) {
    const dir = fs.statSync(dataDir, { throwIfNoEntry: false });
    if (me !== undefined && dir && dir.uid !== me) throw ofAnother(dataDir, dir.uid, me);
    return undefined;
  }
  const owner = fs.statSync(path.join(dataDir, 'PG_VERSION'), { throwIfNoEntry: false });
  if (!owner) return existingAccount();
  if (owner.uid === 0) throw ofAnother(dataDir, 0, 0);
  return { uid: owner.uid, gid: owner.gid };
}

function ofAnother(dataDir: string, owner: number, me: number): EmbeddedPostgresError {
  const why =
    owner === 0 ? 'root, which PostgreSQL refuses to run as' : `user ${owner}, but this process runs as ${me}`;
  return new EmbeddedPostgresError(
    `the data directory ${dataDir} belongs to ${why}.`,
    'give the directory to the right user with chown -R, or remove it to begin with an empty database',
  );
}

function existingAccount(): Account {
  const rows = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of UNPRIVILEGED) {
    const row = rows.find(([login, , uid]) => login === name && Number(uid) > 0);
    if (row) return { uid: Number(row[2]), gid: Number(row[3]) };
  }
  throw new EmbeddedPostgresError(
    `it does not run as root, and /etc/passwd has none of the accounts ${UNPRIVILEGED.join(', ')}.`,
    'run this command as an ordinary user',
  );
}

/** May the account walk down to this directory? Mode bits only: spawn drops the supplementary groups. */
export function reachable(dir: string, who: Account): boolean {
  if (!who) return true;
  for (let at = fs.realpathSync(dir); ; at = path.dirname(at)) {
    if (!allows(at, who, 0o1)) return false;
    if (at === path.dirname(at)) return true;
  }
}

/** Does the entry itself grant the account these bits (4 read, 2 write, 1 enter or execute)? */
export function allows(entry: string, who: Account, bits: number): boolean {
  if (!who) return true;
  const { uid, gid, mode } = fs.statSync(entry);
  const shift = uid === who.uid ? 6 : gid === who.gid ? 3 : 0;
  return ((mode >> shift) & bits) === bits;
}

/** Hands over a tree that we have just made. */
export function handOver(tree: string, who: Account): void {
  if (!who) return;
  fs.lchownSync(tree, who.uid, who.gid);
  for (const entry of fs.readdirSync(tree, { withFileTypes: true })) {
    const child = path.join(tree, entry.name);
    if (entry.isDirectory()) handOver(child, who);
    else fs.lchownSync(child, who.uid, who.gid);
  }
}
