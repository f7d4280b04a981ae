-- By when an answer is due.

-- The day an answer is due, for those who may know who is asked, until there is one.
create view graph.referral_response as
  select g.id, r.respond_by as due_on, r.respond_by < (select hub.today()) as overdue, r.reminders
  from
    graph.referral as g
    join hub.referral as r on r.id = g.id
  where g.status = 'RECEIVED' and g.receiver_id is not null;
grant select on graph.referral_response to loopwell_api;

-- How soon organisations and services say they answer.
create view graph.response_limit as
  select l.id, l.organisation_id, l.service_id, l.working_days
  from hub.response_limit as l
  where l.organisation_id is not null;
grant select on graph.response_limit to loopwell_api;

-- Days that are no working days.
create view graph.bank_holiday as
  select h.day, h.name from hub.bank_holiday as h;
grant select on graph.bank_holiday to loopwell_api;
