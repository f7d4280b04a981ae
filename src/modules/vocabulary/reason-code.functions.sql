-- SNOMED CT codes of reasons.

-- Does the check digit of a SNOMED CT identifier hold? Verhoeff's, which sums in the symmetries of a pentagon (0-4
-- turns, 5-9 turns of it flipped).
create or replace function hub.check_digit_holds(code text)
returns boolean
language plpgsql
immutable
strict
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  permutation constant integer[] := array[1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
  digit integer;
  sum integer := 0;
begin
  if code !~ '^[1-9][0-9]{5,17}$' then
    return false;
  end if;
  for place in 0..length(code) - 1 loop
    digit := substr(reverse(code), place + 1, 1)::integer;
    for turn in 1..place % 8 loop
      digit := permutation[digit + 1];
    end loop;
    sum := case
      when sum < 5
      and digit < 5 then (sum + digit) % 5
      when sum < 5 then 5 + (sum + digit - 5) % 5
      when digit < 5 then 5 + (sum - 5 - digit + 5) % 5
      else (sum - digit + 5) % 5
    end;
  end loop;
  return sum = 0;
end;
$$;
grant execute on function hub.check_digit_holds to loopwell_api, loopwell_guard;
