-- Which of several values of a person is preferred: the one rule, for what is shown, what is sent on and what she is
-- shown of herself.

-- The smaller is preferred: a record with a verified number, then primary care, community services, social care,
-- voluntary sector. Of equals the newest is.
create or replace function hub.preference(verified boolean, sector text)
returns integer
language sql
immutable
parallel safe
as $$
  select
    case
      when verified then 0
      else 10
    end + coalesce(array_position(array['PRIMARY_CARE', 'COMMUNITY_SERVICES', 'SOCIAL_CARE', 'VOLUNTARY'], sector), 9);
$$;
grant execute on function hub.preference to loopwell_api, loopwell_guard, loopwell_keeper;
