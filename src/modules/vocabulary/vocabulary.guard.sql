-- Reasons: read as the directory is, and by the counter; the operator writes.
alter table hub.reason enable row level security;
create policy owner_all on hub.reason to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.reason to loopwell_keeper using (true) with check (true);
create policy counter on hub.reason
for select
to loopwell_counter
using ((select hub.viewer_is_organisation() and hub.viewer_sector() = 'COMMISSIONER')::boolean);
create policy directory on hub.reason
for select
to loopwell_api, loopwell_guard
using ((select hub.viewer_is_organisation() or hub.viewer_is_operator())::boolean);
create policy operator_insert on hub.reason
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy operator_update on hub.reason
for update
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
grant select, insert, update, delete on hub.reason to loopwell_keeper;
grant insert, select, update on hub.reason to loopwell_api;
grant select on hub.reason to loopwell_guard, loopwell_counter;

-- Routes: the same.
alter table hub.route enable row level security;
create policy owner_all on hub.route to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.route to loopwell_keeper using (true) with check (true);
create policy counter on hub.route
for select
to loopwell_counter
using ((select hub.viewer_is_organisation() and hub.viewer_sector() = 'COMMISSIONER')::boolean);
create policy directory on hub.route
for select
to loopwell_api, loopwell_guard
using ((select hub.viewer_is_organisation() or hub.viewer_is_operator())::boolean);
create policy operator_insert on hub.route
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy operator_update on hub.route
for update
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
grant select, insert, update, delete on hub.route to loopwell_keeper;
grant insert, select, update on hub.route to loopwell_api;
grant select on hub.route to loopwell_guard, loopwell_counter;

-- Local names of routes: as the directory; a keeper writes too.
alter table hub.route_name enable row level security;
create policy owner_all on hub.route_name to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.route_name to loopwell_keeper using (true) with check (true);
create policy directory on hub.route_name
for select
to loopwell_api, loopwell_guard
using ((select hub.viewer_is_organisation() or hub.viewer_is_operator())::boolean);
create policy operator_insert on hub.route_name
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy operator_update on hub.route_name
for update
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
grant select, insert, update, delete on hub.route_name to loopwell_keeper;
grant insert, select, update on hub.route_name to loopwell_api;
grant select on hub.route_name to loopwell_guard;

-- Codes of reasons: as the directory.
alter table hub.reason_code enable row level security;
create policy owner_all on hub.reason_code to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.reason_code to loopwell_keeper using (true) with check (true);
create policy directory on hub.reason_code
for select
to loopwell_api, loopwell_guard
using ((select hub.viewer_is_organisation() or hub.viewer_is_operator())::boolean);
create policy operator_insert on hub.reason_code
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy operator_update on hub.reason_code
for update
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
grant select, insert, update, delete on hub.reason_code to loopwell_keeper;
grant insert, select, update on hub.reason_code to loopwell_api;
grant select on hub.reason_code to loopwell_guard;
