-- What a person reads of herself.

-- Her referrals in plain words.
create view graph.my_referral as
  select o.id, 'ref_' || o.id as global_id, o.reference, o.status, o.on_waiting_list, o.supporter, o.rank
  from hub.own_referrals() as o;
grant select on graph.my_referral to loopwell_api;

-- Who takes part in them.
create view graph.my_shared_with as
  select s.referral_id, s.id, 'org_' || s.id as global_id, s.name from hub.own_sharing() as s;
grant select on graph.my_shared_with to loopwell_api;

-- Who looked.
create view graph.my_access as
  select l.id, l.at, l.organisation, l.purpose, l.override from hub.own_access_log() as l;
grant select on graph.my_access to loopwell_api;

-- Her feed, by the guard's own policies: her rows, and events she was told of.
create view graph.my_feed_entry as
  select
    f.seq,
    e.id as event_id,
    e.kind,
    e.occurred_at,
    coalesce(e.reference, '') as reference,
    sha256(convert_to(e.id::text, 'UTF8')) as event_hash
  from
    hub.party_feed as f
    join hub.event as e on e.ordinal = f.event_ordinal
  where f.party = (select hub.viewer_party()) and (select hub.viewer_is_person());
grant select on graph.my_feed_entry to loopwell_api;

-- How far her feed has come.
create view graph.my_feed_head as
  select h.last_seq, h.floor_seq, h.floor_hash
  from hub.feed_head as h
  where h.party = (select hub.viewer_party()) and (select hub.viewer_is_person());
grant select on graph.my_feed_head to loopwell_api;
