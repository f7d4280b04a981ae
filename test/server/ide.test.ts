import Fastify from 'fastify';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { IDE_CONTENT_SECURITY_POLICY, registerIde } from '../../src/server/ide';
import { startHubWithIde as startHub, type HubForPages } from '../support/ide-hub';

const project = join(__dirname, '../..');
const browserPath = process.env['LOOPWELL_CHROMIUM'] ?? '/usr/bin/chromium';
let root: string;

beforeAll(() => {
  root = execFileSync(process.execPath, [join(project, 'src/server/ide/build.mjs')], { encoding: 'utf8' }).trim();
}, 120_000);

describe('the IDE over HTTP', () => {
  const party = { as: 'gp', label: 'GP practice', token: 'secret' };
  const serve = async (tokens?: () => Promise<(typeof party)[]>) => {
    const app = Fastify();
    await registerIde(app, { root, tokens });
    return app;
  };

  it('is found without its trailing slash', async () => {
    const answer = await (await serve()).inject('/ide');
    expect(answer.statusCode).toBe(302);
    expect(answer.headers.location).toBe('/ide/');
  });

  it('forbids every other origin, and is looked up again on each visit', async () => {
    const { headers, statusCode, body } = await (await serve()).inject('/ide/');
    expect(statusCode).toBe(200);
    expect(body).toContain('<title>Loopwell IDE</title>');
    expect(headers['content-security-policy']).toBe(IDE_CONTENT_SECURITY_POLICY);
    expect(headers['cache-control']).toBe('no-cache');
  });

  it('lets browsers keep the files whose names change with their content', async () => {
    const script = /src="(\/ide\/assets\/[^"]+)"/.exec(readFileSync(join(root, 'index.html'), 'utf8'));
    const { headers, statusCode } = await (await serve()).inject(script?.[1] ?? 'no script in the page');
    expect(statusCode).toBe(200);
    expect(headers['cache-control']).toMatch(/max-age=31536000, immutable/);
  });

  it('hands out tokens in the demo only, and lets nobody keep them', async () => {
    const inDemo = await (await serve(async () => [party])).inject('/ide/tokens.json');
    expect(inDemo.json()).toEqual([party]);
    expect(inDemo.headers['cache-control']).toBe('no-store');
    expect((await (await serve()).inject('/ide/tokens.json')).statusCode).toBe(404);
  });

  it('names the remedy where the page was not built', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'loopwell-ide-'));
    await expect(registerIde(Fastify(), { root: empty })).rejects.toThrow(/no index\.html.*npm run build/);
  });
});

describe('the IDE in a browser', () => {
  let browser: Browser;
  const hubs: HubForPages[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: browserPath, args: QUIET });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await Promise.all(hubs.map((hub) => hub.close()));
  });

  const open = async (demo: boolean) => {
    const hub = await startHub({ root, demo });
    hubs.push(hub);
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const watched = watch(page);
    await page.goto(`${hub.url}/ide/`);
    return { hub, page, ...watched };
  };

  it('runs the examples as the chosen party and reaches no other machine', async () => {
    const { hub, page, hosts, complaints, socketFrames } = await open(true);
    const [first, second] = hub.parties;

    expect(await runAndReadHeader(page)).toBe(`Bearer ${first?.token}`);
    await response(page, `"name": "${first?.organisation}"`);

    await page.getByLabel('Ask as').selectOption(second?.as ?? '');
    expect(await runAndReadHeader(page)).toBe(`Bearer ${second?.token}`);
    await response(page, `"name": "${second?.organisation}"`);

    await page.getByRole('tab', { name: 'FeedbackLive', exact: true }).click();
    await execute(page).click();
    await response(page, '"__typename": "Feed');
    expect(socketFrames).toContainEqual({
      type: 'connection_init',
      payload: { authorization: `Bearer ${second?.token}` },
    });
    if (process.env['LOOPWELL_SCREENSHOT']) await page.screenshot({ path: process.env['LOOPWELL_SCREENSHOT'] });

    // choosing another party ends the first one's subscription
    await page.getByLabel('Ask as').selectOption(first?.as ?? '');
    await execute(page).waitFor();

    expect([...hosts]).toEqual(['127.0.0.1']);
    expect(complaints).toEqual([]);
  }, 60_000);

  it('shows every operation that the hub is tested with', async () => {
    const { page } = await open(true);
    for (const name of operationNames()) {
      await page.getByRole('tab', { name, exact: true }).click();
      await page.locator('.graphiql-query-editor .view-lines', { hasText: name }).waitFor();
    }
    await page.getByRole('tab', { name: 'CreateReferral', exact: true }).click();
    await page.locator('.graphiql-editor-tool .view-lines', { hasText: '"idempotencyKey"' }).waitFor();
  }, 60_000);

  it('keeps the tabs, once each, when the page is loaded again', async () => {
    const { page } = await open(true);
    await page.getByRole('tab', { name: 'Feedback', exact: true }).click();
    await page.evaluate(TAB_IS_STORED);
    await page.reload();
    await page.locator('.graphiql-query-editor .view-lines', { hasText: 'Feedback' }).waitFor();
    expect(await page.getByRole('tab').count()).toBe(operationNames().length);
  }, 60_000);

  it('prefers a header typed by hand, whatever its case', async () => {
    const { page } = await open(true);
    await page.getByRole('button', { name: 'Headers' }).click();
    await page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines').click();
    await page.keyboard.insertText('{ "Authorization": "Bearer typed" }');
    expect(await runAndReadHeader(page)).toBe('Bearer typed');
  }, 60_000);

  it('outside the demo asks for a token, uses it, and keeps it out of storage', async () => {
    const { hub, page } = await open(false);
    const field = page.getByLabel('Bearer token');
    expect(await field.getAttribute('type')).toBe('password');
    const token = hub.parties[0]?.token ?? '';
    await field.fill(token);
    await field.press('Enter');
    expect(await runAndReadHeader(page)).toBe(`Bearer ${token}`);
    await response(page, `"name": "${hub.parties[0]?.organisation}"`);
    const stored = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');
    expect(stored).toContain('Viewer');
    expect(stored).not.toContain(token);
  }, 60_000);
});

const QUIET = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
];

/** Every operation of schema/operations: the hub's tests execute them, the IDE must show them. */
const operationNames = () =>
  readdirSync(join(project, 'schema/operations'))
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => file.replace(/\.graphql$/, '').replace(/(^|-)(\w)/g, (_all, _dash, letter) => letter.toUpperCase()));

// A promise of the page's own: waitForFunction would poll through eval, which the page's policy forbids.
const TAB_IS_STORED = `new Promise((done) => {
  const stored = () => JSON.parse(sessionStorage['graphiql:tabState'] ?? '{}').activeTabIndex > 0;
  const look = () => (stored() ? done() : requestAnimationFrame(look));
  look();
})`;

const execute = (page: Page) => page.getByRole('button', { name: /^Execute query/ });

/** Collects every host the page or its workers call, every complaint of the console, and what went up the sockets. */
function watch(page: Page) {
  const hosts = new Set<string>();
  const complaints: string[] = [];
  const socketFrames: unknown[] = [];
  const note = (url: string) => /^(http|ws)s?:/.test(url) && hosts.add(new URL(url).hostname);
  page.context().on('request', (request) => note(request.url()));
  page.on('websocket', (socket) => {
    note(socket.url());
    socket.on('framesent', ({ payload }) => socketFrames.push(JSON.parse(payload.toString())));
  });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { hosts, complaints, socketFrames };
}

/** Runs the open tab and returns the Authorization header that the browser sent for it. */
async function runAndReadHeader(page: Page): Promise<string | undefined> {
  await page.locator('.graphiql-query-editor .view-lines', { hasText: 'Viewer' }).waitFor();
  const sent = page.waitForRequest((request) => request.postDataJSON()?.operationName === 'Viewer');
  await execute(page).click();
  return (await sent).headers()['authorization'];
}

async function response(page: Page, text: string): Promise<void> {
  // the editor draws spaces as no-break spaces
  const drawn = new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '\\s'));
  await page.locator('.graphiql-response .view-lines', { hasText: drawn }).waitFor();
}
