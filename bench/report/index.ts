import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import * as path from 'node:path';
import type { Scale } from '../data';
import type { Figure, Findings } from '../measure/measurement';
import { writeFormatted } from './formatted';
import { plot } from './plot';
import { type ServerRow, serverRows } from './servers';
import { markdown } from './table';

export interface Measured {
  began: Date;
  findings: readonly Findings[];
  dataSet: Scale;
  load: { rounds: number; seconds: number; connections: number };
  postgres: { version: string; settings: Record<string, string> };
}

/** What report.json holds; the table and the plot are made of it alone. */
export interface Report {
  at: string;
  minutes: number;
  machine: { processor: string; cores: number; memoryGiB: number; system: string };
  versions: Record<string, Record<string, string>>;
  postgres: Measured['postgres'];
  dataSet: Scale;
  load: Measured['load'];
  ratios: Record<string, Figure>;
  growth: Record<string, Figure>;
  feed: Record<string, Figure>;
  servers: ServerRow[];
  samples: Record<string, Findings['samples']>;
}

/** Writes report.json, REPORT.md and report.svg; answers their paths, and prints the table. */
export async function writeReport(folder: string, measured: Measured): Promise<string[]> {
  const { began, findings, dataSet, load, postgres } = measured;
  const joined = <Value>(pick: (each: Findings) => Record<string, Value> | undefined): Record<string, Value> =>
    Object.assign({}, ...findings.map(pick));
  const report: Report = {
    at: began.toISOString(),
    minutes: Math.round((Date.now() - began.getTime()) / 6_000) / 10,
    machine: {
      processor: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      system: `${process.platform} ${process.arch}`,
    },
    versions: joined(({ versions }) => versions),
    postgres,
    dataSet,
    load,
    ratios: joined(({ ratios }) => ratios),
    growth: joined((each) => each.growth),
    feed: joined((each) => each.feed),
    servers: findings.flatMap(serverRows),
    samples: Object.fromEntries(findings.map(({ what, samples }) => [what, samples])),
  };
  const picture = plot(report);
  const text = markdown(report, picture !== undefined);
  process.stdout.write(text);
  mkdirSync(folder, { recursive: true });
  await writeFormatted(path.join(folder, 'report.json'), JSON.stringify(report));
  await writeFormatted(path.join(folder, 'REPORT.md'), text);
  if (picture !== undefined) writeFileSync(path.join(folder, 'report.svg'), picture);
  const written = ['report.json', 'REPORT.md', ...(picture === undefined ? [] : ['report.svg'])];
  return written.map((name) => path.join(folder, name));
}
