-- Organisations, networks, practitioners, services: what every signed-in organisation may read.
set local role loopwell_owner;

create table hub.organisation (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  sector text not null check (sector in ('PRIMARY_CARE', 'COMMUNITY_SERVICES', 'SOCIAL_CARE', 'VOLUNTARY', 'COMMISSIONER')),
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
  organisation_id uuid not null references hub.organisation
);
create index practitioner_of on hub.practitioner (organisation_id);

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
  unique (source, external_id)
);
create index service_of on hub.service (organisation_id, name, id);
create index service_name on hub.service (name, id);
create index service_categories on hub.service using gin (categories);

-- Vocabularies
create table hub.reason (position integer primary key, key text not null unique, label text not null, snomed_code text);
create table hub.route (position integer primary key, key text not null unique, label text not null);
create table hub.instrument (
  key text primary key,
  position integer not null,
  label text not null,
  minimum double precision not null,
  maximum double precision not null,
  items integer not null,
  higher_is_better boolean,
  scored boolean not null,
  licence text not null
);
create table hub.instrument_item (
  instrument text not null references hub.instrument,
  position integer not null,
  key text not null,
  label text not null,
  minimum double precision not null,
  maximum double precision not null,
  higher_is_better boolean not null,
  primary key (instrument, key)
);

do $$
declare
  directory_table regclass;
begin
  foreach directory_table in array array['hub.organisation', 'hub.organisation_identifier', 'hub.network', 'hub.network_member',
    'hub.practitioner', 'hub.service', 'hub.reason', 'hub.route', 'hub.instrument', 'hub.instrument_item']::regclass[] loop
    call hub.protect(directory_table);
    call hub.publish(directory_table);
  end loop;
end $$;
call hub.protect('hub.sharing_agreement');
create policy own on hub.sharing_agreement for select to loopwell_guard, loopwell_api
  using (organisation_id = (select hub.viewer_party()));
create policy operator_insert on hub.sharing_agreement for insert to loopwell_api with check ((select hub.viewer_is_operator()));
grant select, insert on hub.sharing_agreement to loopwell_api;

-- An organisation keeps its own services current, and no one else's.
create policy publisher_insert on hub.service for insert to loopwell_api
  with check (organisation_id = (select hub.viewer_party()));
create policy publisher_update on hub.service for update to loopwell_api
  using (organisation_id = (select hub.viewer_party())) with check (organisation_id = (select hub.viewer_party()));

create function hub.find_agreement() returns boolean language plpgsql stable parallel restricted as $$
begin
  -- a commissioner's agreement is for counts: it reads nobody's row
  if hub.viewer_is_organisation() and hub.viewer_sector() is distinct from 'COMMISSIONER' and exists (
    select from hub.sharing_agreement a
    where a.organisation_id = hub.viewer_party() and hub.clock()::date between a.valid_from and a.valid_to)
  then
    perform set_config('app.agreement', current_setting('app.party'), true);
    return true;
  end if;
  return false;
end $$;
-- Asked in sub-selects, so once for each table of a statement and never once per row. A look takes longer than many a statement
-- does beside it, so the first notes for whom the agreement stands, and the rest of the transaction reads the note.
create function hub.viewer_has_agreement() returns boolean language sql stable parallel restricted as $$
  select case when nullif(current_setting('app.agreement', true), '') = current_setting('app.party', true) then true
    else hub.find_agreement() end
$$;
grant execute on function hub.find_agreement(), hub.viewer_has_agreement() to loopwell_api, loopwell_guard, loopwell_keeper, loopwell_sequencer;
reset role;
