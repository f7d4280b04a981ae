-- The hub's time and day.

-- The time rows are stamped with, to the millisecond that the contract's DateTime can say. Only the demo's history and
-- tests set app.clock; a sender's clock never does.
create or replace function hub.clock()
returns timestamptz
language sql
stable
parallel safe
as $$
  select
    date_trunc(
      'milliseconds',
      coalesce(nullif(current_setting('app.clock', true), '')::timestamptz, clock_timestamp())
    );
$$;
grant execute on function hub.clock to public, loopwell_counter;

-- England's day.
create or replace function hub.today()
returns date
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select (hub.clock() at time zone 'Europe/London')::date;
$$;
alter function hub.today owner to loopwell_keeper;
grant execute on function hub.today to loopwell_api;
