-- What a count may say, to whom, and when.

-- 1 to 7 is hidden, 0 stays 0, the rest is rounded to the nearest five; lower and upper say what the count may be.
create or replace function hub.suppress(count bigint)
returns jsonb
language sql
immutable
parallel safe
set search_path = pg_catalog, hub, pg_temp
as $$
  select
    case
      when count = 0 then '{"value": 0, "suppressed": false, "lower": 0, "upper": 0}'
      when count < 8 then '{"value": null, "suppressed": true, "lower": 1, "upper": 7}'
      else jsonb_build_object('value', rounded, 'suppressed', false, 'lower', rounded - 2, 'upper', rounded + 2)
    end
  from (select (count + 2) / 5 * 5 as rounded) as r;
$$;
alter function hub.suppress owner to loopwell_counter;

-- May the viewer count in this network?
create or replace function hub.viewer_counts_in(network uuid)
returns boolean
language sql
stable
parallel safe
as $$
  select
    hub.viewer_is_organisation()
    and hub.viewer_sector() = 'COMMISSIONER'
    and exists (
      select
      from hub.sharing_agreement as a
      where
        a.organisation_id = hub.viewer_party()
        and a.network_id = network
        and hub.today() between a.valid_from and a.valid_to
    );
$$;
grant execute on function hub.viewer_counts_in to loopwell_counter, loopwell_keeper;

-- The days of a month that is over; null for the running one. A count that still grows would tell of each one who joins
-- it.
create or replace function hub.closed_month(month date)
returns daterange
language sql
stable
parallel safe
as $$
  select daterange(first_day, (first_day + interval '1 month')::date)
  from (select date_trunc('month', month::timestamp)::date as first_day) as m
  where m.first_day < date_trunc('month', hub.today()::timestamp);
$$;
grant execute on function hub.closed_month to loopwell_counter;
