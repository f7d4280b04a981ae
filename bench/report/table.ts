import { table } from '../../src/cli/markdown';
import type { Figure } from '../measure/measurement';
import type { Report } from '.';
import type { ServerRow } from './servers';

/** The report for people. */
export function markdown(report: Report, pictured: boolean): string {
  const { machine, load, dataSet, postgres } = report;
  const counts = Object.entries(dataSet).map(([name, count]) => `${count.toLocaleString('en')} ${name}`);
  return [
    '# What `npm run bench` found',
    `${report.at}, ${report.minutes} minutes, on ${machine.cores} cores (${machine.processor}), ${machine.memoryGiB} GiB, ${machine.system}; ` +
      `PostgreSQL ${postgres.version}. ${counts.join(', ')}. ${load.rounds} rounds of ${load.seconds} s a server, ${load.connections} connections; ` +
      'servers, PostgreSQL and load generator share the machine. Compare ratios of one run, never absolute figures.',
    versions(report),
    '## Ratios',
    'Medians of the ratios of each round, and the smallest and largest of them.',
    table(
      ['', 'at', 'ratio', 'rounds', 'asked', ''],
      figureRows({ ...report.ratios, ...report.growth, ...report.feed }),
    ),
    ...(pictured ? ['![requests/s of each server, of the limit](report.svg)'] : []),
    '## Servers',
    table(
      ['', 'at', 'server', 'requests/s', 'of the first', 'p50 ms', 'p99 ms'],
      report.servers.map((row) => [
        row.what,
        `${row.at} ${row.unit}`,
        row.server,
        row.perSecond,
        row.what.startsWith('dashboard') && row.unit === 'people' ? '' : row.ofFirst,
        row.p50,
        row.p99,
      ]),
    ),
    ...bottlenecks(report.servers.filter(({ headline, cpu }) => headline && cpu)),
  ]
    .join('\n\n')
    .concat('\n');
}

function versions(report: Report): string {
  const said = Object.entries(report.versions).map(([whose, packages]) => {
    const list = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
    return `- ${whose}: ${list.join(', ')}`;
  });
  return said.join('\n');
}

function figureRows(figures: Record<string, Figure>): (string | number)[][] {
  return Object.values(figures).flatMap(({ title, at, ...own }) =>
    Object.entries(at ?? { '': own }).map(([size, { value, samples, target, met }]) => [
      title,
      size,
      value,
      `${Math.min(...samples)} – ${Math.max(...samples)}`,
      target ? ('atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`) : '',
      met === undefined ? '' : met ? 'met' : 'not met',
    ]),
  );
}

/** Whoever takes most of a request's processor time is what to make faster next. */
function bottlenecks(rows: readonly ServerRow[]): string[] {
  if (!rows.length) return [];
  return [
    '## Where the time goes',
    'Processor time of one request, in milliseconds, and how many cores were busy. With all of them busy, whoever takes most is the next bottleneck.',
    table(
      ['', 'server', 'in the server', 'in PostgreSQL', 'in the load generator', 'cores busy', 'next bottleneck'],
      rows.map(({ what, server, cpu = { server: 0, postgres: 0, load: 0, cores: 0 } }) => {
        const total = cpu.server + cpu.postgres + cpu.load;
        const share = (part: number) => `${Math.round((100 * part) / total)} %`;
        const most =
          cpu.postgres >= cpu.server ? `PostgreSQL, ${share(cpu.postgres)}` : `the server, ${share(cpu.server)}`;
        return [what, server, cpu.server, cpu.postgres, cpu.load, cpu.cores, most];
      }),
    ),
  ];
}
