-- Crises. Read by the practice a crisis went to, also after its access to the referral has ended (it answers for what
-- it was told); by parties at FULL; and by the party that raised it.
alter table hub.escalation enable row level security;
alter table hub.escalation alter column at set default hub.clock();
create policy owner_all on hub.escalation to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.escalation to loopwell_keeper using (true) with check (true);
create policy readers on hub.escalation
for select
to loopwell_guard
using (
  (select hub.viewer_has_agreement())
  and ((select hub.viewer_party()) = practice_id or coalesce((select hub.viewer_party()) = any (party_ids), false))
);
grant select, insert, update, delete on hub.escalation to loopwell_keeper;
grant select on hub.escalation to loopwell_guard;

-- Which event told of which: read only together with the escalation itself.
alter table hub.escalation_alert enable row level security;
create policy owner_all on hub.escalation_alert to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.escalation_alert to loopwell_keeper using (true) with check (true);
create policy readers on hub.escalation_alert
for select
to loopwell_guard
using ((select hub.viewer_has_agreement())::boolean);
grant select, insert, update, delete on hub.escalation_alert to loopwell_keeper;
grant select on hub.escalation_alert to loopwell_guard;

-- How often an alert comes again. Keepers read.
alter table hub.crisis_setting enable row level security;
create policy owner_all on hub.crisis_setting to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.crisis_setting to loopwell_keeper using (true) with check (true);
grant select, insert, update, delete on hub.crisis_setting to loopwell_keeper;
