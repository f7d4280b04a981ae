-- Safeguarding notes.

-- Notes that a safeguarding lead may read.
create view graph.safeguarding_note as
  select n.id, n.referral_id, n.person_id, n.text, n.at, n.organisation_id, n.practitioner_id
  from hub.safeguarding_note as n;
grant select on graph.safeguarding_note to loopwell_api;
