// Every statement that the hub sends under a name, and what each query of schema/operations compiles to, with the shape of the plan
// that PostgreSQL has for any values, on the demo's data.
import * as fs from 'node:fs';
import * as path from 'node:path';
import pg from 'pg';
import { filesIn, projectRoot } from './bootstrap.mjs';
import { formatStatement } from './format-sql.mjs';
import { built } from './fresh-database.mjs';

const OPERATIONS = 'schema/operations';

/** By name: the named ones, and `operation: <file>` for compiled reads. */
export async function statementsOfTheHub() {
  for (const file of filesIn('dist/src'))
    if (file.endsWith('.js') && !/cli\/main\.js$/.test(file)) built(`./${path.relative('dist/src', file)}`);
  const named = [...built('./database').namedStatements()].map(([name, { text }]) => [
    name,
    text.replace(/^\/\* .*? \*\/ /, ''),
  ]);
  const { parse, getOperationAST, OperationTypeNode } = built('graphql');
  const reads = new (built('./graph').CompiledReads)(await built('./server').hubSchema(), {});
  const compiled = [];
  for (const file of filesIn(OPERATIONS).filter((each) => each.endsWith('.graphql'))) {
    const document = parse(fs.readFileSync(path.join(projectRoot, file), 'utf8'));
    const operation = getOperationAST(document);
    if (operation?.operation !== OperationTypeNode.QUERY) continue;
    const values = path.join(projectRoot, file.replace('.graphql', '.variables.json'));
    const variables = fs.existsSync(values) ? JSON.parse(fs.readFileSync(values, 'utf8')) : {};
    const found = reads.statementOf({ key: file, document, operation, variables });
    if (found) compiled.push([`operation: ${path.basename(file)}`, found.statement.text]);
  }
  return [...named, ...compiled].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The whole list, from a database that holds the demo. */
export async function printStatements(address) {
  const client = new pg.Client(address);
  await client.connect();
  await client.query('vacuum analyze');
  try {
    const parts = [];
    for (const [name, text] of await statementsOfTheHub())
      parts.push(`-- ${name}\n${await formatStatement(text)}\n${await planOf(client, text)}`);
    return `${parts.join('\n\n')}\n`;
  } finally {
    await client.end();
  }
}

/** Nodes alone: which tables, by which indexes, joined how. */
async function planOf(client, text) {
  await client.query('begin; set local role loopwell_api');
  try {
    const { rows } = await client.query(`explain (generic_plan, costs off) ${text}`);
    const lines = rows.map((row) => row['QUERY PLAN']);
    const nodes = lines.filter((line, i) => i === 0 || /^\s*(->|InitPlan|SubPlan|CTE )/.test(line));
    return nodes.map((line) => `--   ${line}`).join('\n');
  } finally {
    await client.query('rollback');
  }
}
