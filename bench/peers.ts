import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { BENCH, Server } from './servers';

const FOLDER = path.join(BENCH, 'peers');
const STAMP = path.join(FOLDER, 'node_modules', '.stamp');
const PACKAGES = ['postgraphile', 'mercurius', 'graphql-jit', 'graphql', 'fastify', 'pg'];
const NEEDS_NODE = 22;

/** What a peer is told: where the data is, and as whom it reads. */
export interface PeerJob {
  connection: object;
  settings: Record<string, string>;
  poolSize: number;
}

/** Installs the peers' packages where they are not, or not these; a clone that runs no benchmark never has them. */
export function installPeers(): void {
  const lock = readFileSync(path.join(FOLDER, 'package-lock.json'));
  const wanted = createHash('sha256').update(`${process.platform} ${process.arch}\n`).update(lock).digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  process.stderr.write('installing the peers, PostGraphile and Mercurius (half a minute, once)\n');
  const npm = process.env['npm_execpath'];
  const [command, ...first] = npm?.endsWith('npm-cli.js') ? [process.execPath, npm] : ['npm'];
  // no package needs its install script; only PostGraphile minds which Node this is, and it gets its own
  const options = ['ci', '--ignore-scripts', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync(command as string, [...first, ...options], { cwd: FOLDER, stdio: ['ignore', 2, 2] });
  if (status !== 0)
    throw new Error(
      'The peers could not be installed: npm ci --ignore-scripts in bench/peers failed; see its message above. ' +
        'Without them: npm run bench -- --only mutation,growth',
    );
  writeFileSync(STAMP, wanted);
}

/** The Node that all peers run on: from npm where it comes for this platform, else this one if it is new enough. */
export function peerNode(): string {
  const packaged = path.join(FOLDER, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(packaged)) return packaged;
  if (Number.parseInt(process.versions.node, 10) >= NEEDS_NODE) return process.execPath;
  throw new Error(`PostGraphile needs Node ${NEEDS_NODE}, and npm has none for this platform: run with a newer Node.`);
}

export const startPeer = (name: string, job: PeerJob) =>
  Server.start(name, path.join(FOLDER, `${name}.mjs`), { BENCH_PEER: JSON.stringify(job) }, peerNode());

export const peerVersions = () => ({
  node: execFileSync(peerNode(), ['--version'], { encoding: 'utf8' }).trim(),
  ...versionsOf(FOLDER, PACKAGES),
});

export function versionsOf(folder: string, packages: readonly string[]): Record<string, string> {
  const version = (name: string) =>
    JSON.parse(readFileSync(path.join(folder, 'node_modules', name, 'package.json'), 'utf8')).version as string;
  return Object.fromEntries(packages.map((name) => [name, version(name)]));
}
