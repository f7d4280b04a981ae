-- Working days, which are England's.

-- Is this day neither on a weekend nor a bank holiday?
create or replace function hub.is_working_day(day date)
returns boolean
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select
    extract(isodow from day) < 6 and not exists (select from hub.bank_holiday as h where h.day = is_working_day.day);
$$;
alter function hub.is_working_day owner to loopwell_keeper;

-- The n-th working day after a day.
create or replace function hub.add_working_days(from_day date, days integer)
returns date
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select
    case
      when days < 1 then from_day
      else (
        select d::date
        from generate_series(from_day + 1, from_day + 2 * days + 15, interval '1 day') as d
        where hub.is_working_day(d::date)
        order by d
        offset days - 1
        limit 1
      )
    end;
$$;
alter function hub.add_working_days owner to loopwell_keeper;

-- How many working days lie after one day, up to another.
create or replace function hub.working_days_between(from_day date, to_day date)
returns integer
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select count(*)::integer
  from generate_series(from_day + 1, to_day, interval '1 day') as d
  where hub.is_working_day(d::date);
$$;
alter function hub.working_days_between owner to loopwell_keeper;
