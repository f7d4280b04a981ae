-- How soon an answer is due. Read as the directory is. An organisation says it for itself and its own services.
alter table hub.response_limit enable row level security;
create policy owner_all on hub.response_limit to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.response_limit to loopwell_keeper using (true) with check (true);
create policy directory on hub.response_limit
for select
to loopwell_api, loopwell_guard
using ((select hub.viewer_is_organisation() or hub.viewer_is_operator())::boolean);
create policy operator_insert on hub.response_limit
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy operator_update on hub.response_limit
for update
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
create policy own_insert on hub.response_limit
for insert
to loopwell_api
with check (
  organisation_id = (select hub.viewer_party())
  and (
    service_id is null
    or exists (
      select
      from hub.service as s
      where s.id = response_limit.service_id and s.organisation_id = (select hub.viewer_party())
    )
  )
);
create policy own_update on hub.response_limit
for update
to loopwell_api
using (organisation_id = (select hub.viewer_party()))
with check (
  organisation_id = (select hub.viewer_party())
  and (
    service_id is null
    or exists (
      select
      from hub.service as s
      where s.id = response_limit.service_id and s.organisation_id = (select hub.viewer_party())
    )
  )
);
grant select, insert, update, delete on hub.response_limit to loopwell_keeper;
grant insert, select, update on hub.response_limit to loopwell_api;
grant select on hub.response_limit to loopwell_guard;

-- Bank holidays: read as the directory is; the operator writes.
alter table hub.bank_holiday enable row level security;
create policy owner_all on hub.bank_holiday to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.bank_holiday to loopwell_keeper using (true) with check (true);
create policy directory on hub.bank_holiday
for select
to loopwell_api, loopwell_guard
using ((select hub.viewer_is_organisation() or hub.viewer_is_operator())::boolean);
create policy operator_insert on hub.bank_holiday
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
create policy operator_update on hub.bank_holiday
for update
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
grant select, insert, update, delete on hub.bank_holiday to loopwell_keeper;
grant insert, select, update on hub.bank_holiday to loopwell_api;
grant select on hub.bank_holiday to loopwell_guard;
