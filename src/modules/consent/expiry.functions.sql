-- Consent that runs out.

-- How many days before a consent runs out its link worker is told.
create or replace function hub.expiry_notice()
returns integer
language sql
immutable
set search_path = pg_catalog, hub, pg_temp
as $$
  select 14;
$$;
alter function hub.expiry_notice owner to loopwell_keeper;
grant execute on function hub.expiry_notice to loopwell_api, loopwell_guard;

-- Clock: access that consent no longer carries ends within a second.
create or replace function hub.expire_access()
returns integer
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  expired hub.referral_party;
  ended integer := 0;
begin
  for expired in select *
  from hub.referral_party as p
  where p.ended_at is null and p.expires_on < hub.today()
  limit 100 loop
    perform hub.end_party(r, expired.party_id) from hub.referral as r where r.id = expired.referral_id;
    ended := ended + 1;
  end loop;
  return ended;
end;
$$;
alter function hub.expire_access owner to loopwell_keeper;
grant execute on function hub.expire_access to loopwell_sequencer;

-- Clock: once, a fortnight ahead, the link worker hears that what was agreed is about to run out.
create or replace function hub.warn_of_expiry()
returns integer
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  ending hub.consent;
  warned integer := 0;
begin
  for ending in select *
  from hub.consent as c
  where
    c.expires_on <= hub.today() + hub.expiry_notice()
    and c.warned_at is null
    and c.withdrawn_at is null
    and c.expires_on is not null
  order by c.expires_on
  limit 100
  for no key update skip locked loop
    update hub.consent as c set warned_at = hub.clock() where c.id = ending.id;
    perform hub.tell_parties('CONSENT_CHANGED', r, hub.parties_in_role(r.id, 'LINK_WORKER'))
    from hub.referral as r
    where r.id = ending.referral_id and hub.is_open(r.status) and ending.expires_on >= hub.today();
    warned := warned + 1;
  end loop;
  return warned;
end;
$$;
alter function hub.warn_of_expiry owner to loopwell_keeper;
