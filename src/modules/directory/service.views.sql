-- The directory of services.

-- A service, with whether it takes referrals and which barriers it gets past, as far as its own entry tells. A closed
-- one stays: referrals made to it still name it.
create view graph.service as
  select
    s.id,
    s.name,
    s.description,
    s.organisation_id,
    s.categories,
    s.accepting_referrals and s.active and not s.paused as accepting_referrals,
    s.places_left,
    s.waiting_list_length,
    s.eligibility,
    s.costs,
    s.languages,
    s.assured_on,
    -- an assurance older than a year is not to be relied on
    coalesce(s.assured_on < hub.today() - 365, true) as stale,
    s.funding_ends_on,
    s.green,
    s.minimum_age,
    s.maximum_age,
    s.areas,
    s.accessibility,
    s.latitude,
    s.longitude,
    s.active,
    s.external_id,
    s.paused,
    p.programme_id,
    -- barriers it gets past, as far as its own entry tells
    array_remove(
      array[
        case
          when s.costs is null
          or s.costs ~* 'free|no charge' then 'COST'
        end,
        case
          when coalesce(s.waiting_list_length, 0) = 0 then 'WAIT'
        end,
        case
          when cardinality(s.accessibility) > 0 then 'ACCESS'
        end,
        case
          when cardinality(s.languages) > 1 then 'LANGUAGE'
        end,
        case
          when said.words ~* any (
            array['transport', 'home visit', 'in your( own)? home', 'online', 'by (tele)?phone', 'video call']
          ) then 'TRANSPORT'
        end,
        case
          when said.words ~* 'easy[- ]read|no forms|help with forms|read aloud' then 'LITERACY'
        end,
        case
          when said.words ~* '\mpeers?\M|people like you|similar experience' then 'STIGMA'
        end
      ],
      null
    ) as overcomes
  -- one that is closed stays: referrals made to it still name it
  from
    hub.service as s
    left join hub.programme_service as p on p.organisation_id = s.organisation_id and p.external_id = s.external_id
    cross join lateral (
      select concat_ws(' ', s.name, s.description, array_to_string(s.accessibility, ' ')) as words
    ) as said;
grant select on graph.service to loopwell_api;
