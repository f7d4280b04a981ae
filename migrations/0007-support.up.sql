-- What is done for a person, and what came of it.
set local role loopwell_owner;

create table hub.contact (
  id uuid primary key default gen_random_uuid(),
  referral_id uuid not null references hub.referral,
  at timestamptz not null,
  attendance text check (
    attendance in ('ATTENDED', 'DID_NOT_ATTEND', 'UNABLE_TO_ATTEND', 'CANCELLED_BY_PERSON', 'CANCELLED_BY_SERVICE')
  ),
  minutes integer check (minutes between 0 and 1440),
  mode text,
  barriers text[] not null default '{}',
  organisation_id uuid not null references hub.organisation,
  practitioner_id uuid references hub.practitioner,
  note text,
  recorded_in_error_at timestamptz,
  created_at timestamptz not null,
  party_ids uuid[] not null default '{}',
  recorded_in_error_reason text
);
create index contact_referral on hub.contact (referral_id, at, id);

-- What a person was offered, what she chose and what she declined, and why.
create table hub.choice (
  id uuid primary key default gen_random_uuid(),
  -- several of one moment keep the order in which they were given
  ordinal bigint generated always as identity,
  referral_id uuid not null references hub.referral,
  service_id uuid not null references hub.service,
  decision text not null check (decision in ('OFFERED', 'CHOSEN', 'DECLINED')),
  why text check (decision != 'DECLINED' or why is not null),
  at timestamptz not null,
  organisation_id uuid not null references hub.organisation,
  party_ids uuid[] not null default '{}',
  recorded_in_error_at timestamptz,
  recorded_in_error_reason text
);
create index choice_referral on hub.choice (referral_id, ordinal);

-- The plan agreed with the person. Each version is a row; the newest is the plan.
create table hub.plan (
  id uuid primary key default gen_random_uuid(),
  ordinal bigint generated always as identity,
  referral_id uuid not null references hub.referral,
  what_matters text,
  -- [{text, baseline, latest}]
  goals jsonb not null default '[]' check (jsonb_typeof(goals) = 'array'),
  agreed_on date not null,
  organisation_id uuid not null references hub.organisation,
  party_ids uuid[] not null default '{}'
);
create index plan_referral on hub.plan (referral_id, ordinal desc);

create table hub.preparation (
  id uuid primary key default gen_random_uuid(),
  ordinal bigint generated always as identity,
  referral_id uuid not null references hub.referral,
  kind text not null check (kind in ('PHYSICAL', 'PSYCHOLOGICAL', 'SOCIAL')),
  ready boolean not null,
  adjustments text,
  at timestamptz not null,
  organisation_id uuid not null references hub.organisation,
  party_ids uuid[] not null default '{}'
);
create index preparation_referral on hub.preparation (referral_id, at, ordinal);

create table hub.extension (
  id uuid primary key default gen_random_uuid(),
  ordinal bigint generated always as identity,
  referral_id uuid not null references hub.referral,
  reason text not null,
  contacts integer check (contacts > 0),
  until date,
  at timestamptz not null,
  organisation_id uuid not null references hub.organisation,
  party_ids uuid[] not null default '{}',
  check (contacts is not null or until is not null)
);
create index extension_referral on hub.extension (referral_id, ordinal);

create table hub.measurement (
  id uuid primary key default gen_random_uuid(),
  referral_id uuid not null references hub.referral,
  instrument text not null references hub.instrument,
  occasion text not null check (occasion in ('BASELINE', 'REVIEW', 'FOLLOW_UP', 'DISCHARGE')),
  score double precision,
  items jsonb not null default '{}',
  taken_on date not null,
  organisation_id uuid not null references hub.organisation,
  created_at timestamptz not null,
  party_ids uuid[] not null default '{}',
  recorded_in_error_at timestamptz,
  recorded_in_error_reason text,
  instrument_version integer not null default 1,
  converted_score double precision,
  level text
);
create index measurement_referral on hub.measurement (referral_id, taken_on, id);

-- One outcome a referral; it shares the referral's id.
create table hub.outcome (
  referral_id uuid primary key references hub.referral,
  result text not null,
  summary text,
  self_management_plan text,
  plan_declined boolean not null,
  closed_at timestamptz not null,
  organisation_id uuid not null references hub.organisation,
  party_ids uuid[] not null default '{}'
);

reset role;
