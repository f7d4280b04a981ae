import { Client } from 'pg';

/** The data set of every round: as in the measurements the design rests on. Per 100,000 people; `scale` multiplies it. */
export interface Scale {
  people: number;
  organisations: number;
  services: number;
  referrals: number;
  contacts: number;
  measurements: number;
}

export const scaleOf = (people: number): Scale => ({
  people,
  organisations: 400,
  services: 2_000,
  referrals: people * 2,
  contacts: people * 10,
  measurements: people * 4,
});

/** ODS code of the link workers' organisation that the dashboard query asks as. */
export const BENCH_ORGANISATION = 'B0001';

/** The tables that grow with the number of people. */
const LARGE = [
  'hub.person',
  'hub.source_record',
  'hub.referral',
  'hub.referral_party',
  'hub.contact',
  'hub.measurement',
];

/**
 * Fills an empty, migrated database. Triggers are off and the readers' arrays are written straight away: this is about reading,
 * and a million rows through the services would take an hour. Each referral has a practice, a link workers' organisation and,
 * every second one, a service of a charity.
 */
export async function fill(client: Client, scale: Scale): Promise<void> {
  await client.query(
    "set session_replication_role = replica; set synchronous_commit = off; set work_mem = '256MB'; set maintenance_work_mem = '1GB'",
  );
  const step = (text: string, values: unknown[] = []) => client.query(text, values);
  // keeping indexes row by row takes most of the time: they rest meanwhile, and are built at the end
  await step('set allow_system_table_mods = on');
  await step('update pg_index set indisready = false where indrelid = any ($1::regclass[])', [LARGE]);
  // 50 link workers' organisations, 250 practices, 100 charities, under ids that say which
  await step(
    `create function pg_temp.org(n bigint) returns uuid immutable language sql as $$ select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid $$`,
  );
  await step(
    `create function pg_temp.row_id(kind text, n bigint) returns uuid immutable language sql as $$ select md5(kind || n::text)::uuid $$`,
  );
  await step(
    `insert into hub.organisation (id, name, sector, receives_referrals)
     select pg_temp.org(n), 'Organisation ' || n, case when n <= 300 then 'PRIMARY_CARE' else 'VOLUNTARY' end, n <= 50 from generate_series(1, $1) n`,
    [scale.organisations],
  );
  await step(
    `insert into hub.organisation_identifier (organisation_id, system, value)
     select pg_temp.org(n), 'https://fhir.nhs.uk/Id/ods-organization-code', 'B' || lpad(n::text, 4, '0') from generate_series(1, $1) n`,
    [scale.organisations],
  );
  await step("insert into hub.network (id, key, name, kind) values (pg_temp.org(900), 'bench', 'Bench ICB', 'ICB')");
  await step(
    `insert into hub.sharing_agreement select pg_temp.org(n), pg_temp.org(900), '2020-01-01', '2099-12-31' from generate_series(1, $1) n`,
    [scale.organisations],
  );
  await step(
    `insert into hub.service (id, organisation_id, source, external_id, name, description, categories, raw_hash)
     select pg_temp.row_id('srv', n), pg_temp.org(301 + n % 100), 'bench', n::text, 'Service ' || n, repeat('What it does. ', 5), '{walking-group}', ''
     from generate_series(1, $1) n`,
    [scale.services],
  );
  await step(
    `insert into hub.person (id, party_ids) select pg_temp.row_id('per', n), array[pg_temp.org(51 + n % 250), pg_temp.org(1 + n % 50)] from generate_series(1, $1) n`,
    [scale.people],
  );
  // Two records a person: the practice's, and the one its referral gave the link workers. NHS numbers are from the range kept for
  // tests and have a valid check digit; where that would be 10, the digit before it moves on by one.
  await step(
    `insert into hub.source_record (person_id, sector, organisation_id, system, external_id, kind, summary, raw_hash, demographic, nhs_number,
       given_name, family_name, birth_date, postcode, contact_points, party_ids, received_at)
     select pg_temp.row_id('per', n), 'PRIMARY_CARE', pg_temp.org(51 + n % 250), 'bench-' || copy, n::text, 'Patient', 'Bench', '', true,
       '999' || lpad((m + case when s <> 1 then 0 when m % 10 = 9 then -9 else 1 end)::text, 6, '0') ||
         (11 - case when s <> 1 then s when m % 10 = 9 then 5 else 3 end) % 11,
       'Given' || n % 100, 'Family' || n, date '1950-01-01' + (n % 20000)::integer, 'HA1 2AB',
       '[{"system": "phone", "value": "07700 900123", "safe": true}]',
       array[case copy when 1 then pg_temp.org(51 + n % 250) else pg_temp.org(1 + n % 50) end], timestamptz '2026-01-01' + n * interval '1 second'
     from (select n, m, (243 + m / 100000 * 7 + m / 10000 % 10 * 6 + m / 1000 % 10 * 5 + m / 100 % 10 * 4 + m / 10 % 10 * 3 + m % 10 * 2) % 11 as s
         from (select n, n % 1000000 as m from generate_series(1, $1::bigint) n) six) people, generate_series(1, 2) copy`,
    [scale.people],
  );
  await step(
    `insert into hub.referral (id, reference, kind, status, person_id, referrer_id, receiver_id, service_id, root_id, root_referrer_id, route, reasons,
       received_at, updated_at, party_ids, full_party_ids, writer_ids, version)
     select id, 'LW-' || n, 'LINK_WORKER', (array['RECEIVED', 'ACCEPTED', 'ACTIVE', 'CLOSED'])[1 + n % 4], pg_temp.row_id('per', p), referrer, receiver,
       pg_temp.row_id('srv', 1 + n % $3), id, referrer, 'general-practice', '{mental-health}', received, received,
       array[referrer, receiver], array[receiver], array[receiver], 1
     from (select n, p, pg_temp.row_id('ref', n) as id, pg_temp.org(51 + p % 250) as referrer, pg_temp.org(1 + p % 50) as receiver,
         timestamptz '2026-01-01' + n * interval '1 second' as received
       from (select n, 1 + (n - 1) % $2 as p from generate_series(1, $1::bigint) n) numbered offset 0) r`,
    [scale.referrals, scale.people, scale.services],
  );
  await step(
    `insert into hub.referral_party (referral_id, party_id, roles, disclosure, received_at, updated_at, reader_ids)
     select r.id, p.party, p.roles, p.disclosure, r.received_at, r.updated_at, p.readers from hub.referral r
     cross join lateral (values (r.receiver_id, '{LINK_WORKER}'::text[], 'FULL', array[r.receiver_id, r.referrer_id]),
       (r.referrer_id, '{REFERRER}', 'STAGE', array[r.referrer_id, r.receiver_id])) p (party, roles, disclosure, readers)`,
  );
  // One pass over the referrals for each, so that the rows of one referral lie apart, as work done over months does.
  for (let k = 0; k < scale.contacts / scale.referrals; k++)
    await step(
      `insert into hub.contact (id, referral_id, at, attendance, minutes, mode, organisation_id, party_ids)
       select pg_temp.row_id('con' || $1::integer, n), id, received_at + (n + $1) % 50 * interval '1 day',
         (array['ATTENDED', 'DID_NOT_ATTEND', 'UNABLE_TO_ATTEND'])[1 + (n + $1) % 3], 45, 'telephone', receiver_id, full_party_ids
       from (select *, substr(reference, 4)::bigint as n from hub.referral) r`,
      [k],
    );
  for (let k = 0; k < scale.measurements / scale.referrals; k++)
    await step(
      `insert into hub.measurement (id, referral_id, instrument, occasion, items, taken_on, organisation_id, party_ids)
       select pg_temp.row_id('mea' || $1::integer, n), id, 'ONS4', (array['BASELINE', 'DISCHARGE'])[1 + $1],
         '{"satisfaction": 5, "worthwhile": 6, "happiness": 7, "anxiety": 3}', date '2026-01-01' + ((n + $1 * 90) % 300)::integer, receiver_id,
         full_party_ids
       from (select *, substr(reference, 4)::bigint as n from hub.referral) r`,
      [k],
    );
  for (const table of LARGE) await step(`reindex table ${table}`);
  await step('vacuum analyze');
}

/**
 * Referrals that wait to be accepted by the bench's organisation; answers their ids. They are older than all others, so that no
 * page of the dashboard query shows them.
 */
export async function stock(client: Client, batch: string, count: number): Promise<string[]> {
  await client.query('begin; set local session_replication_role = replica; set local synchronous_commit = off');
  const { rows } = await client.query<{ id: string }>(
    `with given as (select r.person_id, r.referrer_id, r.receiver_id, r.service_id, r.party_ids, r.full_party_ids, r.writer_ids
       from hub.referral r join hub.organisation_identifier i on i.organisation_id = r.receiver_id and i.value = $1
       where r.service_id is not null limit 1),
     made as (insert into hub.referral (id, reference, kind, person_id, referrer_id, receiver_id, service_id, root_id, root_referrer_id, route,
         received_at, updated_at, party_ids, full_party_ids, writer_ids)
       select id, $2 || '-' || n, 'LINK_WORKER', person_id, referrer_id, receiver_id, service_id, id, referrer_id, 'general-practice',
         timestamptz '2025-01-01' + n * interval '1 second', timestamptz '2025-01-01', party_ids, full_party_ids, writer_ids
       from given, (select n, md5($2 || n)::uuid as id from generate_series(1, $3) n) each returning *),
     parties as (insert into hub.referral_party (referral_id, party_id, roles, disclosure, received_at, updated_at, reader_ids)
       select m.id, p.party, p.roles, p.disclosure, m.received_at, m.updated_at, array[m.receiver_id, m.referrer_id] from made m
       cross join lateral (values (m.receiver_id, '{LINK_WORKER}'::text[], 'FULL'), (m.referrer_id, '{REFERRER}', 'STAGE')) p (party, roles, disclosure))
     select id from made`,
    [BENCH_ORGANISATION, batch, count],
  );
  await client.query('commit');
  return rows.map(({ id }) => id);
}
