import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

/** Linux counts in hundredths of a second, whatever the machine. */
const TICKS = 100;

/** Seconds of processor time that something has used so far; undefined where /proc does not say. */
export type Meter = () => number | undefined;

interface Stat {
  parent: number;
  own: number;
  ofEnded: number;
}

function statOf(pid: number | string): Stat | undefined {
  try {
    // the name in brackets may hold anything; what follows it counts from field 3
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop()?.split(' ').map(Number) ?? [];
    const [, parent = 0] = fields;
    const seconds = (from: number) => ((fields[from] ?? 0) + (fields[from + 1] ?? 0)) / TICKS;
    return { parent, own: seconds(11), ofEnded: seconds(13) };
  } catch {
    return undefined;
  }
}

export const processMeter =
  (pid: number): Meter =>
  () =>
    statOf(pid)?.own;

/** A PostgreSQL server with all its processes, those that have ended too. */
export function postgresMeter(dataDir: string): Meter {
  const postmaster = Number.parseInt(readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8'), 10);
  return () => {
    const main = statOf(postmaster);
    if (!main) return undefined;
    const children = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(statOf)
      .filter((stat) => stat?.parent === postmaster);
    return children.reduce((sum, child) => sum + (child?.own ?? 0), main.own + main.ofEnded);
  };
}

/** The load generator: this process. */
export const ownMeter: Meter = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
