-- Identities. Read by the organisations that a record of the person is readable for; only keepers write.
alter table hub.person enable row level security;
alter table hub.person alter column created_at set default hub.clock();
create policy owner_all on hub.person to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.person to loopwell_keeper using (true) with check (true);
create policy readers on hub.person
for select
to loopwell_api, loopwell_guard
using (coalesce((select hub.viewer_party()) = any (party_ids), false) and (select hub.viewer_has_agreement()));
grant select, insert, update, delete on hub.person to loopwell_keeper;
grant select (id, party_ids) on hub.person to loopwell_api;
grant select on hub.person to loopwell_guard;

-- What senders said of a person. Read by each record's own readers; only keepers write.
alter table hub.source_record enable row level security;
alter table hub.source_record alter column received_at set default hub.clock();
create policy owner_all on hub.source_record to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.source_record to loopwell_keeper using (true) with check (true);
create policy readers on hub.source_record
for select
to loopwell_api, loopwell_guard
using (coalesce((select hub.viewer_party()) = any (party_ids), false) and (select hub.viewer_has_agreement()));
grant select, insert, update, delete on hub.source_record to loopwell_keeper;
grant select (id, party_ids) on hub.source_record to loopwell_api;
grant select on hub.source_record to loopwell_guard;

-- The secret that sign-ins are hashed with. Keepers alone.
alter table hub.pepper enable row level security;
create policy owner_all on hub.pepper to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.pepper to loopwell_keeper using (true) with check (true);
grant select, insert, update, delete on hub.pepper to loopwell_keeper;
