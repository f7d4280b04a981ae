-- The few functions that change who may see what. Each runs as loopwell_keeper, with a fixed search_path, and asks first
-- who is calling. pg_temp is named last: unnamed, it is searched first, and a caller's temporary type would run as the keeper.
set local role loopwell_owner;

create function hub.require_organisation() returns uuid language plpgsql stable set search_path = pg_catalog, hub, pg_temp as $$
begin
  if not hub.viewer_is_organisation() or hub.viewer_sector() = 'COMMISSIONER' then
    raise exception 'not for this viewer' using errcode = 'LW403';
  end if;
  if not hub.viewer_has_agreement() then
    raise exception 'no sharing agreement' using errcode = 'LW451';
  end if;
  return hub.viewer_party();
end $$;
alter function hub.require_organisation owner to loopwell_keeper;

-- Readers of everything that hangs on a referral, from its parties as they stand.
create function hub.fold_referral(referral uuid) returns void language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
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
alter function hub.fold_referral owner to loopwell_keeper;

-- A person is visible to whoever sent a record of her, or is a live party with a record given by the referral.
create function hub.fold_person(person uuid) returns void language sql set search_path = pg_catalog, hub, pg_temp as $$
  update hub.person p set party_ids = array(
    select distinct reader from hub.source_record s cross join unnest(s.party_ids) reader where s.person_id = person and not s.superseded)
  where p.id = person
$$;
alter function hub.fold_person owner to loopwell_keeper;

-- Which person a set of demographics names. Gives the same kind of answer whether it knew her or not.
create function hub.match_person(draft jsonb) returns uuid language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.require_organisation();
  number text := nullif(draft ->> 'nhsNumber', '');
  known uuid;
  matched uuid;
  other record;
begin
  if number is not null then
    -- two files that bring the same new number at once must find one person
    perform pg_advisory_xact_lock(hashtextextended('nhs-number:' || number, 0));
    -- What the viewer itself said of the number comes first: sent twice under an invented name, it would otherwise open one
    -- identity where nobody knows the number and two where somebody does.
    select s.person_id into matched from hub.source_record s
    where s.nhs_number = number and s.organisation_id = viewer and s.referral_id is null
      and not coalesce(lower(s.family_name) <> lower(draft ->> 'familyName') and s.birth_date <> (draft ->> 'birthDate')::date, false)
    order by s.received_at, s.id limit 1;
    if matched is not null then
      return matched;
    end if;
    select s.person_id into known from hub.source_record s join hub.person p on p.id = s.person_id
    where s.nhs_number = number and not p.provisional order by s.received_at, s.id limit 1;
    if known is not null and not exists (
      select from hub.source_record s where s.person_id = known and s.family_name is not null and s.birth_date is not null
        and draft ->> 'familyName' is not null and draft ->> 'birthDate' is not null
      having count(*) > 0 and bool_and(lower(s.family_name) <> lower(draft ->> 'familyName') and s.birth_date <> (draft ->> 'birthDate')::date)) then
      return known;
    end if;
  elsif draft #>> '{localId,value}' is not null then
    select s.person_id into matched from hub.source_record s
    where s.organisation_id = viewer and s.local_id_system = draft #>> '{localId,system}' and s.local_id = draft #>> '{localId,value}'
    order by s.received_at limit 1;
    if matched is not null then
      return matched;
    end if;
  end if;

  insert into hub.person (provisional) values (known is not null) returning id into matched;
  if known is not null then
    insert into hub.match_review (person_id, candidate_id, reason) values (matched, known, 'the number agrees, surname and birth date do not');
  end if;
  if number is null and draft ->> 'familyName' is not null and draft ->> 'birthDate' is not null then
    for other in
      select distinct s.person_id from hub.source_record s
      where lower(s.family_name) = lower(draft ->> 'familyName') and s.birth_date = (draft ->> 'birthDate')::date
        and lower(coalesce(s.given_name, '')) = lower(coalesce(draft ->> 'givenName', '')) limit 5
    loop
      insert into hub.match_review (person_id, candidate_id, reason) values (matched, other.person_id, 'name and birth date agree, no number');
    end loop;
  end if;
  return matched;
end $$;
alter function hub.match_person owner to loopwell_keeper;

-- For keepers alone: one record of a person, with its readers.
create function hub.add_record(person uuid, sender uuid, record jsonb, draft jsonb, referral uuid, readers uuid[]) returns uuid
  language sql set search_path = pg_catalog, hub, pg_temp as $$
  insert into hub.source_record (person_id, sector, organisation_id, system, external_id, kind, summary, attendance, occurred_at, raw_hash,
    inbox_id, referral_id, demographic, nhs_number, nhs_number_verified, given_name, family_name, birth_date, death_date, postcode,
    contact_points, needs, practice_id, local_id_system, local_id, party_ids)
  select person, o.sector, o.id, record ->> 'system', record ->> 'externalId', record ->> 'recordKind', record ->> 'summary',
    record ->> 'attendance', (record ->> 'occurredAt')::timestamptz, coalesce(record ->> 'rawHash', ''), (record ->> 'inbox')::uuid, referral,
    draft ->> 'familyName' is not null or draft ->> 'nhsNumber' is not null,
    nullif(draft ->> 'nhsNumber', ''), coalesce((draft ->> 'nhsNumberVerified')::boolean, false), draft ->> 'givenName', draft ->> 'familyName',
    (draft ->> 'birthDate')::date, (draft ->> 'deathDate')::date, draft ->> 'postcode', coalesce(draft -> 'contactPoints', '[]'),
    array(select jsonb_array_elements_text(coalesce(draft -> 'needs', '[]'))),
    coalesce((draft ->> 'practice')::uuid, (select i.organisation_id from hub.organisation_identifier i
      where i.system = 'https://fhir.nhs.uk/Id/ods-organization-code' and i.value = draft ->> 'practiceOds')),
    draft #>> '{localId,system}', draft #>> '{localId,value}', readers
  from hub.organisation o where o.id = sender
  returning id
$$;
alter function hub.add_record owner to loopwell_keeper;

-- A record of its own that a sector's file brings: kept with where it came from, read by its sender. 'duplicate' changes nothing.
create function hub.keep_source_record(record jsonb) returns text language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
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
alter function hub.keep_source_record owner to loopwell_keeper;
grant execute on function hub.keep_source_record to loopwell_api;

-- Adds one role of one party: one row a party, a set of roles, the greatest disclosure.
create function hub.add_party(referral hub.referral, party uuid, role text, disclosed text, person boolean, expires date default null)
  returns void language sql set search_path = pg_catalog, hub, pg_temp as $$
  insert into hub.referral_party as p (referral_id, party_id, is_person, roles, disclosure, received_at, updated_at, waiting_since, expires_on)
  values (referral.id, party, person, array[role], disclosed, referral.received_at, referral.updated_at, null, expires)
  on conflict (referral_id, party_id) do update set
    -- who left comes back as what it is now, with nothing of what it was
    roles = case when p.ended_at is null then array(select distinct unnest(p.roles || excluded.roles)) else excluded.roles end,
    disclosure = case when p.ended_at is not null then excluded.disclosure
      when 'FULL' in (p.disclosure, excluded.disclosure) then 'FULL'
      when 'OWN_SERVICE' in (p.disclosure, excluded.disclosure) then 'OWN_SERVICE' else 'STAGE' end,
    waiting_since = case when p.ended_at is null then p.waiting_since end, ended_at = null,
    -- of two reasons to be here the longer holds
    expires_on = case when p.ended_at is not null or p.disclosure = 'CRISIS' then excluded.expires_on
      when p.expires_on is not null and excluded.expires_on is not null then greatest(p.expires_on, excluded.expires_on) end
$$;
alter function hub.add_party owner to loopwell_keeper;

-- May this organisation hear of the referral, beyond direct care? exclude wins, recipients narrows, shareWith limits the sectors.
create function hub.consent_allows(consent hub.consent, organisation uuid) returns boolean language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select organisation <> all (consent.exclude)
    and (consent.recipients is null or organisation = any (consent.recipients))
    and exists (select from hub.organisation o where o.id = organisation and o.sector <> 'COMMISSIONER' and o.sector = any (consent.share_with)
      and o.closed_on is null)
$$;
alter function hub.consent_allows owner to loopwell_keeper;

create function hub.uuids(list jsonb) returns uuid[] language sql immutable set search_path = pg_catalog, pg_temp
  as $$ select case when jsonb_typeof(list) = 'array' then array(select e::uuid from jsonb_array_elements_text(list) e) end $$;
create function hub.texts(list jsonb) returns text[] language sql immutable set search_path = pg_catalog, pg_temp
  as $$ select case when jsonb_typeof(list) = 'array' then array(select e from jsonb_array_elements_text(list) e) else '{}' end $$;
grant execute on function hub.uuids, hub.texts to loopwell_keeper;

create function hub.add_consent(person uuid, referral uuid, consent jsonb, expires date) returns hub.consent
  language sql set search_path = pg_catalog, hub, pg_temp as $$
  insert into hub.consent (person_id, referral_id, recorded_by, given_by, given_at, share_with, recipients, exclude, categories, purpose,
    expires_on, party_ids)
  values (person, referral, hub.viewer_party(), consent ->> 'givenBy', (consent ->> 'givenAt')::timestamptz, hub.texts(consent -> 'shareWith'),
    hub.uuids(consent -> 'recipients'), coalesce(hub.uuids(consent -> 'exclude'), '{}'), hub.texts(consent -> 'categories'), consent ->> 'purpose',
    expires, case when hub.viewer_is_organisation() then array[hub.viewer_party()] else '{}' end)
  returning *
$$;
alter function hub.add_consent owner to loopwell_keeper;
reset role;
