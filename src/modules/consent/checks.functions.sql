-- What a consent must hold.

-- Trigger: a child under 16 decides for herself only once her competence was assessed. By the birth dates that the
-- recorder may know: a refusal teaches no age.
create or replace function hub.check_competence()
returns trigger
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
begin
  if
    new.given_by = 'person'
    and not (new.competence_assessed and hub.viewer_is_organisation())
    and exists (
      select
      from hub.source_record as s
      where
        s.person_id = new.person_id
        and not s.superseded
        and s.birth_date > hub.today() - interval '16 years'
        and (hub.viewer_party() = any (s.party_ids) or s.person_id = hub.viewer_party())
    )
  then
    raise exception 'a child under 16' using errcode = 'LW452';
  end if;
  return new;
end;
$$;
alter function hub.check_competence owner to loopwell_keeper;

-- Trigger: an organisation that is excluded or named must exist. A wish that nothing can follow is not taken down as if
-- it were kept.
create or replace function hub.check_named()
returns trigger
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
begin
  if
    exists (
      select
      from unnest(new.recipients || new.exclude) as named (id)
      where not exists (select from hub.organisation as o where o.id = named.id)
    )
  then
    raise exception 'no such organisation' using errcode = 'LW404';
  end if;
  return new;
end;
$$;
alter function hub.check_named owner to loopwell_keeper;
