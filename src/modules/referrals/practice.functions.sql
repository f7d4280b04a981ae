-- A person changes practice.

-- For keepers alone: the person is registered elsewhere now. The old practice's access ends, save what it holds in
-- another role; the new one joins where this referral's consent lets it. Answers how many referrals moved.
create or replace function hub.move_practice(person uuid, practice uuid)
returns integer
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  about hub.referral;
  allowed boolean;
  old_roles text[];
  moved integer := 0;
begin
  if not exists (select from hub.organisation as o where o.id = practice and o.sector = 'PRIMARY_CARE') then
    return 0;
  end if;
  for about in select r.*
  from hub.referral as r
  where
    r.person_id = person
    and hub.is_open(r.status)
    and r.kind != 'RETURN_TO_GP'
    and r.practice_id is distinct from practice
    and hub.may_report_practice(r)
  order by r.depth, r.id
  for no key update loop
    allowed := not hub.kept_out(about, practice)
    and exists (
      select
      from hub.consent as c
      where
        c.referral_id = about.id
        and c.withdrawn_at is null
        and (c.expires_on is null or c.expires_on >= hub.today())
        and hub.consent_allows(c, practice)
    );
    continue when not allowed and about.practice_id is null;
    update hub.referral as r
    set practice_id = case
      when allowed then practice
    end
    where r.id = about.id;
    select array_remove(p.roles, 'REGISTERED_PRACTICE')
    into old_roles
    from hub.referral_party as p
    where p.referral_id = about.id and p.party_id = about.practice_id and p.ended_at is null;
    if cardinality(old_roles) > 0 then
      update hub.referral_party as p
      set roles = old_roles
      where p.referral_id = about.id and p.party_id = about.practice_id;
    elseif old_roles is not null then
      perform hub.end_party(about, about.practice_id);
    end if;
    if allowed then
      perform hub.add_party(about, practice, 'REGISTERED_PRACTICE', 'STAGE', false);
      if not practice = any (about.party_ids) then
        perform
          hub.write_event(
            case
              when about.parent_id is null then 'REFERRAL_RECEIVED'
              else 'ONWARD_REFERRAL_CREATED'
            end,
            about,
            '{}',
            array[practice],
            array['STAGE']
          );
      end if;
    end if;
    perform hub.fold_referral(about.id);
    select r.* into about from hub.referral as r where r.id = about.id;
    perform hub.write_quietly('SOURCE_RECORD_CHANGED', about);
    moved := moved + 1;
  end loop;
  perform hub.fold_person(person) where moved > 0;
  return moved;
end;
$$;
alter function hub.move_practice owner to loopwell_keeper;

-- Records a change of practice at the word of a party that may report it.
create or replace function hub.change_practice(person uuid, practice uuid)
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
  if not exists (select from hub.referral as r where r.person_id = person and hub.may_report_practice(r)) then
    raise exception 'not for this party to report' using errcode = 'LW403';
  end if;
  -- where she is registered counts for referrals to come; no party reads it, and it keeps no party's access alive
  update hub.source_record as s
  set superseded = true
  where
    s.organisation_id = viewer
    and s.system = 'urn:loopwell:api'
    and s.external_id = person::text
    and s.kind = 'Registration'
    and not s.superseded
    and s.referral_id is null;
  perform
    hub.add_record(
      person,
      viewer,
      jsonb_build_object(
        'system',
        'urn:loopwell:api',
        'externalId',
        person,
        'recordKind',
        'Registration',
        'summary',
        'Registered practice',
        'rawHash',
        practice
      ),
      jsonb_build_object('practice', practice),
      null,
      '{}'
    );
  perform hub.move_practice(person, practice);
end;
$$;
alter function hub.change_practice owner to loopwell_keeper;
grant execute on function hub.change_practice to loopwell_api;
