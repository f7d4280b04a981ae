-- The same key brings the same answer.

-- What this key brought before, once another transaction that uses it has ended. It runs as its caller; it is a
-- function because a statement that waited for a lock must be followed by a fresh look.
create or replace function hub.claim_key(of_party uuid, of_practitioner uuid, of_mutation text, of_key text)
returns table (input_hash bytea, result jsonb)
language plpgsql
as $$
begin
  perform
    pg_advisory_xact_lock(hashtextextended(concat_ws(chr(31), of_party, of_practitioner, of_mutation, of_key), 0));
  return query select i.input_hash, i.result
    from hub.idempotency as i
    where
      i.party = of_party
      and i.practitioner = coalesce(of_practitioner, '00000000-0000-0000-0000-000000000000')
      and i.mutation = of_mutation
      and i.key = of_key;
end;
$$;
grant execute on function hub.claim_key to loopwell_api;
