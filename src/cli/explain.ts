import { existsSync, readFileSync } from 'node:fs';
import {
  type DocumentNode,
  getOperationAST,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql';
import { Authenticator, type Claims, signDemoToken } from '../access';
import { asIdentity, Database } from '../database';
import { CompiledReads, planOf, type Services } from '../graph';
import { createLogger } from '../kernel';
import { hubSchema } from '../server';
import { readEnvironment } from './config';
import { demoParties } from './demo-parties';
import { CommandError, exitCode } from './exit';
import { reach } from './import';

interface ExplainOptions {
  as: string;
  variables?: string;
  analyze?: boolean;
  dataDir: string;
}

/** `loopwell explain`: the one statement an operation compiles to for this viewer, and PostgreSQL's plan for it. */
export async function explain(file: string, options: ExplainOptions): Promise<void> {
  const { document, operation } = await queryIn(file);
  const variables = variablesFor(file, options.variables);
  const ready = await reach(readEnvironment(), options.dataDir);
  const logger = createLogger('warn');
  const database = await Database.open({ ...ready, logger, poolSize: 2 });
  try {
    const authenticator = new Authenticator(database, { demo: true });
    const claims: Claims = demoParties[options.as]?.claims() ?? { roles: [] };
    const viewer = await authenticator.viewerOf(`Bearer ${await signDemoToken(claims)}`);
    const reads = new CompiledReads(await hubSchema(), { database, logger } as Services);
    const found = reads.statementOf({
      key: file,
      document,
      operation,
      variables,
    });
    if (!found)
      throw new CommandError(
        'This operation runs on the plain executor: not everything in it is declared, or an argument does not fit.',
        exitCode.checkFailed,
      );
    process.stdout.write(`${found.statement.text}\n\n`);
    const how = options.analyze ? 'explain (analyze, buffers)' : 'explain';
    const plan = await asIdentity(database, viewer, (tx) => planOf(tx, found.statement, found.values, how), {
      readOnly: true,
    });
    process.stdout.write(`${plan.join('\n')}\n`);
  } finally {
    await database.close();
    await ready.stop();
  }
}

async function queryIn(file: string): Promise<{ document: DocumentNode; operation: OperationDefinitionNode }> {
  const document = understood(file, () => parse(readFileSync(file, 'utf8')));
  const [problem] = validate(await hubSchema(), document);
  if (problem) throw new CommandError(`${file}: ${problem.message}`, exitCode.usage);
  const operation = getOperationAST(document, null);
  if (!operation) throw new CommandError(`${file} holds no single operation.`, exitCode.usage);
  if (operation.operation !== OperationTypeNode.QUERY)
    throw new CommandError(`${file} holds a ${operation.operation}; queries are explained.`, exitCode.usage);
  return { document, operation };
}

/** What is wrong with what was given is not a fault of ours. */
function understood<Result>(what: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new CommandError(`${what} cannot be read: ${(error as Error).message}`, exitCode.usage);
  }
}

/** Given as JSON or a file of it; otherwise the file beside the operation, where there is one. */
function variablesFor(file: string, given?: string): Record<string, unknown> {
  const beside = file.replace(/\.graphql$/, '.variables.json');
  const source = given ?? (existsSync(beside) ? beside : '{}');
  return understood(
    given === undefined ? beside : '--variables',
    () => JSON.parse(source.trim().startsWith('{') ? source : readFileSync(source, 'utf8')) as Record<string, unknown>,
  );
}
