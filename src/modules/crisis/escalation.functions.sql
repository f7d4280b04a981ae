-- A crisis leaves the queue: it goes to a general practice, whose clinician must say that it has it.

-- Raises a crisis. {"wrong": …} names what the input got wrong, before anything is written.
create or replace function hub.escalate(input jsonb)
returns jsonb
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  viewer uuid := hub.require_organisation();
  about hub.referral;
  practice uuid;
  excluded boolean;
  teller uuid;
  told jsonb;
  raised hub.escalation;
begin
  select r.*
  into about
  from hub.referral as r
  where r.id = (input ->> 'referral')::uuid and viewer = any (r.party_ids)
  for no key update;
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  elseif not viewer = any (about.full_party_ids || about.writer_ids) then
    raise exception 'not for this party to escalate' using errcode = 'LW403';
  elseif not hub.is_open(about.status) then
    raise exception 'the referral is over' using errcode = 'LW409';
  end if;
  practice := coalesce((input ->> 'practice')::uuid, hub.practice_for_crisis(about, viewer));
  if not coalesce(hub.reachable_practice(practice), false) then
    return '{"wrong": "practice"}';
  end if;
  excluded := hub.kept_out(about, practice);
  if excluded and input ->> 'basis' != 'VITAL_INTERESTS' then
    return '{"wrong": "basis"}';
  end if;

  insert into hub.escalation
    (referral_id, person_id, basis, facts, practice_id, override, organisation_id, practitioner_id, next_alert_at)
  values
    (
      about.id,
      about.person_id,
      input ->> 'basis',
      input ->> 'facts',
      practice,
      excluded,
      viewer,
      hub.viewer_practitioner(),
      hub.clock()
    )
  returning *
  into raised;
  -- what a practice that is no more never acknowledged is in other hands now
  update hub.escalation as e
  set next_alert_at = 'infinity'
  where
    e.referral_id = about.id
    and e.acknowledged_at is null
    and exists (select from hub.organisation as o where o.id = e.practice_id and o.closed_on is not null);
  if excluded then
    insert into hub.override (person_id, organisation_id, by_id, practitioner_id, referral_id, basis, reason)
    values (about.person_id, practice, viewer, hub.viewer_practitioner(), about.id, raised.basis, raised.facts);
  end if;
  -- who it is: a duty clinician cannot ring a person without name and number
  if not practice = any (about.full_party_ids) then
    select f
    into teller
    from
      unnest(viewer || about.full_party_ids) as f
      join hub.organisation as o on o.id = f
    order by o.sector = 'VOLUNTARY', f = viewer desc, f
    limit 1;
    told := hub.known_to(teller, about.person_id, true, false);
    perform
      hub.add_record(
        about.person_id,
        teller,
        jsonb_build_object(
          'system',
          'urn:loopwell:escalation',
          'externalId',
          raised.id,
          'recordKind',
          'Escalation',
          'summary',
          'As told with a crisis',
          'rawHash',
          md5(told::text)
        ),
        told,
        about.id,
        array[practice]
      );
    perform hub.fold_person(about.person_id);
  end if;
  perform hub.add_crisis_party(about, practice);
  perform hub.alert_of_crisis(raised, about);
  -- a crisis waits in no queue
  if about.status = 'WAITING' then
    update hub.referral as r set status = 'PAUSED' where r.id = about.id;
    perform hub.append_event('SUPPORT_PAUSED', about.id);
  end if;
  return jsonb_build_object('escalation', raised.id);
end;
$$;
alter function hub.escalate owner to loopwell_keeper;
grant execute on function hub.escalate to loopwell_api;
