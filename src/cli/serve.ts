import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { signDemoToken } from '../access';
import { Database } from '../database';
import { embeddedInUse } from '../database/embedded';
import { createLogger, type Logger } from '../kernel';
import { Hub } from '../server';
import { DEMO_SECRET, type Environment, projectRoot, productionSettings, readEnvironment } from './config';
import { explainUnreachable, prepareDatabase } from './database';
import { DemoLoader } from './demo-load';
import { demoParties } from './demo-parties';
import { CommandError, exitCode, say } from './exit';
import { showProgress } from './progress';

const IDE_ROOT = path.join(projectRoot, 'dist', 'ide');

/** `loopwell demo`: everything on one machine, with the demo network, until Ctrl-C. */
export async function demo(options: { port: string; dataDir: string; reset?: boolean }): Promise<void> {
  const started = Date.now();
  const env = readEnvironment();
  const port = portOf(options.port);
  await requireFreePort(port);
  const dataDir = path.resolve(options.dataDir);
  if (options.reset && !env.DATABASE_URL) resetData(dataDir);
  const stop = new Stopper();
  const starting = startDemo(env, { port, dataDir, started }, stop).catch(async (error: unknown) => {
    // what was told to stop fails at what it was doing, and that is no news
    if (stop.asked) return;
    await stop.now();
    throw error;
  });
  // Ctrl-C counts while it loads, too: PostgreSQL, where it is only just starting, ends with this process
  await Promise.race([starting.then(() => stop.wanted), stop.wanted]);
}

async function startDemo(
  env: Environment,
  { port, dataDir, started }: { port: number; dataDir: string; started: number },
  stop: Stopper,
): Promise<void> {
  const ready = await prepareDatabase(env, dataDir);
  stop.add(() => ready.stop());
  const logger = createLogger(env.LOOPWELL_LOG_LEVEL);
  outliveWhatNobodyAwaits(logger);
  await loadDemo(ready, logger);
  const hub = await Hub.start({
    ...ready,
    trust: { demo: true },
    secret: env.LOOPWELL_SECRET ?? DEMO_SECRET,
    logger,
    port,
    openIntrospection: true,
    privateWebhooks: true,
    ide: existsSync(IDE_ROOT) ? { root: IDE_ROOT, tokens: demoTokens } : undefined,
  });
  stop.add(() => hub.stop());
  if (!stop.asked) say(await welcome(hub.url, ready.description, Date.now() - started));
}

/** `loopwell serve`: one node in production. */
export async function serve(options: { port: string; host: string }): Promise<void> {
  const env = readEnvironment();
  const settings = productionSettings(env);
  const port = portOf(options.port);
  await requireFreePort(port, options.host);
  const logger = createLogger(env.LOOPWELL_LOG_LEVEL);
  outliveWhatNobodyAwaits(logger);
  const database = await Database.open({ address: settings.address, logger, poolSize: 1 }).catch(explainUnreachable);
  const { rows } = await database.pool
    .query('select rolsuper or rolbypassrls as unsafe from pg_roles where rolname = current_user')
    .finally(() => database.close());
  if (rows[0].unsafe)
    throw new CommandError(
      'DATABASE_URL logs in as a role that row security does not bind: use loopwell_login.',
      exitCode.config,
    );
  const stop = new Stopper();
  const hub = await Hub.start({
    ...settings,
    logger,
    port,
    host: options.host,
    ide: existsSync(IDE_ROOT) ? { root: IDE_ROOT } : undefined,
  });
  stop.add(() => hub.stop());
  say(`Ready at ${hub.url}/graphql`);
  await stop.wanted;
}

/** Whoever waits for a result hears that it failed. One that nobody waited for is a fault to mend, and must not end everybody's connections. */
export function outliveWhatNobodyAwaits(logger: Logger): void {
  process.on('unhandledRejection', (reason) => {
    const { name, code } = Object(reason) as { name?: string; code?: string };
    logger.error({ name, code }, 'something failed that nobody waited for: please report it');
  });
}

async function loadDemo(
  ready: Awaited<ReturnType<typeof prepareDatabase>>,
  logger: ReturnType<typeof createLogger>,
): Promise<void> {
  const database = await Database.open({ ...ready, logger, poolSize: 10 });
  const progress = showProgress('Loading the demo network', 'steps');
  try {
    await new DemoLoader(database, (done, total) => progress.update(done, total)).load();
  } finally {
    progress.end();
    await database.close();
  }
}

const demoTokens = () =>
  Promise.all(
    Object.entries(demoParties).map(async ([as, { label, claims }]) => ({
      as,
      label,
      token: await signDemoToken(claims()),
    })),
  );

async function welcome(url: string, database: string, took: number): Promise<string> {
  const token = await signDemoToken(demoParties['link-worker']?.claims() ?? { roles: [] });
  return `
Ready in ${(took / 1000).toFixed(1)} s   ${database}
  GraphQL    ${url}/graphql
  IDE        ${url}/ide/
  Tokens     npx loopwell token --as ${Object.keys(demoParties).join('|')}
  Stop       Ctrl-C

Try it, as the link worker:
  curl -s ${url}/graphql -H 'content-type: application/json' \\
    -H 'authorization: Bearer ${token}' \\
    -d '{"query":"{ viewer { organisation { name } } referrals(first: 3) { totalCount nodes { reference status person { name } } } }"}'
`;
}

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new CommandError(`--port ${text} is no port: 0 to 65535.`, exitCode.usage);
  return port;
}

/** Found out before anything is started: a port that is taken is the visitor's first surprise. */
function requireFreePort(port: number, host = '127.0.0.1'): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used (${error.code})`;
      reject(new CommandError(`Port ${port} ${why}: choose another with --port.`, exitCode.config));
    });
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

function resetData(dataDir: string): void {
  if (embeddedInUse(dataDir))
    throw new CommandError(`--reset: a running demo uses ${dataDir}; stop it first.`, exitCode.config);
  if (existsSync(dataDir) && !existsSync(path.join(dataDir, 'PG_VERSION'))) {
    throw new CommandError(
      `--reset: ${dataDir} is no data directory of PostgreSQL; nothing was removed.`,
      exitCode.usage,
    );
  }
  rmSync(dataDir, { recursive: true, force: true });
}

/** Longer than anything takes that a stopping hub waits for, in milliseconds: what has not ended by then hangs. */
const STOPPED_WITHIN = 30_000;

/** Stops what was started, last first, at the first SIGINT, SIGTERM or SIGHUP. */
class Stopper {
  private readonly steps: (() => Promise<void>)[] = [];
  private stopped?: Promise<void>;
  readonly wanted: Promise<void>;

  constructor() {
    this.wanted = new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
        process.on(signal, () => void this.now().then(resolve, resolve));
    });
  }

  get asked(): boolean {
    return this.stopped !== undefined;
  }

  add(step: () => Promise<void>): void {
    this.steps.unshift(step);
  }

  now(): Promise<void> {
    return (this.stopped ??= this.run());
  }

  private async run(): Promise<void> {
    const cutOff = () => {
      say(`Not everything ended within ${STOPPED_WITHIN / 1_000} s; the rest is cut off.`);
      process.exit(exitCode.fault);
    };
    setTimeout(cutOff, STOPPED_WITHIN).unref();
    for (const step of this.steps) await step().catch((error: Error) => say(`While stopping: ${error.message}`));
  }
}
