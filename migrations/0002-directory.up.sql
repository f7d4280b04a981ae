-- Organisations, networks, practitioners, services: what every signed-in organisation may read.
set local role loopwell_owner;

create table hub.organisation (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  sector text not null check (
    sector in ('PRIMARY_CARE', 'COMMUNITY_SERVICES', 'SOCIAL_CARE', 'VOLUNTARY', 'COMMISSIONER')
  ),
  receives_referrals boolean not null default false,
  -- one that is no more, and which goes on for it
  closed_on date,
  successor_id uuid references hub.organisation
);
create index organisation_name on hub.organisation (name, id);

create table hub.organisation_identifier (
  organisation_id uuid not null references hub.organisation,
  system text not null,
  value text not null,
  primary key (system, value)
);
create index organisation_identifier_of on hub.organisation_identifier (organisation_id);

create table hub.network (
  id uuid primary key default gen_random_uuid(),
  key text not null unique,
  name text not null,
  kind text not null check (kind in ('ICB', 'PLACE', 'PCN', 'NEIGHBOURHOOD', 'SOCIAL_PRESCRIBING'))
);

create table hub.network_member (
  network_id uuid not null references hub.network,
  organisation_id uuid not null references hub.organisation,
  primary key (network_id, organisation_id)
);
create index network_member_of on hub.network_member (organisation_id);

create table hub.practitioner (
  id uuid primary key default gen_random_uuid(),
  -- SDS role profile id, or the identity provider's name for this person in this post
  external_id text not null unique,
  name text not null,
  job_title text,
  organisation_id uuid not null references hub.organisation,
  -- Specialist link workers sit in a service, beside those of primary care networks.
  specialism text,
  left_on date
);
create index practitioner_of on hub.practitioner (organisation_id);

create table hub.cover (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references hub.organisation,
  practitioner_id uuid not null references hub.practitioner,
  covered_by_id uuid not null references hub.practitioner,
  from_day date not null,
  to_day date not null,
  check (from_day <= to_day),
  check (practitioner_id != covered_by_id)
);
create index cover_by on hub.cover (covered_by_id, to_day);
create index cover_for on hub.cover (practitioner_id, to_day);

-- Without a sharing agreement in force an organisation reads nothing about anybody.
create table hub.sharing_agreement (
  organisation_id uuid not null references hub.organisation,
  network_id uuid not null references hub.network,
  valid_from date not null,
  valid_to date not null,
  primary key (organisation_id, network_id)
);

create table hub.service (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references hub.organisation,
  -- opaque: many real feeds' ids are no UUIDs, and two publishers may use the same one
  source text not null,
  external_id text not null,
  name text not null,
  description text,
  categories text[] not null default '{}',
  accepting_referrals boolean not null default true,
  places_left integer,
  waiting_list_length integer,
  eligibility text,
  minimum_age integer,
  maximum_age integer,
  areas text[] not null default '{}',
  costs text,
  languages text[] not null default '{}',
  accessibility text[] not null default '{}',
  assured_on date,
  funding_ends_on date,
  green boolean not null default false,
  latitude double precision,
  longitude double precision,
  active boolean not null default true,
  raw_hash text not null,
  updated_at timestamptz not null default now(),
  -- A provider pauses for itself; the directory's feed, which says nothing of it, does not undo that.
  paused boolean not null default false,
  unique (source, external_id)
);
create index service_of on hub.service (organisation_id, name, id);
create index service_name on hub.service (name, id);
create index service_categories on hub.service using gin (categories);

reset role;
