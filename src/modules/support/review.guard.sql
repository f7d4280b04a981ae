-- Readiness. Read by those who provide the support; written by the receiver, and by parties at FULL, because the party
-- that referred on prepares the person before and beside the receiver.
alter table hub.preparation enable row level security;
alter table hub.preparation alter column at set default hub.clock();
create policy owner_all on hub.preparation to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.preparation to loopwell_keeper using (true) with check (true);
create policy readers on hub.preparation
for select
to loopwell_api, loopwell_guard
using (coalesce((select hub.viewer_party()) = any (party_ids), false) and (select hub.viewer_has_agreement()));
create policy writers on hub.preparation
for insert
to loopwell_api
with check (
  organisation_id = (select hub.viewer_party())
  and exists (
    select
    from hub.referral as r
    where r.id = preparation.referral_id and (select hub.viewer_party()) = any (r.writer_ids || r.full_party_ids)
  )
);
grant select, insert, update, delete on hub.preparation to loopwell_keeper;
grant insert (referral_id, kind, ready, adjustments, at, organisation_id), select (id, party_ids)
on hub.preparation
to loopwell_api;
grant select on hub.preparation to loopwell_guard;
create trigger seed
before insert on hub.preparation
for each row
execute function hub.seed_child('SUPPORT');

-- Extensions. Read by parties at FULL and the author; written by extend_support alone, since a change of the referral
-- goes with it.
alter table hub.extension enable row level security;
alter table hub.extension alter column at set default hub.clock();
create policy owner_all on hub.extension to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.extension to loopwell_keeper using (true) with check (true);
create policy readers on hub.extension
for select
to loopwell_api, loopwell_guard
using (coalesce((select hub.viewer_party()) = any (party_ids), false) and (select hub.viewer_has_agreement()));
create policy writers on hub.extension
for insert
to loopwell_api
with check (
  organisation_id = (select hub.viewer_party())
  and exists (
    select
    from hub.referral as r
    where r.id = extension.referral_id and (select hub.viewer_party()) = any (r.writer_ids)
  )
);
grant select, insert, update, delete on hub.extension to loopwell_keeper;
grant select (id, party_ids) on hub.extension to loopwell_api;
grant select on hub.extension to loopwell_guard;
create trigger seed
before insert on hub.extension
for each row
execute function hub.seed_child('FULL');
