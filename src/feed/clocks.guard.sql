-- What falls due with time. Keepers read.
alter table hub.clock_job enable row level security;
create policy owner_all on hub.clock_job to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.clock_job to loopwell_keeper using (true) with check (true);
grant select, insert, update, delete on hub.clock_job to loopwell_keeper;
