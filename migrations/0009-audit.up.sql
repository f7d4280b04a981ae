-- Who did or read what, and the answers that repeat for a repeated key.
set local role loopwell_owner;

create table hub.audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  party uuid,
  practitioner uuid,
  roles text not null,
  purpose text,
  request_id text not null,
  operation text not null,
  action text not null check (action in ('READ', 'WRITE', 'DELIVER')),
  outcome text not null,
  person_ids uuid[] not null default '{}',
  referral_ids uuid[] not null default '{}',
  -- set by the sequencer, in this order: the chain shows an edited, removed or moved row
  position bigint unique,
  hash bytea
);
create index audit_unchained on hub.audit (id) where position is null;
create index audit_person on hub.audit using gin (person_ids);

create table hub.idempotency (
  party uuid not null,
  practitioner uuid not null default '00000000-0000-0000-0000-000000000000',
  mutation text not null,
  key text not null,
  -- an HMAC: the input itself, which may name a person, is not kept twice
  input_hash bytea not null,
  result jsonb not null,
  at timestamptz not null default hub.clock(),
  primary key (party, practitioner, mutation, key)
);

call hub.protect('hub.audit');
call hub.protect('hub.idempotency');
create policy append_own on hub.audit for insert to loopwell_api
  with check (party is not distinct from (select hub.viewer_party()) and position is null and hash is null);
grant insert (party, practitioner, roles, purpose, request_id, operation, action, outcome, person_ids, referral_ids) on hub.audit to loopwell_api;

-- Appended, never changed: not by the owner either.
create function hub.refuse_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.position is null and new.position is not null
    and (to_jsonb(new) - 'position' - 'hash') = (to_jsonb(old) - 'position' - 'hash') then
    return new; -- the sequencer's chaining
  end if;
  raise exception 'the audit trail is appended, never changed' using errcode = 'LW403';
end $$;
create trigger append_only before update or delete on hub.audit for each row execute function hub.refuse_change();

create function hub.audit_text(entry hub.audit) returns text language sql immutable set search_path = pg_catalog, hub, pg_temp as $$
  select concat_ws('|', entry.position, entry.id, extract(epoch from entry.at), entry.party, entry.practitioner, entry.roles, entry.purpose,
    entry.request_id, entry.operation, entry.action, entry.outcome, entry.person_ids, entry.referral_ids)
$$;
create function hub.chain_audit() returns integer language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  entry hub.audit;
  last_one hub.audit;
  chained integer := 0;
begin
  if not pg_try_advisory_xact_lock(hashtext('loopwell_chain')) then
    return 0;
  end if;
  select * into last_one from hub.audit where position is not null order by position desc limit 1;
  for entry in select * from hub.audit where position is null order by id limit 500 for no key update loop
    entry.position := coalesce(last_one.position, 0) + 1;
    entry.hash := sha256(coalesce(last_one.hash, '') || convert_to(hub.audit_text(entry), 'UTF8'));
    update hub.audit set position = entry.position, hash = entry.hash where id = entry.id;
    last_one := entry;
    chained := chained + 1;
  end loop;
  return chained;
end $$;
alter function hub.chain_audit owner to loopwell_keeper;
grant execute on function hub.audit_text to loopwell_keeper;
grant execute on function hub.chain_audit to loopwell_sequencer;

create policy own on hub.idempotency to loopwell_api using (party = (select hub.viewer_party())) with check (party = (select hub.viewer_party()));
grant select (party, practitioner, mutation, key, input_hash, result), insert (party, practitioner, mutation, key, input_hash, result) on hub.idempotency to loopwell_api;
reset role;
