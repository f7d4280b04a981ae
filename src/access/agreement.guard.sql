-- Sharing agreements. An organisation reads its own; the operator writes.
alter table hub.sharing_agreement enable row level security;
create policy owner_all on hub.sharing_agreement to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.sharing_agreement to loopwell_keeper using (true) with check (true);
create policy counter on hub.sharing_agreement
for select
to loopwell_counter
using (organisation_id = (select hub.viewer_party()));
create policy operator_insert on hub.sharing_agreement
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy own on hub.sharing_agreement
for select
to loopwell_api, loopwell_guard
using (organisation_id = (select hub.viewer_party()));
grant select, insert, update, delete on hub.sharing_agreement to loopwell_keeper;
grant insert, select on hub.sharing_agreement to loopwell_api;
grant select on hub.sharing_agreement to loopwell_counter;
