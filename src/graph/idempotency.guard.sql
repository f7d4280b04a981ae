-- Answers by key. An organisation reads and writes its own.
alter table hub.idempotency enable row level security;
alter table hub.idempotency alter column at set default hub.clock();
create policy owner_all on hub.idempotency to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.idempotency to loopwell_keeper using (true) with check (true);
create policy own on hub.idempotency
to loopwell_api
using (party = (select hub.viewer_party()))
with check (party = (select hub.viewer_party()));
grant select, insert, update, delete on hub.idempotency to loopwell_keeper;
grant
  insert (party, practitioner, mutation, key, input_hash, result),
  select (party, practitioner, mutation, key, input_hash, result)
on hub.idempotency
to loopwell_api;
