-- What funders pay for and who helps: for the provider's own eyes, and counted for its commissioner.
alter table hub.service_load enable row level security;
create policy owner_all on hub.service_load to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.service_load to loopwell_keeper using (true) with check (true);
create policy counter on hub.service_load
for select
to loopwell_counter
using ((select hub.viewer_is_organisation() and hub.viewer_sector() = 'COMMISSIONER')::boolean);
create policy own on hub.service_load
for select
to loopwell_guard
using (organisation_id = (select hub.viewer_party()));
grant select, insert, update, delete on hub.service_load to loopwell_keeper;
grant select on hub.service_load to loopwell_guard, loopwell_counter;

-- Shares of link workers. Read by the organisation that employs them and by the practice; a keeper writes.
alter table hub.practice_quota enable row level security;
create policy owner_all on hub.practice_quota to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.practice_quota to loopwell_keeper using (true) with check (true);
create policy shared on hub.practice_quota
for select
to loopwell_guard
using (
  ((select hub.viewer_party()) = organisation_id or (select hub.viewer_party()) = practice_id)
  and (select hub.viewer_has_agreement())
);
grant select, insert, update, delete on hub.practice_quota to loopwell_keeper;
grant select on hub.practice_quota to loopwell_guard;
