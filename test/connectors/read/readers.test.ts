import { isRefusal, openCsv, type CsvRow } from '../../../src/connectors/read/csv';
import { englishTime, readDate, readFhirTime } from '../../../src/connectors/read/dates';
import { decodeEntities, stripHtml } from '../../../src/connectors/read/text';
import { fhirXmlToJson } from '../../../src/connectors/read/xml';
import { isSnomedId } from '../../../src/connectors/vocabulary/snomed';
import { REASONS } from '../../../src/connectors/vocabulary/reasons';
import type { Mapped } from '../../../src/connectors/draft';

function rowsOf(bytes: Buffer | string): (CsvRow | Mapped)[] {
  const table = openCsv({ name: 'a.csv', bytes: Buffer.from(bytes as string) });
  return 'ok' in table ? [table] : [...table.rows()];
}

const cells = (bytes: Buffer | string, ...columns: string[]) =>
  rowsOf(bytes).map((row) => (isRefusal(row) ? row.line : columns.map((column) => row.cell(column))));

describe('reading CSV', () => {
  const text = 'Name,Note\nZoë,£5\n';
  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16 little end first', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 big end first', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['Windows-1252', Buffer.from(text, 'latin1')],
  ])('reads %s', (_, bytes) => {
    expect(cells(bytes, 'NAME', 'note')).toEqual([['Zoë', '£5']]);
  });

  it('reads mixed line ends and counts lines as an editor does', () => {
    const rows = rowsOf('a,b\r\n1,"x\ny"\r2,z\n\n3,w');
    expect(rows.map((row) => (isRefusal(row) ? 0 : row.line))).toEqual([2, 4, 6]);
  });

  it('loses one row to a quote that never closes', () => {
    expect(cells('a,b\n1,x\n2,"never\n3,y\n4,z\n', 'a')).toEqual([['1'], 3, ['3'], ['4']]);
  });

  it('loses one row to a quote in the wrong place', () => {
    expect(cells('a,b\n1,"x"y\n2,z"\n3,w\n', 'a')).toEqual([2, 3, ['3']]);
  });

  it('refuses a row whose cells do not match the header, rather than shift them', () => {
    expect(cells('a,b\n1\n2,x,y\n3,z,\n', 'a')).toEqual([2, 3, ['3']]);
  });

  it('reads more rows than one batch, each with its own line', () => {
    const many = Array.from({ length: 1234 }, (_, at) => `${at},x`).join('\n');
    const rows = rowsOf(`a,b\n${many}\n`);
    expect(rows).toHaveLength(1234);
    expect(rows.every((row, at) => !isRefusal(row) && row.line === at + 2 && row.raw === `${at},x`)).toBe(true);
  });

  it('finds the delimiter by the header', () => {
    expect(cells('a;b\n1;x,y\n', 'b')).toEqual([['x,y']]);
  });
});

describe('reading dates', () => {
  it.each([
    ['2026-01-05', '2026-01-05'],
    ['2026-01-05 00:00:00', '2026-01-05'],
    ['5/1/2026', '2026-01-05'],
    ['31/02/2026', undefined],
    ['2026-13-01', undefined],
    ['soon', undefined],
  ])('reads %s as %s', (written, day) => expect(readDate(written)).toBe(day));

  it.each([
    ['2026-01-10', '14:00', '2026-01-10T14:00:00.000Z'],
    ['2026-07-10', '14:00:30', '2026-07-10T13:00:30.000Z'],
    ['2026-03-29', '00:59', '2026-03-29T00:59:00.000Z'],
    ['2026-03-29', '02:00', '2026-03-29T01:00:00.000Z'],
    ['2026-10-25', '01:30', '2026-10-25T00:30:00.000Z'],
    ['2026-07-10', undefined, '2026-07-10'],
    ['2026-07-10', '25:00', '2026-07-10'],
  ])('reads %s %s on the English clock as %s', (day, time, instant) => expect(englishTime(day, time)).toBe(instant));

  it.each([
    ['2026-01-05T09:30:00.8185338+01:00', '2026-01-05T08:30:00.818Z'],
    ['2026-01', 'partial'],
    ['2026-01-05T09:30:00', undefined],
    ['2026-02-30', undefined],
  ])('reads FHIR time %s as %s', (written, time) => expect(readFhirTime(written)).toBe(time));
});

describe('reading markup', () => {
  it.each([
    ['<p>One</p><p>Two &amp; three</p>', 'One\n\nTwo & three'],
    ['a < b and c > d', 'a < b and c > d'],
    ['<img src=x onerror="alert(1)"', ''],
    ['x<script>let a = "<p>";</script >y', 'xy'],
    ['x<!-- <p>hidden</p> -->y', 'xy'],
    ['x<style>never closed', 'x'],
  ])('reads %s as text', (html, text) => expect(stripHtml(html)).toBe(text));

  it('decodes an entity once and ignores impossible ones', () => {
    expect(decodeEntities('&amp;lt; &#163; &#xA3; &#x110000; &unknown;')).toBe('&lt; £ £  &unknown;');
  });

  it('strips a hostile megabyte in well under a second per pass', () => {
    const started = process.hrtime.bigint();
    for (const part of ['<', '<script', '<script>', '</script', '<!--', '&', '<a '])
      stripHtml(part.repeat(Math.ceil(1_000_000 / part.length)));
    expect(Number(process.hrtime.bigint() - started) / 1e9).toBeLessThan(5);
  });

  it('turns FHIR XML into FHIR JSON', () => {
    const xml = `<?xml version="1.0"?><Patient xmlns="http://hl7.org/fhir"><text><div xmlns="http://www.w3.org/1999/xhtml"><p>x</p></div></text>
      <contained><Organization><name value="A &amp; B &#163;"/></Organization></contained><name><given value="A"/><given value="B"/></name></Patient>`;
    expect(fhirXmlToJson(xml)).toEqual({
      resourceType: 'Patient',
      text: {},
      contained: { resourceType: 'Organization', name: 'A & B £' },
      name: { given: ['A', 'B'] },
    });
  });
});

describe('vocabularies', () => {
  it('holds 27 reasons with keys of their own', () => {
    expect(new Set(REASONS.map((reason) => reason.key)).size).toBe(27);
    expect(REASONS.map((reason) => reason.key)).toContain('care-following-cancer-heart-disease-or-stroke');
  });

  it.each(['871731000000106', '718466001', '718426000', '720433000', '962851000000103', '422650009'])(
    'accepts SNOMED CT identifier %s',
    (code) => expect(isSnomedId(code)).toBe(true),
  );

  it.each(['446660001', '871731000000107', '12345', ''])('refuses SNOMED CT identifier "%s"', (code) =>
    expect(isSnomedId(code)).toBe(false),
  );
});
