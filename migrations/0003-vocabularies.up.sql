-- Words and rules that are data.
set local role loopwell_owner;

-- Vocabularies
create table hub.reason (
  key text primary key,
  -- where it stands in a list; two that say the same stand by their keys
  position integer not null,
  label text not null,
  snomed_code text
);

-- Which kinds of service answer a reason, beside those that carry the reason's own key. Data: places add their own.
create table hub.reason_category (
  reason text not null references hub.reason (key),
  category text not null,
  primary key (reason, category)
);

-- The SNOMED CT map, by version. Only codes whose id and term a named source gives; none is made up, and one without a
-- source is left out. `reason` null: for every referral, whatever its reason.
create table hub.reason_code (
  version integer not null,
  position integer not null,
  reason text references hub.reason (key),
  code text not null,
  term text not null,
  source text not null,
  primary key (version, position)
);

create table hub.route (
  key text primary key,
  position integer not null,
  label text not null
);

-- A network's own name for a route. Its members see it; the key stays, so that counts can be compared.
create table hub.route_name (
  network_id uuid not null references hub.network,
  route text not null references hub.route (key),
  label text not null check (length(trim(label)) between 1 and 80),
  primary key (network_id, route)
);

create table hub.instrument (
  key text primary key,
  position integer not null,
  label text not null,
  minimum double precision not null,
  maximum double precision not null,
  items integer not null,
  higher_is_better boolean,
  scored boolean not null,
  licence text not null,
  -- `version` counts changes of the arithmetic; a measurement keeps the one it was scored by. Other items are another
  -- instrument. scoring: NONE items are never added up; SCORE a score alone; SUM of the items; COUNT of the items whose
  -- answer is in scores_on.
  version integer not null default 1,
  scoring text not null default 'SCORE' check (scoring in ('NONE', 'SCORE', 'SUM', 'COUNT')),
  licensed boolean not null default false,
  whole_numbers boolean not null default false,
  source text
);

create table hub.instrument_item (
  instrument text not null references hub.instrument,
  position integer not null,
  key text not null,
  label text not null,
  minimum double precision not null,
  maximum double precision not null,
  higher_is_better boolean not null,
  optional boolean not null default false,
  scores_on integer[] not null default '{}',
  primary key (instrument, key)
);

-- From the score to the metric that may be compared; from the score (its lowest value in the band) to a level.
create table hub.instrument_conversion (
  instrument text not null references hub.instrument,
  version integer not null,
  score double precision not null,
  converted double precision not null,
  primary key (instrument, version, score)
);

create table hub.instrument_level (
  instrument text not null references hub.instrument,
  version integer not null,
  from_score double precision not null,
  label text not null,
  primary key (instrument, version, from_score)
);

-- https://www.gov.uk/bank-holidays, England and Wales. Past the last year listed only weekends are known to be free:
-- the operator adds years.
create table hub.bank_holiday (
  day date primary key,
  name text not null
);

-- The limit of a service, else of its organisation, else the common one (no organisation).
create table hub.response_limit (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid references hub.organisation,
  service_id uuid references hub.service,
  working_days integer not null check (working_days between 1 and 60),
  check (service_id is null or organisation_id is not null)
);
create unique index response_limit_organisation_id_service_id_key on hub.response_limit (organisation_id, service_id)
nulls not distinct;
alter table hub.response_limit
add constraint response_limit_organisation_id_service_id_key
  unique using index response_limit_organisation_id_service_id_key;

reset role;
