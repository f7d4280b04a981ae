// Brings a bare clone to where its own code can run, then runs it: node scripts/bootstrap.mjs <script> [argument…]
// Imports node: modules only, since before the first install there is nothing else. Everything printed here goes to
// stderr: stdout belongs to the script.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = [20, 19];
const EXIT_UNFIT_NODE = 3;

export const projectRoot = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const at = (...names) => path.join(projectRoot, ...names);
const say = (text) => process.stderr.write(`loopwell: ${text}\n`);

/** Installs and builds what is out of date, runs the script and answers its exit code. */
export async function bootstrap(script, args) {
  if (nodeTooOld()) {
    say(`Node ${OLDEST_NODE.join('.')} or newer is needed, and this is ${process.version} (${process.execPath}).`);
    say(
      'Install a current Node from https://nodejs.org or with your version manager, then run the same command again.',
    );
    return EXIT_UNFIT_NODE;
  }
  if (!isInstalled() || !isBuilt()) {
    const failure = await alone(prepare);
    if (failure) return failure;
  }
  return run(process.execPath, [path.resolve(projectRoot, script), ...args]);
}

function nodeTooOld() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
}

/** Answers 0, or the exit code of the step that failed. Looks again, since another bootstrap may have been at work. */
async function prepare() {
  if (!isInstalled()) {
    say('installing the packages of package-lock.json (a minute or so, only when they change)');
    const failure = await install();
    if (failure) {
      say('npm ci failed. See its message above; behind a proxy or mirror, set npm config registry or https-proxy.');
      return failure;
    }
  }
  if (isBuilt()) return 0;
  const failure = await run(process.execPath, [at('scripts', 'build.mjs')], toStderr);
  if (failure) say('the build failed; its message above names the file.');
  return failure;
}

// --- packages ---------------------------------------------------------------------------------------------------

const INSTALL_STAMP = at('node_modules', '.stamp');

function installHash() {
  const hash = createHash('sha256').update(`${process.version} ${process.platform} ${process.arch}\n`);
  return hash.update(fs.readFileSync(at('package-lock.json'))).digest('hex');
}

const isInstalled = () => readText(INSTALL_STAMP) === installHash();

async function install() {
  const wanted = installHash();
  // no package needs its install script (package.json, allowScripts), so none is run, whichever npm this is
  const options = [
    '--include=dev',
    '--include=optional',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const [command, ...npm] = npmCommand();
  const failure = await run(command, [...npm, 'ci', ...options], { ...toStderr, cwd: projectRoot });
  if (failure) return failure;
  linkCommand();
  fs.writeFileSync(INSTALL_STAMP, wanted);
  return 0;
}

/** The npm that runs us, else the one beside this Node, else the one on the path. */
function npmCommand() {
  const running = process.env.npm_execpath;
  if (running && path.basename(running) === 'npm-cli.js') return [process.execPath, running];
  const beside = path.join(path.dirname(process.execPath), 'npm');
  return [fs.existsSync(beside) ? beside : 'npm'];
}

/** npm links the commands of packages, not of the project itself; `npx loopwell` needs it. */
function linkCommand() {
  const link = at('node_modules', '.bin', 'loopwell');
  fs.mkdirSync(path.dirname(link), { recursive: true });
  fs.rmSync(link, { force: true });
  fs.symlinkSync('../../scripts/loopwell.mjs', link);
  fs.chmodSync(at('scripts', 'loopwell.mjs'), 0o755);
}

// --- build ------------------------------------------------------------------------------------------------------

const SOURCES = [
  'src',
  'migrations',
  'demo',
  'bench',
  'test/support',
  'test/torture',
  'scripts/build.mjs',
  '.swcrc',
  'package-lock.json',
];

/** Changes with the name or content of anything the build reads. Of the demo, its code only: the files are data. */
export function sourcesHash() {
  return hashOf(SOURCES, (file) => !/^(demo|bench|test)[\\/]/.test(file) || /(?<!\.test)\.ts$/.test(file));
}

const isBuilt = () => readText(at('dist', '.stamp')) === sourcesHash();

/** One hash over files and directories of the project, those absent counting as empty. */
export function hashOf(names, wanted = () => true) {
  const hash = createHash('sha256');
  for (const file of names.flatMap((name) => filesIn(name)).filter(wanted)) {
    const content = fs.readFileSync(at(file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** The project's own files below a directory of it, or the file itself, as sorted paths from the root. */
export function filesIn(name) {
  const found = fs.statSync(at(name), { throwIfNoEntry: false });
  if (!found) return [];
  if (!found.isDirectory()) return [path.normalize(name)];
  return fs
    .readdirSync(at(name))
    .filter((entry) => entry !== 'node_modules')
    .sort()
    .flatMap((entry) => filesIn(path.join(name, entry)));
}

export function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

// --- one at a time ----------------------------------------------------------------------------------------------

const LOCK = at('.loopwell', 'bootstrap.lock');

/** Runs the work while no other bootstrap of this checkout does: npm ci begins with removing node_modules. */
async function alone(work) {
  fs.mkdirSync(path.dirname(LOCK), { recursive: true, mode: 0o700 });
  for (let announced = false; !takeLock(); announced = true) {
    const owner = readText(path.join(LOCK, 'owner'));
    if (owner !== undefined && !isRunning(owner)) discardLock(owner);
    else {
      if (!announced) say(`waiting for process ${owner?.split(' ')[0] ?? '?'}, which is installing or building`);
      await delay(100);
    }
  }
  try {
    return await work();
  } finally {
    fs.rmSync(LOCK, { recursive: true, force: true });
  }
}

/** The lock appears together with its owner's name, since only a whole directory is moved into place. */
function takeLock() {
  const mine = fs.mkdtempSync(`${LOCK}.`);
  try {
    fs.writeFileSync(path.join(mine, 'owner'), identity(process.pid));
    fs.renameSync(mine, LOCK);
    return true;
  } catch (error) {
    fs.rmSync(mine, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST'].includes(error.code)) return false;
    throw error;
  }
}

/** Moves a dead owner's lock away; of several that try, one succeeds, and a lock taken meanwhile is not touched. */
function discardLock(owner) {
  const aside = fs.mkdtempSync(`${LOCK}.`);
  if (readText(path.join(LOCK, 'owner')) === owner) {
    try {
      fs.renameSync(LOCK, path.join(aside, 'lock'));
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
  fs.rmSync(aside, { recursive: true, force: true });
}

/** A process number with its start time, since containers give the same low numbers again and again. */
function identity(pid) {
  const afterName = readText(`/proc/${pid}/stat`)?.split(') ').pop();
  return `${pid} ${afterName?.split(' ')[19] ?? ''}`;
}

function isRunning(owner) {
  const pid = Number.parseInt(owner, 10);
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  return identity(pid) === owner;
}

// --- processes --------------------------------------------------------------------------------------------------

/** For helpers: what they print is progress, not an answer. */
const toStderr = { stdio: ['ignore', 2, 2] };

/**
 * Runs a command and answers its exit code, 128 + n when signal n ended it. A terminal sends SIGINT to the child too,
 * so we leave it alone and wait; the others reach us only, so we pass them on.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    const handlers = { SIGINT: () => {}, SIGTERM: () => child.kill('SIGTERM'), SIGHUP: () => child.kill('SIGHUP') };
    for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler);
    const finish = (code) => {
      for (const [signal, handler] of Object.entries(handlers)) process.off(signal, handler);
      resolve(code);
    };
    child.on('error', (error) => {
      say(`${command} does not start (${error.message}).`);
      finish(127);
    });
    child.on('close', (code, signal) => finish(signal ? 128 + os.constants.signals[signal] : code));
  });
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [script, ...args] = process.argv.slice(2);
  if (!script) {
    say('usage: node scripts/bootstrap.mjs <script> [argument…]');
    process.exitCode = 2;
  } else process.exitCode = await bootstrap(script, args);
}
