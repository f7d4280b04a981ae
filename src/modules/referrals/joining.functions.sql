-- Who joins a referral by itself, and who hears that there are two.

-- For keepers alone: the first parties of a referral. Sender and receiver are parties by direct care. The person's
-- known practice and the root's referrer join where consent lets them, and the link worker's organisation on the root
-- stays responsible for all that follows.
create or replace function hub.let_parties_in(opened hub.referral, parent hub.referral, agreed hub.consent)
returns void
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  -- an organisation that refers to itself gets only the practice it knows already: otherwise a guessed number would
  -- tell it where that person is registered
  practice uuid := hub.newest_practice(
    opened.person_id,
    case
      when opened.receiver_id = opened.referrer_id then opened.referrer_id
    end
  );
  party uuid;
begin
  perform hub.add_party(opened, opened.referrer_id, 'REFERRER', 'STAGE', false);
  perform
    hub.add_party(
      opened,
      opened.receiver_id,
      case opened.kind
        when 'LINK_WORKER' then 'LINK_WORKER'
        when 'ONWARD' then 'PROVIDER'
        else 'REGISTERED_PRACTICE'
      end,
      case opened.kind
        when 'ONWARD' then 'OWN_SERVICE'
        else 'FULL'
      end,
      false
    );
  perform hub.add_party(opened, opened.person_id, 'PERSON', 'FULL', true);
  perform hub.let_practice_in(opened, agreed, coalesce(practice, parent.practice_id));
  if parent.id is null then
    return;
  end if;
  foreach party in array hub.parties_in_role(parent.root_id, 'LINK_WORKER') loop
    perform hub.add_party(opened, party, 'LINK_WORKER', 'FULL', false);
  end loop;
  if
    hub.consent_allows(agreed, parent.root_referrer_id)
    and not hub.kept_out(opened, parent.root_referrer_id)
    and exists (
      select
      from hub.referral_party as p
      where p.referral_id = parent.root_id and p.party_id = parent.root_referrer_id and p.ended_at is null
    )
  then
    perform hub.add_party(opened, parent.root_referrer_id, 'REFERRER', 'STAGE', false);
  end if;
end;
$$;
alter function hub.let_parties_in owner to loopwell_keeper;

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
