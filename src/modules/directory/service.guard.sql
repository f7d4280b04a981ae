-- Services. Read as the directory is. An organisation keeps its own services current and no others; the operator writes
-- all.
alter table hub.service enable row level security;
create policy owner_all on hub.service to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.service to loopwell_keeper using (true) with check (true);
create policy counter on hub.service
for select
to loopwell_counter
using ((select hub.viewer_is_organisation() and hub.viewer_sector() = 'COMMISSIONER')::boolean);
create policy directory on hub.service
for select
to loopwell_api, loopwell_guard
using ((select hub.viewer_is_organisation() or hub.viewer_is_operator())::boolean);
create policy operator_insert on hub.service
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy operator_update on hub.service
for update
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
create policy publisher_insert on hub.service
for insert
to loopwell_api
with check (organisation_id = (select hub.viewer_party()));
create policy publisher_update on hub.service
for update
to loopwell_api
using (organisation_id = (select hub.viewer_party()))
with check (organisation_id = (select hub.viewer_party()));
grant select, insert, update, delete on hub.service to loopwell_keeper;
grant insert, select, update on hub.service to loopwell_api;
grant select on hub.service to loopwell_guard;
grant select (id, organisation_id) on hub.service to loopwell_counter;
create trigger watch_funding
after update of funding_ends_on on hub.service
for each row
when (old.funding_ends_on is distinct from new.funding_ends_on)
execute function hub.watch_funding();
