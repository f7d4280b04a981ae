-- The event log. A party reads events it was told of, through the feed; only keepers write.
alter table hub.event enable row level security;
alter table hub.event alter column occurred_at set default hub.clock();
create policy owner_all on hub.event to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.event to loopwell_keeper using (true) with check (true);
create policy counter on hub.event
for select
to loopwell_counter
using ((select hub.viewer_is_organisation() and hub.viewer_sector() = 'COMMISSIONER')::boolean);
create policy readers on hub.event
for select
to loopwell_guard
using (coalesce((select hub.viewer_party()) = any (audience), false));
create policy sequencer on hub.event for select to loopwell_sequencer using (true);
grant select, insert, update, delete on hub.event to loopwell_keeper;
grant select on hub.event to loopwell_guard, loopwell_sequencer;
grant select (kind, occurred_at, referral_id, contact_id) on hub.event to loopwell_counter;

-- Who hears what. Keepers read.
alter table hub.event_rule enable row level security;
create policy owner_all on hub.event_rule to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.event_rule to loopwell_keeper using (true) with check (true);
grant select, insert, update, delete on hub.event_rule to loopwell_keeper;
