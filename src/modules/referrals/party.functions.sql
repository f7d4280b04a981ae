-- Parties: who takes part, and from when until when.

-- For keepers alone: adds one role of one party. One row a party, a set of roles, the greatest disclosure.
create or replace function hub.add_party(
  referral hub.referral,
  party uuid,
  role text,
  disclosed text,
  person boolean,
  expires date default null
)
returns void
language sql
set search_path = pg_catalog, hub, pg_temp
as $$
  insert into hub.referral_party as p (
    referral_id,
    party_id,
    is_person,
    roles,
    disclosure,
    received_at,
    updated_at,
    waiting_since,
    expires_on
  )
  values (referral.id, party, person, array[role], disclosed, referral.received_at, referral.updated_at, null, expires)
  on conflict (referral_id, party_id) do update
    set
      -- who left comes back as what it is now, with nothing of what it was
      roles = case
        when p.ended_at is null then array(select distinct unnest(p.roles || excluded.roles))
        else excluded.roles
      end,
      disclosure = case
        when p.ended_at is not null then excluded.disclosure
        when 'FULL' in (p.disclosure, excluded.disclosure) then 'FULL'
        when 'OWN_SERVICE' in (p.disclosure, excluded.disclosure) then 'OWN_SERVICE'
        else 'STAGE'
      end,
      waiting_since = case
        when p.ended_at is null then p.waiting_since
      end,
      ended_at = null,
      -- of two reasons to be here the longer holds
      expires_on = case
        when p.ended_at is not null
        or p.disclosure = 'CRISIS' then excluded.expires_on
        when p.expires_on is not null
        and excluded.expires_on is not null then greatest(p.expires_on, excluded.expires_on)
      end;
$$;
alter function hub.add_party owner to loopwell_keeper;

-- For keepers alone: one party's access to one referral ends, and with it what that referral let it read of the person.
-- A party that is asked to help in a crisis must still know whom, until that practice has it in hand: that part does
-- not end.
create or replace function hub.end_party(referral hub.referral, party uuid)
returns void
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  awaited boolean := exists (
    select
    from
      hub.escalation as e
      join hub.organisation as o on o.id = e.practice_id
    where e.referral_id = referral.id and e.practice_id = party and e.acknowledged_at is null and o.closed_on is null
  );
begin
  update hub.referral_party as p
  set ended_at = hub.clock()
  where
    p.referral_id = referral.id
    and p.party_id = party
    and p.ended_at is null
    and not (awaited and p.disclosure = 'CRISIS');
  if found then
    update hub.source_record as s
    set party_ids = array_remove(s.party_ids, party)
    where s.referral_id = referral.id and not (awaited and s.system = 'urn:loopwell:escalation');
    perform hub.add_crisis_party(referral, party) where awaited;
    perform hub.fold_referral(referral.id);
    perform hub.fold_person(referral.person_id);
    perform hub.write_event('ACCESS_ENDED', referral, '{}', array[party], array['STAGE']);
  end if;
end;
$$;
alter function hub.end_party owner to loopwell_keeper;
