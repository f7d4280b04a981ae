-- What of a person is passed on with a referral.

-- For keepers alone: what one party knows of a person, the preferred value of each, as it goes to the receiver of a
-- referral. The number goes where with_number says so. What is referred on (no with_practice) leaves a hidden address
-- out; a receiver who is given it by the person's own referrer is told that it is hidden.
create or replace function hub.known_to(viewer uuid, person uuid, with_number boolean, with_practice boolean)
returns jsonb
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select
    jsonb_strip_nulls(
      jsonb_build_object(
        'givenName',
        (
          array_agg(s.given_name order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc) filter (
            where s.given_name is not null
          )
        )[1],
        'familyName',
        (
          array_agg(s.family_name order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc) filter (
            where s.family_name is not null
          )
        )[1],
        'birthDate',
        (
          array_agg(s.birth_date order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc) filter (
            where s.birth_date is not null
          )
        )[1],
        'postcode',
        case
          when with_practice
          or not bool_or(k.hidden) then (
            array_agg(s.postcode order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc) filter (
              where s.postcode is not null
            )
          )[1]
        end,
        'contactPoints',
        (
          select jsonb_agg(c)
          from
            jsonb_array_elements(
              (
                array_agg(
                  s.contact_points
                  order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc
                ) filter (where s.contact_points != '[]')
              )[1]
            ) as c
          where with_practice or not bool_or(k.hidden) or c ->> 'system' != 'post'
        ),
        'permittedChannels',
        (
          array_agg(
            to_jsonb(s.permitted_channels)
            order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc
          ) filter (where s.permitted_channels != '{}')
        )[1],
        'hiddenAddress',
        nullif(bool_or(k.hidden), false),
        'needs',
        (
          array_agg(
            to_jsonb(s.needs)
            order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc
          ) filter (where s.needs != '{}')
        )[1],
        'nhsNumber',
        case
          when with_number then (
            array_agg(
              s.nhs_number
              order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc
            ) filter (where s.nhs_number is not null)
          )[1]
        end,
        'nhsNumberVerified',
        case
          when with_number then bool_or(s.nhs_number_verified)
        end,
        'practice',
        case
          when with_practice then (
            array_agg(
              s.practice_id
              order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc
            ) filter (where s.practice_id is not null)
          )[1]
        end
      )
    )
  from
    hub.source_record as s
    cross join (
      select
        coalesce(
          (array_agg(h.address_hidden order by h.received_at desc) filter (where h.address_hidden is not null))[1],
          false
        ) as hidden
      from hub.source_record as h
      where h.person_id = person and viewer = any (h.party_ids) and not h.superseded and h.demographic
    ) as k
  where s.person_id = person and viewer = any (s.party_ids) and not s.superseded and s.demographic;
$$;
alter function hub.known_to owner to loopwell_keeper;
