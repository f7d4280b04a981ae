-- Which person signs in.

-- For keepers alone: which person a number stands for when its bearer signs in. An unknown number gets an id of its
-- own, which names no person and is the same next time: the answer never says whether the number is known.
create or replace function hub.identity_of(number text)
returns uuid
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select
    coalesce(
      (
        select s.person_id
        from
          hub.source_record as s
          join hub.person as p on p.id = s.person_id
        where s.nhs_number = number and not p.provisional
        order by s.received_at, s.id
        limit 1
      ),
      -- with the version and variant of a random one, or its form would tell
      (
        select
          (
            left(h, 12) || '4' || substr(h, 14, 3) || substr('89ab', 1 + ascii(substr(h, 17, 1)) % 4, 1) || substr(
              h,
              18,
              15
            )
          )::uuid
        from (select encode(sha256(convert_to(value || number, 'UTF8')), 'hex') as h from hub.pepper) as peppered
      )
    );
$$;
alter function hub.identity_of owner to loopwell_keeper;

-- The same, for the sign-in.
create or replace function hub.person_of_number(number text)
returns uuid
language plpgsql
stable
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
begin
  if not hub.viewer_is_operator() then
    raise exception 'for the sign-in alone' using errcode = 'LW403';
  end if;
  return hub.identity_of(number);
end;
$$;
alter function hub.person_of_number owner to loopwell_keeper;
grant execute on function hub.person_of_number to loopwell_api;

-- For keepers alone: the preferred one of each particular that the hub holds of the person who asks.
create or replace function hub.own_particulars()
returns table (given_name text, family_name text, birth_date date, nhs_number text, postcode text)
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select
    (
      array_agg(s.given_name order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc) filter (
        where s.given_name is not null
      )
    )[1],
    (
      array_agg(s.family_name order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc) filter (
        where s.family_name is not null
      )
    )[1],
    (
      array_agg(s.birth_date order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc) filter (
        where s.birth_date is not null
      )
    )[1],
    (
      array_agg(s.nhs_number order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc) filter (
        where s.nhs_number is not null
      )
    )[1],
    (
      array_agg(s.postcode order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc) filter (
        where s.postcode is not null
      )
    )[1]
  from hub.source_record as s
  where hub.viewer_is_person() and s.person_id = hub.viewer_party() and s.demographic and not s.superseded;
$$;
alter function hub.own_particulars owner to loopwell_keeper;

-- What the hub holds of the person who asks: her own name, birth date, number and postcode.
create or replace function hub.own_demographics()
returns table (name text, birth_date date, nhs_number text, postcode text)
language sql
stable
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
  select trim(concat(o.given_name, ' ', o.family_name)), o.birth_date, o.nhs_number, o.postcode
  from hub.own_particulars() as o;
$$;
alter function hub.own_demographics owner to loopwell_keeper;
grant execute on function hub.own_demographics to loopwell_api, loopwell_guard;
