-- Files as they were sent. A supplier reads and writes its own; one that names no supplier is the operator's.
alter table hub.inbox enable row level security;
alter table hub.inbox alter column received_at set default hub.clock();
create policy owner_all on hub.inbox to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.inbox to loopwell_keeper using (true) with check (true);
create policy own on hub.inbox
for select
to loopwell_api, loopwell_guard
using (
  organisation_id is not distinct from (select hub.viewer_party())
  and (organisation_id is not null or (select hub.viewer_is_operator()))
);
create policy own_insert on hub.inbox
for insert
to loopwell_api
with check (
  organisation_id is not distinct from (select hub.viewer_party())
  and (organisation_id is not null or (select hub.viewer_is_operator()))
);
grant select, insert, update, delete on hub.inbox to loopwell_keeper;
grant
  insert (organisation_id, format, sector, name, raw, raw_hash),
  select (id, organisation_id, format, name, raw_hash)
on hub.inbox
to loopwell_api;
grant select on hub.inbox to loopwell_guard;

-- Rows set aside: visible to their supplier alone; of a file that names no supplier, to the operator.
alter table hub.quarantine enable row level security;
alter table hub.quarantine alter column at set default hub.clock();
create policy owner_all on hub.quarantine to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.quarantine to loopwell_keeper using (true) with check (true);
create policy own on hub.quarantine
for select
to loopwell_api, loopwell_guard
using (
  organisation_id is not distinct from (select hub.viewer_party())
  and (organisation_id is not null or (select hub.viewer_is_operator()))
);
create policy own_insert on hub.quarantine
for insert
to loopwell_api
with check (
  organisation_id is not distinct from (select hub.viewer_party())
  and exists (
    select
    from hub.inbox as i
    where i.id = quarantine.inbox_id
  )
);
grant select, insert, update, delete on hub.quarantine to loopwell_keeper;
grant
  insert (inbox_id, organisation_id, file, line, field, reason, raw),
  select (id, inbox_id, organisation_id, file, line, field)
on hub.quarantine
to loopwell_api;
grant select on hub.quarantine to loopwell_guard;
