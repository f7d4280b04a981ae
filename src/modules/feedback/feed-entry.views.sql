-- A party's feed, entry by entry.

-- One's own feed, read again through today's eyes. Where access has ended: its place, its reference, and nothing else.
create view graph.feed_entry as
  select
    f.seq,
    e.id as event_id,
    e.occurred_at,
    e.reference,
    case
      when live.ok then e.kind
      else 'ACCESS_ENDED'
    end as kind,
    case
      when live.ok then live.disclosure
      else 'ENDED'
    end as disclosure,
    -- at STAGE the actor of another's referral would name a provider the viewer is not to know
    case
      when live.ok
      and (
        live.disclosure != 'STAGE'
        or e.actor_id = f.party
        or exists (select from hub.referral as r where r.id = f.referral_id and r.referrer_id = f.party)
      ) then e.actor_id
    end as actor_id,
    case
      when live.ok then e.referral_id
    end as referral_id,
    case
      when live.ok
      and live.disclosure != 'STAGE' then e.service_id
    end as service_id,
    case
      when live.ok then e.contact_id
    end as contact_id,
    case
      when live.ok then e.measurement_id
    end as measurement_id,
    f.delivered_at,
    f.seen_at,
    f.acted_at,
    sha256(convert_to(e.id::text, 'UTF8')) as event_hash,
    case
      when live.ok then e.programme_id
    end as programme_id
  from
    hub.party_feed as f
    join hub.event as e on e.ordinal = f.event_ordinal
    left join hub.referral_party as p on p.referral_id = f.referral_id and p.party_id = f.party
    cross join lateral (
      select
        case
          when e.kind = 'ACCESS_ENDED' then false
          -- news of the directory names no person, and is the one thing a commissioner's feed holds
          when f.referral_id is null
          and e.kind in ('CAPACITY_CHANGED', 'SERVICE_PARAMETERS_CHANGED') then (select hub.viewer_hears_network())
          else (select hub.viewer_has_agreement())
          and (
            f.referral_id is null
            or p.ended_at is null
            and p.party_id is not null
            -- a party of a crisis alone hears of the crisis alone, also where it knew more before
            and (p.disclosure != 'CRISIS' or e.kind = 'CRISIS_ESCALATED')
          )
        end as ok,
        coalesce(p.disclosure, f.disclosure) as disclosure
      -- asked once a row, not once for each column that depends on it
      offset 0
    ) as live
  where f.party = (select hub.viewer_party()) and (select hub.viewer_is_organisation());
grant select on graph.feed_entry to loopwell_api;
