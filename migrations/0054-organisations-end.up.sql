-- Organisations close and merge. The operator says so; what was open with them is returned, or goes on with the successor.
set local role loopwell_owner;
-- For keepers alone: an organisation that still exists, by its ODS code.
create function hub.organisation_of_code(code text) returns uuid language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
declare
  found_one uuid;
begin
  if not hub.viewer_is_operator() then
    raise exception 'for the operator alone' using errcode = 'LW403';
  end if;
  select o.id into found_one from hub.organisation_identifier i join hub.organisation o on o.id = i.organisation_id
  where i.system = 'https://fhir.nhs.uk/Id/ods-organization-code' and i.value = code and o.closed_on is null for no key update of o;
  if found_one is null then
    raise exception 'no open organisation has the ODS code %', code using errcode = 'LW404';
  end if;
  return found_one;
end $$;
alter function hub.organisation_of_code owner to loopwell_keeper;

-- For keepers alone: what its receiver can no longer do goes back to who asked, who hears of it and may refer again.
create function hub.return_referral(about hub.referral) returns void language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
declare
  why constant text := 'The organisation has closed.';
begin
  if about.status = 'RECEIVED' then
    update hub.referral r set status = 'DECLINED', decline_reason = why where r.id = about.id returning r.* into about;
    perform hub.write_quietly('REFERRAL_DECLINED', about);
  elsif about.status in ('ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED') then
    insert into hub.outcome (referral_id, result, summary, plan_declined, organisation_id) values (about.id, 'OTHER', why, false, about.receiver_id);
    update hub.referral r set status = 'CLOSED' where r.id = about.id returning r.* into about;
    perform hub.write_quietly('REFERRAL_CLOSED', about);
  end if;
end $$;
alter function hub.return_referral owner to loopwell_keeper;

-- For keepers alone: nobody acts or reads for it any more.
create function hub.end_organisation(ending uuid, successor uuid) returns void language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
begin
  update hub.organisation o set closed_on = hub.today(), successor_id = successor, receives_referrals = false where o.id = ending;
  update hub.sharing_agreement a set valid_to = hub.today() - 1 where a.organisation_id = ending and a.valid_to >= hub.today();
end $$;
alter function hub.end_organisation owner to loopwell_keeper;

create function hub.close_organisation(code text) returns integer language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  closing uuid := hub.organisation_of_code(code);
  about hub.referral;
  returned integer := 0;
begin
  perform hub.end_organisation(closing, null);
  for about in select r.* from hub.referral r where exists (select from hub.referral_party p where p.referral_id = r.id and p.party_id = closing and p.ended_at is null)
    and r.status in ('RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED') order by r.depth, r.id for no key update
  loop
    if about.receiver_id = closing then
      perform hub.return_referral(about);
      returned := returned + 1;
    else
      perform hub.end_party(about, closing);
    end if;
  end loop;
  update hub.service s set accepting_referrals = false, active = false where s.organisation_id = closing;
  update hub.practitioner p set left_on = hub.today() where p.organisation_id = closing and p.left_on is null;
  -- a crisis that nobody here has in hand is told to the link worker at once
  update hub.escalation e set next_alert_at = hub.clock() where e.practice_id = closing and e.acknowledged_at is null;
  return returned;
end $$;
alter function hub.close_organisation owner to loopwell_keeper;

-- For keepers alone: one referral goes over, with what was written on it.
create function hub.hand_over(about hub.referral, ending uuid, successor uuid) returns void language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
declare
  old_one hub.referral_party;
  role text;
  child regclass;
begin
  update hub.referral_party p set ended_at = hub.clock() where p.referral_id = about.id and p.party_id = ending returning p.* into old_one;
  -- access for an emergency does not become more by going over, nor what the successor had less
  if exists (select from hub.referral_party p where p.referral_id = about.id and p.party_id = successor and p.ended_at is null) then
    delete from hub.emergency_access e where e.referral_id = about.id and e.organisation_id = ending;
  else
    delete from hub.emergency_access e where e.referral_id = about.id and e.organisation_id = successor;
    update hub.emergency_access e set organisation_id = successor where e.referral_id = about.id and e.organisation_id = ending;
  end if;
  if old_one.disclosure = 'CRISIS' then
    perform hub.add_crisis_party(about, successor);
  end if;
  update hub.escalation e set practice_id = successor, next_alert_at = case when e.acknowledged_at is null then hub.clock() else e.next_alert_at end
  where e.referral_id = about.id and e.practice_id = ending;
  foreach role in array old_one.roles loop
    perform hub.add_party(about, successor, role, old_one.disclosure, false, old_one.expires_on);
  end loop;
  update hub.referral_party p set waiting_since = coalesce(p.waiting_since, old_one.waiting_since) where p.referral_id = about.id and p.party_id = successor;
  update hub.referral r set receiver_id = case r.receiver_id when ending then successor else r.receiver_id end,
    referrer_id = case r.referrer_id when ending then successor else r.referrer_id end,
    practice_id = case r.practice_id when ending then successor else r.practice_id end
  where r.id = about.id returning r.* into about;
  for child in select relation from hub.referral_child loop
    execute format('update %s c set organisation_id = $1 where c.referral_id = $2 and c.organisation_id = $3', child) using successor, about.id, ending;
  end loop;
  update hub.note n set organisation_id = case n.organisation_id when ending then successor else n.organisation_id end,
    addressee_id = case n.addressee_id when ending then successor else n.addressee_id end,
    addressee_ids = array_replace(n.addressee_ids, ending, successor) where n.referral_id = about.id;
  update hub.outcome o set organisation_id = successor where o.referral_id = about.id and o.organisation_id = ending;
  update hub.consent c set recorded_by = case c.recorded_by when ending then successor else c.recorded_by end,
    recipients = array_replace(c.recipients, ending, successor) where c.referral_id = about.id;
  update hub.source_record s set organisation_id = case s.organisation_id when ending then successor else s.organisation_id end,
    party_ids = array_replace(s.party_ids, ending, successor) where s.referral_id = about.id;
  perform hub.fold_referral(about.id);
  if about.status in ('RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED') and not successor = any (about.party_ids)
    and old_one.disclosure <> 'CRISIS' then
    perform hub.write_event('REFERRAL_RECEIVED', about, '{}', array[successor], array[old_one.disclosure]);
  end if;
end $$;
alter function hub.hand_over owner to loopwell_keeper;

-- The successor takes over codes, staff, services, records and referrals with their history. Whom a person keeps out it does not
-- take over: there the referral is returned or the access ends, and the records stay behind unread.
create function hub.merge_organisation(code text, into_code text) returns integer language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  ending uuid := hub.organisation_of_code(code);
  successor uuid := hub.organisation_of_code(into_code);
  about hub.referral;
  person uuid;
  persons uuid[];
  moved integer := 0;
begin
  if ending = successor or (select count(distinct o.sector) from hub.organisation o where o.id in (ending, successor)) > 1 then
    raise exception 'a successor is another organisation of the same sector' using errcode = 'LW409';
  end if;
  perform hub.end_organisation(ending, successor);
  persons := array(select distinct s.person_id from hub.source_record s where ending = any (s.party_ids) or s.organisation_id = ending);
  for about in select r.* from hub.referral r where exists (select from hub.referral_party p where p.referral_id = r.id and p.party_id = ending and p.ended_at is null)
    order by r.depth, r.id for no key update
  loop
    if hub.kept_out(about, successor) then
      if about.receiver_id = ending then
        perform hub.return_referral(about);
      end if;
      perform hub.end_party(about, ending);
    else
      perform hub.hand_over(about, ending, successor);
      moved := moved + 1;
    end if;
  end loop;
  update hub.referral r set root_referrer_id = successor
  where r.root_referrer_id = ending and exists (select from hub.referral root where root.id = r.root_id and root.referrer_id = successor);

  -- where both kept the same record of a system, the successor's stands
  update hub.source_record s set superseded = true where s.organisation_id = ending and s.referral_id is null and not s.superseded and exists (
    select from hub.source_record o where o.organisation_id = successor and o.system = s.system and o.external_id = s.external_id and o.kind = s.kind
      and not o.superseded and o.referral_id is null);
  update hub.source_record s set organisation_id = successor, party_ids = array_replace(s.party_ids, ending, successor)
  where s.organisation_id = ending and s.referral_id is null and not exists (
    select from hub.consent c where c.person_id = s.person_id and c.withdrawn_at is null and successor = any (c.exclude));
  update hub.consent c set recipients = array_replace(c.recipients, ending, successor) where ending = any (c.recipients);
  update hub.consent c set exclude = c.exclude || successor where ending = any (c.exclude) and not successor = any (c.exclude);
  foreach person in array persons loop
    perform hub.fold_person(person);
  end loop;

  -- whoever was registered with it, is so with the successor
  update hub.source_record s set practice_id = successor where s.practice_id = ending;
  update hub.proxy p set recorded_by = successor where p.recorded_by = ending;
  update hub.programme p set organisation_id = successor where p.organisation_id = ending;
  update hub.programme_service p set organisation_id = successor where p.organisation_id = ending and not exists (
    select from hub.programme_service o where o.organisation_id = successor and o.external_id = p.external_id);
  update hub.service_load l set organisation_id = successor where l.organisation_id = ending;
  update hub.signpost s set organisation_id = successor where s.organisation_id = ending;
  -- a share that the successor has already stands
  delete from hub.practice_quota q where ending in (q.organisation_id, q.practice_id) and exists (select from hub.practice_quota o where o.id <> q.id
    and o.organisation_id = case q.organisation_id when ending then successor else q.organisation_id end
    and o.practice_id = case q.practice_id when ending then successor else q.practice_id end and o.practitioner_id is not distinct from q.practitioner_id);
  update hub.practice_quota q set organisation_id = case q.organisation_id when ending then successor else q.organisation_id end,
    practice_id = case q.practice_id when ending then successor else q.practice_id end where ending in (q.organisation_id, q.practice_id);
  update hub.organisation_identifier i set organisation_id = successor where i.organisation_id = ending;
  update hub.practitioner p set organisation_id = successor where p.organisation_id = ending;
  update hub.cover c set organisation_id = successor where c.organisation_id = ending;
  update hub.death d set recorded_by = successor where d.recorded_by = ending;
  update hub.service s set organisation_id = successor where s.organisation_id = ending;
  delete from hub.response_limit l where l.organisation_id = ending and l.service_id is null;
  update hub.response_limit l set organisation_id = successor where l.organisation_id = ending;
  insert into hub.network_member (network_id, organisation_id) select m.network_id, successor from hub.network_member m where m.organisation_id = ending
  on conflict do nothing;
  delete from hub.network_member m where m.organisation_id = ending;
  return moved;
end $$;
alter function hub.merge_organisation owner to loopwell_keeper;
grant execute on function hub.close_organisation, hub.merge_organisation to loopwell_api;
reset role;

set local role loopwell_guard;
-- Which organisations are no more, and who goes on for them: beside graph.organisation, by its own id.
create view graph.organisation_end as
  select o.id, o.closed_on, o.successor_id from hub.organisation o where o.closed_on is not null;
grant select on graph.organisation_end to loopwell_api;
reset role;
