import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

type Step = () => unknown;

/** What was started or made, to be undone last first: at the end of a scenario, and on Ctrl-C. */
export class Cleanup {
  private readonly steps: Step[] = [];
  private done?: Promise<void>;

  /** Gives a function that undoes this one thing early. */
  add(step: Step): () => Promise<void> {
    this.steps.unshift(step);
    return async () => {
      const at = this.steps.indexOf(step);
      if (at < 0) return;
      this.steps.splice(at, 1);
      await step();
    };
  }

  folder(): string {
    const folder = mkdtempSync(path.join(tmpdir(), 'loopwell-torture-'));
    this.add(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }

  run(): Promise<void> {
    return (this.done ??= this.all());
  }

  private async all(): Promise<void> {
    for (let step = this.steps.shift(); step; step = this.steps.shift()) {
      try {
        await step();
      } catch (error) {
        process.stderr.write(`while cleaning up: ${(error as Error).message}\n`);
      }
    }
  }
}
