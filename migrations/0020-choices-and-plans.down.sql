set local role loopwell_owner;
drop view graph.goal, graph.plan, graph.choice;
delete from hub.referral_child where relation in ('hub.choice'::regclass, 'hub.plan'::regclass);
drop table hub.choice, hub.plan;
create or replace trigger seed before insert on hub.outcome for each row execute function hub.seed_child();
create or replace function hub.seed_child() returns trigger language plpgsql as $$
begin
  select case tg_table_name when 'outcome' then r.party_ids else r.full_party_ids end into new.party_ids
  from hub.referral r where r.id = new.referral_id;
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  end if;
  if tg_table_name = 'note' and to_jsonb(new) ->> 'addressee_id' is not null then
    new.party_ids := new.party_ids || array(select a.id from hub.referral r, unnest(r.writer_ids) a (id)
      where r.id = new.referral_id and a.id = (to_jsonb(new) ->> 'addressee_id')::uuid);
  end if;
  if not new.organisation_id = any (new.party_ids) then
    new.party_ids := new.party_ids || new.organisation_id;
  end if;
  return new;
end $$;
create or replace function hub.fold_referral(referral uuid) returns void language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
declare
  live uuid[];
  full_parties uuid[];
  child regclass;
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
  for child in select relation from hub.referral_child loop
    execute format('update %s c set party_ids = array(select distinct unnest($1 || c.organisation_id)) where c.referral_id = $2', child)
      using full_parties, referral;
  end loop;
  update hub.note n set party_ids = array(select distinct unnest(full_parties || n.organisation_id
    || case when n.addressee_id = any (live) then array[n.addressee_id] end)) where n.referral_id = referral;
  update hub.consent n set party_ids = array(select distinct unnest(full_parties || n.recorded_by)) where n.referral_id = referral;
  update hub.outcome o set party_ids = live where o.referral_id = referral;
end $$;
drop procedure hub.hang_on_referral;
create procedure hub.hang_on_referral(target regclass) language plpgsql as $$
begin
  call hub.protect(target);
  execute format('create policy readers on %s for select to loopwell_guard, loopwell_api
    using (coalesce((select hub.viewer_party()) = any (party_ids), false) and (select hub.viewer_has_agreement()))', target);
  execute format('create policy writers on %s for insert to loopwell_api with check (organisation_id = (select hub.viewer_party())
    and exists (select from hub.referral r where r.id = referral_id and (select hub.viewer_party()) = any (r.writer_ids)))', target);
  execute format('create trigger seed before insert on %s for each row execute function hub.seed_child()', target);
  execute format('grant select on %s to loopwell_guard', target);
  execute format('grant select (id, party_ids) on %s to loopwell_api', target);
  insert into hub.referral_child values (target);
end $$;
alter table hub.note drop column addressee_ids;
alter table hub.referral_child drop column readers;
reset role;
