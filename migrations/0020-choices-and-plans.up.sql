-- The menu of choice and the personal plan; and who reads what hangs on a referral, now that not all of it has the same readers.
set local role loopwell_owner;

-- FULL: the parties with FULL disclosure. SUPPORT: those and the receiver. LIVE: every live party, and the view hides by disclosure.
-- The author of an entry is always among them.
alter table hub.referral_child add column readers text not null default 'FULL' check (readers in ('FULL', 'SUPPORT', 'LIVE'));

-- A message names whom it is for: they read it whatever their disclosure.
alter table hub.note add column addressee_ids uuid[] not null default '{}';

-- Children take their readers from the referral as the writer sees it: whoever cannot see it inserts nothing.
create or replace function hub.seed_child() returns trigger language plpgsql as $$
declare
  entry jsonb := to_jsonb(new);
begin
  select case tg_argv[0] when 'LIVE' then r.party_ids when 'SUPPORT' then array(select distinct unnest(r.full_party_ids || r.writer_ids))
      else r.full_party_ids end
    -- what goes with a referral is for its receiver; a message for whichever parties it names
    || array(select a.id from unnest(r.writer_ids) a (id) where a.id = (entry ->> 'addressee_id')::uuid)
    || array(select a.id from unnest(r.party_ids) a (id) where entry -> 'addressee_ids' ? a.id::text)
  into new.party_ids
  from hub.referral r where r.id = new.referral_id;
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  end if;
  new.party_ids := array(select distinct unnest(new.party_ids || new.organisation_id));
  return new;
end $$;
create or replace trigger seed before insert on hub.outcome for each row execute function hub.seed_child('LIVE');

drop procedure hub.hang_on_referral;
-- Makes a table one of them. It has id, referral_id, organisation_id (its author) and party_ids uuid[] not null default '{}'; only
-- the referral's receiver writes to it, and a hidden referral and an absent one fail alike. What columns may be inserted is granted beside it.
create procedure hub.hang_on_referral(target regclass, readers text default 'FULL') language plpgsql as $$
begin
  call hub.protect(target);
  execute format('create policy readers on %s for select to loopwell_guard, loopwell_api
    using (coalesce((select hub.viewer_party()) = any (party_ids), false) and (select hub.viewer_has_agreement()))', target);
  execute format('create policy writers on %s for insert to loopwell_api with check (organisation_id = (select hub.viewer_party())
    and exists (select from hub.referral r where r.id = referral_id and (select hub.viewer_party()) = any (r.writer_ids)))', target);
  execute format('create trigger seed before insert on %s for each row execute function hub.seed_child(%L)', target, readers);
  execute format('grant select on %s to loopwell_guard', target);
  execute format('grant select (id, party_ids) on %s to loopwell_api', target);
  insert into hub.referral_child values (target, readers);
end $$;

create or replace function hub.fold_referral(referral uuid) returns void language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
declare
  live uuid[];
  full_parties uuid[];
  writers uuid[];
  child hub.referral_child;
begin
  select coalesce(array_agg(party_id order by party_id), '{}'),
    coalesce(array_agg(party_id order by party_id) filter (where disclosure = 'FULL'), '{}')
  into live, full_parties
  from hub.referral_party p
  where p.referral_id = referral and p.ended_at is null and not p.is_person and p.disclosure <> 'CRISIS';
  update hub.referral r set party_ids = live, full_party_ids = full_parties,
    writer_ids = array(select p.party_id from hub.referral_party p where p.referral_id = referral and p.party_id = r.receiver_id
      and p.ended_at is null and p.disclosure in ('FULL', 'OWN_SERVICE'))
  where r.id = referral
  returning r.writer_ids into writers;
  update hub.referral_party p set reader_ids = case when p.is_person then '{}' else array(
    select distinct unnest(full_parties || p.party_id || case when p.party_id = r.receiver_id and r.referrer_id = any (live) then array[r.referrer_id] end)) end
  from hub.referral r where r.id = referral and p.referral_id = referral;
  -- whoever wrote an entry keeps reading it, also after its access has ended
  for child in select * from hub.referral_child loop
    execute format('update %s c set party_ids = array(select distinct unnest($1 || c.organisation_id)) where c.referral_id = $2', child.relation)
      using case child.readers when 'LIVE' then live when 'SUPPORT' then full_parties || writers else full_parties end, referral;
  end loop;
  update hub.note n set party_ids = array(select distinct unnest(full_parties || n.organisation_id
    || array(select a.id from unnest(n.addressee_ids || n.addressee_id) a (id) where a.id = any (live)))) where n.referral_id = referral;
  update hub.consent n set party_ids = array(select distinct unnest(full_parties || n.recorded_by)) where n.referral_id = referral;
  update hub.outcome o set party_ids = live where o.referral_id = referral;
end $$;

-- What a person was offered, what she chose and what she declined, and why.
create table hub.choice (
  id uuid primary key default gen_random_uuid(),
  -- several of one moment keep the order in which they were given
  ordinal bigint generated always as identity,
  referral_id uuid not null references hub.referral,
  service_id uuid not null references hub.service,
  decision text not null check (decision in ('OFFERED', 'CHOSEN', 'DECLINED')),
  why text check (decision <> 'DECLINED' or why is not null),
  at timestamptz not null default hub.clock(),
  organisation_id uuid not null references hub.organisation,
  party_ids uuid[] not null default '{}'
);
create index choice_referral on hub.choice (referral_id, ordinal);
call hub.hang_on_referral('hub.choice');
create policy visible_service on hub.choice as restrictive for insert to loopwell_api
  with check (exists (select from hub.service s where s.id = service_id));
grant insert (referral_id, service_id, decision, why, organisation_id) on hub.choice to loopwell_api;

-- The plan agreed with the person. Each version is a row; the newest is the plan.
create table hub.plan (
  id uuid primary key default gen_random_uuid(),
  ordinal bigint generated always as identity,
  referral_id uuid not null references hub.referral,
  what_matters text,
  -- [{text, baseline, latest}]
  goals jsonb not null default '[]' check (jsonb_typeof(goals) = 'array'),
  agreed_on date not null default hub.clock()::date,
  organisation_id uuid not null references hub.organisation,
  party_ids uuid[] not null default '{}'
);
create index plan_referral on hub.plan (referral_id, ordinal desc);
call hub.hang_on_referral('hub.plan', 'LIVE');
grant insert (referral_id, what_matters, goals, organisation_id) on hub.plan to loopwell_api;

create view graph.choice as
  select c.id, c.ordinal, c.referral_id, c.service_id, c.decision, c.why, c.at, c.organisation_id from hub.choice c;
-- Joined by the referral's own id. Of those at STAGE only the referrers and the registered practice read it.
create view graph.plan as
  select distinct on (p.referral_id) p.referral_id as id, p.what_matters, p.goals, p.agreed_on
  from hub.plan p join hub.referral r on r.id = p.referral_id
  where (select hub.viewer_party()) = any (r.full_party_ids || r.writer_ids || array[r.root_referrer_id, r.referrer_id, r.practice_id])
  order by p.referral_id, p.ordinal desc;
create view graph.goal as
  select p.id as referral_id, n.position::integer, n.goal ->> 'text' as text, (n.goal ->> 'baseline')::integer as baseline,
    (n.goal ->> 'latest')::integer as latest
  from graph.plan p cross join lateral jsonb_array_elements(p.goals) with ordinality n (goal, position);
alter view graph.choice owner to loopwell_guard;
alter view graph.plan owner to loopwell_guard;
alter view graph.goal owner to loopwell_guard;
reset role;
set local role loopwell_guard;
grant select on graph.choice, graph.plan, graph.goal to loopwell_api;
reset role;
