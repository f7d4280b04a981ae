-- Who joins a referral by itself, and who hears that there are two.

-- For keepers alone: the known practice joins at STAGE where the consent lets it.
create or replace function hub.let_practice_in(referral hub.referral, agreed hub.consent, practice uuid)
returns void
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
begin
  if practice is not null and hub.consent_allows(agreed, practice) and not hub.kept_out(referral, practice) then
    perform hub.add_party(referral, practice, 'REGISTERED_PRACTICE', 'STAGE', false);
    update hub.referral as r set practice_id = practice where r.id = referral.id;
  end if;
end;
$$;
alter function hub.let_practice_in owner to loopwell_keeper;

-- For keepers alone: a person who is supported already is referred again. The holder of the earlier referral hears of
-- it, about that one, and no other party does. The asker is answered as ever.
create or replace function hub.tell_holders(opened hub.referral)
returns void
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  held hub.referral;
begin
  if opened.kind != 'LINK_WORKER' then
    return;
  end if;
  for held in select r.*
  from hub.referral as r
  where r.person_id = opened.person_id and r.id != opened.id and r.kind = 'LINK_WORKER' and hub.is_open(r.status)
  order by r.received_at, r.id loop
    perform hub.tell_parties('POSSIBLE_ACTIVE_REFERRAL', held, hub.parties_in_role(held.id, 'LINK_WORKER'));
  end loop;
end;
$$;
alter function hub.tell_holders owner to loopwell_keeper;
