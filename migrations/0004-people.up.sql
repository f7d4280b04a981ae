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
  received_at timestamptz not null
);
create unique index inbox_dedupe on hub.inbox (
  format,
  coalesce(organisation_id, '00000000-0000-0000-0000-000000000000'),
  raw_hash,
  name
);

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
  at timestamptz not null,
  resolved_at timestamptz,
  unique (inbox_id, file, line, field)
);

create table hub.person (
  id uuid primary key default gen_random_uuid(),
  -- opened beside a number that names another person; stands until a reviewer decides
  provisional boolean not null default false,
  party_ids uuid[] not null default '{}',
  created_at timestamptz not null
);

-- A person signs in with her NHS number. An unknown number gets an id of its own, which names no person and is the same
-- next time: the answer never says whether the number is known.
create table hub.pepper (
  value text not null default encode(
    sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')),
    'hex'
  )
);
insert into hub.pepper default values;

create table hub.source_record (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references hub.person,
  sector text not null,
  organisation_id uuid not null references hub.organisation,
  system text not null,
  external_id text not null,
  kind text not null,
  summary text not null,
  attendance text check (
    attendance in ('ATTENDED', 'DID_NOT_ATTEND', 'UNABLE_TO_ATTEND', 'CANCELLED_BY_PERSON', 'CANCELLED_BY_SERVICE')
  ),
  occurred_at timestamptz,
  received_at timestamptz not null,
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
  party_ids uuid[] not null default '{}',
  permitted_channels text[] not null default '{}',
  -- null: this record does not say
  address_hidden boolean
);
create unique index source_record_current on hub.source_record (organisation_id, system, external_id, kind)
where not superseded and referral_id is null;
create index source_record_person on hub.source_record (person_id, received_at desc, id);
create index source_record_number on hub.source_record (nhs_number) where nhs_number is not null;
create index source_record_name on hub.source_record (lower(family_name), birth_date) where family_name is not null;
create index source_record_local on hub.source_record (organisation_id, local_id_system, local_id)
where local_id is not null;
create index source_record_referral on hub.source_record (referral_id) where referral_id is not null;

-- Pairs that may be one person. Never merged on a score; a human decides, and can undo it.
create table hub.match_review (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references hub.person,
  candidate_id uuid not null references hub.person,
  reason text not null,
  at timestamptz not null,
  decided_at timestamptz,
  decision text check (decision in ('MERGED', 'SEPARATE')),
  unique (person_id, candidate_id)
);

create table hub.person_merge (
  id uuid primary key default gen_random_uuid(),
  review_id uuid not null references hub.match_review,
  kept_id uuid not null references hub.person,
  merged_id uuid not null references hub.person,
  at timestamptz not null,
  undone_at timestamptz,
  -- table to the ids of its rows that were moved
  moved jsonb not null
);

create table hub.proxy (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references hub.person,
  -- who acts, by a keyed hash of an NHS number: it need be no person the hub knows, and the number is kept nowhere
  proxy_key bytea not null,
  relationship text not null,
  scopes text[] not null check ('READ' = any (scopes) and scopes <@ array['CONSENT', 'READ', 'REFER']),
  recorded_by uuid not null,
  created_at timestamptz not null,
  expires_on date not null,
  ended_at timestamptz
);
create index proxy_key on hub.proxy (proxy_key, person_id);
create index proxy_person on hub.proxy (person_id, created_at, id);

reset role;
