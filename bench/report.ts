import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Samples } from './run';

interface Measured {
  people: number;
  rounds: number;
  connections: number;
  machine: Record<string, unknown>;
  reads: Record<number, Samples>;
}

const FOLDER = path.resolve(__dirname, __dirname.includes(`${path.sep}dist${path.sep}`) ? '../../bench' : '.');

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
const of = (samples: Samples, server: string, what: 'perSecond' | 'p50' | 'p99') =>
  (samples[server] ?? []).map((sample) => sample[what]);

/** Ratios are taken round by round, so that a drift of the machine cancels; the median of them counts. */
function ratio(samples: Samples, server: string, base: string, what: 'perSecond' | 'p99' = 'perSecond') {
  const pairs = of(samples, server, what).map((value, i) => value / (of(samples, base, what)[i] ?? NaN));
  return { value: Number(median(pairs).toFixed(3)), samples: pairs.map((each) => Number(each.toFixed(3))) };
}

export async function writeReport(measured: Measured): Promise<void> {
  const page = (rows: number) => measured.reads[rows] ?? {};
  const costPerRow = (rows: number) => 1 / (median(of(page(rows), 'hub', 'perSecond')) * rows);
  const ratios = {
    dashboardVsLimit: {
      10: ratio(page(10), 'hub', 'limit'),
      50: ratio(page(50), 'hub', 'limit'),
      100: ratio(page(100), 'hub', 'limit'),
    },
    dashboardVsPlain: { 10: ratio(page(10), 'hub', 'plain'), 50: ratio(page(50), 'hub', 'plain') },
    p99VsLimit: ratio(page(50), 'hub', 'limit', 'p99'),
  };
  const growth = { page: { value: Number((costPerRow(100) / costPerRow(10)).toFixed(3)), from: 10, to: 100 } };
  const report = { at: new Date().toISOString(), ...measured, ratios, growth };
  writeFileSync(path.join(FOLDER, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(`${JSON.stringify({ ratios, growth }, null, 2)}\n`);
}
