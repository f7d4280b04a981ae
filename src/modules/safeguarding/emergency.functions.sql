-- A look at a person in an emergency, which she is shown.

-- Emergency access, by an organisation that provides care, for a day: STAGE on the person's open referrals, as care
-- team. The asker is answered alike whether the number is known or not; the link workers and the person are told. An
-- organisation that the person excludes does not get in.
create or replace function hub.request_emergency_access(number text, why text)
returns void
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  viewer uuid := hub.require_organisation();
  person uuid;
  about hub.referral;
  opened boolean := false;
  ends timestamptz := hub.clock() + interval '24 hours';
begin
  if
    hub.viewer_sector() not in ('PRIMARY_CARE', 'COMMUNITY_SERVICES', 'SOCIAL_CARE')
    or hub.viewer_practitioner() is null
  then
    raise exception 'for staff of those who provide care' using errcode = 'LW403';
  end if;
  select s.person_id
  into person
  from
    hub.source_record as s
    join hub.person as p on p.id = s.person_id
  where s.nhs_number = number and not p.provisional
  order by s.received_at, s.id
  limit 1;
  for about in select r.*
  from hub.referral as r
  where r.person_id = person and hub.is_open(r.status)
  order by r.depth, r.id
  for no key update loop
    if
      not hub.kept_out(about, viewer)
      and not exists (
        select
        from hub.referral_party as p
        where p.referral_id = about.id and p.party_id = viewer and p.ended_at is null
      )
    then
      perform hub.add_party(about, viewer, 'CARE_TEAM', 'STAGE', false);
      perform hub.fold_referral(about.id);
      insert into hub.emergency_access (referral_id, organisation_id, ends_at)
      values (about.id, viewer, ends)
      on conflict (referral_id, organisation_id) do update set ends_at = excluded.ends_at;
      perform hub.tell('CARE_TEAM_JOINED', about, jsonb_build_object('organisation', viewer));
      opened := true;
    end if;
  end loop;
  if opened then
    insert into hub.override (person_id, organisation_id, by_id, practitioner_id, basis, reason, until)
    values (person, viewer, viewer, hub.viewer_practitioner(), 'EMERGENCY', why, ends);
  end if;
end;
$$;
alter function hub.request_emergency_access owner to loopwell_keeper;
grant execute on function hub.request_emergency_access to loopwell_api;

-- Clock: ends such access after its day.
create or replace function hub.end_emergency_access()
returns integer
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  over hub.emergency_access;
  ended integer := 0;
begin
  for over in select *
  from hub.emergency_access as e
  where e.ends_at <= hub.clock()
  order by e.ends_at
  limit 100
  for no key update skip locked loop
    delete from hub.emergency_access as e
    where e.referral_id = over.referral_id and e.organisation_id = over.organisation_id;
    perform hub.end_party(r, over.organisation_id) from hub.referral as r where r.id = over.referral_id;
    ended := ended + 1;
  end loop;
  return ended;
end;
$$;
alter function hub.end_emergency_access owner to loopwell_keeper;
