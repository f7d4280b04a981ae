-- Consent given.

-- Records a consent, for a referral or in general. Lets the care team in that she named and ends the access of whom she
-- excludes. A party that serves her is ended by withdrawing, not by excluding.
create or replace function hub.record_consent(input jsonb)
returns jsonb
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
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
    select r.*
    into about
    from hub.referral as r
    where r.id = (input ->> 'referral')::uuid and r.person_id = person and hub.may_decide_consent(r)
    for no key update;
    if not found then
      raise exception 'no such referral' using errcode = 'LW404';
    end if;
  elseif hub.viewer_is_person() then
    if person is distinct from hub.viewer_party() or not hub.person_or_proxy_may('CONSENT') then
      raise exception 'no such person' using errcode = 'LW404';
    end if;
  else
    -- asked first: left to the planner, an organisation without agreement might learn that the person exists
    viewer := hub.require_organisation();
    if not exists (select from hub.person as p where p.id = person and viewer = any (p.party_ids)) then
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
      delete from hub.emergency_access as e where e.referral_id = about.id and e.organisation_id = organisation;
      if found then
        update hub.referral_party as p
        set expires_on = given.expires_on
        where p.referral_id = about.id and p.party_id = organisation and p.ended_at is null;
      end if;
      if
        not exists (
          select
          from hub.referral_party as p
          where
            p.referral_id = about.id
            and p.party_id = organisation
            and p.ended_at is null
            -- who was told of a crisis alone may still be let in
            and p.disclosure != 'CRISIS'
        )
      then
        perform hub.add_party(about, organisation, 'CARE_TEAM', 'STAGE', false, given.expires_on);
        perform hub.fold_referral(about.id);
        perform hub.append_event('CARE_TEAM_JOINED', about.id, jsonb_build_object('organisation', organisation));
      else
        -- consent given anew carries access further; it never shortens what stands
        update hub.referral_party as p
        set expires_on = given.expires_on
        where
          p.referral_id = about.id
          and p.party_id = organisation
          and p.expires_on < coalesce(given.expires_on, 'infinity');
      end if;
    end loop;
  end if;
  -- exclude wins over what was agreed before; who serves the person is ended by withdrawing, not by excluding
  for step in select r.*
  from hub.referral as r
  where r.id in (select hub.with_descendants(about.id))
  order by r.depth, r.id
  for no key update loop
    for organisation in select p.party_id
    from hub.referral_party as p
    where
      p.referral_id = step.id
      and p.ended_at is null
      and p.party_id = any (given.exclude)
      and p.party_id != step.receiver_id
      and not 'LINK_WORKER' = any (p.roles) loop
      perform hub.end_party(step, organisation);
    end loop;
  end loop;
  perform hub.fold_referral(about.id);
  perform hub.append_event('CONSENT_CHANGED', about.id);
  return jsonb_build_object('consent', given.id, 'barred', to_jsonb(barred));
end;
$$;
alter function hub.record_consent owner to loopwell_keeper;
grant execute on function hub.record_consent to loopwell_api;
