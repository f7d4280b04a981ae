-- Counts for the commissioner of a network, under its agreement there.

-- Referrals by route.
create or replace function hub.count_routes(network uuid, month date)
returns table (route text, count jsonb)
language sql
stable
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
  select v.key, hub.suppress(count(r.received_at))
  from
    hub.closed_month(count_routes.month) as days
    cross join hub.route as v
    left join hub.referral as r
      on r.route = v.key
      and r.parent_id is null
      and r.received_at >= hub.start_of(lower(days))
      and r.received_at < hub.start_of(upper(days))
      and r.receiver_id in (
        select m.organisation_id from hub.network_member as m where m.network_id = count_routes.network
      )
  where days is not null and hub.viewer_counts_in(count_routes.network)
  group by v.position, v.key
  order by v.position;
$$;
alter function hub.count_routes owner to loopwell_counter;
grant execute on function hub.count_routes to loopwell_api;

-- Signposts by route, service and reason: each alone and no total, so that cells cannot be subtracted from one another.
create or replace function hub.count_signposts(network uuid, month date)
returns table (dimension text, key text, count jsonb)
language sql
stable
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
  select d.dimension, d.key, hub.suppress(count(*))
  from
    hub.closed_month(count_signposts.month) as days
    join hub.signpost as s
      on s.day <@ days
      and s.organisation_id in (
        select m.organisation_id from hub.network_member as m where m.network_id = count_signposts.network
      )
    cross join lateral (
      select 'route' as dimension, s.route as key
      union all
      select 'service', s.service_id::text
      union all
      select 'reason', r from unnest(s.reasons) as r
    ) as d
  where hub.viewer_counts_in(count_signposts.network)
  group by 1, 2
  order by 1, 2;
$$;
alter function hub.count_signposts owner to loopwell_counter;
grant execute on function hub.count_signposts to loopwell_api;

-- Needs that no service met, by reason and district.
create or replace function hub.count_unmet_need(network uuid, month date)
returns table (reason text, district text, count jsonb)
language sql
stable
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
  select u.reason, u.district, hub.suppress(count(*))
  from
    hub.closed_month(count_unmet_need.month) as days
    join hub.unmet_need as u on u.network_id = count_unmet_need.network and u.day <@ days
    join hub.reason as v on v.key = u.reason
  where hub.viewer_counts_in(count_unmet_need.network)
  group by u.reason, u.district, v.position
  order by v.position, u.district nulls last;
$$;
alter function hub.count_unmet_need owner to loopwell_counter;
grant execute on function hub.count_unmet_need to loopwell_api;

-- Referrals to each service, beside what it is funded for.
create or replace function hub.count_service_loads(network uuid, month date)
returns table (service uuid, referrals jsonb, funded_places integer, volunteers integer)
language sql
stable
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
  select s.id, hub.suppress(count(r.received_at)), l.funded_places, l.volunteers
  from
    hub.closed_month(count_service_loads.month) as days
    cross join hub.service_load as l
    join hub.service as s on s.id = l.service_id
    left join hub.referral as r
      on r.service_id = s.id
      and r.received_at >= hub.start_of(lower(days))
      and r.received_at < hub.start_of(upper(days))
  where
    days is not null
    and hub.viewer_counts_in(count_service_loads.network)
    and s.organisation_id in (
      select m.organisation_id from hub.network_member as m where m.network_id = count_service_loads.network
    )
  group by s.id, l.funded_places, l.volunteers
  order by s.id;
$$;
alter function hub.count_service_loads owner to loopwell_counter;
grant execute on function hub.count_service_loads to loopwell_api;
