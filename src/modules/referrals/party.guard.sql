-- Who takes part. A party's row is read by itself, by parties at FULL, and the receiver's also by its referrer; only
-- keepers write.
alter table hub.referral_party enable row level security;
create policy owner_all on hub.referral_party to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.referral_party to loopwell_keeper using (true) with check (true);
create policy readers on hub.referral_party
for select
to loopwell_guard
using (coalesce((select hub.viewer_party()) = any (reader_ids), false) and (select hub.viewer_has_agreement()));
grant select, insert, update, delete on hub.referral_party to loopwell_keeper;
grant select on hub.referral_party to loopwell_guard;
create trigger spare_the_dead
before insert on hub.referral_party
for each row
when (new.is_person)
execute function hub.spare_the_dead();

-- Which tables hang on a referral, and who reads them. Keepers read.
alter table hub.referral_child enable row level security;
create policy owner_all on hub.referral_child to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.referral_child to loopwell_keeper using (true) with check (true);
grant select, insert, update, delete on hub.referral_child to loopwell_keeper;

-- The table of moves, for everyone to read.
alter table hub.transition enable row level security;
create policy owner_all on hub.transition to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.transition to loopwell_keeper using (true) with check (true);
create policy everyone on hub.transition for select to loopwell_api, loopwell_guard using (true);
grant select, insert, update, delete on hub.transition to loopwell_keeper;
grant select on hub.transition to loopwell_api, loopwell_guard;
