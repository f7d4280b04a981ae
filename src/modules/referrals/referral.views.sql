-- A referral, redacted by disclosure.

-- FULL and OWN_SERVICE stand in the row's own arrays, every other party has STAGE. `known`: the referrer and the
-- registered practice hear more than others at STAGE.
create view graph.referral as
  select
    r.id,
    r.reference,
    r.version,
    r.kind,
    r.status,
    v.disclosure,
    r.person_id,
    array(
      select t.action
      from hub.transition as t
      where
        t.from_status = r.status
        and hub.may_move(t.who, r.writer_ids, r.referrer_id, r.full_party_ids, r.root_referrer_id, r.practice_id)
      order by t.position
    ) as allowed_actions,
    case
      when v.disclosure = 'FULL'
      or v.party = r.root_referrer_id then r.route
    end as route,
    case
      when v.disclosure != 'STAGE'
      or v.known then r.reasons
      else '{}'
    end as reasons,
    case
      when v.disclosure != 'STAGE'
      or v.known then r.referrer_id
    end as referrer_id,
    case
      when v.disclosure != 'STAGE'
      or v.party = r.referrer_id then r.receiver_id
    end as receiver_id,
    case
      when v.disclosure != 'STAGE'
      or v.party = r.referrer_id then r.link_worker_id
    end as link_worker_id,
    case
      when v.disclosure != 'STAGE'
      or v.party = r.referrer_id then r.service_id
    end as service_id,
    r.parent_id,
    r.received_at,
    r.updated_at,
    case
      when v.disclosure != 'STAGE' then r.waiting_since
    end as waiting_since,
    case
      when r.decline_reason is not null
      and (v.disclosure != 'STAGE' or v.known) then r.id
    end as decline_id,
    r.id as outcome_id,
    case
      when v.disclosure != 'STAGE' then extract(day from hub.clock() - r.waiting_since)::integer
    end as waiting_days,
    case
      when r.status = 'WAITING'
      and v.party = any (r.writer_ids) then (
        select count(*)::integer
        from hub.referral as w
        where
          w.receiver_id = r.receiver_id
          and w.status = 'WAITING'
          and w.service_id is not distinct from r.service_id
          and (w.waiting_since, w.id) <= (r.waiting_since, r.id)
      )
    end as waiting_position,
    case
      when v.disclosure = 'FULL' then hub.is_under_way(r.status)
      and (
        coalesce(r.review_at <= hub.clock(), false)
        or coalesce(
          r.review_contacts <= (
            select count(*)
            from hub.contact as c
            where c.referral_id = r.id and c.attendance = 'ATTENDED' and c.recorded_in_error_at is null
          ),
          false
        )
      )
    end as review_due
  from
    hub.referral as r
    cross join lateral (
      select
        (select hub.viewer_party()) as party,
        case
          when (select hub.viewer_party()) = any (r.full_party_ids) then 'FULL'
          when (select hub.viewer_party()) = any (r.writer_ids) then 'OWN_SERVICE'
          else 'STAGE'
        end as disclosure,
        -- the referrer and the registered practice hear more than others at STAGE
        (select hub.viewer_party()) in (
          r.root_referrer_id,
          r.referrer_id,
          coalesce(r.practice_id, r.referrer_id)
        ) as known
    ) as v;
grant select on graph.referral to loopwell_api;

-- Why and when a referral was declined or cancelled, for those who may know.
create view graph.decline as
  select g.id, r.decline_reason as reason, r.decline_at as at
  from
    graph.referral as g
    join hub.referral as r on r.id = g.id
  where g.decline_id is not null and r.decline_at is not null;
grant select on graph.decline to loopwell_api;
