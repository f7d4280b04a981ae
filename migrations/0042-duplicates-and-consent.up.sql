-- Two referrals for one person; what consent says beside who may hear; and consent that runs out.
set local role loopwell_owner;

-- The lawful basis is another thing than consent, and held apart from it: by default direct care.
alter table hub.consent
  add lawful_basis text not null default 'DIRECT_CARE' check (lawful_basis in
    ('DIRECT_CARE', 'EXPLICIT_CONSENT', 'LEGAL_OBLIGATION', 'LEGITIMATE_INTERESTS', 'SAFEGUARDING', 'VITAL_INTERESTS')),
  -- a child under 16 may decide for herself once her competence was assessed
  add competence_assessed boolean not null default false,
  -- set once the link worker was told that it runs out, or where nobody need be
  add warned_at timestamptz;
create index consent_running_out on hub.consent (expires_on) where expires_on is not null and warned_at is null and withdrawn_at is null;
create function hub.expiry_notice() returns interval language sql immutable set search_path = pg_catalog, hub, pg_temp as $$ select interval '14 days' $$;
alter function hub.expiry_notice owner to loopwell_keeper;
grant execute on function hub.expiry_notice to loopwell_guard, loopwell_api;

create or replace function hub.add_consent(person uuid, referral uuid, consent jsonb, expires date) returns hub.consent
  language sql set search_path = pg_catalog, hub, pg_temp as $$
  insert into hub.consent (person_id, referral_id, recorded_by, given_by, given_at, share_with, recipients, exclude, categories, purpose,
    expires_on, party_ids, lawful_basis, competence_assessed, warned_at)
  values (person, referral, hub.viewer_party(), consent ->> 'givenBy', (consent ->> 'givenAt')::timestamptz, hub.texts(consent -> 'shareWith'),
    hub.uuids(consent -> 'recipients'), coalesce(hub.uuids(consent -> 'exclude'), '{}'), hub.texts(consent -> 'categories'), consent ->> 'purpose',
    expires, case when hub.viewer_is_organisation() then array[hub.viewer_party()] else '{}' end, coalesce(consent ->> 'lawfulBasis', 'DIRECT_CARE'),
    coalesce((consent ->> 'competenceAssessed')::boolean, false),
    -- whoever records one for a fortnight knows when it ends
    case when expires <= hub.clock() + hub.expiry_notice() then hub.clock() end)
  returning *
$$;

-- By the birth dates that whoever records it may know: nobody learns an age from a refusal.
create function hub.check_competence() returns trigger language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
begin
  if new.given_by = 'person' and not (new.competence_assessed and hub.viewer_is_organisation()) and exists (
    select from hub.source_record s where s.person_id = new.person_id and not s.superseded and s.birth_date > hub.clock()::date - interval '16 years'
      and (hub.viewer_party() = any (s.party_ids) or s.person_id = hub.viewer_party())) then
    raise exception 'a child under 16' using errcode = 'LW452';
  end if;
  return new;
end $$;
alter function hub.check_competence owner to loopwell_keeper;
create trigger check_competence before insert on hub.consent for each row execute function hub.check_competence();

-- Whoever is excluded must be somebody: a wish that nothing can follow is not taken down as if it were kept.
create function hub.check_named() returns trigger language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
begin
  if exists (select from unnest(new.recipients || new.exclude) named (id) where not exists (select from hub.organisation o where o.id = named.id)) then
    raise exception 'no such organisation' using errcode = 'LW404';
  end if;
  return new;
end $$;
alter function hub.check_named owner to loopwell_keeper;
create trigger check_named before insert on hub.consent for each row execute function hub.check_named();

-- A fortnight ahead, once: the link worker hears that what was agreed is about to run out.
create function hub.warn_of_expiry() returns integer language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  ending hub.consent;
  parties uuid[];
  disclosed text[];
  warned integer := 0;
begin
  for ending in select * from hub.consent c where c.expires_on <= hub.clock() + hub.expiry_notice() and c.warned_at is null and c.withdrawn_at is null
    and c.expires_on is not null order by c.expires_on limit 100 for no key update skip locked
  loop
    update hub.consent c set warned_at = hub.clock() where c.id = ending.id;
    select coalesce(array_agg(p.party_id order by p.party_id), '{}'), coalesce(array_agg(p.disclosure order by p.party_id), '{}') into parties, disclosed
    from hub.referral_party p where p.referral_id = ending.referral_id and p.ended_at is null and 'LINK_WORKER' = any (p.roles);
    perform hub.write_event('CONSENT_CHANGED', r, '{}', parties, disclosed) from hub.referral r
    where r.id = ending.referral_id and r.status in ('RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED') and ending.expires_on >= hub.clock()::date;
    warned := warned + 1;
  end loop;
  return warned;
end $$;
alter function hub.warn_of_expiry owner to loopwell_keeper;
insert into hub.clock_job (position, name) values (42, 'warn_of_expiry');

-- A person who is supported already is referred again: who holds the earlier referral hears of it, about that one; nobody else does.
-- Whoever asked is answered as ever.
create function hub.tell_holders(opened hub.referral) returns void language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
declare
  held hub.referral;
  parties uuid[];
  disclosed text[];
begin
  if opened.kind <> 'LINK_WORKER' then
    return;
  end if;
  for held in select r.* from hub.referral r where r.person_id = opened.person_id and r.id <> opened.id and r.kind = 'LINK_WORKER'
    and r.status in ('RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED') order by r.received_at, r.id
  loop
    select coalesce(array_agg(p.party_id order by p.party_id), '{}'), coalesce(array_agg(p.disclosure order by p.party_id), '{}') into parties, disclosed
    from hub.referral_party p where p.referral_id = held.id and p.ended_at is null and 'LINK_WORKER' = any (p.roles);
    perform hub.write_event('POSSIBLE_ACTIVE_REFERRAL', held, '{}', parties, disclosed);
  end loop;
end $$;
alter function hub.tell_holders owner to loopwell_keeper;
create or replace function hub.open_referral(input jsonb) returns jsonb language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
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
  perform hub.let_practice_in(opened, agreed, practice);
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
  perform hub.tell_holders(opened);
  if parent.id is not null then
    perform hub.append_event('ONWARD_REFERRAL_CREATED', opened.id, jsonb_build_object('service', input ->> 'service'));
  end if;
  return jsonb_build_object('referral', opened.id, 'person', person, 'consent', agreed.id);
end $$;

create or replace function hub.record_consent(input jsonb) returns jsonb language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  person uuid := (input ->> 'person')::uuid;
  about hub.referral;
  given hub.consent;
  viewer uuid;
  step hub.referral;
  organisation uuid;
  barred uuid[] := '{}';
begin
  if input ->> 'referral' is not null then
    select r.* into about from hub.referral r where r.id = (input ->> 'referral')::uuid and r.person_id = person and hub.speaks_for(r) for no key update;
    if not found then
      raise exception 'no such referral' using errcode = 'LW404';
    end if;
  elsif hub.viewer_is_person() then
    if person is distinct from hub.viewer_party() or not hub.own_word('CONSENT') then
      raise exception 'no such person' using errcode = 'LW404';
    end if;
  else
    -- asked first: left to the planner, whoever has no agreement might learn that the person exists
    viewer := hub.require_organisation();
    if not exists (select from hub.person p where p.id = person and viewer = any (p.party_ids)) then
      raise exception 'no such person' using errcode = 'LW404';
    end if;
  end if;
  if about.status = 'WITHDRAWN' then
    raise exception 'withdrawn' using errcode = 'LW410';
  end if;
  given := hub.add_consent(person, about.id, input -> 'consent', (input ->> 'expiresOn')::date);
  if about.id is null then
    return jsonb_build_object('consent', given.id);
  end if;

  if 'care-team' = any (given.categories) then
    foreach organisation in array coalesce(given.recipients, '{}') loop
      if not hub.consent_allows(given, organisation) then
        barred := barred || organisation;
      elsif not exists (select from hub.referral_party p where p.referral_id = about.id and p.party_id = organisation and p.ended_at is null
          -- who was told of a crisis alone may still be let in
          and p.disclosure <> 'CRISIS') then
        perform hub.add_party(about, organisation, 'CARE_TEAM', 'STAGE', false, given.expires_on);
        perform hub.fold_referral(about.id);
        perform hub.append_event('CARE_TEAM_JOINED', about.id, jsonb_build_object('organisation', organisation));
      else
        -- consent given anew carries access further; it never shortens what stands
        update hub.referral_party p set expires_on = given.expires_on where p.referral_id = about.id and p.party_id = organisation
          and p.expires_on < coalesce(given.expires_on, 'infinity');
      end if;
    end loop;
  end if;
  -- exclude wins over what was agreed before; who serves the person is ended by withdrawing, not by excluding
  for step in
    with recursive tree as (
      select r.id from hub.referral r where r.id = about.id
      union all
      select r.id from hub.referral r join tree t on r.parent_id = t.id
    )
    select r.* from hub.referral r where r.id in (select id from tree) order by r.depth, r.id for no key update
  loop
    for organisation in select p.party_id from hub.referral_party p where p.referral_id = step.id and p.ended_at is null
      and p.party_id = any (given.exclude) and p.party_id <> step.receiver_id and not 'LINK_WORKER' = any (p.roles)
    loop
      perform hub.end_party(step, organisation);
    end loop;
  end loop;
  perform hub.fold_referral(about.id);
  perform hub.append_event('CONSENT_CHANGED', about.id);
  return jsonb_build_object('consent', given.id, 'barred', to_jsonb(barred));
end $$;
reset role;

set local role loopwell_guard;
create or replace view graph.consent as
  select c.id, c.person_id, c.given_by, c.given_at, c.share_with, c.categories, c.purpose, c.referral_id, c.expires_on, c.withdrawn_at, c.created_at,
    c.lawful_basis, c.competence_assessed, c.withdrawn_at is null and coalesce(c.expires_on between hub.clock()::date and (hub.clock() + hub.expiry_notice())::date, false) as expires_soon
  from hub.consent c;
reset role;
