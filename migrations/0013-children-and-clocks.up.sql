-- Two mechanisms that later tables and rules use: work that hangs on a referral, and work that falls due with time.
set local role loopwell_owner;

-- Tables whose rows hang on a referral and are read by the parties with FULL disclosure and their author.
create table hub.referral_child (relation regclass primary key);
call hub.protect('hub.referral_child');

-- Makes a table one of them. It has id, referral_id, organisation_id (its author) and party_ids uuid[] not null default '{}'; only
-- the referral's receiver writes to it, and a hidden referral and an absent one fail alike. What columns may be inserted is granted beside it.
create procedure hub.hang_on_referral(target regclass) language plpgsql as $$
begin
  call hub.protect(target);
  execute format('create policy readers on %s for select to loopwell_guard, loopwell_api
    using ((select hub.viewer_party()) = any (party_ids) and (select hub.viewer_has_agreement()))', target);
  execute format('create policy writers on %s for insert to loopwell_api with check (organisation_id = (select hub.viewer_party())
    and exists (select from hub.referral r where r.id = referral_id and (select hub.viewer_party()) = any (r.writer_ids)))', target);
  execute format('create trigger seed before insert on %s for each row execute function hub.seed_child()', target);
  execute format('grant select on %s to loopwell_guard', target);
  execute format('grant select (id, party_ids) on %s to loopwell_api', target);
  insert into hub.referral_child values (target);
end $$;
insert into hub.referral_child values ('hub.contact'), ('hub.measurement');

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

-- What falls due with time: keeper functions hub.<name>() that answer how much they did. The sequencer runs them every second, in
-- this order; each finds its work by an index, because most seconds there is none. One that fails says so and keeps no other back.
create table hub.clock_job (position integer primary key, name text not null unique);
call hub.protect('hub.clock_job');
insert into hub.clock_job (position, name) values (10, 'expire_access');

create function hub.run_clocks() returns integer language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  job text;
  done integer;
  total integer := 0;
begin
  -- one node at a time; the lock ends with the statement's transaction
  if not pg_try_advisory_xact_lock(hashtext('loopwell_clocks')) then
    return 0;
  end if;
  for job in select j.name from hub.clock_job j order by j.position loop
    begin
      execute format('select hub.%I()', job) into done;
      total := total + coalesce(done, 0);
    exception when others then
      raise warning 'the clock % could not run: %', job, sqlerrm;
    end;
  end loop;
  return total;
end $$;
alter function hub.run_clocks owner to loopwell_keeper;
grant execute on function hub.run_clocks to loopwell_sequencer;
reset role;
