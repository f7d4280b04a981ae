-- Safeguarding notes. Read by safeguarding leads of parties at FULL and of the author's organisation: not by its
-- author's colleagues, nor by the person.
alter table hub.safeguarding_note enable row level security;
alter table hub.safeguarding_note alter column at set default hub.clock();
create policy owner_all on hub.safeguarding_note to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.safeguarding_note to loopwell_keeper using (true) with check (true);
create policy leads on hub.safeguarding_note
for select
to loopwell_guard
using (
  (select hub.viewer_has_role('safeguarding'))
  and (select hub.viewer_has_agreement())
  and coalesce((select hub.viewer_party()) = any (party_ids), false)
);
grant select, insert, update, delete on hub.safeguarding_note to loopwell_keeper;
grant select on hub.safeguarding_note to loopwell_guard;

-- Emergency access that has not ended yet. Keepers alone.
alter table hub.emergency_access enable row level security;
create policy owner_all on hub.emergency_access to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.emergency_access to loopwell_keeper using (true) with check (true);
grant select, insert, update, delete on hub.emergency_access to loopwell_keeper;

-- Access that went past what the person agreed to. Keepers alone; she is shown it.
alter table hub.override enable row level security;
alter table hub.override alter column at set default hub.clock();
create policy owner_all on hub.override to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.override to loopwell_keeper using (true) with check (true);
grant select, insert, update, delete on hub.override to loopwell_keeper;
