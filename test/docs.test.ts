import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { errorsPage, withStates, transitions } from '../src/cli/docs';
import { createTestDatabase } from './support/database';

const ROOT = path.resolve(__dirname, '..');
const read = (name: string) => readFileSync(path.join(ROOT, name), 'utf8');
const pages = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join('docs', name)),
  'demo/README.md',
];
const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');

/** As GitHub names the places of a page. */
const anchors = (text: string) =>
  [...withoutCode(text.replaceAll('`', '')).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );

const links = pages.flatMap((page) =>
  [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => [page, target] as const),
);

describe('the documentation', () => {
  it('has links to check', () => expect(links.length).toBeGreaterThan(20));

  it.each(links)('in %s leads somewhere with %s', (page, target) => {
    const [file = '', place] = target.split('#');
    const full = file ? path.join(path.dirname(page), file) : page;
    expect({ full, exists: existsSync(path.join(ROOT, full)) }).toEqual({ full, exists: true });
    if (place) expect(anchors(read(full))).toContain(place);
  });

  it("shows the referral's states as the database has them", async () => {
    const text = read('docs/concepts.md');
    expect(withStates(text)).toBe(text);
    expect(text).toContain('RECEIVED --> ACCEPTED: ACCEPT (receiver)');
    const database = await createTestDatabase();
    try {
      const rows = await database.asAdmin<{ from: string; action: string; to: string; who: string }>(
        'select from_status as "from", action, to_status as "to", who from hub.transition',
      );
      const told = (all: { from: string; action: string; to: string; who: string }[]) =>
        all.map(({ from, action, to, who }) => `${from} ${action} ${to} ${who}`).sort();
      expect(told(transitions())).toEqual(told(rows));
    } finally {
      await database.drop();
    }
  });

  it('prints every code that the hub answers with, as it answers it', () => {
    const squeezed = (text: string) =>
      text
        .replaceAll(/ *\| */g, '|')
        .replaceAll(/-+/g, '-')
        .replaceAll(/\s+/g, ' ');
    expect(squeezed(read('docs/errors.md'))).toBe(squeezed(errorsPage()));
  });

  it('names in .env.example every setting that the hub and Compose read, and no other', () => {
    const named = [...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    const config = [...read('src/cli/config.ts').matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => name);
    const compose = [...read('docker-compose.yml').matchAll(/\$\{([A-Z_]+):\?/g)].map(([, name]) => name);
    expect([...new Set(named)].sort()).toEqual([...new Set([...config, ...compose])].sort());
  });

  it('explains every setting and every format', () => {
    const operations = read('docs/operations.md');
    for (const [, name] of read('src/cli/config.ts').matchAll(/^ {2}([A-Z_]+): /gm)) expect(operations).toContain(name);
    for (const format of ['bars', 'fhir', 'csds', 'asc-cld', 'oruk'])
      expect(read('README.md')).toContain(`\`${format}\``);
  });
});
