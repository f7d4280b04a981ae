import { randomUUID } from 'node:crypto';
import type { Identity } from '../../src/database';
import { Session } from '../access/session';
import { identityOf, type Story, tellStory } from '../access/story';
import { TestHub } from '../support/hub';

const uuid = (globalId: string) => globalId.slice(4);

describe('the guard of what support records, from behind the TypeScript', () => {
  let hub: TestHub;
  let story: Story;
  let session: Session;
  let service: string;
  const who = {} as Record<
    'gp' | 'linkWorker' | 'charity' | 'council' | 'otherCharity' | 'icb' | 'withoutAgreement',
    Identity
  >;
  let herself: Identity;
  beforeAll(async () => {
    hub = await TestHub.start();
    story = await tellStory(hub, 1);
    service = uuid(await hub.service({ id: 'any', organisation: 'ZV002' }));
    for (const caller of ['gp', 'linkWorker', 'charity', 'council', 'otherCharity', 'icb', 'withoutAgreement'] as const)
      who[caller] = await identityOf(hub, caller);
    herself = { kind: 'person', party: uuid(story.person), roles: [] };
    session = await Session.open(hub.database);
  });
  afterAll(async () => {
    await session.close();
    await hub.stop();
  });

  const rows = {
    choice: ['service_id, decision', () => `'${service}', 'OFFERED'`],
    plan: ['what_matters', () => `'Her garden'`],
    preparation: ['kind, ready', () => `'SOCIAL', true`],
  } as const;
  type Table = keyof typeof rows;
  const insert = (table: Table, referral: string, author = 'hub.viewer_party()') =>
    `insert into hub.${table} (referral_id, organisation_id, ${rows[table][0]}) values ('${uuid(referral)}', ${author}, ${rows[table][1]()})`;
  const codeOf = async (identity: Identity, statement: string) => (await session.as(identity, [statement])).code;

  it.each(Object.keys(rows) as Table[])('takes a %s of the receiver alone, under its own name', async (table) => {
    expect(await codeOf(who.linkWorker, insert(table, story.referral))).toBeUndefined();
    expect(await codeOf(who.charity, insert(table, story.onward))).toBeUndefined();
    for (const identity of [who.gp, who.council])
      expect(await codeOf(identity, insert(table, story.referral))).toBe('42501');
    expect(await codeOf(who.linkWorker, insert(table, story.referral, `'${who.gp.party}'`))).toBe('42501');
    for (const identity of [who.otherCharity, who.charity, who.icb, who.withoutAgreement, herself]) {
      expect(await codeOf(identity, insert(table, story.referral))).toBe('LW404');
      expect(await codeOf(identity, insert(table, `ref_${randomUUID()}`))).toBe('LW404');
    }
  });

  it('takes choice and plan of nobody else with full disclosure, and preparation of her too', async () => {
    expect(await codeOf(who.linkWorker, insert('choice', story.onward))).toBe('42501');
    expect(await codeOf(who.linkWorker, insert('plan', story.onward))).toBe('42501');
    expect(await codeOf(who.linkWorker, insert('preparation', story.onward))).toBeUndefined();
  });

  it('lets nobody write an extension, name an addressee, or mark an entry but through its keeper', async () => {
    const columns = `referral_id, organisation_id`;
    const own = `'${uuid(story.referral)}', hub.viewer_party()`;
    for (const statement of [
      `insert into hub.extension (${columns}, reason, contacts) values (${own}, 'x', 99)`,
      `insert into hub.note (${columns}, text, addressee_ids) values (${own}, 'x', array['${who.council.party}'::uuid])`,
      `update hub.note set recorded_in_error_at = now()`,
      `update hub.contact set recorded_in_error_at = null`,
      `update hub.referral set review_at = null`,
    ])
      expect(await codeOf(who.linkWorker, statement)).toBe('42501');
  });

  it('asks in each keeper who is calling', async () => {
    const referral = uuid(story.referral);
    const calls: Record<string, [string, string]> = {
      post_message: [`select hub.post_message('${referral}', 'Hello', null)`, 'LW404'],
      extend_support: [`select hub.extend_support('${referral}', 'why', 99, null)`, 'LW404'],
      void_entry: [`select hub.void_entry('referral', '${referral}', 'why')`, 'LW404'],
      review_contacts: [`select hub.review_contacts('${referral}')`, ''],
    };
    for (const [statement, toStranger] of Object.values(calls)) {
      for (const identity of [herself, who.icb]) expect(await codeOf(identity, statement)).toBe('LW403');
      expect(await codeOf(who.withoutAgreement, statement)).toBe('LW451');
      expect((await codeOf(who.otherCharity, statement)) ?? '').toBe(toStranger);
    }
    // a referrer is party to it, and still does not extend it
    expect(await codeOf(who.gp, calls['extend_support']?.[0] ?? '')).toBe('LW404');
    for (const identity of [herself, who.icb, who.withoutAgreement, who.otherCharity]) {
      const audience = await session.as(identity, [`select hub.message_audience('${referral}', null)`]);
      expect(audience).toEqual({ rows: [] });
    }
    for (const hidden of [
      'review_due()',
      `known_parties(null)`,
      `addressees(null, null)`,
      `attended_contacts('${referral}')`,
    ])
      expect(await codeOf(who.linkWorker, `select hub.${hidden}`)).toBe('42501');
  });
});
