-- Revoked tokens. The operator writes; every node looks here each second, to end what the bearer has open.
alter table hub.revocation enable row level security;
create policy owner_all on hub.revocation to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.revocation to loopwell_keeper using (true) with check (true);
create policy nodes on hub.revocation for select to loopwell_sequencer using (true);
create policy operator_insert on hub.revocation
for insert
to loopwell_api
with check ((select hub.viewer_is_operator())::boolean);
grant select, insert, update, delete on hub.revocation to loopwell_keeper;
grant insert (kind, value, reason) on hub.revocation to loopwell_api;
grant select on hub.revocation to loopwell_sequencer;
