-- People are identities with a random id. What is known of them lives in source records, each with its own readers.
set local role loopwell_owner;

create table hub.inbox (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid references hub.organisation,
  format text not null,
  sector text not null,
  name text not null,
  raw bytea not null,
  raw_hash text not null,
  received_at timestamptz not null default hub.clock()
);
create unique index inbox_dedupe on hub.inbox (format, coalesce(organisation_id, '00000000-0000-0000-0000-000000000000'), raw_hash, name);

-- Rows that could not be applied, with what was sent, so that nothing is lost and a retry is possible.
create table hub.quarantine (
  id uuid primary key default gen_random_uuid(),
  inbox_id uuid not null references hub.inbox,
  organisation_id uuid references hub.organisation,
  file text not null,
  line integer not null,
  field text not null,
  reason text not null,
  raw text not null,
  at timestamptz not null default hub.clock(),
  resolved_at timestamptz,
  unique (inbox_id, file, line, field)
);

create table hub.person (
  id uuid primary key default gen_random_uuid(),
  -- opened beside a number that names somebody else; stands until a reviewer decides
  provisional boolean not null default false,
  party_ids uuid[] not null default '{}',
  created_at timestamptz not null default hub.clock()
);

create table hub.source_record (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references hub.person,
  sector text not null,
  organisation_id uuid not null references hub.organisation,
  system text not null,
  external_id text not null,
  kind text not null,
  summary text not null,
  attendance text check (attendance in ('ATTENDED', 'DID_NOT_ATTEND', 'UNABLE_TO_ATTEND', 'CANCELLED_BY_PERSON', 'CANCELLED_BY_SERVICE')),
  occurred_at timestamptz,
  received_at timestamptz not null default hub.clock(),
  raw_hash text not null,
  inbox_id uuid references hub.inbox,
  -- the referral that carried this record to its readers; null for a record its own organisation sent
  referral_id uuid,
  superseded boolean not null default false,
  -- demographics, where the record carries any
  demographic boolean not null,
  nhs_number text,
  nhs_number_verified boolean not null default false,
  given_name text,
  family_name text,
  birth_date date,
  death_date date,
  postcode text,
  contact_points jsonb not null default '[]',
  needs text[] not null default '{}',
  practice_id uuid references hub.organisation,
  local_id_system text,
  local_id text,
  party_ids uuid[] not null default '{}'
);
create unique index source_record_current on hub.source_record (organisation_id, system, external_id, kind) where not superseded and referral_id is null;
create index source_record_person on hub.source_record (person_id, received_at desc, id);
create index source_record_number on hub.source_record (nhs_number) where nhs_number is not null;
create index source_record_name on hub.source_record (lower(family_name), birth_date) where family_name is not null;
create index source_record_local on hub.source_record (organisation_id, local_id_system, local_id) where local_id is not null;
create index source_record_referral on hub.source_record (referral_id) where referral_id is not null;

-- Pairs that may be one person. Never merged on a score; a human decides, and can undo it.
create table hub.match_review (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references hub.person,
  candidate_id uuid not null references hub.person,
  reason text not null,
  at timestamptz not null default hub.clock(),
  decided_at timestamptz,
  unique (person_id, candidate_id)
);

do $$
declare
  person_table regclass;
begin
  foreach person_table in array array['hub.inbox', 'hub.quarantine', 'hub.person', 'hub.source_record', 'hub.match_review']::regclass[] loop
    call hub.protect(person_table);
  end loop;
end $$;

-- A rejected row is visible to its supplier alone; one that names no supplier, to the operator.
create policy own on hub.inbox for select to loopwell_guard, loopwell_api using (organisation_id is not distinct from (select hub.viewer_party()) and (organisation_id is not null or (select hub.viewer_is_operator())));
create policy own_insert on hub.inbox for insert to loopwell_api with check (organisation_id is not distinct from (select hub.viewer_party())
  and (organisation_id is not null or (select hub.viewer_is_operator())));
grant select (id, organisation_id, format, raw_hash, name) on hub.inbox to loopwell_api;
grant insert (organisation_id, format, sector, name, raw, raw_hash) on hub.inbox to loopwell_api;
create policy own on hub.quarantine for select to loopwell_guard, loopwell_api using (organisation_id is not distinct from (select hub.viewer_party()) and (organisation_id is not null or (select hub.viewer_is_operator())));
create policy own_insert on hub.quarantine for insert to loopwell_api
  with check (organisation_id is not distinct from (select hub.viewer_party()) and exists (select from hub.inbox i where i.id = inbox_id));
grant select (id, inbox_id, organisation_id, file, line, field) on hub.quarantine to loopwell_api;
grant insert (inbox_id, organisation_id, file, line, field, reason, raw) on hub.quarantine to loopwell_api;

create policy readers on hub.person for select to loopwell_guard, loopwell_api
  using ((select hub.viewer_party()) = any (party_ids) and (select hub.viewer_has_agreement()));
grant select on hub.person to loopwell_guard;
grant select (id, party_ids) on hub.person to loopwell_api;
create policy readers on hub.source_record for select to loopwell_guard, loopwell_api
  using ((select hub.viewer_party()) = any (party_ids) and (select hub.viewer_has_agreement()));
grant select on hub.source_record to loopwell_guard;
grant select (id, party_ids) on hub.source_record to loopwell_api;
reset role;
