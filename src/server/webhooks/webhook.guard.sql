-- Webhooks. The operator manages them; nodes follow them through keepers.
alter table hub.webhook enable row level security;
create policy owner_all on hub.webhook to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.webhook to loopwell_keeper using (true) with check (true);
create policy operator_all on hub.webhook
to loopwell_api
using ((select hub.viewer_is_operator())::boolean)
with check ((select hub.viewer_is_operator())::boolean);
grant select, insert, update, delete on hub.webhook to loopwell_keeper;
grant
  select,
  insert (organisation_id, url, position, position_hash),
  update (generation, overlap_until, state, attempts, failing_since, next_attempt_at)
on hub.webhook
to loopwell_api;
