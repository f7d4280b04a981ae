-- Pairs that may be one person. Keepers alone; the operator asks them.
alter table hub.match_review enable row level security;
alter table hub.match_review alter column at set default hub.clock();
create policy owner_all on hub.match_review to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.match_review to loopwell_keeper using (true) with check (true);
grant select, insert, update, delete on hub.match_review to loopwell_keeper;

-- What a merge moved. Keepers alone.
alter table hub.person_merge enable row level security;
alter table hub.person_merge alter column at set default hub.clock();
create policy owner_all on hub.person_merge to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.person_merge to loopwell_keeper using (true) with check (true);
grant select, insert, update, delete on hub.person_merge to loopwell_keeper;
