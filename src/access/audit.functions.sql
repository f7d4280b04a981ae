-- The audit trail: appended, chained by hash, never changed.

-- Refuses every change of an audit row but the sequencer's own chaining, the owner's changes too.
create or replace function hub.refuse_change()
returns trigger
language plpgsql
as $$
begin
  if
    tg_op = 'UPDATE'
    and old.position is null
    and new.position is not null
    and (to_jsonb(new) - 'position' - 'hash') = (to_jsonb(old) - 'position' - 'hash')
  then
    return new; -- the sequencer's chaining
  end if;
  raise exception 'the audit trail is appended, never changed' using errcode = 'LW403';
end;
$$;

-- What the hash of an audit row covers.
create or replace function hub.audit_text(entry hub.audit)
returns text
language sql
immutable
set search_path = pg_catalog, hub, pg_temp
as $$
  select
    concat_ws(
      '|',
      entry.position,
      entry.id,
      extract(epoch from entry.at),
      entry.party,
      entry.practitioner,
      entry.roles,
      entry.purpose,
      entry.request_id,
      entry.operation,
      entry.action,
      entry.outcome,
      entry.person_ids,
      entry.referral_ids,
      entry.proxy,
      entry.colleagues_cases
    );
$$;
grant execute on function hub.audit_text to loopwell_keeper;

-- The sequencer's tick: gives new rows their places and hashes, 500 at a time. An edited, removed or moved row breaks
-- the chain.
create or replace function hub.chain_audit()
returns integer
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
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
    update hub.audit
    set
      position = entry.position,
      hash = entry.hash
    where id = entry.id;
    last_one := entry;
    chained := chained + 1;
  end loop;
  return chained;
end;
$$;
alter function hub.chain_audit owner to loopwell_keeper;
grant execute on function hub.chain_audit to loopwell_sequencer;
