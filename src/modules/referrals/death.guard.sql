-- Deaths as they were recorded. Keepers alone.
alter table hub.death enable row level security;
alter table hub.death alter column at set default hub.clock();
create policy owner_all on hub.death to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.death to loopwell_keeper using (true) with check (true);
grant select, insert, update, delete on hub.death to loopwell_keeper;
