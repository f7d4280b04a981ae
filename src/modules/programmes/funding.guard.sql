-- Referrals whose planned finish is held against funding. Keepers alone.
alter table hub.funding_watch enable row level security;
create policy owner_all on hub.funding_watch to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.funding_watch to loopwell_keeper using (true) with check (true);
grant select, insert, update, delete on hub.funding_watch to loopwell_keeper;
