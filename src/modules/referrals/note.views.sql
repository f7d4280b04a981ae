-- Notes on a referral.

-- Notes that the viewer may read: at FULL, its own, and those addressed to it.
create view graph.note as
  select n.id, n.referral_id, n.text, n.at, n.organisation_id, n.recorded_in_error_at, n.recorded_in_error_reason
  from hub.note as n;
grant select on graph.note to loopwell_api;
