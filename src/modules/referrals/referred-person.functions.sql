-- Where a referral begins: what it follows from, and whom it is for.

-- For keepers alone: the referral that the viewer refers on from, locked. Only its receiver does, and five times at the
-- most.
create or replace function hub.lock_parent(parent uuid)
returns hub.referral
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  found_one hub.referral;
begin
  select *
  into found_one
  from hub.referral as r
  where r.id = parent and hub.viewer_party() = any (r.writer_ids)
  for no key update;
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  elseif found_one.depth = 5 then
    raise exception 'the chain has its full length' using errcode = 'LW453';
  end if;
  return found_one;
end;
$$;
alter function hub.lock_parent owner to loopwell_keeper;

-- For keepers alone: whom the viewer refers. A person it can see already, by her id; or the one that its demographics
-- name, which are kept as a record of its own.
create or replace function hub.person_to_refer(input jsonb)
returns uuid
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  viewer uuid := hub.viewer_party();
  person uuid := (input ->> 'personId')::uuid;
  draft jsonb := input -> 'person';
begin
  if person is not null then
    if not exists (select from hub.person as p where p.id = person and viewer = any (p.party_ids)) then
      raise exception 'no such person' using errcode = 'LW404';
    end if;
    return person;
  end if;
  person := hub.match_person(draft);
  perform hub.add_record(person, viewer, input -> 'record', draft, null, array[viewer])
  where
    not exists (
      select
      from hub.source_record as s
      where
        s.organisation_id = viewer
        and s.system = input #>> '{record,system}'
        and s.external_id = input #>> '{record,externalId}'
        and s.kind = input #>> '{record,recordKind}'
        and not s.superseded
        and s.referral_id is null
    );
  return person;
end;
$$;
alter function hub.person_to_refer owner to loopwell_keeper;
