import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { asIdentity, sql } from '../../src/database';
import { hubSchema } from '../../src/server';
import { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { until } from '../support/until';
import { type Told, raise } from './raise';
import { identityOf, letIn, ods, tellStory } from './story';

const ROOT = path.resolve(__dirname, '../..');
const PAGE = 'docs/who-hears-what.md';
const DISCLOSURES: Record<string, string> = { F: 'FULL', O: 'OWN_SERVICE', S: 'STAGE', C: 'CRISIS', E: 'ENDED' };

/** The columns of the page, as who stands for them in the story. */
const columns: Record<string, Caller | 'person'> = {
  referrer: 'gp',
  'link worker': 'linkWorker',
  provider: 'charity',
  'registered practice': 'otherGp',
  'care team': 'council',
  person: 'person',
  ICB: 'icb',
  stranger: 'otherCharity',
};

interface Row {
  kind: string;
  of: 'root' | 'onward' | 'hub';
  when: string;
  /** Disclosure by column; nothing where it hears nothing. */
  hears: Record<string, string>;
}

const rows: Row[] = readFileSync(path.join(ROOT, PAGE), 'utf8')
  .split('\n')
  .filter((line) => /^\| [A-Z_]+ /.test(line))
  .map((line) => {
    const [kind = '', of, when = '', ...cells] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    const hears = Object.keys(columns).flatMap((column, i) => {
      const disclosure = DISCLOSURES[cells[i] ?? ''];
      if (!disclosure && cells[i] !== '–') throw new Error(`${PAGE}: ${kind} says nothing of the column "${column}"`);
      return disclosure ? [[column, disclosure]] : [];
    });
    return { kind, of: of as Row['of'], when, hears: Object.fromEntries(hears) as Record<string, string> };
  });
/** How the row's event comes about: by its kind, and where that is not enough by what happened. */
const raising = ({ kind, when }: Row) => raise[`${kind}, ${when}`] ?? raise[kind];
const titles = rows
  .filter((row) => raising(row) !== 'later')
  .map((row) => [`${row.kind}, of ${row.of}${row.when ? `, ${row.when}` : ''}`, row] as const);

describe('who hears what', () => {
  let hub: TestHub;
  let people = 0;
  const parties = new Map<string, string>();
  /** Of the network, and in no column: hears what everybody does. */
  let bystander: string | undefined;

  beforeAll(async () => {
    hub = await TestHub.start();
    for (const [column, caller] of Object.entries(columns))
      if (caller !== 'person') parties.set((await identityOf(hub, caller)).party ?? '', column);
    bystander = (await identityOf(hub, 'trust')).party;
  });
  afterAll(() => hub.stop());

  it('is said of every kind of event there is, and of no other', async () => {
    const kinds = (
      (await hubSchema()).getType('FeedbackKind') as unknown as { getValues(): { name: string }[] }
    ).getValues();
    const missing = kinds.filter(({ name }) => !rows.some(({ kind }) => kind === name)).map(({ name }) => name);
    if (missing.length)
      throw new Error(
        `Add a row for ${missing.join(', ')} to ${PAGE}, and to test/access/raise.ts how it comes about.`,
      );
    expect([...new Set(rows.map(({ kind }) => kind))].sort()).toEqual(kinds.map(({ name }) => name).sort());
  });

  it('is tried with the event itself wherever something raises it', async () => {
    const raised = await kindsThatSomethingRaises();
    const tried = (row: Row) => typeof raising(row) === 'function' || raising(row) === 'told';
    const untried = rows.filter((row) => !tried(row) && (!raising(row) || raised.has(row.kind)));
    if (untried.length)
      throw new Error(
        `Say in test/access/raise.ts how these come about: ${untried.map(({ kind, when }) => `${kind} ${when}`).join(', ')}.`,
      );
  });

  /** Kinds a function of the database or a service names, beside those that only know all kinds. */
  async function kindsThatSomethingRaises(): Promise<Set<string>> {
    const functions = await hub.database.asAdmin<{ text: string }>(
      "select prosrc as text from pg_proc where pronamespace = 'hub'::regnamespace and proname not in ('append_event', 'event_audience')",
    );
    const sources = ['src/modules', 'src/connectors'].flatMap((folder) =>
      readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('feedback.kinds.ts'))
        .map((name) => readFileSync(path.join(ROOT, folder, name), 'utf8')),
    );
    const text = [...functions.map((each) => each.text), ...sources].join('\n');
    return new Set(rows.map(({ kind }) => kind).filter((kind) => text.includes(`'${kind}'`)));
  }

  async function told(of: Row['of']): Promise<Told> {
    const story = await tellStory(hub, ++people);
    await letIn(hub, { ...story, referral: story.onward }, ods.council);
    const target = of === 'onward' ? story.onward : story.referral;
    return {
      hub,
      story,
      target,
      receiver: of === 'onward' ? 'charity' : 'linkWorker',
      referrer: of === 'onward' ? 'linkWorker' : 'gp',
    };
  }
  /** What simply happens does so in one story for all; what depends on what was before has a story of its own. */
  const shared = new Map<Row['of'], Promise<Told>>();
  const sceneOf = (row: Row): Promise<Told> => {
    if (row.when) return told(row.of);
    const known = shared.get(row.of) ?? told(row.of);
    shared.set(row.of, known);
    return known;
  };
  const newest = async () =>
    (await hub.database.asAdmin<{ ordinal: number }>('select coalesce(max(ordinal), 0) as ordinal from hub.event'))[0]
      ?.ordinal ?? 0;
  const sequenced = () =>
    until(
      'no event is pending',
      async () => !(await hub.database.asAdmin('select from hub.outbox_pending limit 1')).length,
    );

  /** Through append_event, by whom the rules let report anything. */
  const append = async (kind: string, { target }: Told) =>
    asIdentity(hub.hub.services.database, await identityOf(hub, 'linkWorker'), (tx) =>
      tx.query(sql('test.append', 'select hub.append_event($1, $2)'), [kind, target.slice(4)]),
    );

  it.each(titles)('%s', async (_title, row) => {
    const how = raising(row);
    const scene = await sceneOf(row);
    const since = how === 'told' ? 0 : await newest();
    if (how === 'rules') await append(row.kind, scene);
    else if (typeof how === 'function') await how(scene);
    await sequenced();

    const delivered = await hub.database.asAdmin<{ party: string; disclosure: string }>(
      `select f.party, f.disclosure from hub.party_feed f join hub.event e on e.ordinal = f.event_ordinal
       where e.kind = $1 and e.ordinal > $2 and (e.referral_id = $3 or $3 is null) order by e.ordinal`,
      [row.kind, since, row.of === 'hub' ? null : scene.target.slice(4)],
    );
    const columnOf = (party: string) =>
      party === scene.story.person.slice(4) ? 'person' : (parties.get(party) ?? party);
    const ended = row.kind === 'ACCESS_ENDED';
    expect(
      Object.fromEntries(
        delivered
          .filter(({ party }) => party !== bystander)
          .map(({ party, disclosure }) => [columnOf(party), ended ? 'ENDED' : disclosure]),
      ),
    ).toEqual(row.hears);
    await feedsShow(row, scene);
  });

  /** The feed by query: the event at the row's disclosure with the referral as that party reads it, or no such event. */
  async function feedsShow(row: Row, { target }: Told): Promise<void> {
    const named = await hub.database.asAdmin<{ reference: string }>(
      'select reference from hub.referral where id = $1',
      [target.slice(4)],
    );
    const reference = row.of === 'hub' ? null : named[0]?.reference;
    const query = `query Feed($kinds: [FeedbackKind!]) { feedback(kinds: $kinds) { nodes { kind reference disclosure referral { id disclosure } } } }`;
    for (const [column, caller] of Object.entries(columns)) {
      if (caller === 'person') continue;
      const { nodes } = (await hub.read(caller, query, { kinds: [row.kind] }))['feedback'] as {
        nodes: { kind: string; reference: string }[];
      };
      const [found] = nodes.filter((node) => node.reference === reference && node.kind === row.kind).slice(-1);
      const disclosure = row.hears[column];
      // of a crisis alone, and of what has ended, nothing of the referral
      const without = disclosure === 'ENDED' || disclosure === 'CRISIS' || row.of === 'hub';
      const referral = without ? null : { id: target, disclosure };
      expect([column, found]).toEqual([column, disclosure && { kind: row.kind, reference, disclosure, referral }]);
    }
  }
});
