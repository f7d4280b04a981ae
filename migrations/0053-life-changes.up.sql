-- What happens in a person's life is said once: a death, a change of practice, new demographics. It reaches her open referrals
-- through whoever stands in them already; nobody becomes a party by saying something of a person it guessed.
set local role loopwell_owner;

-- A death as somebody said it, until it is taken back as recorded in error.
create table hub.death (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references hub.person,
  day date not null,
  recorded_by uuid not null references hub.organisation,
  practitioner_id uuid references hub.practitioner,
  at timestamptz not null default hub.clock(),
  -- what it closed, and how that stood: [{referral, status, waitingSince}]
  closed jsonb not null default '[]',
  recorded_in_error_at timestamptz,
  recorded_in_error_by uuid references hub.organisation,
  recorded_in_error_reason text
);
create index death_person on hub.death (person_id);
call hub.protect('hub.death');

-- May this viewer say what has become of the person: whoever supports her as a whole, sent her first, or is her practice. What is said
-- here reaches every referral of hers, so whoever only watches, or provides one service, may not.
create function hub.speaks_of(referral hub.referral) returns boolean language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select hub.viewer_is_organisation() and hub.viewer_party() = any (referral.party_ids)
    and (hub.viewer_party() = any (referral.full_party_ids) or hub.viewer_party() in (referral.root_referrer_id, referral.practice_id))
$$;
alter function hub.speaks_of owner to loopwell_keeper;
-- And where she is registered: of these, whoever supports her, and general practice. It decides who is let in.
create function hub.registers(referral hub.referral) returns boolean language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select hub.speaks_of(referral) and (hub.viewer_party() = any (referral.full_party_ids) or hub.viewer_sector() = 'PRIMARY_CARE')
$$;
alter function hub.registers owner to loopwell_keeper;

-- For keepers alone: tells its audience but whoever acts, and names the actor only where that party is known in the referral.
create function hub.write_quietly(event_kind text, about hub.referral) returns void language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
declare
  parties uuid[];
  disclosed text[];
  written uuid;
begin
  select coalesce(array_agg(a.party), '{}'), coalesce(array_agg(a.disclosure), '{}') into parties, disclosed
  from hub.event_audience(event_kind, about, '{}') a where event_kind <> 'SOURCE_RECORD_CHANGED' or a.party is distinct from hub.viewer_party();
  written := hub.write_event(event_kind, about, '{}', parties, disclosed);
  update hub.event e set actor_id = null where e.id = written and not e.actor_id = any (about.party_ids);
end $$;
alter function hub.write_quietly owner to loopwell_keeper;

-- From every open state, and back: a death asks neither for a plan nor for an answer. The table of moves holds what parties may do.
create or replace function hub.check_move() returns trigger language plpgsql as $$
declare
  viewer uuid := hub.viewer_party();
  keeper boolean := current_user in ('loopwell_keeper', 'loopwell_owner');
  move hub.transition;
begin
  if keeper then
    null; -- a keeper function has checked its viewer already; the move itself is checked below
  elsif new.link_worker_id is distinct from old.link_worker_id then
    if not viewer = any (old.writer_ids) then
      raise exception 'only its receiver assigns a referral' using errcode = 'LW403';
    end if;
  elsif new.status = old.status then
    raise exception 'nothing to change' using errcode = 'LW403';
  end if;
  if new.link_worker_id is distinct from old.link_worker_id then
    new.assignment := old.assignment + 1;
  end if;
  if new.status <> old.status then
    select * into move from hub.transition t where t.from_status = old.status and t.to_status = new.status;
    if not found and not (keeper and (old.status = 'RECEIVED' and new.status = 'CLOSED' or old.status = 'CLOSED')) then
      raise exception 'no transition from % to %', old.status, new.status using errcode = 'LW409';
    end if;
    if not keeper and (not hub.may_move(move.who, old.writer_ids, old.referrer_id, old.full_party_ids, old.root_referrer_id, old.practice_id)
      -- withdrawing ends access, which is the keepers' to do
      or new.status = 'WITHDRAWN') then
      raise exception 'this party may not move the referral so' using errcode = 'LW403';
    end if;
    new.version := old.version + 1;
    new.updated_at := hub.clock();
    if new.status = 'WAITING' and old.status <> 'CLOSED' then
      new.waiting_since := hub.clock();
    elsif new.status in ('ACTIVE', 'CLOSED', 'CANCELLED', 'WITHDRAWN') then
      new.waiting_since := null;
    end if;
    if new.status in ('DECLINED', 'CANCELLED') then
      new.decline_at := hub.clock();
    end if;
  end if;
  return new;
end $$;

-- For keepers alone: her referrals and then herself, in the order in which everything else takes them.
create function hub.lock_life(person uuid) returns void language sql set search_path = pg_catalog, hub, pg_temp as $$
  select from hub.referral r where r.person_id = person order by r.depth, r.id for no key update;
  select from hub.person p where p.id = person for no key update
$$;
alter function hub.lock_life owner to loopwell_keeper;
create function hub.is_dead(person uuid) returns boolean language sql stable set search_path = pg_catalog, hub, pg_temp
  as $$ select exists (select from hub.death d where d.person_id = person and d.recorded_in_error_at is null) $$;
alter function hub.is_dead owner to loopwell_keeper;

-- For keepers alone. Said once: whatever is open is closed, everybody who supports or watches hears it once, and she nothing more.
create function hub.close_for_death(person uuid, day date) returns void language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
declare
  about hub.referral;
  closing jsonb := '[]';
begin
  perform hub.lock_life(person);
  if hub.is_dead(person) then
    return;
  end if;
  update hub.referral_party p set ended_at = hub.clock()
  where p.is_person and p.party_id = person and p.ended_at is null;
  for about in select r.* from hub.referral r where r.person_id = person and r.status in ('RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED')
    order by r.depth, r.id for no key update
  loop
    closing := closing || jsonb_build_object('referral', about.id, 'status', about.status, 'waitingSince', about.waiting_since);
    insert into hub.outcome (referral_id, result, plan_declined, organisation_id) values (about.id, 'DIED', false, about.receiver_id);
    update hub.referral r set status = 'CLOSED' where r.id = about.id returning r.* into about;
    perform hub.write_quietly('REFERRAL_CLOSED', about);
  end loop;
  insert into hub.death (person_id, day, recorded_by, practitioner_id, closed) values (person, day, hub.viewer_party(), hub.viewer_practitioner(), closing);
end $$;
alter function hub.close_for_death owner to loopwell_keeper;

-- A death that was recorded in error is taken back, by the organisation that recorded it or by general practice. What it had closed goes
-- on from where it stood, waiting list included: nobody is to lose a place by another's slip. Who heard of the end hears that support is
-- resumed; the person had heard nothing, and hears nothing. What her receiver can no longer take up, or she has withdrawn since, stays closed.
create function hub.void_death(target uuid, why text) returns uuid language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.require_organisation();
  about hub.referral;
  wrong hub.death;
  entry jsonb;
begin
  select r.* into about from hub.referral r where r.id = target and viewer = any (r.party_ids);
  perform hub.lock_life(about.person_id);
  select d.* into wrong from hub.death d where d.person_id = about.person_id
    and (d.recorded_in_error_at is null or d.closed @> jsonb_build_array(jsonb_build_object('referral', target)))
    order by d.recorded_in_error_at desc nulls first limit 1;
  if wrong.recorded_by is distinct from viewer and not (hub.viewer_sector() = 'PRIMARY_CARE'
    and exists (select from hub.referral r where r.person_id = wrong.person_id and hub.speaks_of(r))) then
    -- of a death that did not close what it sees, this party is to know nothing
    raise exception 'no death for this party to take back' using errcode = case
      when wrong.closed @> jsonb_build_array(jsonb_build_object('referral', target)) then 'LW403' else 'LW404' end;
  elsif wrong.recorded_in_error_at is not null then
    return target;
  end if;
  update hub.death d set recorded_in_error_at = hub.clock(), recorded_in_error_by = viewer, recorded_in_error_reason = why where d.id = wrong.id;
  for entry in select e from jsonb_array_elements(wrong.closed) e loop
    select r.* into about from hub.referral r where r.id = (entry ->> 'referral')::uuid for no key update;
    if about.status = 'CLOSED' and about.receiver_id = any (about.party_ids)
      and exists (select from hub.organisation o where o.id = about.receiver_id and o.closed_on is null)
      and not exists (select from hub.consent c where c.referral_id = about.id and c.withdrawn_at >= wrong.at) then
      delete from hub.outcome o where o.referral_id = about.id;
      update hub.referral r set status = entry ->> 'status', waiting_since = (entry ->> 'waitingSince')::timestamptz,
        link_worker_id = (select p.id from hub.practitioner p where p.id = r.link_worker_id and p.left_on is null)
      where r.id = about.id returning r.* into about;
      perform hub.write_quietly('SUPPORT_RESUMED', about);
    else
      update hub.outcome o set result = 'OTHER', summary = 'Closed for a death that was recorded in error.' where o.referral_id = about.id;
    end if;
  end loop;
  update hub.referral_party p set ended_at = null where p.is_person and p.party_id = wrong.person_id;
  return target;
end $$;
alter function hub.void_death owner to loopwell_keeper;
grant execute on function hub.void_death to loopwell_api;

-- who refers somebody whose death is known learns nothing of it, and she is told nothing
create function hub.spare_the_dead() returns trigger language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
begin
  if hub.is_dead(new.party_id) then
    new.ended_at := hub.clock();
  end if;
  return new;
end $$;
alter function hub.spare_the_dead owner to loopwell_keeper;
create trigger spare_the_dead before insert on hub.referral_party for each row when (new.is_person) execute function hub.spare_the_dead();

create function hub.record_death(person uuid, day date) returns void language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.require_organisation();
begin
  if not exists (select from hub.person p where p.id = person and viewer = any (p.party_ids)) then
    raise exception 'no such person' using errcode = 'LW404';
  end if;
  if not exists (select from hub.referral r where r.person_id = person and hub.speaks_of(r)) then
    raise exception 'not for this party to report' using errcode = 'LW403';
  end if;
  perform hub.close_for_death(person, day);
end $$;
alter function hub.record_death owner to loopwell_keeper;
grant execute on function hub.record_death to loopwell_api;

-- For keepers alone: the person is registered elsewhere now, says a party of the referral. The old practice's access ends, save
-- what it holds in another role; the new one joins where this referral's consent lets it. Gives how many referrals moved.
create function hub.move_practice(person uuid, practice uuid) returns integer language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
declare
  about hub.referral;
  allowed boolean;
  old_roles text[];
  moved integer := 0;
begin
  if not exists (select from hub.organisation o where o.id = practice and o.sector = 'PRIMARY_CARE') then
    return 0;
  end if;
  for about in select r.* from hub.referral r where r.person_id = person and r.status in ('RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED')
    and r.kind <> 'RETURN_TO_GP' and r.practice_id is distinct from practice and hub.registers(r) order by r.depth, r.id for no key update
  loop
    allowed := not hub.kept_out(about, practice) and exists (select from hub.consent c where c.referral_id = about.id and c.withdrawn_at is null
      and (c.expires_on is null or c.expires_on >= hub.today()) and hub.consent_allows(c, practice));
    continue when not allowed and about.practice_id is null;
    update hub.referral r set practice_id = case when allowed then practice end where r.id = about.id;
    select array_remove(p.roles, 'REGISTERED_PRACTICE') into old_roles from hub.referral_party p
    where p.referral_id = about.id and p.party_id = about.practice_id and p.ended_at is null;
    if cardinality(old_roles) > 0 then
      update hub.referral_party p set roles = old_roles where p.referral_id = about.id and p.party_id = about.practice_id;
    elsif old_roles is not null then
      perform hub.end_party(about, about.practice_id);
    end if;
    if allowed then
      perform hub.add_party(about, practice, 'REGISTERED_PRACTICE', 'STAGE', false);
      if not practice = any (about.party_ids) then
        perform hub.write_event(case when about.parent_id is null then 'REFERRAL_RECEIVED' else 'ONWARD_REFERRAL_CREATED' end, about, '{}', array[practice], array['STAGE']);
      end if;
    end if;
    perform hub.fold_referral(about.id);
    select r.* into about from hub.referral r where r.id = about.id;
    perform hub.write_quietly('SOURCE_RECORD_CHANGED', about);
    moved := moved + 1;
  end loop;
  perform hub.fold_person(person) where moved > 0;
  return moved;
end $$;
alter function hub.move_practice owner to loopwell_keeper;

create function hub.change_practice(person uuid, practice uuid) returns void language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.require_organisation();
begin
  if not exists (select from hub.person p where p.id = person and viewer = any (p.party_ids)) then
    raise exception 'no such person' using errcode = 'LW404';
  end if;
  if not exists (select from hub.referral r where r.person_id = person and hub.registers(r)) then
    raise exception 'not for this party to report' using errcode = 'LW403';
  end if;
  -- where she is registered counts for referrals to come; it is nobody's to read, and keeps nobody's access alive
  update hub.source_record s set superseded = true where s.organisation_id = viewer and s.system = 'urn:loopwell:api' and s.external_id = person::text
    and s.kind = 'Registration' and not s.superseded and s.referral_id is null;
  perform hub.add_record(person, viewer, jsonb_build_object('system', 'urn:loopwell:api', 'externalId', person, 'recordKind', 'Registration',
    'summary', 'Registered practice', 'rawHash', practice), jsonb_build_object('practice', practice), null, '{}');
  perform hub.move_practice(person, practice);
end $$;
alter function hub.change_practice owner to loopwell_keeper;
grant execute on function hub.change_practice to loopwell_api;

-- For keepers alone: the receiver's copy of what its referrer knows, made anew where that has changed.
create function hub.refresh_given(about hub.referral) returns boolean language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
declare
  receiver hub.organisation;
  given hub.source_record;
  sent jsonb;
begin
  select * into receiver from hub.organisation o where o.id = about.receiver_id;
  sent := hub.known_to(about.referrer_id, about.person_id, about.parent_id is null and receiver.sector <> 'VOLUNTARY', about.parent_id is null);
  select * into given from hub.source_record s where s.referral_id = about.id and not s.superseded order by s.received_at desc limit 1;
  if given.raw_hash is not distinct from md5(sent::text) then
    return false;
  end if;
  update hub.source_record set superseded = true where id = given.id;
  perform hub.add_record(about.person_id, about.referrer_id, jsonb_build_object('system', given.system, 'externalId', given.external_id, 'recordKind', given.kind,
    'summary', given.summary, 'rawHash', md5(sent::text)), sent, about.id, given.party_ids);
  return true;
end $$;
alter function hub.refresh_given owner to loopwell_keeper;

-- For keepers alone: keeps a record with where it came from. Says what became of it, whose it is, and whether it replaced another.
create function hub.keep_record(record jsonb, out outcome text, out person uuid, out replaced boolean)
  language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.viewer_party();
  current_one hub.source_record;
begin
  -- two imports of one new record at once: the second waits, and then finds it
  perform pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'record:', viewer, record ->> 'system', record ->> 'externalId', record ->> 'recordKind'), 0));
  select * into current_one from hub.source_record s
  where s.organisation_id = viewer and s.system = record ->> 'system' and s.external_id = record ->> 'externalId'
    and s.kind = record ->> 'recordKind' and s.referral_id is null and not s.superseded
  for no key update;
  replaced := current_one.id is not null;
  -- what this very file said before and has said otherwise since is no news either, so a file sent again changes nothing
  if current_one.raw_hash = record ->> 'rawHash' or replaced and exists (
    select from hub.source_record s where s.person_id = current_one.person_id and s.organisation_id = viewer and s.superseded and s.referral_id is null
      and s.system = current_one.system and s.external_id = current_one.external_id and s.kind = current_one.kind
      and s.raw_hash = record ->> 'rawHash' and s.inbox_id = (record ->> 'inbox')::uuid) then
    outcome := 'duplicate';
    return;
  end if;
  person := hub.match_person(record -> 'person');
  if replaced then
    update hub.source_record set superseded = true where id = current_one.id;
  end if;
  perform hub.add_record(person, viewer, record, record -> 'person', null, array[viewer]);
  perform hub.fold_person(person);
  if replaced and current_one.person_id <> person then
    perform hub.fold_person(current_one.person_id);
  end if;
  outcome := 'applied';
end $$;
alter function hub.keep_record owner to loopwell_keeper;

-- For keepers alone: a death, from a party of the person's referrals; a new practice, from one of general practice.
create function hub.follow_record(person uuid, draft jsonb) returns void language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
begin
  if draft ->> 'deathDate' is not null and exists (select from hub.referral r where r.person_id = person and hub.speaks_of(r))
    -- a file that still holds what was taken back does not bring it again
    and not exists (select from hub.death d where d.person_id = follow_record.person and d.day = (draft ->> 'deathDate')::date
      and d.recorded_in_error_at is not null) then
    perform hub.close_for_death(person, (draft ->> 'deathDate')::date);
  elsif draft ->> 'practiceOds' is not null and hub.viewer_sector() = 'PRIMARY_CARE' then
    perform hub.move_practice(person, i.organisation_id) from hub.organisation_identifier i
    where i.system = 'https://fhir.nhs.uk/Id/ods-organization-code' and i.value = draft ->> 'practiceOds';
  end if;
end $$;
alter function hub.follow_record owner to loopwell_keeper;

-- A record that replaces another is news to the link worker of each open referral its sender is a party of: that it changed. What
-- it says reaches the receiver only from its own referrer, as a record of its own.
create or replace function hub.keep_source_record(record jsonb) returns text language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.require_organisation();
  kept record;
  about hub.referral;
begin
  select * into kept from hub.keep_record(record);
  if kept.outcome = 'applied' then
    for about in select r.* from hub.referral r where kept.replaced and r.person_id = kept.person and viewer = any (r.party_ids)
      and r.status in ('RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED') order by r.depth, r.id for no key update
    loop
      if about.referrer_id = viewer then
        perform hub.refresh_given(about);
      end if;
      perform hub.write_quietly('SOURCE_RECORD_CHANGED', about);
    end loop;
    perform hub.follow_record(kept.person, record -> 'person');
  end if;
  return kept.outcome;
end $$;

create or replace function hub.refresh_referral(target uuid, record jsonb, news jsonb) returns text language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.require_organisation();
  about hub.referral;
  kept record;
  changed boolean;
begin
  select r.* into about from hub.referral r where r.id = target and r.referrer_id = viewer and viewer = any (r.party_ids) for no key update;
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  end if;
  if (news ->> 'receiver')::uuid <> about.receiver_id then
    return 'other-receiver';
  end if;
  select * into kept from hub.keep_record(record);
  if kept.outcome = 'duplicate' then
    return 'same'; -- this very message was taken in before; what came after it stands
  end if;
  changed := hub.refresh_given(about);
  if hub.texts(news -> 'reasons') <> '{}' and hub.texts(news -> 'reasons') <> about.reasons then
    update hub.referral set reasons = hub.texts(news -> 'reasons') where id = target;
    changed := true;
  end if;
  if news ->> 'note' is not null and not exists (select from hub.note n where n.referral_id = target and n.organisation_id = viewer and n.text = news ->> 'note') then
    insert into hub.note (referral_id, text, organisation_id, addressee_id) values (target, news ->> 'note', viewer, about.receiver_id);
    perform hub.fold_referral(target);
    changed := true;
  end if;
  if changed then
    perform hub.append_event('SOURCE_RECORD_CHANGED', target);
  end if;
  perform hub.follow_record(kept.person, record -> 'person');
  return case when changed then 'changed' else 'same' end;
end $$;
reset role;

-- Earlier referrals of the same person that are over: for those who know, in both, whom they are for.
set local role loopwell_guard;
create view graph.previous_referral as
  select later.id as later_id, g.*
  from graph.referral g join hub.referral r on r.id = g.id join hub.referral later on later.person_id = r.person_id
  where r.received_at < later.received_at and r.status in ('CLOSED', 'DECLINED', 'CANCELLED')
    and ((select hub.viewer_party()) = any (r.full_party_ids || r.writer_ids || r.referrer_id))
    and ((select hub.viewer_party()) = any (later.full_party_ids || later.writer_ids || later.referrer_id));
grant select on graph.previous_referral to loopwell_api;
reset role;
