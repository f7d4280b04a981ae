-- Measurements. Read by parties at FULL and the author; the referral's receiver writes.
alter table hub.measurement enable row level security;
alter table hub.measurement alter column created_at set default hub.clock();
create policy owner_all on hub.measurement to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.measurement to loopwell_keeper using (true) with check (true);
create policy readers on hub.measurement
for select
to loopwell_api, loopwell_guard
using (coalesce((select hub.viewer_party()) = any (party_ids), false) and (select hub.viewer_has_agreement()));
create policy writers on hub.measurement
for insert
to loopwell_api
with check (
  organisation_id = (select hub.viewer_party())
  and exists (
    select
    from hub.referral as r
    where r.id = measurement.referral_id and (select hub.viewer_party()) = any (r.writer_ids)
  )
);
grant select, insert, update, delete on hub.measurement to loopwell_keeper;
grant
  insert (
    referral_id,
    instrument,
    occasion,
    score,
    items,
    taken_on,
    organisation_id,
    instrument_version,
    converted_score,
    level
  ),
  select (id, party_ids)
on hub.measurement
to loopwell_api;
grant select on hub.measurement to loopwell_guard;
create trigger seed
before insert on hub.measurement
for each row
execute function hub.seed_child();

-- Outcomes. Read by every live party (the view hides by disclosure); the receiver writes.
alter table hub.outcome enable row level security;
alter table hub.outcome alter column closed_at set default hub.clock();
create policy owner_all on hub.outcome to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.outcome to loopwell_keeper using (true) with check (true);
create policy readers on hub.outcome
for select
to loopwell_api, loopwell_guard
using (coalesce((select hub.viewer_party()) = any (party_ids), false) and (select hub.viewer_has_agreement()));
create policy writers on hub.outcome
for insert
to loopwell_api
with check (
  organisation_id = (select hub.viewer_party())
  and exists (
    select
    from hub.referral as r
    where r.id = outcome.referral_id and (select hub.viewer_party()) = any (r.writer_ids)
  )
);
grant select, insert, update, delete on hub.outcome to loopwell_keeper;
grant
  insert (referral_id, result, summary, self_management_plan, plan_declined, organisation_id),
  select (referral_id, party_ids)
on hub.outcome
to loopwell_api;
grant select on hub.outcome to loopwell_guard;
create trigger seed
before insert on hub.outcome
for each row
execute function hub.seed_child('LIVE');
