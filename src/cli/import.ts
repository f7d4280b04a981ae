import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { connectors, type Format, Importer, type ImportSummary, type InFile, NotApplied } from '../connectors';
import { Database } from '../database';
import { embeddedInUse } from '../database/embedded';
import { createLogger } from '../kernel';
import { type Environment, readEnvironment } from './config';
import { explainUnreachable, prepareDatabase, type ReadyDatabase } from './database';
import { CommandError, exitCode, say } from './exit';
import { showProgress } from './progress';

interface ImportOptions {
  organisation?: string;
  json?: boolean;
  dataDir: string;
}

/** `loopwell import`: into the server of DATABASE_URL, the running demo's, or the demo's data directory. */
export async function importFiles(format: string, paths: string[], options: ImportOptions): Promise<void> {
  if (!Object.hasOwn(connectors, format)) {
    throw new CommandError(`${format} is no format: ${Object.keys(connectors).join(', ')}.`, exitCode.usage);
  }
  const files = paths.flatMap(readPath);
  if (!files.length) throw new CommandError('There is no file to import in what was named.', exitCode.usage);
  const env = readEnvironment();
  const ready = await reach(env, options.dataDir);
  const logger = createLogger(env.LOOPWELL_LOG_LEVEL);
  const database = await Database.open({ ...ready, logger, poolSize: 4 }).catch(explainUnreachable);
  const progress = showProgress(`Importing ${format}`, 'rows');
  try {
    const summary = await new Importer(database).run({
      format: format as Format,
      files,
      organisation: options.organisation,
      onProgress: ({ read }) => progress.update(read),
      onQuarantine: options.json
        ? undefined
        : ({ file, line, field, reason }) => say(`${file}:${line} ${field}: ${reason}`),
    });
    progress.end();
    report(summary, options.json ?? false);
    if (summary.read === 0 || summary.quarantined === summary.read) process.exitCode = exitCode.dataRejected;
  } catch (error) {
    if (error instanceof NotApplied) throw new CommandError(error.message, exitCode.usage);
    throw error;
  } finally {
    progress.end();
    await database.close();
    await ready.stop();
  }
}

/** The server of DATABASE_URL, the running demo's, or the embedded one started for this command. */
export async function reach(env: Environment, dataDir: string): Promise<ReadyDatabase> {
  const host = env.DATABASE_URL ? undefined : embeddedInUse(path.resolve(dataDir));
  if (!host) return prepareDatabase(env, path.resolve(dataDir));
  return {
    address: { host, port: 5432, user: 'loopwell_login' },
    database: 'loopwell',
    description: 'running demo',
    stop: async () => undefined,
  };
}

function readPath(given: string): InFile[] {
  if (!existsSync(given)) throw new CommandError(`${given} does not exist.`, exitCode.usage);
  if (!statSync(given).isDirectory()) return [{ name: path.basename(given), bytes: readFileSync(given) }];
  return readdirSync(given, { withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && !entry.name.startsWith('.') && /\.(json|ndjson|xml|csv|txt)$/i.test(entry.name),
    )
    .map((entry) => ({ name: entry.name, bytes: readFileSync(path.join(given, entry.name)) }));
}

function report(summary: ImportSummary, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else
    process.stdout.write(
      `${Object.entries(summary)
        .map(([name, count]) => `${name} ${count}`)
        .join('   ')}\n`,
    );
}
