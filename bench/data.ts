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

/**
 * Fills an empty, migrated database. Triggers are off and the readers' arrays are written straight away: this is about reading,
 * and a million rows through the services would take an hour. Each referral has a practice, a link workers' organisation and,
 * every second one, a service of a charity.
 */
export async function fill(client: Client, scale: Scale): Promise<void> {
  await client.query("set session_replication_role = replica; set synchronous_commit = off; set work_mem = '256MB'");
  const step = (text: string, values: unknown[] = []) => client.query(text, values);
  // 50 link workers' organisations, 250 practices, 100 charities, under ids that say which
  await step(
    `create function pg_temp.org(n bigint) returns uuid immutable language sql as $$ select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid $$`,
  );
  await step(
    `create function pg_temp.row_id(kind text, n bigint) returns uuid immutable language sql as $$ select md5(kind || n)::uuid $$`,
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
  // two records a person: the practice's, and the one its referral gave the link workers
  await step(
    `insert into hub.source_record (person_id, sector, organisation_id, system, external_id, kind, summary, raw_hash, demographic, nhs_number,
       given_name, family_name, birth_date, postcode, contact_points, party_ids, received_at)
     select pg_temp.row_id('per', n), 'PRIMARY_CARE', pg_temp.org(51 + n % 250), 'bench-' || copy, n::text, 'Patient', 'Bench', '', true,
       '999' || lpad((n % 10000000)::text, 7, '0'), 'Given' || n % 100, 'Family' || n, date '1950-01-01' + (n % 20000)::integer, 'HA1 2AB',
       '[{"system": "phone", "value": "07700 900123", "safe": true}]',
       case copy when 1 then array[pg_temp.org(51 + n % 250)] else array[pg_temp.org(1 + n % 50)] end, timestamptz '2026-01-01' + n * interval '1 second'
     from generate_series(1, $1) n, generate_series(1, 2) copy`,
    [scale.people],
  );
  await step(
    `insert into hub.referral (id, reference, kind, status, person_id, referrer_id, receiver_id, service_id, root_id, root_referrer_id, route, reasons,
       received_at, updated_at, party_ids, full_party_ids, writer_ids, version)
     select pg_temp.row_id('ref', n), 'LW-' || n, 'LINK_WORKER', (array['RECEIVED', 'ACCEPTED', 'ACTIVE', 'CLOSED'])[1 + n % 4],
       pg_temp.row_id('per', 1 + (n - 1) % $2), pg_temp.org(51 + (1 + (n - 1) % $2) % 250), pg_temp.org(1 + (1 + (n - 1) % $2) % 50),
       pg_temp.row_id('srv', 1 + n % $3), pg_temp.row_id('ref', n), pg_temp.org(51 + (1 + (n - 1) % $2) % 250), 'general-practice', '{mental-health}',
       timestamptz '2026-01-01' + n * interval '1 second', timestamptz '2026-01-01' + n * interval '1 second',
       array[pg_temp.org(51 + (1 + (n - 1) % $2) % 250), pg_temp.org(1 + (1 + (n - 1) % $2) % 50)],
       array[pg_temp.org(1 + (1 + (n - 1) % $2) % 50)], array[pg_temp.org(1 + (1 + (n - 1) % $2) % 50)], 1
     from generate_series(1, $1::bigint) n`,
    [scale.referrals, scale.people, scale.services],
  );
  await step(
    `insert into hub.referral_party (referral_id, party_id, roles, disclosure, received_at, updated_at, reader_ids)
     select r.id, p.party, p.roles, p.disclosure, r.received_at, r.updated_at, p.readers from hub.referral r
     cross join lateral (values (r.receiver_id, '{LINK_WORKER}'::text[], 'FULL', array[r.receiver_id, r.referrer_id]),
       (r.referrer_id, '{REFERRER}', 'STAGE', array[r.referrer_id, r.receiver_id])) p (party, roles, disclosure, readers)`,
  );
  await step(
    `insert into hub.contact (id, referral_id, at, attendance, minutes, mode, organisation_id, party_ids)
     select pg_temp.row_id('con', n), r.id, r.received_at + n % 50 * interval '1 day', (array['ATTENDED', 'DID_NOT_ATTEND', 'UNABLE_TO_ATTEND'])[1 + n % 3],
       45, 'telephone', r.receiver_id, r.full_party_ids
     from generate_series(1, $1::bigint) n join hub.referral r on r.id = pg_temp.row_id('ref', 1 + n % $2)`,
    [scale.contacts, scale.referrals],
  );
  await step(
    `insert into hub.measurement (id, referral_id, instrument, occasion, items, taken_on, organisation_id, party_ids)
     select pg_temp.row_id('mea', n), r.id, 'ONS4', (array['BASELINE', 'DISCHARGE'])[1 + n % 2],
       '{"satisfaction": 5, "worthwhile": 6, "happiness": 7, "anxiety": 3}', date '2026-01-01' + (n % 300)::integer, r.receiver_id, r.full_party_ids
     from generate_series(1, $1::bigint) n join hub.referral r on r.id = pg_temp.row_id('ref', 1 + n % $2)`,
    [scale.measurements, scale.referrals],
  );
  await step('reset session_replication_role');
  await step('vacuum analyze');
}
