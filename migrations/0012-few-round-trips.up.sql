-- A write asks PostgreSQL little by little only where one answer decides the next question. These run as whoever calls them, under
-- the caller's own policies. They are functions because a statement that waited for a lock must be followed by a fresh look.
set local role loopwell_owner;

-- What this key brought before, once whoever uses it now has finished.
create function hub.claim_key(of_party uuid, of_practitioner uuid, of_mutation text, of_key text)
  returns table (input_hash bytea, result jsonb) language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(concat_ws(chr(31), of_party, of_practitioner, of_mutation, of_key), 0));
  return query select i.input_hash, i.result from hub.idempotency i
    where i.party = of_party and i.practitioner = coalesce(of_practitioner, '00000000-0000-0000-0000-000000000000')
      and i.mutation = of_mutation and i.key = of_key;
end $$;

-- A referral, locked, as it then stands for this viewer, with where each action would take it. No row where it sees none.
create function hub.lock_referral(target uuid)
  returns table (id uuid, status text, version integer, disclosure text, allowed_actions text[], person_id uuid, writer boolean,
    assignment integer, targets jsonb) language plpgsql as $$
begin
  perform from hub.referral r where r.id = target for no key update;
  return query select g.id, g.status, g.version, g.disclosure, g.allowed_actions, g.person_id, hub.viewer_party() = any (r.writer_ids), r.assignment,
    (select jsonb_object_agg(t.action, t.to_status) from hub.transition t where t.from_status = g.status)
    from graph.referral g join hub.referral r on r.id = g.id where g.id = target;
end $$;

create function hub.move_referral(target uuid, to_status text, why text, event text) returns void language plpgsql as $$
begin
  update hub.referral r set status = to_status, decline_reason = why where r.id = target;
  perform hub.append_event(event, target);
end $$;
grant execute on function hub.claim_key, hub.lock_referral, hub.move_referral to loopwell_api;
reset role;
