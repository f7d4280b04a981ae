-- Safeguarding notes, which few may read; and a look at a person in an emergency, which she is shown.
set local role loopwell_owner;

create function hub.viewer_has_role(role text) returns boolean language sql stable parallel safe set search_path = pg_catalog, hub, pg_temp
  as $$ select role = any (string_to_array(coalesce(current_setting('app.roles', true), ''), ',')) $$;
grant execute on function hub.viewer_has_role to loopwell_guard, loopwell_api;

create table hub.safeguarding_note (
  id uuid primary key default gen_random_uuid(),
  referral_id uuid not null references hub.referral,
  person_id uuid not null references hub.person,
  text text not null,
  at timestamptz not null default hub.clock(),
  organisation_id uuid not null references hub.organisation,
  practitioner_id uuid references hub.practitioner,
  party_ids uuid[] not null default '{}'
);
create index safeguarding_note_referral on hub.safeguarding_note (referral_id, at, id);
call hub.protect('hub.safeguarding_note');
-- Read by safeguarding leads of parties with FULL disclosure, and of the organisation that wrote it: not by its author's colleagues, nor
-- by the person.
insert into hub.referral_child (relation, readers) values ('hub.safeguarding_note', 'FULL');
create policy leads on hub.safeguarding_note for select to loopwell_guard
  using ((select hub.viewer_has_role('safeguarding')) and (select hub.viewer_has_agreement())
    and coalesce((select hub.viewer_party()) = any (party_ids), false));
grant select on hub.safeguarding_note to loopwell_guard;

-- Written by any party with FULL disclosure; who wrote one is told that it is kept, and reads it no more without the role.
create function hub.record_safeguarding_note(target uuid, words text) returns uuid language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.require_organisation();
  about hub.referral;
  written uuid;
begin
  select r.* into about from hub.referral r where r.id = target and viewer = any (r.party_ids);
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  elsif not viewer = any (about.full_party_ids) then
    raise exception 'for parties that fully know it' using errcode = 'LW403';
  end if;
  insert into hub.safeguarding_note (referral_id, person_id, text, organisation_id, practitioner_id, party_ids)
  values (about.id, about.person_id, words, viewer, hub.viewer_practitioner(), about.full_party_ids)
  returning id into written;
  return written;
end $$;
alter function hub.record_safeguarding_note owner to loopwell_keeper;

-- Access of that kind that has not ended yet.
create table hub.emergency_access (
  referral_id uuid not null references hub.referral,
  organisation_id uuid not null references hub.organisation,
  ends_at timestamptz not null,
  primary key (referral_id, organisation_id)
);
create index emergency_access_ending on hub.emergency_access (ends_at);
call hub.protect('hub.emergency_access');

-- Emergency access, by an organisation that provides care, for a day: STAGE on the person's open referrals, as care team. Whoever asks is answered
-- alike whether the number is known or not; the link workers and the person are told. Nobody whom the person excludes gets in.
create function hub.request_emergency_access(number text, why text) returns void language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.require_organisation();
  person uuid;
  about hub.referral;
  parties uuid[];
  disclosed text[];
  opened boolean := false;
  ends timestamptz := hub.clock() + interval '24 hours';
begin
  if hub.viewer_sector() not in ('PRIMARY_CARE', 'COMMUNITY_SERVICES', 'SOCIAL_CARE') or hub.viewer_practitioner() is null then
    raise exception 'for staff of those who provide care' using errcode = 'LW403';
  end if;
  select s.person_id into person from hub.source_record s join hub.person p on p.id = s.person_id
  where s.nhs_number = number and not p.provisional order by s.received_at, s.id limit 1;
  for about in select r.* from hub.referral r where r.person_id = person and r.status in ('RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED')
    order by r.depth, r.id for no key update
  loop
    if not hub.kept_out(about, viewer) and not exists (select from hub.referral_party p
      where p.referral_id = about.id and p.party_id = viewer and p.ended_at is null) then
      perform hub.add_party(about, viewer, 'CARE_TEAM', 'STAGE', false);
      perform hub.fold_referral(about.id);
      insert into hub.emergency_access (referral_id, organisation_id, ends_at) values (about.id, viewer, ends)
      on conflict (referral_id, organisation_id) do update set ends_at = excluded.ends_at;
      select array_agg(a.party), array_agg(a.disclosure) into parties, disclosed
      from hub.event_audience('CARE_TEAM_JOINED', about, jsonb_build_object('organisation', viewer)) a;
      perform hub.write_event('CARE_TEAM_JOINED', about, '{}', parties, disclosed);
      opened := true;
    end if;
  end loop;
  if opened then
    insert into hub.override (person_id, organisation_id, by_id, practitioner_id, basis, reason, until)
    values (person, viewer, viewer, hub.viewer_practitioner(), 'EMERGENCY', why, ends);
  end if;
end $$;
alter function hub.request_emergency_access owner to loopwell_keeper;

create function hub.end_emergency_access() returns integer language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  over hub.emergency_access;
  ended integer := 0;
begin
  for over in select * from hub.emergency_access e where e.ends_at <= hub.clock() order by e.ends_at limit 100 for no key update skip locked loop
    delete from hub.emergency_access e where e.referral_id = over.referral_id and e.organisation_id = over.organisation_id;
    perform hub.end_party(r, over.organisation_id) from hub.referral r where r.id = over.referral_id;
    ended := ended + 1;
  end loop;
  return ended;
end $$;
alter function hub.end_emergency_access owner to loopwell_keeper;
insert into hub.clock_job (position, name) values (45, 'end_emergency_access');
grant execute on function hub.record_safeguarding_note, hub.request_emergency_access to loopwell_api;

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
        continue;
      end if;
      -- who came in by an emergency stays by consent
      delete from hub.emergency_access e where e.referral_id = about.id and e.organisation_id = organisation;
      if found then
        update hub.referral_party p set expires_on = given.expires_on where p.referral_id = about.id and p.party_id = organisation and p.ended_at is null;
      end if;
      if not exists (select from hub.referral_party p where p.referral_id = about.id and p.party_id = organisation and p.ended_at is null
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

create view graph.safeguarding_note as
  select n.id, n.referral_id, n.person_id, n.text, n.at, n.organisation_id, n.practitioner_id from hub.safeguarding_note n;
alter view graph.safeguarding_note owner to loopwell_guard;
reset role;
set local role loopwell_guard;
grant select on graph.safeguarding_note to loopwell_api;
reset role;
