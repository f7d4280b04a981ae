set local role loopwell_owner;
drop function hub.void_entry;
drop view graph.contact, graph.measurement, graph.note, graph.choice;
alter table hub.contact drop column recorded_in_error_reason;
alter table hub.measurement drop column recorded_in_error_at, drop column recorded_in_error_reason;
alter table hub.choice drop column recorded_in_error_at, drop column recorded_in_error_reason;
alter table hub.note drop column recorded_in_error_at, drop column recorded_in_error_reason;
create view graph.contact as
  select c.id, c.referral_id, c.at, c.attendance, c.minutes, c.mode, c.barriers, c.organisation_id, c.practitioner_id, c.note, c.recorded_in_error_at
  from hub.contact c;
create view graph.measurement as
  select m.id, m.referral_id, m.instrument, m.occasion, m.score, m.taken_on, m.organisation_id from hub.measurement m;
create view graph.note as select n.id, n.referral_id, n.text, n.at, n.organisation_id from hub.note n;
create view graph.choice as
  select c.id, c.ordinal, c.referral_id, c.service_id, c.decision, c.why, c.at, c.organisation_id from hub.choice c;
alter view graph.contact owner to loopwell_guard;
alter view graph.measurement owner to loopwell_guard;
alter view graph.note owner to loopwell_guard;
alter view graph.choice owner to loopwell_guard;
reset role;
set local role loopwell_guard;
grant select on graph.contact, graph.measurement, graph.note, graph.choice to loopwell_api;
reset role;
