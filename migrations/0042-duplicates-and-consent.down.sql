set local role loopwell_guard;
drop view graph.consent;
create view graph.consent as
  select c.id, c.person_id, c.given_by, c.given_at, c.share_with, c.categories, c.purpose, c.referral_id, c.expires_on, c.withdrawn_at, c.created_at
  from hub.consent c;
grant select on graph.consent to loopwell_api;
reset role;
set local role loopwell_owner;
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
    if person is distinct from hub.viewer_party() then
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
      elsif not exists (select from hub.referral_party p where p.referral_id = about.id and p.party_id = organisation and p.ended_at is null) then
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
create or replace function hub.add_consent(person uuid, referral uuid, consent jsonb, expires date) returns hub.consent
  language sql set search_path = pg_catalog, hub, pg_temp as $$
  insert into hub.consent (person_id, referral_id, recorded_by, given_by, given_at, share_with, recipients, exclude, categories, purpose,
    expires_on, party_ids)
  values (person, referral, hub.viewer_party(), consent ->> 'givenBy', (consent ->> 'givenAt')::timestamptz, hub.texts(consent -> 'shareWith'),
    hub.uuids(consent -> 'recipients'), coalesce(hub.uuids(consent -> 'exclude'), '{}'), hub.texts(consent -> 'categories'), consent ->> 'purpose',
    expires, case when hub.viewer_is_organisation() then array[hub.viewer_party()] else '{}' end)
  returning *
$$;
delete from hub.clock_job where name = 'warn_of_expiry';
drop trigger check_competence on hub.consent;
drop trigger check_named on hub.consent;
drop function hub.check_competence, hub.check_named, hub.tell_holders, hub.warn_of_expiry, hub.expiry_notice;
drop index hub.consent_running_out;
alter table hub.consent drop lawful_basis, drop competence_assessed, drop warned_at;
reset role;
