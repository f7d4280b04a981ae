-- Programmes: read as the directory is; the operator writes, and publish_parameters.
alter table hub.programme enable row level security;
create policy owner_all on hub.programme to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.programme to loopwell_keeper using (true) with check (true);
create policy directory on hub.programme
for select
to loopwell_api, loopwell_guard
using ((select hub.viewer_is_organisation() or hub.viewer_is_operator())::boolean);
create policy operator_insert on hub.programme
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy operator_update on hub.programme
for update
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
grant select, insert, update, delete on hub.programme to loopwell_keeper;
grant insert, select, update on hub.programme to loopwell_api;
grant select on hub.programme to loopwell_guard;

-- Their parameters: the same.
alter table hub.programme_parameters enable row level security;
alter table hub.programme_parameters alter column published_at set default hub.clock();
create policy owner_all on hub.programme_parameters to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.programme_parameters to loopwell_keeper using (true) with check (true);
create policy directory on hub.programme_parameters
for select
to loopwell_api, loopwell_guard
using ((select hub.viewer_is_organisation() or hub.viewer_is_operator())::boolean);
create policy operator_insert on hub.programme_parameters
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy operator_update on hub.programme_parameters
for update
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
grant select, insert, update, delete on hub.programme_parameters to loopwell_keeper;
grant insert, select, update on hub.programme_parameters to loopwell_api;
grant select on hub.programme_parameters to loopwell_guard;

-- Their rules: the same.
alter table hub.programme_rule enable row level security;
create policy owner_all on hub.programme_rule to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.programme_rule to loopwell_keeper using (true) with check (true);
create policy directory on hub.programme_rule
for select
to loopwell_api, loopwell_guard
using ((select hub.viewer_is_organisation() or hub.viewer_is_operator())::boolean);
create policy operator_insert on hub.programme_rule
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy operator_update on hub.programme_rule
for update
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
grant select, insert, update, delete on hub.programme_rule to loopwell_keeper;
grant insert, select, update on hub.programme_rule to loopwell_api;
grant select on hub.programme_rule to loopwell_guard;

-- Which services they run: the same.
alter table hub.programme_service enable row level security;
create policy owner_all on hub.programme_service to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.programme_service to loopwell_keeper using (true) with check (true);
create policy directory on hub.programme_service
for select
to loopwell_api, loopwell_guard
using ((select hub.viewer_is_organisation() or hub.viewer_is_operator())::boolean);
create policy operator_insert on hub.programme_service
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy operator_update on hub.programme_service
for update
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
grant select, insert, update, delete on hub.programme_service to loopwell_keeper;
grant insert, select, update on hub.programme_service to loopwell_api;
grant select on hub.programme_service to loopwell_guard;
