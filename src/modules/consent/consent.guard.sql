-- Consents. Read by parties at FULL and the recorder; only keepers write. A child's own consent and the organisations
-- named are checked on the way in.
alter table hub.consent enable row level security;
alter table hub.consent alter column created_at set default hub.clock();
create policy owner_all on hub.consent to loopwell_owner using (true) with check (true);
create policy keeper_all on hub.consent to loopwell_keeper using (true) with check (true);
create policy readers on hub.consent
for select
to loopwell_api, loopwell_guard
using (coalesce((select hub.viewer_party()) = any (party_ids), false) and (select hub.viewer_has_agreement()));
grant select, insert, update, delete on hub.consent to loopwell_keeper;
grant select (id, party_ids) on hub.consent to loopwell_api;
grant select on hub.consent to loopwell_guard;
create trigger check_competence
before insert on hub.consent
for each row
execute function hub.check_competence();
create trigger check_named
before insert on hub.consent
for each row
execute function hub.check_named();
