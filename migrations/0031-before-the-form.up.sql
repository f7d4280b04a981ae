-- What is asked before a referral is made, what is counted of it, and the words for it: routes under local names, reasons with their codes.
set local role loopwell_owner;

-- Which kinds of service answer a reason, beside those that carry the reason's own key. Data: places add their own.
create table hub.reason_category (reason text not null references hub.reason (key), category text not null, primary key (reason, category));
insert into hub.reason_category (reason, category) values
  ('antisocial-behaviour', 'neighbour-mediation'),
  ('bereavement-related-anxiety', 'bereavement'),
  ('care-following-cancer-heart-disease-or-stroke', 'recovery-group'),
  ('domestic-violence', 'domestic-abuse'),
  ('employability-and-employment-support', 'job-club'),
  ('falls-prevention', 'strength-and-balance'),
  ('financial-management-support', 'debt'),
  ('financial-management-support', 'welfare-benefits'),
  ('healthy-lifestyle-support-and-weight-reduction', 'healthy-eating'),
  ('homelessness-or-housing-support', 'housing-advice'),
  ('learning-and-skills-development', 'adult-learning'),
  ('lgbtq-support', 'lgbtq'),
  ('low-self-esteem-confidence', 'choir'),
  ('parenting-support', 'parenting'),
  ('personal-development', 'coaching'),
  ('physical-inactivity', 'walking-group'),
  ('prevention-of-chronic-disease', 'prevention'),
  ('respiratory', 'breathing'),
  ('respiratory', 'pulmonary-rehabilitation'),
  ('send-support', 'send'),
  ('social-engagement-or-isolation', 'befriending'),
  ('substance-misuse', 'recovery'),
  ('support-in-a-caring-role', 'carers'),
  ('support-with-physical-needs-and-tasks-of-daily-living', 'help-at-home'),
  ('type-1-and-type-2-diabetes', 'diabetes');
call hub.protect('hub.reason_category');
call hub.publish('hub.reason_category');

-- Nobody stands in these two: what was asked for, from where, through whom, on which day.
create table hub.signpost (
  id bigint generated always as identity primary key,
  service_id uuid not null references hub.service,
  reasons text[] not null,
  route text not null references hub.route (key),
  organisation_id uuid not null references hub.organisation,
  day date not null default hub.clock()::date
);
create index signpost_day on hub.signpost (day);
create table hub.unmet_need (
  id bigint generated always as identity primary key,
  network_id uuid not null references hub.network,
  reason text not null references hub.reason (key),
  -- outward part of a postcode; null where it was not known
  district text check (district ~ '^[A-Z]{1,2}[0-9][A-Z0-9]?$'),
  day date not null default hub.clock()::date
);
create index unmet_need_day on hub.unmet_need (network_id, day);
call hub.protect('hub.signpost');
call hub.protect('hub.unmet_need');

create function hub.record_signpost(service uuid, reasons text[], route text) returns void language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.require_organisation();
begin
  if not exists (select from hub.service s where s.id = record_signpost.service) then
    raise exception 'no such service' using errcode = 'LW404';
  end if;
  -- keys and nothing else: a text of the caller's own could name somebody
  if record_signpost.reasons = '{}' or not record_signpost.reasons <@ array(select r.key from hub.reason r) then
    raise exception 'no such reason' using errcode = 'LW404';
  end if;
  insert into hub.signpost (service_id, reasons, route, organisation_id) values (record_signpost.service, record_signpost.reasons, record_signpost.route, viewer);
end $$;
alter function hub.record_signpost owner to loopwell_keeper;
create function hub.log_unmet_need(reasons text[], district text) returns void language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.require_organisation();
begin
  insert into hub.unmet_need (network_id, reason, district)
  select m.network_id, r.key, log_unmet_need.district
  from hub.network_member m cross join hub.reason r where m.organisation_id = viewer and r.key = any (log_unmet_need.reasons);
end $$;
alter function hub.log_unmet_need owner to loopwell_keeper;
grant execute on function hub.record_signpost, hub.log_unmet_need to loopwell_api;

-- 1 to 7 is hidden, 0 stays 0, the rest is rounded to the nearest five; lower and upper say what the count may be.
create function hub.suppress(count bigint) returns jsonb language sql immutable parallel safe set search_path = pg_catalog, hub, pg_temp as $$
  select case when count = 0 then '{"value": 0, "suppressed": false, "lower": 0, "upper": 0}'
    when count < 8 then '{"value": null, "suppressed": true, "lower": 1, "upper": 7}'
    else jsonb_build_object('value', rounded, 'suppressed', false, 'lower', rounded - 2, 'upper', rounded + 2) end
  from (select (count + 2) / 5 * 5 as rounded) r
$$;
-- Counts are for the commissioner of a network, under its agreement there.
create function hub.viewer_counts_in(network uuid) returns boolean language sql stable parallel safe as $$
  select hub.viewer_is_organisation() and hub.viewer_sector() = 'COMMISSIONER' and exists (
    select from hub.sharing_agreement a
    where a.organisation_id = hub.viewer_party() and a.network_id = network and hub.clock()::date between a.valid_from and a.valid_to)
$$;
-- Only a month that is over: a count that still grows would tell of each one who joins it.
create function hub.closed_month(month date) returns daterange language sql stable parallel safe as $$
  select daterange(date_trunc('month', month)::date, (date_trunc('month', month) + interval '1 month')::date)
  where date_trunc('month', month) < date_trunc('month', hub.clock())
$$;
grant execute on function hub.viewer_counts_in, hub.closed_month to loopwell_counter;

-- The counter reads only while a commissioner under an agreement asks, and of a referral neither person nor text.
create policy counter on hub.sharing_agreement for select to loopwell_counter using (organisation_id = (select hub.viewer_party()));
grant select on hub.sharing_agreement to loopwell_counter;
do $$
declare
  counted regclass;
begin
  foreach counted in array array['hub.signpost', 'hub.unmet_need', 'hub.referral', 'hub.network_member', 'hub.service', 'hub.service_load', 'hub.route', 'hub.reason']::regclass[] loop
    execute format('create policy counter on %s for select to loopwell_counter
      using ((select hub.viewer_is_organisation() and hub.viewer_sector() = ''COMMISSIONER''))', counted);
  end loop;
end $$;
grant select on hub.signpost, hub.unmet_need, hub.network_member, hub.route, hub.reason, hub.service_load to loopwell_counter;
grant select (id, organisation_id) on hub.service to loopwell_counter;
grant select (route, parent_id, receiver_id, service_id, received_at) on hub.referral to loopwell_counter;
-- counts go by month, and by nothing that finer indexes serve
create index referral_received on hub.referral (received_at);

create function hub.count_routes(network uuid, month date) returns table (route text, count jsonb)
  language sql stable security definer set search_path = pg_catalog, hub, pg_temp as $$
  select v.key, hub.suppress(count(r.received_at)) from hub.closed_month(count_routes.month) days
  cross join hub.route v left join hub.referral r on r.route = v.key and r.parent_id is null
    and r.received_at >= lower(days) and r.received_at < upper(days)
    and r.receiver_id in (select m.organisation_id from hub.network_member m where m.network_id = count_routes.network)
  where days is not null and hub.viewer_counts_in(count_routes.network)
  group by v.position, v.key order by v.position
$$;
-- Each dimension alone and no total: cells that cannot be subtracted from one another.
create function hub.count_signposts(network uuid, month date) returns table (dimension text, key text, count jsonb)
  language sql stable security definer set search_path = pg_catalog, hub, pg_temp as $$
  select d.dimension, d.key, hub.suppress(count(*)) from hub.closed_month(count_signposts.month) days
  join hub.signpost s on s.day <@ days and s.organisation_id in (select m.organisation_id from hub.network_member m where m.network_id = count_signposts.network)
  cross join lateral (select 'route' as dimension, s.route as key union all select 'service', s.service_id::text
    union all select 'reason', r from unnest(s.reasons) r) d
  where hub.viewer_counts_in(count_signposts.network) group by 1, 2 order by 1, 2
$$;
create function hub.count_unmet_need(network uuid, month date) returns table (reason text, district text, count jsonb)
  language sql stable security definer set search_path = pg_catalog, hub, pg_temp as $$
  select u.reason, u.district, hub.suppress(count(*)) from hub.closed_month(count_unmet_need.month) days
  join hub.unmet_need u on u.network_id = count_unmet_need.network and u.day <@ days join hub.reason v on v.key = u.reason
  where hub.viewer_counts_in(count_unmet_need.network) group by u.reason, u.district, v.position order by v.position, u.district nulls last
$$;
create function hub.count_service_loads(network uuid, month date) returns table (service uuid, referrals jsonb, funded_places integer, volunteers integer)
  language sql stable security definer set search_path = pg_catalog, hub, pg_temp as $$
  select s.id, hub.suppress(count(r.received_at)), l.funded_places, l.volunteers from hub.closed_month(count_service_loads.month) days
  cross join hub.service_load l join hub.service s on s.id = l.service_id
  left join hub.referral r on r.service_id = s.id and r.received_at >= lower(days) and r.received_at < upper(days)
  where days is not null and hub.viewer_counts_in(count_service_loads.network)
    and s.organisation_id in (select m.organisation_id from hub.network_member m where m.network_id = count_service_loads.network)
  group by s.id, l.funded_places, l.volunteers order by s.id
$$;
grant execute on function hub.viewer_party, hub.clock to loopwell_counter;
alter function hub.suppress owner to loopwell_counter;
alter function hub.count_routes owner to loopwell_counter;
alter function hub.count_signposts owner to loopwell_counter;
alter function hub.count_unmet_need owner to loopwell_counter;
alter function hub.count_service_loads owner to loopwell_counter;
grant execute on function hub.count_routes, hub.count_signposts, hub.count_unmet_need, hub.count_service_loads to loopwell_api;

-- A network's own name for a route. Its members see it; the key stays, so that counts can be compared.
create table hub.route_name (
  network_id uuid not null references hub.network,
  route text not null references hub.route (key),
  label text not null check (length(trim(label)) between 1 and 80),
  primary key (network_id, route)
);
call hub.protect('hub.route_name');
call hub.publish('hub.route_name');
create function hub.name_route(of_network uuid, of_route text, local_label text) returns void language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
begin
  if not hub.viewer_is_organisation() then
    raise exception 'not for this viewer' using errcode = 'LW403';
  elsif not exists (select from hub.network n where n.id = of_network) then
    raise exception 'no such network' using errcode = 'LW404';
  elsif not hub.viewer_counts_in(of_network) then
    raise exception 'a network is its commissioner''s to name' using errcode = 'LW403';
  end if;
  insert into hub.route_name as n (network_id, route, label) values (of_network, of_route, local_label)
  on conflict (network_id, route) do update set label = excluded.label;
end $$;
alter function hub.name_route owner to loopwell_keeper;
grant execute on function hub.viewer_counts_in to loopwell_keeper;
grant execute on function hub.name_route to loopwell_api;

-- The check digit of a SNOMED CT identifier: Verhoeff's, which sums in the symmetries of a pentagon (0-4 turns, 5-9 turns of it flipped).
create function hub.check_digit_holds(code text) returns boolean language plpgsql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
declare
  permutation constant integer[] := array[1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
  digit integer;
  sum integer := 0;
begin
  if code !~ '^[1-9][0-9]{5,17}$' then
    return false;
  end if;
  for place in 0 .. length(code) - 1 loop
    digit := substr(reverse(code), place + 1, 1)::integer;
    for turn in 1 .. place % 8 loop
      digit := permutation[digit + 1];
    end loop;
    sum := case when sum < 5 and digit < 5 then (sum + digit) % 5
      when sum < 5 then 5 + (sum + digit - 5) % 5
      when digit < 5 then 5 + (sum - 5 - digit + 5) % 5
      else (sum - digit + 5) % 5 end;
  end loop;
  return sum = 0;
end $$;

-- The SNOMED CT map, by version. Only codes whose id and term a named source gives; none is made up, and one without a source is left out.
-- `reason` null: for every referral, whatever its reason.
create table hub.reason_code (
  version integer not null,
  position integer not null,
  reason text references hub.reason (key),
  code text not null,
  term text not null,
  source text not null,
  check_digit_holds boolean generated always as (hub.check_digit_holds(code)) stored,
  primary key (version, position)
);
insert into hub.reason_code (version, position, reason, code, term, source) values
  (1, 1, null, '871731000000106', 'Referral to social prescribing service (procedure)', 'socialrx.co.uk, Ardens and TPHC pages; cluster SOCPRESREF_COD'),
  (1, 2, null, '871711000000103', 'Social prescribing declined (situation)', 'socialrx.co.uk and TPHC pages'),
  (1, 3, 'physical-inactivity', '390893007', 'Referral to physical activity program', 'Greater Manchester code set'),
  (1, 4, 'healthy-lifestyle-support-and-weight-reduction', '771491000000104', 'Local authority weight management programme (referral), wording abbreviated', 'Greater Manchester code set'),
  (1, 5, 'healthy-lifestyle-support-and-weight-reduction', '837111000000105', 'Residential weight management programme (referral), wording abbreviated', 'Greater Manchester code set');
call hub.protect('hub.reason_code');
call hub.publish('hub.reason_code');
-- where exactly one sourced concept stands for a reason
update hub.reason set snomed_code = '390893007' where key = 'physical-inactivity';
reset role;

set local role loopwell_guard;
create view graph.reason_category as select c.reason, c.category from hub.reason_category c;
create view graph.reason_code as
  select c.version, c.position, md5(c.reason)::uuid as reason_id, c.reason, c.code, c.term, c.source, c.check_digit_holds
  from hub.reason_code c where c.version = (select max(m.version) from hub.reason_code m);
create or replace view graph.referral_reason as
  select r.position, r.key, r.label, r.snomed_code, md5(r.key)::uuid as id from hub.reason r;
create or replace view graph.referral_reason_of as
  select r.id as referral_id, n.position::integer, v.key, v.label, v.snomed_code, md5(v.key)::uuid as id
  from graph.referral r cross join lateral unnest(r.reasons) with ordinality n (key, position) join hub.reason v on v.key = n.key;
create or replace view graph.referral_route as
  select r.position, r.key, coalesce(
    -- of several networks the nearest to the viewer names it
    (select n.label from hub.route_name n join hub.network_member m on m.network_id = n.network_id join hub.network k on k.id = n.network_id
      where n.route = r.key and m.organisation_id = (select hub.viewer_party())
      order by array_position(array['NEIGHBOURHOOD', 'PCN', 'PLACE', 'SOCIAL_PRESCRIBING', 'ICB'], k.kind), k.key limit 1), r.label) as label
  from hub.route r;
grant select on graph.reason_category, graph.reason_code to loopwell_api;
reset role;
