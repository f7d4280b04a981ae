import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../../src/cli/config';

/** Writes a report in the form that the lint step asks of every file, wherever it goes. */
export async function writeFormatted(file: string, text: string): Promise<void> {
  const { format, resolveConfig } = await import('prettier');
  const style = await resolveConfig(path.join(projectRoot, path.basename(file)));
  writeFileSync(file, await format(text, { ...style, filepath: file }));
}
