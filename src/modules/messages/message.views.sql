-- Whom a message is for.

-- To its author and parties at FULL: all it is for. To an addressee: itself.
create view graph.note_addressee as
  select n.id as note_id, o.id, o.name, o.sector, o.receives_referrals
  from
    hub.note as n
    join hub.organisation as o on o.id = any (n.addressee_ids)
    left join hub.referral as r on r.id = n.referral_id
  where
    o.id = (select hub.viewer_party())
    or n.organisation_id = (select hub.viewer_party())
    or (select hub.viewer_party()) = any (r.full_party_ids);
grant select on graph.note_addressee to loopwell_api;
