-- Programmes with their versioned parameters, capacity, and what is counted.
set local role loopwell_owner;

create table hub.programme (
  id uuid primary key default gen_random_uuid(),
  key text not null unique,
  name text not null,
  model text not null check (model in ('SIGNPOSTING', 'LINK_WORKER', 'HUB')),
  organisation_id uuid not null references hub.organisation,
  aim text,
  area text,
  age_groups text[] not null default '{}',
  funding_source text,
  starts_on date,
  ends_on date,
  funding_ends_on date,
  -- what becomes of the people it supports when it ends
  continuity text,
  parameters_version integer not null default 1
);
create index programme_of on hub.programme (organisation_id, key);
create index programme_name on hub.programme (name, id);

-- Each version is kept: what was promised when a person was referred can be read back.
create table hub.programme_parameters (
  id uuid primary key default gen_random_uuid(),
  programme_id uuid not null references hub.programme,
  version integer not null,
  published_at timestamptz not null,
  -- null: it came with the network's own file
  published_by uuid references hub.organisation,
  planned_days integer check (planned_days between 1 and 3650),
  maximum_contacts integer check (maximum_contacts > 0),
  response_days integer check (response_days > 0),
  would_not_benefit text,
  note text,
  unique (programme_id, version)
);

-- Whom the programme is for: every rule must hold, and one that `excludes` must not. Only a fact that is known can
-- break one.
create table hub.programme_rule (
  parameters_id uuid not null references hub.programme_parameters,
  position integer not null,
  kind text not null check (
    kind in (
      'AGE',
      'AREA',
      'CONDITION',
      'PAM_LEVEL',
      'CONTACTS_A_YEAR',
      'MEDICATION_SPEND_A_YEAR',
      'LIVES_ALONE',
      'NOT_ENGAGED'
    )
  ),
  excludes boolean not null default false,
  minimum double precision,
  maximum double precision,
  one_of text[] not null default '{}',
  wording text not null,
  primary key (parameters_id, position)
);

-- By the feed's id of the service, because a network's file may be loaded before the directory.
create table hub.programme_service (
  organisation_id uuid not null references hub.organisation,
  external_id text not null,
  programme_id uuid not null references hub.programme,
  primary key (organisation_id, external_id)
);
create index programme_service_of on hub.programme_service (programme_id);

-- What funders pay for and who helps: for the provider's own eyes, and counted for its commissioner.
create table hub.service_load (
  service_id uuid primary key references hub.service,
  organisation_id uuid not null references hub.organisation,
  funded_places integer check (funded_places >= 0),
  volunteers integer check (volunteers >= 0)
);

-- Referrals whose planned finish is to be held against their funding: once accepted, and again when funding or length
-- changes. Nothing here falls due by itself, so most seconds the clock finds nothing.
create table hub.funding_watch (
  referral_id uuid primary key references hub.referral,
  accepted_on date not null,
  due boolean not null default true,
  warned_at timestamptz
);
create index funding_watch_due on hub.funding_watch (referral_id) where due;

create table hub.practice_quota (
  id uuid primary key default gen_random_uuid(),
  -- who employs the link workers
  organisation_id uuid not null references hub.organisation,
  practice_id uuid not null references hub.organisation,
  -- null: of all its link workers together
  practitioner_id uuid references hub.practitioner,
  quota integer not null check (quota between 0 and 100000)
);
create index practice_quota_practice on hub.practice_quota (practice_id);
create unique index practice_quota_organisation_id_practice_id_practitioner_id_key on hub.practice_quota (
  organisation_id,
  practice_id,
  practitioner_id
)
nulls not distinct;
alter table hub.practice_quota
add constraint practice_quota_organisation_id_practice_id_practitioner_id_key
  unique using index practice_quota_organisation_id_practice_id_practitioner_id_key;

-- No person stands in these two: what was asked for, from where, through whom, on which day.
create table hub.signpost (
  id bigint generated always as identity primary key,
  service_id uuid not null references hub.service,
  reasons text[] not null,
  route text not null references hub.route (key),
  organisation_id uuid not null references hub.organisation,
  day date not null
);
create index signpost_day on hub.signpost (day);

create table hub.unmet_need (
  id bigint generated always as identity primary key,
  network_id uuid not null references hub.network,
  reason text not null references hub.reason (key),
  -- outward part of a postcode; null where it was not known
  district text check (district ~ '^[A-Z]{1,2}[0-9][A-Z0-9]?$'),
  day date not null
);
create index unmet_need_day on hub.unmet_need (network_id, day);

reset role;
