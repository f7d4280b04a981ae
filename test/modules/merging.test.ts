import { operator } from '../../src/access';
import { asIdentity } from '../../src/database';
import { TestHub } from '../support/hub';
import { consent } from '../support/people';
import { refer } from '../support/referral';

const uuid = (globalId: string) => globalId.slice(4);

/** The second charity merges into the first: everything that names it names its successor, but what a person keeps back. */
describe('an organisation that merges', () => {
  let hub: TestHub;
  let ending: string;
  let successor: string;
  const admin = <Row = Record<string, unknown>>(text: string, values: unknown[] = []) =>
    hub.database.asAdmin<Row>(text, values);
  const one = async (text: string) => (await admin(text))[0];

  beforeAll(async () => {
    hub = await TestHub.start();
    ending = uuid(await hub.organisation('ZV002'));
    successor = uuid(await hub.organisation('ZV001'));
    const referral = await refer(hub, 1, 'gp', { consent: consent() });
    const barred = await refer(hub, 2, 'gp', { consent: consent() });
    const third = await refer(hub, 3, 'gp', { consent: consent() });
    const { referral: about } = await hub.read(
      'linkWorker',
      'query($id: ID!) { referral(id: $id) { person { id } } }',
      { id: barred },
    );
    await hub.done('linkWorker', 'recordConsent', {
      person: about.person.id,
      referral: barred,
      consent: consent([], { exclude: [await hub.organisation('ZV001')] }),
    });
    await admin(`
      create table hub.invented (id integer primary key, organisation_id uuid references hub.organisation, person_id uuid);
      alter table hub.invented owner to loopwell_owner;
      grant all on hub.invented to loopwell_keeper;
      insert into hub.invented select n, '${ending}', case n when 1 then r.person_id when 2 then b.person_id end
        from generate_series(1, 3) n, hub.referral r, hub.referral b where r.id = '${uuid(referral)}' and b.id = '${uuid(barred)}';
      insert into hub.webhook (organisation_id, url, position, position_hash) values ('${ending}', 'https://charity.example/hook', 3, 'abc');
      insert into hub.inbox (id, organisation_id, format, sector, name, raw, raw_hash)
        values ('00000000-0000-4000-8000-000000000001', '${ending}', 'csds', 'VOLUNTARY', 'one.csv', '', 'h1');
      insert into hub.inbox (organisation_id, format, sector, name, raw, raw_hash)
        select o, 'csds', 'VOLUNTARY', 'both.csv', '', 'h2' from unnest(array['${ending}', '${successor}']::uuid[]) o;
      insert into hub.quarantine (inbox_id, organisation_id, file, line, field, reason, raw)
        values ('00000000-0000-4000-8000-000000000001', '${ending}', 'one.csv', 2, 'NHS_NUMBER', 'no number', '');
      insert into hub.override (person_id, organisation_id, by_id, basis, reason)
        select person_id, '${ending}', '${ending}', 'EMERGENCY', 'why' from hub.referral where id in ('${uuid(referral)}', '${uuid(barred)}');
      insert into hub.programme (id, key, name, model, organisation_id) values ('00000000-0000-4000-8000-000000000002', 'walks', 'Walks', 'HUB', '${ending}');
      insert into hub.programme_parameters (programme_id, version, published_by) values ('00000000-0000-4000-8000-000000000002', 1, '${ending}');
      insert into hub.death (person_id, day, recorded_by) select person_id, '2026-01-02', '${ending}' from hub.referral where id = '${uuid(referral)}';
      insert into hub.proxy (person_id, proxy_key, relationship, scopes, recorded_by, expires_on)
        select person_id, '\\x01', 'daughter', '{READ}', '${ending}', '2099-01-01' from hub.referral where id = '${uuid(referral)}';
      insert into hub.consent (person_id, recorded_by, given_by, given_at, exclude)
        select person_id, '${successor}', 'person', now(), array['${ending}']::uuid[] from hub.referral where id = '${uuid(third)}';
      insert into hub.consent (person_id, recorded_by, party_ids, given_by, given_at)
        select person_id, '${ending}', array['${ending}']::uuid[], 'person', '2001-01-01'
        from hub.referral where id in ('${uuid(referral)}', '${uuid(barred)}');
      insert into hub.revocation (kind, value, reason, at) values ('ORGANISATION', '${ending}', 'its laptop was stolen', '2026-01-02')`);
    await asIdentity(hub.hub.services.database, operator, (tx) =>
      tx.run(`select hub.merge_organisation('ZV002', 'ZV001')`, []),
    );
  });
  afterAll(() => hub.stop());

  it('is named by its successor in a table that was added since, save for a person who keeps the successor out', async () => {
    expect(await admin('select id, organisation_id as of from hub.invented order by id')).toEqual([
      { id: 1, of: successor },
      { id: 2, of: ending },
      { id: 3, of: successor },
    ]);
  });

  it('leaves webhooks to its successor, parked until the operator has looked, at the place the successor has come to', async () => {
    const [hook] = await admin(
      'select organisation_id as of, state, position::integer, last_result as result from hub.webhook',
    );
    expect(hook).toEqual({
      of: successor,
      state: 'PARKED',
      position: 0,
      result: 'its organisation merged into another',
    });
  });

  it('leaves files and what was set aside of them; a file that both sent stays where it is', async () => {
    expect(
      await admin(
        `select name, organisation_id as of from hub.inbox where name like '%.csv' order by name, organisation_id = '${successor}'`,
      ),
    ).toEqual([
      { name: 'both.csv', of: ending },
      { name: 'both.csv', of: successor },
      { name: 'one.csv', of: successor },
    ]);
    expect(await one('select organisation_id as of from hub.quarantine')).toEqual({ of: successor });
  });

  it('leaves overrides, parameters, deaths and delegations, as far as the person does not keep the successor out', async () => {
    const named = await admin(
      'select organisation_id as of, by_id as by from hub.override order by organisation_id = $1',
      [successor],
    );
    expect(named).toEqual([
      { of: ending, by: ending },
      { of: successor, by: successor },
    ]);
    expect(await one('select published_by as by from hub.programme_parameters')).toEqual({ by: successor });
    expect(await one('select recorded_by as by from hub.death')).toEqual({ by: successor });
    expect(await one('select recorded_by as by from hub.proxy')).toEqual({ by: successor });
  });

  it("leaves a consent for all of a person's referrals, save where that person keeps the successor out", async () => {
    const consents = await admin(
      `select recorded_by as by, party_ids as parties from hub.consent where given_at = '2001-01-01' order by recorded_by = $1`,
      [successor],
    );
    expect(consents).toEqual([
      { by: ending, parties: [ending] },
      { by: successor, parties: [successor] },
    ]);
  });

  it('does not bring a revoked token back to life as one of its successor', async () => {
    expect(await admin(`select value, reason, at from hub.revocation where value = $1`, [successor])).toEqual([
      { value: successor, reason: 'its laptop was stolen', at: new Date('2026-01-02') },
    ]);
  });

  it('is still kept out where it was, and its successor with it', async () => {
    expect(await admin(`select exclude from hub.consent where '${ending}' = any (exclude)`)).toEqual([
      { exclude: [ending, successor] },
    ]);
  });

  it('is named by no column that the catalogue does not know of as such', async () => {
    const columns = await admin<{ name: string }>(
      `select c.relname || '.' || a.attname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
       where c.relnamespace = 'hub'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and c.relname <> 'invented'
         and a.atttypid in ('uuid'::regtype, 'uuid[]'::regtype) and a.attname not in ('id', 'party_ids')
         and not exists (select from pg_constraint k where k.contype in ('f') and k.conrelid = c.oid and a.attnum = any (k.conkey))
       order by 1`,
    );
    // a new one is a decision: give it a foreign key, or name it in hub.merge_organisation
    expect(columns.map(({ name }) => name)).toEqual([
      'audit.colleagues_cases',
      'audit.party',
      'audit.person_ids',
      'audit.practitioner',
      'audit.proxy',
      'audit.referral_ids',
      'consent.exclude',
      'consent.recipients',
      'consent.recorded_by',
      'event.actor_id',
      'event.audience',
      'event.contact_id',
      'event.measurement_id',
      'event.service_id',
      'feed_head.party',
      'idempotency.party',
      'idempotency.practitioner',
      'note.addressee_ids',
      'party_feed.party',
      'party_feed.referral_id',
      'proxy.recorded_by',
      'referral.full_party_ids',
      'referral.writer_ids',
      'referral_party.party_id',
      'referral_party.reader_ids',
      'webhook.leased_by',
    ]);
  });
});
