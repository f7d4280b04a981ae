-- Events that are in no feed yet. The sequencer takes them out; there is no UPDATE, since DELETE … RETURNING is all it
-- does.
alter table hub.outbox_pending enable row level security;
create policy owner_all on hub.outbox_pending to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.outbox_pending to loopwell_keeper using (true) with check (true);
create policy sequencer on hub.outbox_pending to loopwell_sequencer using (true) with check (true);
grant select, insert, update, delete on hub.outbox_pending to loopwell_keeper;
grant delete, select on hub.outbox_pending to loopwell_sequencer;

-- How far each feed has come. A party reads its own; the sequencer writes.
alter table hub.feed_head enable row level security;
create policy owner_all on hub.feed_head to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.feed_head to loopwell_keeper using (true) with check (true);
create policy own on hub.feed_head
for select
to loopwell_api, loopwell_guard
using (party = (select hub.viewer_party()));
create policy sequencer on hub.feed_head to loopwell_sequencer using (true) with check (true);
grant select, insert, update, delete on hub.feed_head to loopwell_keeper;
grant select on hub.feed_head to loopwell_api, loopwell_guard;
grant insert, select, update on hub.feed_head to loopwell_sequencer;

-- The feeds. A party reads its own and says how far it came with each entry; the sequencer writes.
alter table hub.party_feed enable row level security;
create policy owner_all on hub.party_feed to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.party_feed to loopwell_keeper using (true) with check (true);
create policy own on hub.party_feed
for select
to loopwell_api, loopwell_guard
using (party = (select hub.viewer_party()));
create policy own_ledger on hub.party_feed
for update
to loopwell_api
using (party = (select hub.viewer_party()))
with check (party = (select hub.viewer_party()));
create policy sequencer on hub.party_feed to loopwell_sequencer using (true) with check (true);
grant select, insert, update, delete on hub.party_feed to loopwell_keeper;
grant
  select (party, seq, event_ordinal, referral_id, delivered_at, seen_at, acted_at),
  update (delivered_at, seen_at, acted_at)
on hub.party_feed
to loopwell_api;
grant select on hub.party_feed to loopwell_guard;
grant insert, select on hub.party_feed to loopwell_sequencer;
