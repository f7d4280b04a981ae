-- Contacts. Read by parties at FULL and the author; the referral's receiver writes. The counter reads attendance alone.
alter table hub.contact enable row level security;
alter table hub.contact alter column created_at set default hub.clock();
create policy owner_all on hub.contact to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.contact to loopwell_keeper using (true) with check (true);
create policy counter on hub.contact
for select
to loopwell_counter
using ((select hub.viewer_is_organisation() and hub.viewer_sector() = 'COMMISSIONER')::boolean);
create policy readers on hub.contact
for select
to loopwell_api, loopwell_guard
using (coalesce((select hub.viewer_party()) = any (party_ids), false) and (select hub.viewer_has_agreement()));
create policy writers on hub.contact
for insert
to loopwell_api
with check (
  organisation_id = (select hub.viewer_party())
  and exists (
    select
    from hub.referral as r
    where r.id = contact.referral_id and (select hub.viewer_party()) = any (r.writer_ids)
  )
);
grant select, insert, update, delete on hub.contact to loopwell_keeper;
grant
  insert (referral_id, at, attendance, minutes, mode, barriers, organisation_id, practitioner_id, note),
  select (id, party_ids)
on hub.contact
to loopwell_api;
grant select on hub.contact to loopwell_guard;
grant select (id, attendance) on hub.contact to loopwell_counter;
create trigger seed
before insert on hub.contact
for each row
execute function hub.seed_child();
