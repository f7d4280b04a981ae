-- Consent given, withdrawn and run out; and who a signed-in person is.
set local role loopwell_owner;

create function hub.record_consent(input jsonb) returns jsonb language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
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
alter function hub.record_consent owner to loopwell_keeper;
grant execute on function hub.record_consent to loopwell_api;

create function hub.withdraw_consent(input jsonb) returns jsonb language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  organisations uuid[] := hub.uuids(input -> 'organisations');
  about hub.referral;
  organisation uuid;
  ended boolean;
  touched integer := 0;
begin
  for about in
    with recursive tree as (
      select r.id from hub.referral r
      where r.person_id = (input ->> 'person')::uuid and (input ->> 'referral' is null or r.id = (input ->> 'referral')::uuid) and hub.speaks_for(r)
      union
      select r.id from hub.referral r join tree t on r.parent_id = t.id
    )
    select r.* from hub.referral r where r.id in (select id from tree) and hub.speaks_for(r) order by r.depth, r.received_at, r.id for no key update
  loop
    -- an ancestor's withdrawal may have reached this one already
    select r.* into about from hub.referral r where r.id = about.id;
    ended := about.status in ('DECLINED', 'CANCELLED', 'CLOSED', 'WITHDRAWN');
    if organisations is null then
      update hub.consent c set withdrawn_at = hub.clock() where c.referral_id = about.id and c.withdrawn_at is null;
      if not ended then
        perform hub.withdraw_referral(about.id, input ->> 'reason');
      else
        -- what is over stays with those who provided it; who heard of it by consent alone hears no more
        for organisation in select p.party_id from hub.referral_party p where p.referral_id = about.id and p.ended_at is null and not p.is_person
          and p.party_id not in (about.receiver_id, about.referrer_id) and not 'LINK_WORKER' = any (p.roles) order by p.party_id
        loop
          perform hub.end_party(about, organisation);
        end loop;
        perform hub.append_event('CONSENT_CHANGED', about.id) where about.status <> 'WITHDRAWN';
      end if;
      touched := touched + 1;
    else
      foreach organisation in array organisations loop
        if about.receiver_id = organisation and not ended then
          update hub.consent c set withdrawn_at = hub.clock() where c.referral_id = about.id and c.withdrawn_at is null;
          perform hub.withdraw_referral(about.id, input ->> 'reason');
          touched := touched + 1;
          exit;
        elsif exists (select from hub.referral_party p where p.referral_id = about.id and p.party_id = organisation and p.ended_at is null
          and not 'LINK_WORKER' = any (p.roles)) then
          update hub.consent c set exclude = c.exclude || organisation, recipients = array_remove(c.recipients, organisation)
          where c.referral_id = about.id and c.withdrawn_at is null;
          perform hub.end_party(about, organisation);
          perform hub.append_event('CONSENT_CHANGED', about.id);
          touched := touched + 1;
        end if;
      end loop;
    end if;
  end loop;
  if touched = 0 then
    raise exception 'nothing of this person to withdraw' using errcode = 'LW404';
  end if;
  return jsonb_build_object('consent', (select c.id from hub.consent c where c.person_id = (input ->> 'person')::uuid
    and (input ->> 'referral' is null or c.referral_id = (input ->> 'referral')::uuid) order by c.created_at desc, c.id limit 1));
end $$;
alter function hub.withdraw_consent owner to loopwell_keeper;
grant execute on function hub.withdraw_consent to loopwell_api;

-- The sequencer's tick: access that consent no longer carries ends within a second.
create function hub.expire_access() returns integer language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  expired hub.referral_party;
  ended integer := 0;
begin
  for expired in select * from hub.referral_party p where p.ended_at is null and p.expires_on < hub.clock()::date limit 100 loop
    perform hub.end_party(r, expired.party_id) from hub.referral r where r.id = expired.referral_id;
    ended := ended + 1;
  end loop;
  return ended;
end $$;
alter function hub.expire_access owner to loopwell_keeper;
grant execute on function hub.expire_access to loopwell_sequencer;

-- A person signs in with her NHS number. An unknown number gets an id of its own, which names nobody and is the same next time:
-- the answer never says whether the number is known.
create table hub.pepper (value text not null default encode(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), 'hex'));
insert into hub.pepper default values;
call hub.protect('hub.pepper');
create function hub.person_of_number(number text) returns uuid language plpgsql stable security definer set search_path = pg_catalog, hub, pg_temp as $$
begin
  if not hub.viewer_is_operator() then
    raise exception 'for the sign-in alone' using errcode = 'LW403';
  end if;
  return coalesce(
    (select s.person_id from hub.source_record s join hub.person p on p.id = s.person_id
      where s.nhs_number = number and not p.provisional order by s.received_at, s.id limit 1),
    -- with the version and variant of a random one, or its form would tell
    (select (left(h, 12) || '4' || substr(h, 14, 3) || substr('89ab', 1 + ascii(substr(h, 17, 1)) % 4, 1) || substr(h, 18, 15))::uuid
      from (select encode(sha256(convert_to(value || number, 'UTF8')), 'hex') as h from hub.pepper) peppered));
end $$;
alter function hub.person_of_number owner to loopwell_keeper;
grant execute on function hub.person_of_number to loopwell_api;
-- What the hub holds of the person who asks: her own name, birth date and number, nobody's wait, position or part.
create function hub.own_demographics() returns table (name text, birth_date date, nhs_number text, postcode text)
  language sql stable security definer set search_path = pg_catalog, hub, pg_temp as $$
  select trim(concat(d ->> 'givenName', ' ', d ->> 'familyName')), (d ->> 'birthDate')::date, d ->> 'nhsNumber', d ->> 'postcode'
  from (select jsonb_build_object(
      'givenName', (array_agg(s.given_name order by s.received_at desc) filter (where s.given_name is not null))[1],
      'familyName', (array_agg(s.family_name order by s.received_at desc) filter (where s.family_name is not null))[1],
      'birthDate', (array_agg(s.birth_date order by s.received_at desc) filter (where s.birth_date is not null))[1],
      'nhsNumber', (array_agg(s.nhs_number order by s.received_at desc) filter (where s.nhs_number is not null))[1],
      'postcode', (array_agg(s.postcode order by s.received_at desc) filter (where s.postcode is not null))[1]) d
    from hub.source_record s where hub.viewer_is_person() and s.person_id = hub.viewer_party() and s.demographic and not s.superseded) own
$$;
alter function hub.own_demographics owner to loopwell_keeper;
grant execute on function hub.own_demographics to loopwell_api, loopwell_guard;
reset role;
