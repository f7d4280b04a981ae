-- What is done for a person.

-- Contacts that the viewer may read.
create view graph.contact as
  select
    c.id,
    c.referral_id,
    c.at,
    c.attendance,
    c.minutes,
    c.mode,
    c.barriers,
    c.organisation_id,
    c.practitioner_id,
    c.note,
    c.recorded_in_error_at,
    c.recorded_in_error_reason
  from hub.contact as c;
grant select on graph.contact to loopwell_api;

-- The menu of choice: what was offered, chosen and declined.
create view graph.choice as
  select
    c.id,
    c.ordinal,
    c.referral_id,
    c.service_id,
    c.decision,
    c.why,
    c.at,
    c.organisation_id,
    c.recorded_in_error_at,
    c.recorded_in_error_reason
  from hub.choice as c;
grant select on graph.choice to loopwell_api;

-- Whether the person is ready for what she was referred to, and what must be adjusted.
create view graph.preparation as
  select p.id, p.ordinal, p.referral_id, p.kind, p.ready, p.adjustments, p.at, p.organisation_id
  from hub.preparation as p;
grant select on graph.preparation to loopwell_api;

-- Extensions of support, each with its reason.
create view graph.extension as
  select e.id, e.ordinal, e.referral_id, e.reason, e.contacts, e.until, e.at, e.organisation_id from hub.extension as e;
grant select on graph.extension to loopwell_api;
