-- What was offered and chosen. Read by parties at FULL and the author; the receiver writes, of services it can see.
alter table hub.choice enable row level security;
alter table hub.choice alter column at set default hub.clock();
create policy owner_all on hub.choice to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.choice to loopwell_keeper using (true) with check (true);
create policy readers on hub.choice
for select
to loopwell_api, loopwell_guard
using (coalesce((select hub.viewer_party()) = any (party_ids), false) and (select hub.viewer_has_agreement()));
create policy visible_service on hub.choice
as restrictive
for insert
to loopwell_api
with check (
  exists (
    select
    from hub.service as s
    where s.id = choice.service_id
  )
);
create policy writers on hub.choice
for insert
to loopwell_api
with check (
  organisation_id = (select hub.viewer_party())
  and exists (
    select
    from hub.referral as r
    where r.id = choice.referral_id and (select hub.viewer_party()) = any (r.writer_ids)
  )
);
grant select, insert, update, delete on hub.choice to loopwell_keeper;
grant insert (referral_id, service_id, decision, why, organisation_id), select (id, party_ids)
on hub.choice
to loopwell_api;
grant select on hub.choice to loopwell_guard;
create trigger seed
before insert on hub.choice
for each row
execute function hub.seed_child('FULL');

-- The plan. Read by every live party (the view hides by disclosure); the receiver writes.
alter table hub.plan enable row level security;
alter table hub.plan alter column agreed_on set default hub.today();
create policy owner_all on hub.plan to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.plan to loopwell_keeper using (true) with check (true);
create policy readers on hub.plan
for select
to loopwell_api, loopwell_guard
using (coalesce((select hub.viewer_party()) = any (party_ids), false) and (select hub.viewer_has_agreement()));
create policy writers on hub.plan
for insert
to loopwell_api
with check (
  organisation_id = (select hub.viewer_party())
  and exists (
    select
    from hub.referral as r
    where r.id = plan.referral_id and (select hub.viewer_party()) = any (r.writer_ids)
  )
);
grant select, insert, update, delete on hub.plan to loopwell_keeper;
grant insert (referral_id, what_matters, goals, organisation_id), select (id, party_ids) on hub.plan to loopwell_api;
grant select on hub.plan to loopwell_guard;
create trigger seed
before insert on hub.plan
for each row
execute function hub.seed_child('LIVE');
