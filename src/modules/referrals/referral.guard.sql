-- Referrals. Read by all live parties; the guard's views redact. Requests see only what access needs of the base row,
-- and may only move or assign: check_move decides which moves. The counter reads neither person nor text.
alter table hub.referral enable row level security;
alter table hub.referral alter column received_at set default hub.clock();
alter table hub.referral alter column updated_at set default hub.clock();
create policy owner_all on hub.referral to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.referral to loopwell_keeper using (true) with check (true);
create policy counter on hub.referral
for select
to loopwell_counter
using ((select hub.viewer_is_organisation() and hub.viewer_sector() = 'COMMISSIONER')::boolean);
create policy movers on hub.referral
for update
to loopwell_api
using (coalesce((select hub.viewer_party()) = any (party_ids), false) and (select hub.viewer_has_agreement()))
with check (true);
create policy readers on hub.referral
for select
to loopwell_api, loopwell_guard
using (coalesce((select hub.viewer_party()) = any (party_ids), false) and (select hub.viewer_has_agreement()));
grant select, insert, update, delete on hub.referral to loopwell_keeper;
grant
  select (id, version, assignment, party_ids, full_party_ids, writer_ids),
  update (status, link_worker_id, decline_reason)
on hub.referral
to loopwell_api;
grant select on hub.referral to loopwell_guard;
grant select (id, receiver_id, service_id, parent_id, route, received_at) on hub.referral to loopwell_counter;
create trigger check_move
before update of status, link_worker_id, decline_reason on hub.referral
for each row
execute function hub.check_move();
create trigger copy_to_parties
after update of status on hub.referral
for each row
execute function hub.copy_to_parties();
create trigger keep_assignment
after update of link_worker_id on hub.referral
for each row
execute function hub.keep_assignment();
create trigger response_clock
before insert on hub.referral
for each row
execute function hub.set_response_clock();
create trigger set_review
before update of status on hub.referral
for each row
when ((new.status = 'ACCEPTED'::text) and (old.status = 'RECEIVED'::text) and (new.kind = 'LINK_WORKER'::text))
execute function hub.set_review();
create trigger watch_accepted
after update of status on hub.referral
for each row
when ((new.status = 'ACCEPTED'::text) and (new.service_id is not null))
execute function hub.watch_accepted();
