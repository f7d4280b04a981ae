-- Cover. An organisation reads its own; a keeper writes.
alter table hub.cover enable row level security;
create policy owner_all on hub.cover to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.cover to loopwell_keeper using (true) with check (true);
create policy own on hub.cover
for select
to loopwell_guard
using (organisation_id = (select hub.viewer_party()) and (select hub.viewer_is_organisation()));
grant select, insert, update, delete on hub.cover to loopwell_keeper;
grant select on hub.cover to loopwell_guard;

-- Who worked with whom. Keepers alone.
alter table hub.assignment enable row level security;
alter table hub.assignment alter column from_at set default hub.clock();
create policy owner_all on hub.assignment to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.assignment to loopwell_keeper using (true) with check (true);
grant select, insert, update, delete on hub.assignment to loopwell_keeper;
