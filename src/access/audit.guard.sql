-- The audit trail. Requests append rows in their own name, and only under a token that stands; they read none.
alter table hub.audit enable row level security;
alter table hub.audit alter column proxy set default hub.viewer_proxy();
create policy owner_all on hub.audit to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.audit to loopwell_keeper using (true) with check (true);
create policy append_own on hub.audit
for insert
to loopwell_api
with check (
  party is not distinct from (select hub.viewer_party())
  and "position" is null
  and hash is null
  and (select hub.token_stands())
);
grant select, insert, update, delete on hub.audit to loopwell_keeper;
grant insert (party, practitioner, roles, purpose, request_id, operation, action, outcome, person_ids, referral_ids)
on hub.audit
to loopwell_api;
create trigger append_only
before delete or update on hub.audit
for each row
execute function hub.refuse_change();
