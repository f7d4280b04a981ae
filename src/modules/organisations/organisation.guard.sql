-- Organisations. Every organisation that signed in reads them and no person does; the operator writes.
alter table hub.organisation enable row level security;
create policy owner_all on hub.organisation to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.organisation to loopwell_keeper using (true) with check (true);
create policy directory on hub.organisation
for select
to loopwell_api, loopwell_guard
using ((select hub.viewer_is_organisation() or hub.viewer_is_operator())::boolean);
create policy operator_insert on hub.organisation
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy operator_update on hub.organisation
for update
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
grant select, insert, update, delete on hub.organisation to loopwell_keeper;
grant insert, select, update on hub.organisation to loopwell_api;
grant select on hub.organisation to loopwell_guard;

-- Their codes: the same.
alter table hub.organisation_identifier enable row level security;
create policy owner_all on hub.organisation_identifier to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.organisation_identifier to loopwell_keeper using (true) with check (true);
create policy directory on hub.organisation_identifier
for select
to loopwell_api, loopwell_guard
using ((select hub.viewer_is_organisation() or hub.viewer_is_operator())::boolean);
create policy operator_insert on hub.organisation_identifier
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy operator_update on hub.organisation_identifier
for update
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
grant select, insert, update, delete on hub.organisation_identifier to loopwell_keeper;
grant insert, select, update on hub.organisation_identifier to loopwell_api;
grant select on hub.organisation_identifier to loopwell_guard;

-- Networks: the same.
alter table hub.network enable row level security;
create policy owner_all on hub.network to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.network to loopwell_keeper using (true) with check (true);
create policy directory on hub.network
for select
to loopwell_api, loopwell_guard
using ((select hub.viewer_is_organisation() or hub.viewer_is_operator())::boolean);
create policy operator_insert on hub.network
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy operator_update on hub.network
for update
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
grant select, insert, update, delete on hub.network to loopwell_keeper;
grant insert, select, update on hub.network to loopwell_api;
grant select on hub.network to loopwell_guard;

-- Members of networks: the same, and the counter while a commissioner counts.
alter table hub.network_member enable row level security;
create policy owner_all on hub.network_member to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.network_member to loopwell_keeper using (true) with check (true);
create policy counter on hub.network_member
for select
to loopwell_counter
using ((select hub.viewer_is_organisation() and hub.viewer_sector() = 'COMMISSIONER')::boolean);
create policy directory on hub.network_member
for select
to loopwell_api, loopwell_guard
using ((select hub.viewer_is_organisation() or hub.viewer_is_operator())::boolean);
create policy operator_insert on hub.network_member
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy operator_update on hub.network_member
for update
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
grant select, insert, update, delete on hub.network_member to loopwell_keeper;
grant insert, select, update on hub.network_member to loopwell_api;
grant select on hub.network_member to loopwell_guard, loopwell_counter;

-- Practitioners: as organisations.
alter table hub.practitioner enable row level security;
create policy owner_all on hub.practitioner to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.practitioner to loopwell_keeper using (true) with check (true);
create policy directory on hub.practitioner
for select
to loopwell_api, loopwell_guard
using ((select hub.viewer_is_organisation() or hub.viewer_is_operator())::boolean);
create policy operator_insert on hub.practitioner
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy operator_update on hub.practitioner
for update
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
grant select, insert, update, delete on hub.practitioner to loopwell_keeper;
grant insert, select, update on hub.practitioner to loopwell_api;
grant select on hub.practitioner to loopwell_guard;
