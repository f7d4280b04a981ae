-- Crises.

-- Escalations that the viewer may read.
create view graph.escalation as
  select
    e.id,
    e.referral_id,
    e.person_id,
    e.at,
    e.basis,
    e.facts,
    e.practice_id,
    e.override,
    e.organisation_id,
    e.practitioner_id,
    e.acknowledged_at,
    e.acknowledged_by,
    e.acknowledgement,
    e.alerts
  from hub.escalation as e;
grant select on graph.escalation to loopwell_api;

-- The same, by the event that told of it.
create view graph.escalation_event as
  select a.event_id::text as key, e.*
  from
    hub.escalation_alert as a
    join graph.escalation as e on e.id = a.escalation_id;
grant select on graph.escalation_event to loopwell_api;
