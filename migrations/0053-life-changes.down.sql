set local role loopwell_guard;
drop view graph.previous_referral;
reset role;
set local role loopwell_owner;
create or replace function hub.keep_source_record(record jsonb) returns text language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.require_organisation();
  person uuid;
  current_one hub.source_record;
begin
  -- two imports of one new record at once: the second waits, and then finds it
  perform pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'record:', viewer, record ->> 'system', record ->> 'externalId', record ->> 'recordKind'), 0));
  select * into current_one from hub.source_record s
  where s.organisation_id = viewer and s.system = record ->> 'system' and s.external_id = record ->> 'externalId'
    and s.kind = record ->> 'recordKind' and s.referral_id is null and not s.superseded
  for no key update;
  -- what this very file said before and has said otherwise since is no news either, so a file sent again changes nothing
  if current_one.raw_hash = record ->> 'rawHash' or current_one.id is not null and exists (
    select from hub.source_record s where s.person_id = current_one.person_id and s.organisation_id = viewer and s.superseded and s.referral_id is null
      and s.system = current_one.system and s.external_id = current_one.external_id and s.kind = current_one.kind
      and s.raw_hash = record ->> 'rawHash' and s.inbox_id = (record ->> 'inbox')::uuid) then
    return 'duplicate';
  end if;
  person := hub.match_person(record -> 'person');
  if current_one.id is not null then
    update hub.source_record set superseded = true where id = current_one.id;
  end if;
  perform hub.add_record(person, viewer, record, record -> 'person', null, array[viewer]);
  perform hub.fold_person(person);
  if current_one.person_id is distinct from person and current_one.id is not null then
    perform hub.fold_person(current_one.person_id);
  end if;
  return 'applied';
end $$;
create or replace function hub.refresh_referral(target uuid, record jsonb, news jsonb) returns text language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.require_organisation();
  about hub.referral;
  receiver hub.organisation;
  given hub.source_record;
  sent jsonb;
  changed boolean := false;
begin
  select r.* into about from hub.referral r where r.id = target and r.referrer_id = viewer and viewer = any (r.party_ids) for no key update;
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  end if;
  if (news ->> 'receiver')::uuid <> about.receiver_id then
    return 'other-receiver';
  end if;
  if hub.keep_source_record(record) = 'duplicate' then
    return 'same'; -- this very message was taken in before; what came after it stands
  end if;
  select * into receiver from hub.organisation o where o.id = about.receiver_id;
  sent := hub.known_to(viewer, about.person_id, about.parent_id is null and receiver.sector <> 'VOLUNTARY', about.parent_id is null);
  select * into given from hub.source_record s where s.referral_id = target and not s.superseded order by s.received_at desc limit 1;
  if given.raw_hash is distinct from md5(sent::text) then
    update hub.source_record set superseded = true where id = given.id;
    perform hub.add_record(about.person_id, viewer, jsonb_build_object('system', given.system, 'externalId', given.external_id, 'recordKind', given.kind,
      'summary', given.summary, 'rawHash', md5(sent::text)), sent, target, given.party_ids);
    changed := true;
  end if;
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
  return case when changed then 'changed' else 'same' end;
end $$;
create or replace function hub.check_move() returns trigger language plpgsql as $$
declare
  viewer uuid := hub.viewer_party();
  move hub.transition;
begin
  if current_user = 'loopwell_keeper' or current_user = 'loopwell_owner' then
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
    if not found then
      raise exception 'no transition from % to %', old.status, new.status using errcode = 'LW409';
    end if;
    if not hub.may_move(move.who, old.writer_ids, old.referrer_id, old.full_party_ids, old.root_referrer_id, old.practice_id)
      and current_user not in ('loopwell_keeper', 'loopwell_owner')
      -- withdrawing ends access, which is the keepers' to do
      or new.status = 'WITHDRAWN' and current_user not in ('loopwell_keeper', 'loopwell_owner') then
      raise exception 'this party may not move the referral so' using errcode = 'LW403';
    end if;
    new.version := old.version + 1;
    new.updated_at := hub.clock();
    if new.status = 'WAITING' then
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
drop function hub.follow_record, hub.keep_record, hub.refresh_given, hub.change_practice, hub.move_practice, hub.record_death;
drop trigger spare_the_dead on hub.referral_party;
drop function hub.spare_the_dead, hub.void_death, hub.close_for_death, hub.is_dead, hub.lock_life, hub.write_quietly, hub.registers, hub.speaks_of;
drop table hub.death;
reset role;
