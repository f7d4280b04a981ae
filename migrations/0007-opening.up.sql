-- Opening a referral, letting a party in, and ending access.
set local role loopwell_owner;

-- What the referrer knows of the person, as it goes to the receiver of a referral. No number where `onward` or the receiver is voluntary.
create function hub.known_to(viewer uuid, person uuid, with_number boolean, with_practice boolean) returns jsonb language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'givenName', (array_agg(s.given_name order by s.received_at desc) filter (where s.given_name is not null))[1],
    'familyName', (array_agg(s.family_name order by s.received_at desc) filter (where s.family_name is not null))[1],
    'birthDate', (array_agg(s.birth_date order by s.received_at desc) filter (where s.birth_date is not null))[1],
    'postcode', (array_agg(s.postcode order by s.received_at desc) filter (where s.postcode is not null))[1],
    'contactPoints', (array_agg(s.contact_points order by s.received_at desc) filter (where s.contact_points <> '[]'))[1],
    'needs', (array_agg(to_jsonb(s.needs) order by s.received_at desc) filter (where s.needs <> '{}'))[1],
    'nhsNumber', case when with_number then (array_agg(s.nhs_number order by s.received_at desc) filter (where s.nhs_number is not null))[1] end,
    'nhsNumberVerified', case when with_number then bool_or(s.nhs_number_verified) end,
    'practice', case when with_practice then (array_agg(s.practice_id order by s.received_at desc) filter (where s.practice_id is not null))[1] end))
  from hub.source_record s where s.person_id = person and viewer = any (s.party_ids) and not s.superseded and s.demographic
$$;
alter function hub.known_to owner to loopwell_keeper;

-- Whom the person keeps out: said in general, or for a referral this one follows from. Each hop's own consent does not undo it.
create function hub.kept_out(referral hub.referral, organisation uuid) returns boolean language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select exists (select from hub.consent c where c.person_id = referral.person_id and c.withdrawn_at is null and organisation = any (c.exclude)
    and (c.expires_on is null or c.expires_on >= hub.clock()::date)
    and (c.referral_id is null or c.referral_id in (select r.id from hub.referral r where r.root_id = referral.root_id)))
$$;
alter function hub.kept_out owner to loopwell_keeper;

create function hub.open_referral(input jsonb) returns jsonb language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.require_organisation();
  person uuid := (input ->> 'personId')::uuid;
  draft jsonb := input -> 'person';
  sent jsonb;
  parent hub.referral;
  receiver hub.organisation;
  opened hub.referral;
  agreed hub.consent;
  practice uuid;
  party uuid;
begin
  select * into receiver from hub.organisation o where o.id = (input ->> 'receiver')::uuid;
  if receiver.sector = 'COMMISSIONER' then
    raise exception 'a commissioner is no party' using errcode = 'LW403';
  end if;
  if input ->> 'parent' is not null then
    select * into parent from hub.referral r where r.id = (input ->> 'parent')::uuid and viewer = any (r.writer_ids) for no key update;
    if not found then
      raise exception 'no such referral' using errcode = 'LW404';
    elsif parent.depth = 5 then
      raise exception 'the chain has its full length' using errcode = 'LW453';
    end if;
    person := parent.person_id;
  elsif person is not null then
    if not exists (select from hub.person p where p.id = person and viewer = any (p.party_ids)) then
      raise exception 'no such person' using errcode = 'LW404';
    end if;
  else
    person := hub.match_person(draft);
    perform hub.add_record(person, viewer, input -> 'record', draft, null, array[viewer])
    where not exists (select from hub.source_record s where s.organisation_id = viewer and s.system = input #>> '{record,system}'
      and s.external_id = input #>> '{record,externalId}' and s.kind = input #>> '{record,recordKind}' and not s.superseded and s.referral_id is null);
  end if;

  insert into hub.referral (reference, kind, person_id, referrer_id, receiver_id, service_id, parent_id, root_id, id, depth, root_referrer_id,
    route, reasons, source_system, source_id)
  select input ->> 'reference', input ->> 'kind', person, viewer, receiver.id, (input ->> 'service')::uuid, parent.id,
    coalesce(parent.root_id, new_id), new_id, coalesce(parent.depth + 1, 0), coalesce(parent.root_referrer_id, viewer), input ->> 'route',
    hub.texts(input -> 'reasons'), input ->> 'sourceSystem', input ->> 'sourceId'
  from gen_random_uuid() new_id
  returning * into opened;
  agreed := hub.add_consent(person, opened.id, input -> 'consent', null);

  -- the receiver is given what its referrer sent, as a record of its own; a number never goes onward, nor to a voluntary organisation
  sent := hub.known_to(viewer, person, parent.id is null and receiver.sector <> 'VOLUNTARY', parent.id is null);
  perform hub.add_record(person, viewer, jsonb_build_object('system', 'urn:loopwell:referral', 'externalId', opened.reference,
    'recordKind', 'Referral', 'summary', 'As sent with the referral', 'rawHash', md5(sent::text)), sent, opened.id, array[receiver.id]);

  select s.practice_id into practice from hub.source_record s
  where s.person_id = person and s.practice_id is not null and not s.superseded
    -- whoever refers to itself gets only the practice it knows already: otherwise a guessed number would tell it where that person is registered
    and (receiver.id <> viewer or viewer = any (s.party_ids))
  order by s.received_at desc limit 1;
  practice := coalesce(practice, parent.practice_id);

  -- sender and receiver are parties by direct care
  perform hub.add_party(opened, viewer, 'REFERRER', 'STAGE', false);
  perform hub.add_party(opened, receiver.id, case input ->> 'kind' when 'LINK_WORKER' then 'LINK_WORKER' when 'ONWARD' then 'PROVIDER'
    else 'REGISTERED_PRACTICE' end, case input ->> 'kind' when 'ONWARD' then 'OWN_SERVICE' else 'FULL' end, false);
  perform hub.add_party(opened, person, 'PERSON', 'FULL', true);
  if practice is not null and hub.consent_allows(agreed, practice) and not hub.kept_out(opened, practice) then
    perform hub.add_party(opened, practice, 'REGISTERED_PRACTICE', 'STAGE', false);
    update hub.referral r set practice_id = practice where r.id = opened.id;
  end if;
  if parent.id is not null then
    -- the link worker's organisation on the root stays responsible for all that follows
    for party in select p.party_id from hub.referral_party p
      where p.referral_id = parent.root_id and 'LINK_WORKER' = any (p.roles) and p.ended_at is null
    loop
      perform hub.add_party(opened, party, 'LINK_WORKER', 'FULL', false);
    end loop;
    if hub.consent_allows(agreed, parent.root_referrer_id) and not hub.kept_out(opened, parent.root_referrer_id) and exists (select from hub.referral_party p
      where p.referral_id = parent.root_id and p.party_id = parent.root_referrer_id and p.ended_at is null) then
      perform hub.add_party(opened, parent.root_referrer_id, 'REFERRER', 'STAGE', false);
    end if;
  end if;
  perform hub.fold_referral(opened.id);
  perform hub.fold_person(person);
  perform hub.append_event('REFERRAL_RECEIVED', opened.id);
  if parent.id is not null then
    perform hub.append_event('ONWARD_REFERRAL_CREATED', opened.id, jsonb_build_object('service', input ->> 'service'));
  end if;
  return jsonb_build_object('referral', opened.id, 'person', person, 'consent', agreed.id);
end $$;
alter function hub.open_referral owner to loopwell_keeper;
grant execute on function hub.open_referral to loopwell_api;

-- For keepers alone: one party's access to one referral ends, and with it what that referral let it read of the person.
create function hub.end_party(referral hub.referral, party uuid) returns void language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
begin
  update hub.referral_party p set ended_at = hub.clock() where p.referral_id = referral.id and p.party_id = party and p.ended_at is null;
  if found then
    update hub.source_record s set party_ids = array_remove(s.party_ids, party) where s.referral_id = referral.id;
    perform hub.fold_referral(referral.id);
    perform hub.fold_person(referral.person_id);
    perform hub.write_event('ACCESS_ENDED', referral, '{}', array[party], array['STAGE']);
  end if;
end $$;
alter function hub.end_party owner to loopwell_keeper;

-- For keepers alone: who may say this on the person's word: herself, or a party with FULL disclosure.
create function hub.speaks_for(referral hub.referral) returns boolean language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select case when hub.viewer_is_person() then referral.person_id = hub.viewer_party()
    else hub.viewer_has_agreement() and hub.viewer_party() = any (referral.full_party_ids) end
$$;
alter function hub.speaks_for owner to loopwell_keeper;

-- Withdraws a referral and its open descendants: the link worker and the person hear CONSENT_CHANGED, everybody else ACCESS_ENDED.
create function hub.withdraw_referral(target uuid, why text) returns void language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  each_one hub.referral;
  party hub.referral_party;
begin
  perform from hub.referral r where r.id = target
    and (hub.speaks_for(r) or hub.viewer_has_agreement() and hub.viewer_party() = any (r.party_ids)
      and hub.may_move('PARTY', r.writer_ids, r.referrer_id, r.full_party_ids, r.root_referrer_id, r.practice_id));
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  end if;
  for each_one in
    with recursive tree as (
      select r.id from hub.referral r where r.id = target
      union all
      select r.id from hub.referral r join tree t on r.parent_id = t.id
    )
    select r.* from hub.referral r where r.id in (select id from tree)
      and r.status in ('RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED') order by r.depth, r.id for no key update
  loop
    update hub.referral r set status = 'WITHDRAWN', decline_reason = coalesce(why, r.decline_reason) where r.id = each_one.id returning r.* into each_one;
    perform hub.append_withdrawal(each_one);
    for party in select * from hub.referral_party p where p.referral_id = each_one.id and p.ended_at is null and not p.is_person
      and not 'LINK_WORKER' = any (p.roles) order by p.party_id
    loop
      perform hub.end_party(each_one, party.party_id);
    end loop;
  end loop;
end $$;
create function hub.append_withdrawal(referral hub.referral) returns void language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
declare
  parties uuid[];
  disclosed text[];
begin
  select coalesce(array_agg(a.party), '{}'), coalesce(array_agg(a.disclosure), '{}') into parties, disclosed
  from hub.event_audience('CONSENT_CHANGED', referral, '{}') a;
  perform hub.write_event('CONSENT_CHANGED', referral, '{}', parties, disclosed);
end $$;
alter function hub.append_withdrawal owner to loopwell_keeper;
alter function hub.withdraw_referral owner to loopwell_keeper;
grant execute on function hub.withdraw_referral to loopwell_api;

-- The referral that a message of this sender opened; null where there is none.
create function hub.sent_referral(source_system text, source_id text) returns uuid language sql stable security definer set search_path = pg_catalog, hub, pg_temp as $$
  select r.id from hub.referral r
  where r.referrer_id = hub.require_organisation() and r.source_system = sent_referral.source_system and r.source_id = sent_referral.source_id
$$;
alter function hub.sent_referral owner to loopwell_keeper;
grant execute on function hub.sent_referral to loopwell_api;

-- The referrer sent its referral anew: the record of the person is replaced, its own and the one the receiver was given; reasons
-- and note are taken over. A referral does not change hands this way. 'same': nothing was new.
create function hub.refresh_referral(target uuid, record jsonb, news jsonb) returns text language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
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
alter function hub.refresh_referral owner to loopwell_keeper;
grant execute on function hub.refresh_referral to loopwell_api;
reset role;
