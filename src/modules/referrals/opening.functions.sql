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
  person uuid;
  sent jsonb;
  parent hub.referral;
  receiver hub.organisation;
  opened hub.referral;
  agreed hub.consent;
begin
  select * into receiver from hub.organisation as o where o.id = (input ->> 'receiver')::uuid;
  if receiver.sector = 'COMMISSIONER' then
    raise exception 'a commissioner is no party' using errcode = 'LW403';
  end if;
  if input ->> 'parent' is not null then
    parent := hub.lock_parent((input ->> 'parent')::uuid);
  end if;
  person := coalesce(parent.person_id, hub.person_to_refer(input));

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

  sent := hub.sent_with(opened);
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
  perform hub.let_parties_in(opened, parent, agreed);
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
