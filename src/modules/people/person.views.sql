-- A person, as far as this viewer may know her.

-- Each value is the preferred one among the records this viewer may see.
create view graph.person as
  select
    p.id,
    nullif(trim(concat(d.given_name, ' ', d.family_name)), '') as name,
    d.birth_date,
    -- the one rule that goes by sector: a number never reaches a voluntary organisation
    case
      when (select hub.viewer_sector()) != 'VOLUNTARY' then d.nhs_number
    end as nhs_number,
    split_part(d.postcode, ' ', 1) as postcode_district,
    d.practice_id as registered_practice_id,
    coalesce(d.needs, '{}') as needs,
    d.contact_points,
    -- what the person said; else the channels that a sender said are safe
    case
      when d.permitted_channels != '{}' then d.permitted_channels
      else array(
        select distinct c ->> 'system'
        from jsonb_array_elements(d.contact_points) as c
        where (c ->> 'safe')::boolean and c ->> 'system' is not null
        order by 1
      )
    end as permitted_channels,
    coalesce(d.address_hidden, false) as hidden_address
  from
    hub.person as p
    left join lateral (
      select
        (array_agg(s.given_name order by s.rank) filter (where s.given_name is not null))[1] as given_name,
        (array_agg(s.family_name order by s.rank) filter (where s.family_name is not null))[1] as family_name,
        (array_agg(s.birth_date order by s.rank) filter (where s.birth_date is not null))[1] as birth_date,
        (array_agg(s.nhs_number order by s.rank) filter (where s.nhs_number is not null))[1] as nhs_number,
        (array_agg(s.postcode order by s.rank) filter (where s.postcode is not null))[1] as postcode,
        (array_agg(s.practice_id order by s.rank) filter (where s.practice_id is not null))[1] as practice_id,
        (array_agg(s.contact_points order by s.rank) filter (where s.contact_points != '[]'))[1] as contact_points,
        hub.texts((array_agg(to_jsonb(s.needs) order by s.rank) filter (where s.needs != '{}'))[1]) as needs,
        hub.texts(
          (array_agg(to_jsonb(s.permitted_channels) order by s.rank) filter (where s.permitted_channels != '{}'))[1]
        ) as permitted_channels,
        -- a wish to stay hidden: the newest record that says so, of any sender
        (array_agg(s.address_hidden order by s.received_at desc) filter (where s.address_hidden is not null))[
          1
        ] as address_hidden
      from graph.preferred_record as s
      where s.person_id = p.id
    ) as d
      on true;
grant select on graph.person to loopwell_api;

-- A person who signed in is shown herself beside `viewer`, and no row anywhere else.
create view graph.own_person as
  select
    hub.viewer_party() as id,
    nullif(o.name, '') as name,
    o.birth_date,
    o.nhs_number,
    split_part(o.postcode, ' ', 1) as postcode_district,
    null::uuid as registered_practice_id,
    '{}'::text[] as needs,
    null::jsonb as contact_points,
    '{}'::text[] as permitted_channels,
    false as hidden_address
  from hub.own_demographics() as o
  where hub.viewer_is_person();
grant select on graph.own_person to loopwell_api;
