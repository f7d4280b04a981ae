-- Notes. Read by parties at FULL, the author and the addressees; any party that sees the referral writes in its own
-- name.
alter table hub.note enable row level security;
alter table hub.note alter column at set default hub.clock();
create policy owner_all on hub.note to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.note to loopwell_keeper using (true) with check (true);
create policy readers on hub.note
for select
to loopwell_api, loopwell_guard
using (coalesce((select hub.viewer_party()) = any (party_ids), false) and (select hub.viewer_has_agreement()));
create policy writers on hub.note
for insert
to loopwell_api
with check (
  organisation_id = (select hub.viewer_party())
  and exists (
    select
    from hub.referral as r
    where r.id = note.referral_id
  )
);
grant select, insert, update, delete on hub.note to loopwell_keeper;
grant insert (referral_id, text, organisation_id, addressee_id), select (id, party_ids) on hub.note to loopwell_api;
grant select on hub.note to loopwell_guard;
create trigger seed
before insert on hub.note
for each row
execute function hub.seed_child();
