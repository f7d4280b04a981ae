import { createHash } from 'node:crypto';
import { type Build, readBuild } from '../../src/database';

/** A build as it might be: this one with other steps and definitions. */
export class ImaginedBuild {
  private constructor(readonly build: Build) {}

  static next(): ImaginedBuild {
    const { steps, definitions } = readBuild();
    return new ImaginedBuild({ steps, definitions: { ...definitions, number: definitions.number + 1 } });
  }

  withStep(name: string, up: string, down = ''): ImaginedBuild {
    const asOwner = (text: string) => `set local role loopwell_owner;\n${text};\nreset role;`;
    const key = `${name.slice(5)}${1_700_000_000_000 + Number(name.slice(0, 4))}`;
    const step = {
      name,
      key,
      up: asOwner(up),
      down: asOwner(down),
      sha256: createHash('sha256').update(up).digest('hex'),
    };
    return new ImaginedBuild({ ...this.build, steps: [...this.build.steps, step] });
  }

  /** With a file more, or with the text of one that is there changed; an empty text takes it away. */
  withFile(file: string, change: (text: string) => string): ImaginedBuild {
    const { definitions } = this.build;
    const kind = /\.(\w+)\.sql$/.exec(file)?.[1] as (typeof definitions.files)[number]['kind'];
    const before = definitions.files.find((each) => each.file === file)?.text ?? '';
    const text = change(before);
    if (text === before) throw new Error(`Nothing in ${file} was changed.`);
    const others = definitions.files.filter((each) => each.file !== file);
    const files = (text ? [...others, { file, kind, text }] : others).sort((a, b) => (a.file < b.file ? -1 : 1));
    const digest = createHash('sha256').update(JSON.stringify(files)).digest('hex');
    return new ImaginedBuild({ ...this.build, definitions: { ...definitions, files, digest } });
  }
}
