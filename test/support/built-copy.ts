import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { type Ended, environment, PROJECT, Running } from './cli';
import { spawn } from 'node:child_process';

/** A copy of this project as it is built, to be changed into another build. */
export class BuiltCopy {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'loopwell-build-'));

  constructor(
    readonly number: number,
    readonly serves: number,
  ) {
    const skip = path.join(PROJECT, 'dist', 'ide');
    cpSync(path.join(PROJECT, 'dist'), path.join(this.folder, 'dist'), {
      recursive: true,
      filter: (from) => from !== skip,
    });
    symlinkSync(path.join(PROJECT, 'node_modules'), path.join(this.folder, 'node_modules'));
    this.write('database/migrate/version.json', JSON.stringify({ number, serves }));
  }

  change(file: string, from: string, to: string): this {
    const text = readFileSync(this.at(file), 'utf8');
    if (!text.includes(from)) throw new Error(`${file} holds no ${from}`);
    this.write(file, text.replace(from, to));
    return this;
  }

  run(args: string[], env: NodeJS.ProcessEnv): Promise<Ended> {
    const child = spawn(process.execPath, [this.at('cli/main.js'), ...args], {
      env: environment(env),
      cwd: this.folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Running(child).ended;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private at(file: string): string {
    return path.join(this.folder, 'dist', 'src', file);
  }

  private write(file: string, text: string): void {
    writeFileSync(this.at(file), text);
  }
}
