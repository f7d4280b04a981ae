-- The places of a party's feed.

-- How far the viewer's feed has come, and where it begins.
create view graph.feed_head as
  select h.last_seq, h.floor_seq, h.floor_hash
  from hub.feed_head as h
  where h.party = (select hub.viewer_party()) and (select hub.viewer_is_organisation());
grant select on graph.feed_head to loopwell_api;

-- What stands at a place, which proves a cursor and tells nothing that access could end.
create view graph.feed_place as
  select f.seq, sha256(convert_to(e.id::text, 'UTF8')) as event_hash
  from
    hub.party_feed as f
    join hub.event as e on e.ordinal = f.event_ordinal
  where f.party = (select hub.viewer_party()) and (select hub.viewer_is_organisation());
grant select on graph.feed_place to loopwell_api;
