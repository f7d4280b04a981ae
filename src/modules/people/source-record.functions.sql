-- What a sector's file brings: kept with where it came from, and followed.

-- For keepers alone: keeps a record. Says what became of it, whose it is, and whether it replaced another.
create or replace function hub.keep_record(record jsonb, out outcome text, out person uuid, out replaced boolean)
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  viewer uuid := hub.viewer_party();
  current_one hub.source_record;
begin
  -- two imports of one new record at once: the second waits, and then finds it
  perform
    pg_advisory_xact_lock(
      hashtextextended(
        concat_ws(' ', 'record:', viewer, record ->> 'system', record ->> 'externalId', record ->> 'recordKind'),
        0
      )
    );
  select *
  into current_one
  from hub.source_record as s
  where
    s.organisation_id = viewer
    and s.system = record ->> 'system'
    and s.external_id = record ->> 'externalId'
    and s.kind = record ->> 'recordKind'
    and s.referral_id is null
    and not s.superseded
  for no key update;
  replaced := current_one.id is not null;
  -- what this very file said before and has said otherwise since is no news either, so a file sent again changes
  -- nothing
  if
    current_one.raw_hash = record ->> 'rawHash'
    or replaced
    and exists (
      select
      from hub.source_record as s
      where
        s.person_id = current_one.person_id
        and s.organisation_id = viewer
        and s.superseded
        and s.referral_id is null
        and s.system = current_one.system
        and s.external_id = current_one.external_id
        and s.kind = current_one.kind
        and s.raw_hash = record ->> 'rawHash'
        and s.inbox_id = (record ->> 'inbox')::uuid
    )
  then
    outcome := 'duplicate';
    return;
  end if;
  person := hub.match_person(record -> 'person');
  if replaced then
    update hub.source_record set superseded = true where id = current_one.id;
  end if;
  perform hub.add_record(person, viewer, record, record -> 'person', null, array[viewer]);
  perform hub.fold_person(person);
  if replaced and current_one.person_id != person then
    perform hub.fold_person(current_one.person_id);
  end if;
  outcome := 'applied';
end;
$$;
alter function hub.keep_record owner to loopwell_keeper;

-- Keeps a record that its sender reads; 'duplicate' changes nothing. A record that replaces another is news to the link
-- worker of each open referral that its sender is a party of: that it changed. What it says reaches the receiver only
-- from its own referrer, as a record of its own.
create or replace function hub.keep_source_record(record jsonb)
returns text
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  viewer uuid := hub.require_organisation();
  kept record;
  about hub.referral;
begin
  select * into kept from hub.keep_record(record);
  if kept.outcome = 'applied' then
    for about in select r.*
    from hub.referral as r
    where kept.replaced and r.person_id = kept.person and viewer = any (r.party_ids) and hub.is_open(r.status)
    order by r.depth, r.id
    for no key update loop
      if about.referrer_id = viewer then
        perform hub.refresh_given(about);
      end if;
      perform hub.write_quietly('SOURCE_RECORD_CHANGED', about);
    end loop;
    perform hub.follow_record(kept.person, record -> 'person');
  end if;
  return kept.outcome;
end;
$$;
alter function hub.keep_source_record owner to loopwell_keeper;
grant execute on function hub.keep_source_record to loopwell_api;

-- For keepers alone: what a record says of her life is followed. A death, where its sender may report one; a new
-- practice, where general practice says it.
create or replace function hub.follow_record(person uuid, draft jsonb)
returns void
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
begin
  if
    draft ->> 'deathDate' is not null
    and exists (select from hub.referral as r where r.person_id = person and hub.may_report_life_change(r))
    -- a file that still holds what was taken back does not bring it again
    and not exists (
      select
      from hub.death as d
      where
        d.person_id = follow_record.person
        and d.day = (draft ->> 'deathDate')::date
        and d.recorded_in_error_at is not null
    )
  then
    perform hub.close_for_death(person, (draft ->> 'deathDate')::date);
  elseif draft ->> 'practiceOds' is not null and hub.viewer_sector() = 'PRIMARY_CARE' then
    perform hub.move_practice(person, i.organisation_id)
    from hub.organisation_identifier as i
    where i.system = 'https://fhir.nhs.uk/Id/ods-organization-code' and i.value = draft ->> 'practiceOds';
  end if;
end;
$$;
alter function hub.follow_record owner to loopwell_keeper;
