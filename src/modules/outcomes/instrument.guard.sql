-- Instruments: read as the directory is; the operator writes.
alter table hub.instrument enable row level security;
create policy owner_all on hub.instrument to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.instrument to loopwell_keeper using (true) with check (true);
create policy directory on hub.instrument
for select
to loopwell_api, loopwell_guard
using ((select hub.viewer_is_organisation() or hub.viewer_is_operator())::boolean);
create policy operator_insert on hub.instrument
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy operator_update on hub.instrument
for update
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
grant select, insert, update, delete on hub.instrument to loopwell_keeper;
grant insert, select, update on hub.instrument to loopwell_api;
grant select on hub.instrument to loopwell_guard;

-- Their items: the same.
alter table hub.instrument_item enable row level security;
create policy owner_all on hub.instrument_item to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.instrument_item to loopwell_keeper using (true) with check (true);
create policy directory on hub.instrument_item
for select
to loopwell_api, loopwell_guard
using ((select hub.viewer_is_organisation() or hub.viewer_is_operator())::boolean);
create policy operator_insert on hub.instrument_item
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy operator_update on hub.instrument_item
for update
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
grant select, insert, update, delete on hub.instrument_item to loopwell_keeper;
grant insert, select, update on hub.instrument_item to loopwell_api;
grant select on hub.instrument_item to loopwell_guard;

-- Their conversions: the same.
alter table hub.instrument_conversion enable row level security;
create policy owner_all on hub.instrument_conversion to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.instrument_conversion to loopwell_keeper using (true) with check (true);
create policy directory on hub.instrument_conversion
for select
to loopwell_api, loopwell_guard
using ((select hub.viewer_is_organisation() or hub.viewer_is_operator())::boolean);
create policy operator_insert on hub.instrument_conversion
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy operator_update on hub.instrument_conversion
for update
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
grant select, insert, update, delete on hub.instrument_conversion to loopwell_keeper;
grant insert, select, update on hub.instrument_conversion to loopwell_api;
grant select on hub.instrument_conversion to loopwell_guard;

-- Their levels: the same.
alter table hub.instrument_level enable row level security;
create policy owner_all on hub.instrument_level to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.instrument_level to loopwell_keeper using (true) with check (true);
create policy directory on hub.instrument_level
for select
to loopwell_api, loopwell_guard
using ((select hub.viewer_is_organisation() or hub.viewer_is_operator())::boolean);
create policy operator_insert on hub.instrument_level
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy operator_update on hub.instrument_level
for update
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
grant select, insert, update, delete on hub.instrument_level to loopwell_keeper;
grant insert, select, update on hub.instrument_level to loopwell_api;
grant select on hub.instrument_level to loopwell_guard;
