-- Programmes with their published, versioned parameters; what a service can take; and who hears when either changes.
set local role loopwell_owner;

-- A provider pauses for itself; the directory's feed, which says nothing of it, does not undo that.
alter table hub.service add column paused boolean not null default false;

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

-- Each version is kept: what was promised when somebody was referred can be read back.
create table hub.programme_parameters (
  id uuid primary key default gen_random_uuid(),
  programme_id uuid not null references hub.programme,
  version integer not null,
  published_at timestamptz not null default hub.clock(),
  -- null: it came with the network's own file
  published_by uuid references hub.organisation,
  planned_days integer check (planned_days between 1 and 3650),
  maximum_contacts integer check (maximum_contacts > 0),
  response_days integer check (response_days > 0),
  would_not_benefit text,
  note text,
  unique (programme_id, version)
);
-- Whom the programme is for: every rule must hold, and one that `excludes` must not. Only a fact that is known can break one.
create table hub.programme_rule (
  parameters_id uuid not null references hub.programme_parameters,
  position integer not null,
  kind text not null check (kind in ('AGE', 'AREA', 'CONDITION', 'PAM_LEVEL', 'CONTACTS_A_YEAR', 'MEDICATION_SPEND_A_YEAR', 'LIVES_ALONE', 'NOT_ENGAGED')),
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
do $$
declare
  directory_table regclass;
begin
  foreach directory_table in array array['hub.programme', 'hub.programme_parameters', 'hub.programme_rule', 'hub.programme_service']::regclass[] loop
    call hub.protect(directory_table);
    call hub.publish(directory_table);
  end loop;
end $$;
call hub.protect('hub.service_load');
create policy own on hub.service_load for select to loopwell_guard using (organisation_id = (select hub.viewer_party()));
grant select on hub.service_load to loopwell_guard;

-- A commissioner reads nobody's row, but hears what becomes of services and programmes.
create function hub.viewer_hears_network() returns boolean language sql stable parallel safe as $$
  select hub.viewer_is_organisation() and exists (
    select from hub.sharing_agreement a
    where a.organisation_id = hub.viewer_party() and hub.clock()::date between a.valid_from and a.valid_to)
$$;
grant execute on function hub.viewer_hears_network() to loopwell_api, loopwell_guard, loopwell_keeper;

-- The service's programme; without one, the receiver's that ran on that day.
create function hub.programme_of(service uuid, receiver uuid, on_day date) returns uuid language sql stable parallel safe as $$
  select coalesce(
    (select p.programme_id from hub.service s join hub.programme_service p on p.organisation_id = s.organisation_id and p.external_id = s.external_id
      where s.id = service),
    (select p.id from hub.programme p where p.organisation_id = receiver and on_day between coalesce(p.starts_on, on_day) and coalesce(p.ends_on, on_day)
      order by p.key limit 1))
$$;
grant execute on function hub.programme_of to loopwell_api, loopwell_guard, loopwell_keeper;

-- For keepers alone: everybody with an agreement in a network of this organisation.
create function hub.network_parties(of_organisation uuid) returns uuid[] language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select coalesce(array_agg(distinct a.organisation_id), '{}')
  from hub.network_member m join hub.sharing_agreement a on a.network_id = m.network_id
  where m.organisation_id = of_organisation and hub.clock()::date between a.valid_from and a.valid_to
$$;
alter function hub.network_parties owner to loopwell_keeper;

alter table hub.event add column programme_id uuid references hub.programme;
-- For keepers alone: news of the directory, about no referral and nobody.
create function hub.write_news(event_kind text, of_organisation uuid, service uuid, programme uuid) returns void
  language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
declare
  parties uuid[] := hub.network_parties(of_organisation);
  written uuid;
begin
  written := hub.write_event(event_kind, null, jsonb_strip_nulls(jsonb_build_object('service', service)), parties,
    array_fill('FULL'::text, array[cardinality(parties)]));
  if programme is not null then
    update hub.event e set programme_id = programme where e.id = written;
  end if;
end $$;
alter function hub.write_news owner to loopwell_keeper;

create function hub.update_capacity(target uuid, change jsonb) returns void language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.require_organisation();
  before hub.service;
  after hub.service;
begin
  select s.* into before from hub.service s where s.id = target for no key update;
  if not found then
    raise exception 'no such service' using errcode = 'LW404';
  end if;
  if before.organisation_id <> viewer then
    raise exception 'only who offers a service says what it can take' using errcode = 'LW403';
  end if;
  update hub.service s set paused = coalesce((change ->> 'paused')::boolean, s.paused),
    places_left = case when change ? 'placesLeft' then (change ->> 'placesLeft')::integer else s.places_left end,
    waiting_list_length = case when change ? 'waitingListLength' then (change ->> 'waitingListLength')::integer else s.waiting_list_length end
  where s.id = target returning s.* into after;
  if change ?| array['fundedPlaces', 'volunteers'] then
    insert into hub.service_load as l (service_id, organisation_id, funded_places, volunteers)
    values (target, viewer, (change ->> 'fundedPlaces')::integer, (change ->> 'volunteers')::integer)
    on conflict (service_id) do update set
      funded_places = case when change ? 'fundedPlaces' then excluded.funded_places else l.funded_places end,
      volunteers = case when change ? 'volunteers' then excluded.volunteers else l.volunteers end;
  end if;
  if (before.paused, before.places_left, before.waiting_list_length) is distinct from (after.paused, after.places_left, after.waiting_list_length) then
    perform hub.write_news('CAPACITY_CHANGED', viewer, target, null);
  end if;
end $$;
alter function hub.update_capacity owner to loopwell_keeper;
grant execute on function hub.update_capacity to loopwell_api;

-- A new version of a programme's parameters, whole. {"stale": …} where another came since the caller read.
create function hub.publish_parameters(target uuid, input jsonb) returns jsonb language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.viewer_party();
  programme hub.programme;
  published uuid;
begin
  if not hub.viewer_is_organisation() then
    raise exception 'not for this viewer' using errcode = 'LW403';
  elsif not hub.viewer_hears_network() then
    raise exception 'no sharing agreement' using errcode = 'LW451';
  end if;
  select p.* into programme from hub.programme p where p.id = target for no key update;
  if not found then
    raise exception 'no such programme' using errcode = 'LW404';
  end if;
  if programme.organisation_id <> viewer and not (hub.viewer_sector() = 'COMMISSIONER' and viewer = any (hub.network_parties(programme.organisation_id))) then
    raise exception 'only who runs or commissions it publishes its parameters' using errcode = 'LW403';
  end if;
  if (input ->> 'version')::integer <> programme.parameters_version + 1 then
    return jsonb_build_object('stale', programme.parameters_version);
  end if;
  insert into hub.programme_parameters (programme_id, version, published_by, planned_days, maximum_contacts, response_days, would_not_benefit, note)
  values (target, (input ->> 'version')::integer, viewer, (input ->> 'plannedDays')::integer, (input ->> 'maximumContacts')::integer,
    (input ->> 'responseDays')::integer, input ->> 'wouldNotBenefit', input ->> 'note')
  returning id into published;
  perform hub.add_rules(published, input -> 'rules');
  update hub.programme p set parameters_version = (input ->> 'version')::integer where p.id = target;
  -- another length may put a planned finish beyond the funding
  update hub.funding_watch w set due = true from hub.referral r
  where r.id = w.referral_id and w.warned_at is null and hub.programme_of(r.service_id, r.receiver_id, r.received_at::date) = target;
  perform hub.write_news('SERVICE_PARAMETERS_CHANGED', programme.organisation_id, null, target);
  return '{}';
end $$;
alter function hub.publish_parameters owner to loopwell_keeper;
grant execute on function hub.publish_parameters to loopwell_api;

-- Runs as its caller: the keeper above, or the operator who loads a network's file.
create function hub.add_rules(parameters uuid, rules jsonb) returns void language sql set search_path = pg_catalog, hub, pg_temp as $$
  insert into hub.programme_rule (parameters_id, position, kind, excludes, minimum, maximum, one_of, wording)
  select parameters, n.position, n.rule ->> 'kind', coalesce((n.rule ->> 'excludes')::boolean, false), (n.rule ->> 'minimum')::double precision,
    (n.rule ->> 'maximum')::double precision, hub.texts(n.rule -> 'oneOf'), n.rule ->> 'wording'
  from jsonb_array_elements(case when jsonb_typeof(rules) = 'array' then rules else '[]' end) with ordinality n (rule, position)
$$;
grant execute on function hub.add_rules to loopwell_api, loopwell_keeper;

-- Referrals whose planned finish is to be held against their funding: once accepted, and again when funding or length changes.
-- Nothing here falls due by itself, so most seconds the clock finds nothing.
create table hub.funding_watch (
  referral_id uuid primary key references hub.referral,
  accepted_on date not null,
  due boolean not null default true,
  warned_at timestamptz
);
create index funding_watch_due on hub.funding_watch (referral_id) where due;
create index referral_service on hub.referral (service_id) where service_id is not null;
call hub.protect('hub.funding_watch');
insert into hub.funding_watch (referral_id, accepted_on)
  select r.id, r.received_at::date from hub.referral r where r.service_id is not null and r.status in ('ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED');

create function hub.watch_accepted() returns trigger language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
begin
  insert into hub.funding_watch (referral_id, accepted_on) values (new.id, hub.clock()::date) on conflict do nothing;
  return null;
end $$;
alter function hub.watch_accepted owner to loopwell_keeper;
create trigger watch_accepted after update of status on hub.referral for each row
  when (new.status = 'ACCEPTED' and new.service_id is not null) execute function hub.watch_accepted();
create function hub.watch_funding() returns trigger language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
begin
  update hub.funding_watch w set due = true from hub.referral r where r.id = w.referral_id and r.service_id = new.id and w.warned_at is null;
  return null;
end $$;
alter function hub.watch_funding owner to loopwell_keeper;
create trigger watch_funding after update of funding_ends_on on hub.service for each row
  when (old.funding_ends_on is distinct from new.funding_ends_on) execute function hub.watch_funding();

-- Funding that ends before the planned finish (the programme's length from acceptance, else 90 days): to the link worker, once.
create function hub.warn_of_funding() returns integer language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  about hub.referral;
  parties uuid[];
  disclosed text[];
  looked_at integer := 0;
begin
  for about in select r.* from hub.funding_watch w join hub.referral r on r.id = w.referral_id where w.due order by r.id limit 100 for no key update of r skip locked loop
    update hub.funding_watch w set due = false,
      warned_at = case when about.status in ('ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED') and s.funding_ends_on < w.accepted_on + coalesce(
        (select c.planned_days from hub.programme p join hub.programme_parameters c on c.programme_id = p.id and c.version = p.parameters_version
          where p.id = hub.programme_of(about.service_id, about.receiver_id, about.received_at::date)), 90) then hub.clock() end
    from hub.service s where w.referral_id = about.id and s.id = about.service_id and w.warned_at is null;
    if found and exists (select from hub.funding_watch w where w.referral_id = about.id and w.warned_at is not null) then
      select coalesce(array_agg(a.party), '{}'), coalesce(array_agg(a.disclosure), '{}') into parties, disclosed
      from hub.event_audience('FUNDING_ENDING', about, '{}') a;
      perform hub.write_event('FUNDING_ENDING', about, jsonb_build_object('service', about.service_id), parties, disclosed);
    end if;
    looked_at := looked_at + 1;
  end loop;
  return looked_at;
end $$;
alter function hub.warn_of_funding owner to loopwell_keeper;
insert into hub.clock_job (position, name) values (30, 'warn_of_funding');
reset role;

set local role loopwell_guard;
create or replace view graph.service as
  select s.id, s.name, s.description, s.organisation_id, s.categories, s.accepting_referrals and s.active and not s.paused as accepting_referrals, s.places_left,
    s.waiting_list_length, s.eligibility, s.costs, s.languages, s.assured_on,
    -- an assurance older than a year is not to be relied on
    coalesce(s.assured_on < hub.clock()::date - 365, true) as stale,
    s.funding_ends_on, s.green, s.minimum_age, s.maximum_age, s.areas, s.accessibility, s.latitude, s.longitude, s.active, s.external_id,
    s.paused, p.programme_id,
    -- barriers it gets past, as far as its own entry tells
    array_remove(array[
      case when s.costs is null or s.costs ~* 'free|no charge' then 'COST' end,
      case when coalesce(s.waiting_list_length, 0) = 0 then 'WAIT' end,
      case when cardinality(s.accessibility) > 0 then 'ACCESS' end,
      case when cardinality(s.languages) > 1 then 'LANGUAGE' end,
      case when said.words ~* 'transport|home visit|in your( own)? home|online|by (tele)?phone|video call' then 'TRANSPORT' end,
      case when said.words ~* 'easy[- ]read|no forms|help with forms|read aloud' then 'LITERACY' end,
      case when said.words ~* '\mpeers?\M|people like you|similar experience' then 'STIGMA' end], null) as overcomes
  -- one that is closed stays: referrals made to it still name it
  from hub.service s left join hub.programme_service p on p.organisation_id = s.organisation_id and p.external_id = s.external_id
  cross join lateral (select concat_ws(' ', s.name, s.description, array_to_string(s.accessibility, ' ')) as words) said;

create view graph.programme as
  select p.id, p.key, p.name, p.model, p.organisation_id, p.aim, p.area, p.age_groups, p.funding_source, p.starts_on, p.ends_on, p.funding_ends_on,
    p.continuity, p.parameters_version, c.id as parameters_id
  from hub.programme p left join hub.programme_parameters c on c.programme_id = p.id and c.version = p.parameters_version;
create view graph.programme_parameters as
  select c.id, c.programme_id, c.version, c.published_at, c.published_by, c.planned_days, c.maximum_contacts, c.response_days, c.would_not_benefit, c.note
  from hub.programme_parameters c;
create view graph.programme_rule as
  select r.parameters_id, r.position, r.kind, r.excludes, r.minimum, r.maximum, r.one_of, r.wording from hub.programme_rule r;
-- A referral's programme follows from its service and receiver, so whoever may not know those does not learn it here either.
create view graph.referral_programme as
  select g.id as referral_id, p.*
  from graph.referral g join graph.programme p on p.id = hub.programme_of(g.service_id, g.receiver_id, g.received_at::date);
-- What a service carries against what it is paid for, for who offers it.
create view graph.service_load as
  select s.id, (select count(*)::integer from hub.referral r where r.service_id = s.id and r.status in ('RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED')) as open_referrals,
    l.funded_places, l.volunteers
  from hub.service s left join hub.service_load l on l.service_id = s.id
  where s.organisation_id = (select hub.viewer_party());

create or replace view graph.feed_entry as
  select f.seq, e.id as event_id, e.occurred_at, e.reference,
    case when live.ok then e.kind else 'ACCESS_ENDED' end as kind,
    case when live.ok then live.disclosure else 'ENDED' end as disclosure,
    -- at STAGE the actor of somebody else's referral would name a provider the viewer is not to know
    case when live.ok and (live.disclosure <> 'STAGE' or e.actor_id = f.party
      or exists (select from hub.referral r where r.id = f.referral_id and r.referrer_id = f.party)) then e.actor_id end as actor_id,
    case when live.ok then e.referral_id end as referral_id,
    case when live.ok and live.disclosure <> 'STAGE' then e.service_id end as service_id,
    case when live.ok then e.contact_id end as contact_id,
    case when live.ok then e.measurement_id end as measurement_id,
    f.delivered_at, f.seen_at, f.acted_at, sha256(convert_to(e.id::text, 'UTF8')) as event_hash,
    case when live.ok then e.programme_id end as programme_id
  from hub.party_feed f join hub.event e on e.ordinal = f.event_ordinal
  left join hub.referral_party p on p.referral_id = f.referral_id and p.party_id = f.party
  cross join lateral (
    select case
        when e.kind = 'ACCESS_ENDED' then false
        -- news of the directory is about nobody, and the one thing a commissioner's feed holds
        when f.referral_id is null and e.kind in ('CAPACITY_CHANGED', 'SERVICE_PARAMETERS_CHANGED') then (select hub.viewer_hears_network())
        else (select hub.viewer_has_agreement()) and (f.referral_id is null or p.ended_at is null and p.party_id is not null
          -- a party of a crisis alone hears of the crisis alone, also where it knew more before
          and (p.disclosure <> 'CRISIS' or e.kind = 'CRISIS_ESCALATED')) end as ok,
      coalesce(p.disclosure, f.disclosure) as disclosure
    -- asked once a row, not once for each column that depends on it
    offset 0) live
  where f.party = (select hub.viewer_party()) and (select hub.viewer_is_organisation());
reset role;
set local role loopwell_guard;
grant select on graph.programme, graph.programme_parameters, graph.programme_rule, graph.referral_programme, graph.service_load to loopwell_api;
reset role;
