-- Which person a set of demographics names.

-- The person that demographics name; a new one where they name no known person. The answer is of the same kind whether
-- she was known or not.
create or replace function hub.match_person(draft jsonb)
returns uuid
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  viewer uuid := hub.require_organisation();
  number text := nullif(draft ->> 'nhsNumber', '');
  known uuid;
  matched uuid;
  other record;
begin
  if number is not null then
    -- two files that bring the same new number at once must find one person
    perform pg_advisory_xact_lock(hashtextextended('nhs-number:' || number, 0));
    -- What the viewer itself said of the number comes first: sent twice under an invented name, it would otherwise open
    -- one identity where the number is unknown and two where it is known.
    select s.person_id
    into matched
    from hub.source_record as s
    where
      s.nhs_number = number
      and s.organisation_id = viewer
      and s.referral_id is null
      and not coalesce(
        lower(s.family_name) != lower(draft ->> 'familyName') and s.birth_date != (draft ->> 'birthDate')::date,
        false
      )
    order by s.received_at, s.id
    limit 1;
    if matched is not null then
      return matched;
    end if;
    select s.person_id
    into known
    from
      hub.source_record as s
      join hub.person as p on p.id = s.person_id
    where s.nhs_number = number and not p.provisional
    order by s.received_at, s.id
    limit 1;
    if
      known is not null
      and not exists (
        select
        from hub.source_record as s
        where
          s.person_id = known
          and s.family_name is not null
          and s.birth_date is not null
          and draft ->> 'familyName' is not null
          and draft ->> 'birthDate' is not null
        having
          count(*) > 0
          and bool_and(
            lower(s.family_name) != lower(draft ->> 'familyName') and s.birth_date != (draft ->> 'birthDate')::date
          )
      )
    then
      return known;
    end if;
  elseif draft #>> '{localId,value}' is not null then
    select s.person_id
    into matched
    from hub.source_record as s
    where
      s.organisation_id = viewer
      and s.local_id_system = draft #>> '{localId,system}'
      and s.local_id = draft #>> '{localId,value}'
    order by s.received_at
    limit 1;
    if matched is not null then
      return matched;
    end if;
  end if;

  insert into hub.person (provisional) values (known is not null) returning id into matched;
  if known is not null then
    insert into hub.match_review (person_id, candidate_id, reason)
    values (matched, known, 'the number agrees, surname and birth date do not');
  end if;
  if number is null and draft ->> 'familyName' is not null and draft ->> 'birthDate' is not null then
    for other in select distinct s.person_id
    from hub.source_record as s
    where
      lower(s.family_name) = lower(draft ->> 'familyName')
      and s.birth_date = (draft ->> 'birthDate')::date
      and lower(coalesce(s.given_name, '')) = lower(coalesce(draft ->> 'givenName', ''))
    limit 5 loop
      insert into hub.match_review (person_id, candidate_id, reason)
      values (matched, other.person_id, 'name and birth date agree, no number');
    end loop;
  end if;
  return matched;
end;
$$;
alter function hub.match_person owner to loopwell_keeper;
