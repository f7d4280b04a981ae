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
grant execute on function hub.clock to public;

-- England's day of a moment, in summer time too: whatever zone the session or the server is in.
create or replace function hub.day_of(moment timestamptz)
returns date
language sql
immutable
parallel safe
as $$
  select (moment at time zone 'Europe/London')::date;
$$;
grant execute on function hub.day_of to public;

-- The first moment of England's day.
create or replace function hub.start_of(day date)
returns timestamptz
language sql
immutable
parallel safe
as $$
  select day::timestamp at time zone 'Europe/London';
$$;
grant execute on function hub.start_of to public;

-- Today: the one meaning it has, in every function, view and default.
create or replace function hub.today()
returns date
language sql
stable
parallel safe
as $$
  select (hub.clock() at time zone 'Europe/London')::date;
$$;
grant execute on function hub.today to public;
