-- Signposts. Counted alone; keepers write.
alter table hub.signpost enable row level security;
alter table hub.signpost alter column day set default hub.today();
create policy owner_all on hub.signpost to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.signpost to loopwell_keeper using (true) with check (true);
create policy counter on hub.signpost
for select
to loopwell_counter
using ((select hub.viewer_is_organisation() and hub.viewer_sector() = 'COMMISSIONER')::boolean);
grant select, insert, update, delete on hub.signpost to loopwell_keeper;
grant select on hub.signpost to loopwell_counter;

-- Needs that no service met. Counted alone; keepers write.
alter table hub.unmet_need enable row level security;
alter table hub.unmet_need alter column day set default hub.today();
create policy owner_all on hub.unmet_need to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.unmet_need to loopwell_keeper using (true) with check (true);
create policy counter on hub.unmet_need
for select
to loopwell_counter
using ((select hub.viewer_is_organisation() and hub.viewer_sector() = 'COMMISSIONER')::boolean);
grant select, insert, update, delete on hub.unmet_need to loopwell_keeper;
grant select on hub.unmet_need to loopwell_counter;

-- Which services answer a reason: read as the directory is; the operator writes.
alter table hub.reason_category enable row level security;
create policy owner_all on hub.reason_category to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.reason_category to loopwell_keeper using (true) with check (true);
create policy directory on hub.reason_category
for select
to loopwell_api, loopwell_guard
using ((select hub.viewer_is_organisation() or hub.viewer_is_operator())::boolean);
create policy operator_insert on hub.reason_category
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy operator_update on hub.reason_category
for update
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
grant select, insert, update, delete on hub.reason_category to loopwell_keeper;
grant insert, select, update on hub.reason_category to loopwell_api;
grant select on hub.reason_category to loopwell_guard;
