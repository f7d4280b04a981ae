import { Presets, SingleBar } from 'cli-progress';
import { say } from './exit';

export interface Progress {
  update(done: number, total?: number): void;
  end(): void;
}

/** Without a terminal, a line at most this often, in milliseconds. */
const LINE_EVERY = 5_000;

/** A bar on a terminal; elsewhere a line every few seconds. On stderr, because stdout belongs to the data. */
export function showProgress(title: string, unit: string): Progress {
  if (process.stderr.isTTY) {
    const bar = new SingleBar(
      { format: `${title} [{bar}] {value}/{total} ${unit}`, stream: process.stderr, hideCursor: true },
      Presets.rect,
    );
    let started = false;
    return {
      update: (done, total) => {
        if (!started) bar.start(total ?? 0, done);
        started = true;
        if (total !== undefined) bar.setTotal(total);
        bar.update(done);
      },
      end: () => started && bar.stop(),
    };
  }
  let last = Date.now();
  return {
    update: (done, total) => {
      if (Date.now() - last < LINE_EVERY) return;
      last = Date.now();
      say(`${title}: ${done}${total === undefined ? '' : ` of ${total}`} ${unit}`);
    },
    end: () => undefined,
  };
}
