import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { barsMessages } from './generate/bars';
import { clientLevelData } from './generate/client-level-data';
import { communityTables } from './generate/csds';
import { directoryFeed } from './generate/directory';
import { history } from './generate/history';
import { networkFile } from './generate/network';
import { people, type Person } from './generate/people';
import { ukCoreResources } from './generate/uk-core';

/** Every file of the demo network, by its path under demo/files, as text. The same bytes every time. */
export function demoFiles(): Map<string, string> {
  const patient = people[0] as Person;
  return new Map([
    ['network.json', json(networkFile(patient.nhsNumber))],
    ['directory.oruk.json', feedPage()],
    ['bars.ndjson', ndjson(barsMessages())],
    ['uk-core.ndjson', ndjson(ukCoreResources())],
    ...Object.entries(communityTables()).map(([name, text]) => [`csds/${name}`, text] as const),
    ['asc-cld.csv', clientLevelData()],
    ['history.ndjson', ndjson(history)],
  ]);
}

/** JSON with one service a line: half the size of indented JSON, and a change to one service is one changed line. */
function feedPage(): string {
  const { envelope, contents } = directoryFeed();
  const opening = JSON.stringify(envelope).slice(0, -1);
  return `${opening},"contents":[\n${contents.map((service) => JSON.stringify(service)).join(',\n')}\n]}\n`;
}

const json = (value: object): string => `${JSON.stringify(value, null, 1)}\n`;
const ndjson = (lines: readonly object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

/** The project's root, whether this runs from the sources or from what was built of them. */
function projectRoot(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const above = dirname(from);
  if (above === from) throw new Error('demo generator: no package.json above this file; run it inside the project');
  return projectRoot(above);
}

export function filesFolder(): string {
  return join(projectRoot(__dirname), 'demo', 'files');
}

function writeFiles(): void {
  const folder = filesFolder();
  // What an earlier version wrote and this one does not must not stay behind.
  rmSync(folder, { recursive: true, force: true });
  for (const [name, text] of demoFiles()) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

if (require.main === module) writeFiles();
