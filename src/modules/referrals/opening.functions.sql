-- Opening a referral.

-- Opens a referral: finds or makes the person, gives the receiver what the referrer sent, and lets the parties in.
-- Sender and receiver are parties by direct care; the known practice and the root's referrer only where consent lets
-- them.
create or replace function hub.open_referral(input jsonb)
returns jsonb
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
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
  select * into receiver from hub.organisation as o where o.id = (input ->> 'receiver')::uuid;
  if receiver.sector = 'COMMISSIONER' then
    raise exception 'a commissioner is no party' using errcode = 'LW403';
  end if;
  if input ->> 'parent' is not null then
    select *
    into parent
    from hub.referral as r
    where r.id = (input ->> 'parent')::uuid and viewer = any (r.writer_ids)
    for no key update;
    if not found then
      raise exception 'no such referral' using errcode = 'LW404';
    elseif parent.depth = 5 then
      raise exception 'the chain has its full length' using errcode = 'LW453';
    end if;
    person := parent.person_id;
  elseif person is not null then
    if not exists (select from hub.person as p where p.id = person and viewer = any (p.party_ids)) then
      raise exception 'no such person' using errcode = 'LW404';
    end if;
  else
    person := hub.match_person(draft);
    perform hub.add_record(person, viewer, input -> 'record', draft, null, array[viewer])
    where
      not exists (
        select
        from hub.source_record as s
        where
          s.organisation_id = viewer
          and s.system = input #>> '{record,system}'
          and s.external_id = input #>> '{record,externalId}'
          and s.kind = input #>> '{record,recordKind}'
          and not s.superseded
          and s.referral_id is null
      );
  end if;

  insert into hub.referral
    (
      reference,
      kind,
      person_id,
      referrer_id,
      receiver_id,
      service_id,
      parent_id,
      root_id,
      id,
      depth,
      root_referrer_id,
      route,
      reasons,
      source_system,
      source_id
    )
  select
    input ->> 'reference',
    input ->> 'kind',
    person,
    viewer,
    receiver.id,
    (input ->> 'service')::uuid,
    parent.id,
    coalesce(parent.root_id, new_id),
    new_id,
    coalesce(parent.depth + 1, 0),
    coalesce(parent.root_referrer_id, viewer),
    input ->> 'route',
    hub.texts(input -> 'reasons'),
    input ->> 'sourceSystem',
    input ->> 'sourceId'
  from gen_random_uuid() as new_id
  returning *
  into opened;
  agreed := hub.add_consent(person, opened.id, input -> 'consent', null);

  -- the receiver is given what its referrer sent, as a record of its own; a number never goes onward, nor to a
  -- voluntary organisation
  sent := hub.known_to(viewer, person, parent.id is null and receiver.sector != 'VOLUNTARY', parent.id is null);
  perform
    hub.add_record(
      person,
      viewer,
      jsonb_build_object(
        'system',
        'urn:loopwell:referral',
        'externalId',
        opened.reference,
        'recordKind',
        'Referral',
        'summary',
        'As sent with the referral',
        'rawHash',
        md5(sent::text)
      ),
      sent,
      opened.id,
      array[receiver.id]
    );

  select s.practice_id
  into practice
  from hub.source_record as s
  where
    s.person_id = person
    and s.practice_id is not null
    and not s.superseded
    -- whoever refers to itself gets only the practice it knows already: otherwise a guessed number would tell it where
    -- that person is registered
    and (receiver.id != viewer or viewer = any (s.party_ids))
  order by s.received_at desc
  limit 1;
  practice := coalesce(practice, parent.practice_id);

  -- sender and receiver are parties by direct care
  perform hub.add_party(opened, viewer, 'REFERRER', 'STAGE', false);
  perform
    hub.add_party(
      opened,
      receiver.id,
      case input ->> 'kind'
        when 'LINK_WORKER' then 'LINK_WORKER'
        when 'ONWARD' then 'PROVIDER'
        else 'REGISTERED_PRACTICE'
      end,
      case input ->> 'kind'
        when 'ONWARD' then 'OWN_SERVICE'
        else 'FULL'
      end,
      false
    );
  perform hub.add_party(opened, person, 'PERSON', 'FULL', true);
  perform hub.let_practice_in(opened, agreed, practice);
  if parent.id is not null then
    -- the link worker's organisation on the root stays responsible for all that follows
    for party in select p.party_id
    from hub.referral_party as p
    where p.referral_id = parent.root_id and 'LINK_WORKER' = any (p.roles) and p.ended_at is null loop
      perform hub.add_party(opened, party, 'LINK_WORKER', 'FULL', false);
    end loop;
    if
      hub.consent_allows(agreed, parent.root_referrer_id)
      and not hub.kept_out(opened, parent.root_referrer_id)
      and exists (
        select
        from hub.referral_party as p
        where p.referral_id = parent.root_id and p.party_id = parent.root_referrer_id and p.ended_at is null
      )
    then
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
end;
$$;
alter function hub.open_referral owner to loopwell_keeper;
grant execute on function hub.open_referral to loopwell_api;
