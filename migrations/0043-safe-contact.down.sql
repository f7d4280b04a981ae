set local role loopwell_guard;
drop view graph.contact_point, graph.own_person, graph.person, graph.preferred_record;
create view graph.preferred_record as
  select s.id, s.person_id, s.sector, s.organisation_id, s.system, s.external_id, s.kind, s.summary, s.attendance, s.occurred_at, s.received_at, s.raw_hash, s.inbox_id, s.referral_id, s.superseded, s.demographic, s.nhs_number, s.nhs_number_verified, s.given_name, s.family_name, s.birth_date, s.death_date, s.postcode, s.contact_points, s.needs, s.practice_id, s.local_id_system, s.local_id, s.party_ids, row_number() over (partition by s.person_id order by s.nhs_number_verified desc,
    array_position(array['PRIMARY_CARE', 'COMMUNITY_SERVICES', 'SOCIAL_CARE', 'VOLUNTARY'], s.sector), s.received_at desc, s.id) as rank
  from hub.source_record s where s.demographic and not s.superseded;
create view graph.person as
  select p.id,
    nullif(trim(concat(d.given_name, ' ', d.family_name)), '') as name, d.birth_date,
    -- the one rule that goes by sector: a number never reaches a voluntary organisation
    case when (select hub.viewer_sector()) <> 'VOLUNTARY' then d.nhs_number end as nhs_number,
    split_part(d.postcode, ' ', 1) as postcode_district,
    d.practice_id as registered_practice_id,
    coalesce(d.needs, '{}') as needs,
    d.contact_points
  from hub.person p left join lateral (
    select (array_agg(s.given_name order by s.rank) filter (where s.given_name is not null))[1] as given_name,
      (array_agg(s.family_name order by s.rank) filter (where s.family_name is not null))[1] as family_name,
      (array_agg(s.birth_date order by s.rank) filter (where s.birth_date is not null))[1] as birth_date,
      (array_agg(s.nhs_number order by s.rank) filter (where s.nhs_number is not null))[1] as nhs_number,
      (array_agg(s.postcode order by s.rank) filter (where s.postcode is not null))[1] as postcode,
      (array_agg(s.practice_id order by s.rank) filter (where s.practice_id is not null))[1] as practice_id,
      (array_agg(s.contact_points order by s.rank) filter (where s.contact_points <> '[]'))[1] as contact_points,
      hub.texts((array_agg(to_jsonb(s.needs) order by s.rank) filter (where s.needs <> '{}'))[1]) as needs
    from graph.preferred_record s where s.person_id = p.id
  ) d on true;
create view graph.own_person as
  select hub.viewer_party() as id, nullif(o.name, '') as name, o.birth_date, o.nhs_number, split_part(o.postcode, ' ', 1) as postcode_district,
    null::uuid as registered_practice_id, '{}'::text[] as needs, null::jsonb as contact_points
  from hub.own_demographics() o where hub.viewer_is_person();
create view graph.contact_point as
  select p.id as person_id, c.position::integer, c.point ->> 'system' as system, c.point ->> 'value' as value,
    coalesce((c.point ->> 'safe')::boolean, false) as safe, c.point ->> 'note' as note
  from graph.person p cross join lateral jsonb_array_elements(p.contact_points) with ordinality c (point, position)
  where c.point ->> 'system' is not null and c.point ->> 'value' is not null;
grant select on graph.person, graph.own_person, graph.contact_point to loopwell_api;
reset role;
set local role loopwell_owner;
create or replace function hub.add_record(person uuid, sender uuid, record jsonb, draft jsonb, referral uuid, readers uuid[]) returns uuid
  language sql set search_path = pg_catalog, hub, pg_temp as $$
  insert into hub.source_record (person_id, sector, organisation_id, system, external_id, kind, summary, attendance, occurred_at, raw_hash,
    inbox_id, referral_id, demographic, nhs_number, nhs_number_verified, given_name, family_name, birth_date, death_date, postcode,
    contact_points, needs, practice_id, local_id_system, local_id, party_ids)
  select person, o.sector, o.id, record ->> 'system', record ->> 'externalId', record ->> 'recordKind', record ->> 'summary',
    record ->> 'attendance', (record ->> 'occurredAt')::timestamptz, coalesce(record ->> 'rawHash', ''), (record ->> 'inbox')::uuid, referral,
    draft ->> 'familyName' is not null or draft ->> 'nhsNumber' is not null,
    nullif(draft ->> 'nhsNumber', ''), coalesce((draft ->> 'nhsNumberVerified')::boolean, false), draft ->> 'givenName', draft ->> 'familyName',
    (draft ->> 'birthDate')::date, (draft ->> 'deathDate')::date, draft ->> 'postcode', coalesce(draft -> 'contactPoints', '[]'),
    array(select jsonb_array_elements_text(coalesce(draft -> 'needs', '[]'))),
    coalesce((draft ->> 'practice')::uuid, (select i.organisation_id from hub.organisation_identifier i
      where i.system = 'https://fhir.nhs.uk/Id/ods-organization-code' and i.value = draft ->> 'practiceOds')),
    draft #>> '{localId,system}', draft #>> '{localId,value}', readers
  from hub.organisation o where o.id = sender
  returning id
$$;
create or replace function hub.known_to(viewer uuid, person uuid, with_number boolean, with_practice boolean) returns jsonb language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'givenName', (array_agg(s.given_name order by s.received_at desc) filter (where s.given_name is not null))[1],
    'familyName', (array_agg(s.family_name order by s.received_at desc) filter (where s.family_name is not null))[1],
    'birthDate', (array_agg(s.birth_date order by s.received_at desc) filter (where s.birth_date is not null))[1],
    'postcode', (array_agg(s.postcode order by s.received_at desc) filter (where s.postcode is not null))[1],
    'contactPoints', (array_agg(s.contact_points order by s.received_at desc) filter (where s.contact_points <> '[]'))[1],
    'needs', (array_agg(to_jsonb(s.needs) order by s.received_at desc) filter (where s.needs <> '{}'))[1],
    'nhsNumber', case when with_number then (array_agg(s.nhs_number order by s.received_at desc) filter (where s.nhs_number is not null))[1] end,
    'nhsNumberVerified', case when with_number then bool_or(s.nhs_number_verified) end,
    'practice', case when with_practice then (array_agg(s.practice_id order by s.received_at desc) filter (where s.practice_id is not null))[1] end))
  from hub.source_record s where s.person_id = person and viewer = any (s.party_ids) and not s.superseded and s.demographic
$$;
alter table hub.source_record drop permitted_channels, drop address_hidden;
reset role;
