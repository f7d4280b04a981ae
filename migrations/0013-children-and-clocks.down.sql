set local role loopwell_owner;
drop function hub.run_clocks;
drop table hub.clock_job;
create or replace function hub.fold_referral(referral uuid) returns void language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
declare
  live uuid[];
  full_parties uuid[];
begin
  select coalesce(array_agg(party_id order by party_id), '{}'),
    coalesce(array_agg(party_id order by party_id) filter (where disclosure = 'FULL'), '{}')
  into live, full_parties
  from hub.referral_party p
  where p.referral_id = referral and p.ended_at is null and not p.is_person and p.disclosure <> 'CRISIS';
  update hub.referral r set party_ids = live, full_party_ids = full_parties,
    writer_ids = array(select p.party_id from hub.referral_party p where p.referral_id = referral and p.party_id = r.receiver_id
      and p.ended_at is null and p.disclosure in ('FULL', 'OWN_SERVICE'))
  where r.id = referral;
  update hub.referral_party p set reader_ids = case when p.is_person then '{}' else array(
    select distinct unnest(full_parties || p.party_id || case when p.party_id = r.receiver_id and r.referrer_id = any (live) then array[r.referrer_id] end)) end
  from hub.referral r where r.id = referral and p.referral_id = referral;
  -- whoever wrote an entry keeps reading it, also after its access has ended
  update hub.contact c set party_ids = array(select distinct unnest(full_parties || c.organisation_id)) where c.referral_id = referral;
  update hub.measurement m set party_ids = array(select distinct unnest(full_parties || m.organisation_id)) where m.referral_id = referral;
  update hub.note n set party_ids = array(select distinct unnest(full_parties || n.organisation_id
    || case when n.addressee_id = any (live) then array[n.addressee_id] end)) where n.referral_id = referral;
  update hub.consent n set party_ids = array(select distinct unnest(full_parties || n.recorded_by)) where n.referral_id = referral;
  update hub.outcome o set party_ids = live where o.referral_id = referral;
end $$;
drop procedure hub.hang_on_referral;
drop table hub.referral_child;
reset role;
