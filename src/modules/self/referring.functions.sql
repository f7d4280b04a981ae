-- A person refers herself.

-- A person refers herself. `number` is the one she signed in with. {"wrong": …} names what the input got wrong, before
-- anything is written.
create or replace function hub.self_refer(input jsonb)
returns jsonb
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  me uuid := hub.viewer_party();
  draft jsonb := jsonb_strip_nulls(input -> 'person');
  record jsonb := jsonb_build_object(
    'system',
    'urn:loopwell:self-referral',
    'externalId',
    input ->> 'reference',
    'recordKind',
    'Referral',
    'summary',
    'As the person said'
  );
  receiver hub.organisation;
  opened hub.referral;
  agreed hub.consent;
begin
  if not hub.person_or_proxy_may('REFER') then
    raise exception 'for the person herself' using errcode = 'LW403';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('nhs-number:' || (input ->> 'number'), 0));
  if hub.identity_of(input ->> 'number') != me then
    -- a sender has just made this number known: the next sign-in is as that person
    raise exception 'sign in again' using errcode = 'LW409';
  end if;
  if
    exists (
      select from unnest(hub.texts(input -> 'reasons')) as key where key not in (select r.key from hub.reason as r)
    )
  then
    return '{"wrong": "reasons"}';
  elseif not exists (select from hub.network as n where n.id = (input ->> 'network')::uuid) then
    return '{"wrong": "network"}';
  end if;
  select *
  into receiver
  from hub.organisation as o
  where
    o.id = hub.self_receiver(me, (input ->> 'network')::uuid, coalesce(hub.uuids(input #> '{consent,exclude}'), '{}'));
  if receiver.id is null then
    return '{"wrong": "receiver"}';
  end if;
  -- what she left out and the hub shows her of herself, goes with it
  draft := (
    select
      jsonb_strip_nulls(
        jsonb_build_object(
          'birthDate',
          o.birth_date,
          'postcode',
          o.postcode,
          'givenName',
          o.given_name,
          'familyName',
          o.family_name
        )
      )
    from hub.own_particulars() as o
  ) || draft || jsonb_build_object('nhsNumber', input ->> 'number', 'nhsNumberVerified', true);
  if draft ->> 'familyName' is null then
    return '{"wrong": "person"}';
  end if;
  insert into hub.person (id) values (me) on conflict do nothing;

  insert into hub.referral
    (reference, kind, person_id, referrer_id, receiver_id, root_id, id, root_referrer_id, route, reasons)
  select
    input ->> 'reference',
    'LINK_WORKER',
    me,
    receiver.id,
    receiver.id,
    new_id,
    new_id,
    receiver.id,
    'self-referral',
    hub.texts(input -> 'reasons')
  from gen_random_uuid() as new_id
  returning *
  into opened;
  -- the first names her in the hub, and no party reads it; the second is what she gives the receiver
  perform hub.add_record(me, receiver.id, record, draft, null, '{}');
  agreed := hub.add_consent(me, opened.id, input -> 'consent', null);
  perform
    hub.add_record(
      me,
      receiver.id,
      record || '{"system": "urn:loopwell:referral"}',
      case
        when receiver.sector = 'VOLUNTARY' then draft - 'nhsNumber'
        else draft
      end,
      opened.id,
      array[receiver.id]
    );
  if nullif(trim(input ->> 'note'), '') is not null then
    insert into hub.note (referral_id, text, organisation_id, addressee_id)
    values (opened.id, 'From the person herself: ' || (input ->> 'note'), receiver.id, receiver.id);
  end if;

  perform hub.add_party(opened, receiver.id, 'LINK_WORKER', 'FULL', false);
  perform hub.add_party(opened, me, 'PERSON', 'FULL', true);
  perform
    hub.let_practice_in(opened, agreed, hub.newest_practice(me, null));
  perform hub.fold_referral(opened.id);
  perform hub.fold_person(me);
  perform hub.append_event('REFERRAL_RECEIVED', opened.id);
  perform hub.tell_holders(opened);
  return jsonb_build_object('referral', opened.id);
end;
$$;
alter function hub.self_refer owner to loopwell_keeper;
grant execute on function hub.self_refer to loopwell_api;
