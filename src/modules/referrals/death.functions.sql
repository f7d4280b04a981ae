-- A death is said once, and closes what is open.

-- For keepers alone: does a recorded death of this person stand?
create or replace function hub.is_dead(person uuid)
returns boolean
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select exists (select from hub.death as d where d.person_id = person and d.recorded_in_error_at is null);
$$;
alter function hub.is_dead owner to loopwell_keeper;

-- Records a death at the word of a party that may report it.
create or replace function hub.record_death(person uuid, day date)
returns void
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  viewer uuid := hub.require_organisation();
begin
  if not exists (select from hub.person as p where p.id = person and viewer = any (p.party_ids)) then
    raise exception 'no such person' using errcode = 'LW404';
  end if;
  if not exists (select from hub.referral as r where r.person_id = person and hub.may_report_life_change(r)) then
    raise exception 'not for this party to report' using errcode = 'LW403';
  end if;
  perform hub.close_for_death(person, day);
end;
$$;
alter function hub.record_death owner to loopwell_keeper;
grant execute on function hub.record_death to loopwell_api;

-- For keepers alone: closes whatever is open. Every party that supports or watches hears it once, and she hears nothing
-- more.
create or replace function hub.close_for_death(person uuid, day date)
returns void
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  about hub.referral;
  closing jsonb := '[]';
begin
  perform hub.lock_life(person);
  if hub.is_dead(person) then
    return;
  end if;
  update hub.referral_party as p
  set ended_at = hub.clock()
  where p.is_person and p.party_id = person and p.ended_at is null;
  for about in select r.*
  from hub.referral as r
  where r.person_id = person and hub.is_open(r.status)
  order by r.depth, r.id
  for no key update loop
    closing := closing || jsonb_build_object(
      'referral',
      about.id,
      'status',
      about.status,
      'waitingSince',
      about.waiting_since
    );
    insert into hub.outcome (referral_id, result, plan_declined, organisation_id)
    values (about.id, 'DIED', false, about.receiver_id);
    update hub.referral as r set status = 'CLOSED' where r.id = about.id returning r.* into about;
    perform hub.write_quietly('REFERRAL_CLOSED', about);
  end loop;
  insert into hub.death (person_id, day, recorded_by, practitioner_id, closed)
  values (person, day, hub.viewer_party(), hub.viewer_practitioner(), closing);
end;
$$;
alter function hub.close_for_death owner to loopwell_keeper;

-- Trigger: a referrer of a person whose death is known learns nothing of it, and she is told nothing.
create or replace function hub.spare_the_dead()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
begin
  if hub.is_dead(new.party_id) then
    new.ended_at := hub.clock();
  end if;
  return new;
end;
$$;
alter function hub.spare_the_dead owner to loopwell_keeper;
