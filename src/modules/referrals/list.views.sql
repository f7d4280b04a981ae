-- Lists of referrals.

-- A viewer's list: driven from its party rows, sorted by their copies.
create view graph.referral_list as
  select
    p.received_at as listed_at,
    p.updated_at as listed_updated_at,
    coalesce(p.waiting_since, 'infinity'::timestamptz) as listed_waiting_since,
    p.roles as listed_roles,
    r.*
  from
    hub.referral_party as p
    join graph.referral as r on r.id = p.referral_id
  where p.party_id = (select hub.viewer_party()) and p.ended_at is null;
grant select on graph.referral_list to loopwell_api;

-- Sent and not acted on by the receiver, or closed and not seen by the referrer: by the newest entry of each. A party
-- learns of an open loop only where the loop itself would show it that entry.
create view graph.open_loop as
  select
    l.*,
    coalesce(
      hub.loop_open_since(
        r.id,
        case
          when receiver.sent_at is not null then r.receiver_id
        end
      ),
      referrer.sent_at
    ) as open_since
  from
    graph.referral_list as l
    join hub.referral as r on r.id = l.id
    left join lateral hub.loop_state(r.id, r.receiver_id) as receiver
      on hub.is_open(r.status) and receiver.acted_at is null
    left join lateral hub.loop_state(r.id, r.referrer_id) as referrer
      on r.status = 'CLOSED' and referrer.seen_at is null
  where coalesce(receiver.sent_at, referrer.sent_at) is not null;
grant select on graph.open_loop to loopwell_api;

-- The loop: one's own entry; every entry at FULL; a referrer also its receiver's. Persons have no ledger.
create view graph.loop_entry as
  select
    p.referral_id,
    p.party_id as organisation_id,
    array_remove(p.roles, 'PERSON') as roles,
    case
      when p.ended_at is not null then 'ENDED'
      else p.disclosure
    end as disclosure,
    f.sent_at,
    f.delivered_at,
    f.seen_at,
    f.acted_at
  from
    hub.referral_party as p
    left join lateral hub.loop_state(p.referral_id, p.party_id) as f on true
  where not p.is_person and exists (select from hub.referral as r where r.id = p.referral_id);
grant select on graph.loop_entry to loopwell_api;

-- Earlier referrals of the same person that are over: for those who know, in both, whom they are for.
create view graph.previous_referral as
  select later.id as later_id, g.*
  from
    graph.referral as g
    join hub.referral as r on r.id = g.id
    join hub.referral as later on later.person_id = r.person_id
  where
    r.received_at < later.received_at
    and r.status in ('CLOSED', 'DECLINED', 'CANCELLED')
    and ((select hub.viewer_party()) = any (r.full_party_ids || r.writer_ids || r.referrer_id))
    and ((select hub.viewer_party()) = any (later.full_party_ids || later.writer_ids || later.referrer_id));
grant select on graph.previous_referral to loopwell_api;
