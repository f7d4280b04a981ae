import fc from 'fast-check';
import { clientLevelData } from '../../src/connectors/social-care/client-level-data';
import { CONNECTOR_FAULT } from '../../src/connectors/read/attempt';
import { bars } from '../../src/connectors/primary-care/bars';
import { csds } from '../../src/connectors/community-services/csds';
import { openReferral } from '../../src/connectors/voluntary/open-referral';
import { ukCore } from '../../src/connectors/primary-care/uk-core';
import { fixture, fixtures, readAll, refusals, textFile } from '../support/connector-files';
import type { Connector, InFile, Mapped } from '../../src/connectors/draft';

const SETS: [string, Connector, InFile[]][] = [
  ['BaRS in JSON', bars, [fixture('primary-care/bars/referral-new.json')]],
  ['BaRS in XML', bars, [fixture('primary-care/bars/referral-new.xml')]],
  ['UK Core', ukCore, fixtures('primary-care/uk-core').filter((file) => !file.name.includes('Bundle'))],
  ['CSDS', csds, fixtures('community-services')],
  ['Client Level Data', clientLevelData, fixtures('social-care')],
  ['Open Referral', openReferral, fixtures('voluntary').filter((file) => !file.name.includes('shape'))],
];

type Made<A> = A extends fc.Arbitrary<infer T> ? T : never;

const RUNS = Number(process.env.FUZZ_RUNS ?? 60);

/** Cuts, doublings, overwrites and insertions of bytes, at places given as fractions of the file. */
const BYTE_EDITS = fc.array(
  fc.record({
    file: fc.nat(),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(400),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc
        .constantFrom('"', '\n', '\r', '{', '[', ',', '<', '\u0000', 'null', '<!DOCTYPE x>', '\ufeff')
        .map((s) => Buffer.from(s)),
    ),
    repeat: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);

function editBytes(files: InFile[], edits: Made<typeof BYTE_EDITS>): InFile[] {
  const out = files.map((file) => ({ ...file }));
  for (const { file, at, length, put, repeat } of edits) {
    const target = out[file % out.length];
    const start = Math.floor(at * target.bytes.length);
    const cut = target.bytes.subarray(start, start + length);
    const middle = repeat ? [cut, cut] : [Buffer.from(put)];
    target.bytes = Buffer.concat([target.bytes.subarray(0, start), ...middle, target.bytes.subarray(start + length)]);
  }
  return out;
}

/** In place of personal data: nothing of this may reach a reason, wherever in the file it stands. */
const MARKER = 'Quentin Markerson 999 000 1006 ZZ99 9ZZ';
const ODD_VALUES = [
  MARKER,
  '',
  null,
  0,
  -1,
  1e21,
  true,
  [],
  {},
  [[MARKER]],
  { value: MARKER },
  'constructor',
  '__proto__',
];

const VALUE_EDITS = fc.array(fc.record({ file: fc.nat(), place: fc.nat(), value: fc.constantFrom(...ODD_VALUES) }), {
  minLength: 1,
  maxLength: 12,
});

function editValues(files: InFile[], edits: Made<typeof VALUE_EDITS>): InFile[] {
  const out = files.map((file) => ({ name: file.name, text: file.bytes.toString() }));
  for (const { file, place, value } of edits) {
    const target = out[file % out.length];
    if (target.name.endsWith('.json')) target.text = editJson(target.text, place, value);
    else
      target.text = editText(
        target.name,
        target.text,
        place,
        typeof value === 'string' ? value : JSON.stringify(value),
      );
  }
  return out.map(({ name, text }) => textFile(name, text));
}

function editJson(text: string, place: number, value: unknown): string {
  const document: unknown = JSON.parse(text);
  const places: [Record<string, unknown>, string][] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, child] of Object.entries(node)) {
      places.push([node as Record<string, unknown>, key]);
      walk(child);
    }
  };
  walk(document);
  if (!places.length) return text;
  const [holder, key] = places[place % places.length];
  holder[key] = value;
  return JSON.stringify(document);
}

/** An attribute's value in XML, a cell in CSV. */
function editText(name: string, text: string, place: number, value: string): string {
  const spot = name.endsWith('.xml') ? /(?<=value=")[^"]*(?=")/g : /(?<=[,\n])[^,\r\n"]*(?=[,\r\n])/g;
  const found = [...text.matchAll(spot)];
  const { index, 0: old } = found[place % found.length];
  const clean = value.replace(/[",<&]/g, ' ');
  return text.slice(0, index) + clean + text.slice(index + old.length);
}

function expectSound(mapped: Mapped[]): void {
  for (const each of mapped) {
    expect(typeof each.raw).toBe('string');
    expect(each.line).toBeGreaterThan(0);
    if (each.ok) expect(each.draft.kind).toBeTruthy();
    else expect(each.reason).not.toBe(CONNECTOR_FAULT);
  }
}

describe.each(SETS)('%s connector, given anything', (_, connector, files) => {
  it('answers damaged bytes with refusals, and never throws or hides a fault of its own', async () => {
    await fc.assert(
      fc.asyncProperty(BYTE_EDITS, async (edits) => expectSound(await readAll(connector, editBytes(files, edits)))),
      { numRuns: RUNS },
    );
  });

  it('answers odd values with refusals that repeat nothing of the file', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(VALUE_EDITS, async (edits) => {
        const mapped = await readAll(connector, editValues(files, edits));
        expectSound(mapped);
        for (const { field, reason } of refusals(mapped)) {
          refused += 1;
          expect(`${field} ${reason}`).not.toMatch(/Quentin|Markerson|999 ?000|ZZ99|9ZZ/i);
        }
      }),
      { numRuns: RUNS },
    );
    expect(refused).toBeGreaterThan(0); // else the property was not put to the test
  });
});

describe('any connector', () => {
  const connectors = [bars, ukCore, csds, clientLevelData, openReferral];
  const anyFiles = SETS.flatMap(([, , files]) => files);

  it("answers another format's file with refusals that repeat no value of it", async () => {
    for (const connector of connectors) {
      for (const file of anyFiles) expectSound(await readAll(connector, [file]));
    }
  });

  it('answers arbitrary bytes, and no bytes', async () => {
    for (const connector of connectors) {
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 300 }),
          fc.constantFrom('a.csv', 'a.json', 'a.xml', 'a.ndjson'),
          async (b, name) => expectSound(await readAll(connector, [{ name, bytes: Buffer.from(b) }])),
        ),
        { numRuns: RUNS },
      );
    }
  });

  it('answers arbitrary JSON', async () => {
    for (const connector of connectors) {
      await fc.assert(
        fc.asyncProperty(fc.json(), async (text) => expectSound(await readAll(connector, [textFile('a.json', text)]))),
        { numRuns: RUNS },
      );
    }
  });

  it('survives nesting deeper than any call stack', async () => {
    const deep = [
      textFile('a.json', '['.repeat(100_000) + ']'.repeat(100_000)),
      textFile('b.json', '{"entry":'.repeat(50_000) + '1' + '}'.repeat(50_000)),
      textFile('c.xml', '<Bundle>'.repeat(50_000) + '</Bundle>'.repeat(50_000)),
    ];
    for (const connector of connectors) for (const file of deep) expectSound(await readAll(connector, [file]));
  });
});
