-- Source records: what a sender says of a person, and who reads it.

-- For keepers alone: one record of a person, with its readers.
create or replace function hub.add_record(
  person uuid,
  sender uuid,
  record jsonb,
  draft jsonb,
  referral uuid,
  readers uuid[]
)
returns uuid
language sql
set search_path = pg_catalog, hub, pg_temp
as $$
  insert into hub.source_record
    (
      person_id,
      sector,
      organisation_id,
      system,
      external_id,
      kind,
      summary,
      attendance,
      occurred_at,
      raw_hash,
      inbox_id,
      referral_id,
      demographic,
      nhs_number,
      nhs_number_verified,
      given_name,
      family_name,
      birth_date,
      death_date,
      postcode,
      contact_points,
      needs,
      practice_id,
      local_id_system,
      local_id,
      party_ids,
      permitted_channels,
      address_hidden
    )
  select
    person,
    o.sector,
    o.id,
    record ->> 'system',
    record ->> 'externalId',
    record ->> 'recordKind',
    record ->> 'summary',
    record ->> 'attendance',
    (record ->> 'occurredAt')::timestamptz,
    coalesce(record ->> 'rawHash', ''),
    (record ->> 'inbox')::uuid,
    referral,
    draft ->> 'familyName' is not null or draft ->> 'nhsNumber' is not null,
    nullif(draft ->> 'nhsNumber', ''),
    coalesce((draft ->> 'nhsNumberVerified')::boolean, false),
    draft ->> 'givenName',
    draft ->> 'familyName',
    (draft ->> 'birthDate')::date,
    (draft ->> 'deathDate')::date,
    draft ->> 'postcode',
    coalesce(draft -> 'contactPoints', '[]'),
    array(select jsonb_array_elements_text(coalesce(draft -> 'needs', '[]'))),
    coalesce(
      (draft ->> 'practice')::uuid,
      (
        select i.organisation_id
        from hub.organisation_identifier as i
        where i.system = 'https://fhir.nhs.uk/Id/ods-organization-code' and i.value = draft ->> 'practiceOds'
      )
    ),
    draft #>> '{localId,system}',
    draft #>> '{localId,value}',
    readers,
    hub.texts(draft -> 'permittedChannels'),
    (draft ->> 'hiddenAddress')::boolean
  from hub.organisation as o
  where o.id = sender
  returning id;
$$;
alter function hub.add_record owner to loopwell_keeper;

-- For keepers alone: who may see a person. The senders of her records, and the parties that a referral gave one to.
create or replace function hub.fold_person(person uuid)
returns void
language sql
set search_path = pg_catalog, hub, pg_temp
as $$
  update hub.person as p
  set party_ids = array(
    select distinct reader
    from
      hub.source_record as s
      cross join unnest(s.party_ids) as reader
    where s.person_id = person and not s.superseded
  )
  where p.id = person;
$$;
alter function hub.fold_person owner to loopwell_keeper;

-- For keepers alone: the practice that was named last as the person's, among the records that this reader may see;
-- without a reader, among all.
create or replace function hub.newest_practice(person uuid, reader uuid)
returns uuid
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select s.practice_id
  from hub.source_record as s
  where
    s.person_id = person
    and s.practice_id is not null
    and not s.superseded
    and (reader is null or reader = any (s.party_ids))
  order by s.received_at desc
  limit 1;
$$;
alter function hub.newest_practice owner to loopwell_keeper;
