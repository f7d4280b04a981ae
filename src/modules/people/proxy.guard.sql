-- Delegations. Read by the party that recorded one, and by the person; only keepers write.
alter table hub.proxy enable row level security;
alter table hub.proxy alter column created_at set default hub.clock();
create policy owner_all on hub.proxy to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.proxy to loopwell_keeper using (true) with check (true);
create policy readers on hub.proxy
for select
to loopwell_guard
using (
  (recorded_by = (select hub.viewer_party()) and (select hub.viewer_has_agreement()))
  or (person_id = (select hub.viewer_party()) and (select hub.viewer_is_person()))
);
grant select, insert, update, delete on hub.proxy to loopwell_keeper;
grant select on hub.proxy to loopwell_guard;
