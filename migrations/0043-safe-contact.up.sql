-- How a person may be reached, and an address that goes no further than those she gave it to.
set local role loopwell_owner;
alter table hub.source_record
  add permitted_channels text[] not null default '{}',
  -- null: this record does not say
  add address_hidden boolean;
create or replace function hub.add_record(person uuid, sender uuid, record jsonb, draft jsonb, referral uuid, readers uuid[]) returns uuid
  language sql set search_path = pg_catalog, hub, pg_temp as $$
  insert into hub.source_record (person_id, sector, organisation_id, system, external_id, kind, summary, attendance, occurred_at, raw_hash,
    inbox_id, referral_id, demographic, nhs_number, nhs_number_verified, given_name, family_name, birth_date, death_date, postcode,
    contact_points, needs, practice_id, local_id_system, local_id, party_ids,
    permitted_channels, address_hidden)
  select person, o.sector, o.id, record ->> 'system', record ->> 'externalId', record ->> 'recordKind', record ->> 'summary',
    record ->> 'attendance', (record ->> 'occurredAt')::timestamptz, coalesce(record ->> 'rawHash', ''), (record ->> 'inbox')::uuid, referral,
    draft ->> 'familyName' is not null or draft ->> 'nhsNumber' is not null,
    nullif(draft ->> 'nhsNumber', ''), coalesce((draft ->> 'nhsNumberVerified')::boolean, false), draft ->> 'givenName', draft ->> 'familyName',
    (draft ->> 'birthDate')::date, (draft ->> 'deathDate')::date, draft ->> 'postcode', coalesce(draft -> 'contactPoints', '[]'),
    array(select jsonb_array_elements_text(coalesce(draft -> 'needs', '[]'))),
    coalesce((draft ->> 'practice')::uuid, (select i.organisation_id from hub.organisation_identifier i
      where i.system = 'https://fhir.nhs.uk/Id/ods-organization-code' and i.value = draft ->> 'practiceOds')),
    draft #>> '{localId,system}', draft #>> '{localId,value}', readers,
    hub.texts(draft -> 'permittedChannels'), (draft ->> 'hiddenAddress')::boolean
  from hub.organisation o where o.id = sender
  returning id
$$;

-- What is referred on leaves a hidden address out; whoever is given it by the person's own referrer is told that it is hidden.
create or replace function hub.known_to(viewer uuid, person uuid, with_number boolean, with_practice boolean) returns jsonb language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'givenName', (array_agg(s.given_name order by s.received_at desc) filter (where s.given_name is not null))[1],
    'familyName', (array_agg(s.family_name order by s.received_at desc) filter (where s.family_name is not null))[1],
    'birthDate', (array_agg(s.birth_date order by s.received_at desc) filter (where s.birth_date is not null))[1],
    'postcode', case when with_practice or not bool_or(k.hidden) then (array_agg(s.postcode order by s.received_at desc) filter (where s.postcode is not null))[1] end,
    'contactPoints', (select jsonb_agg(c) from jsonb_array_elements((array_agg(s.contact_points order by s.received_at desc) filter (where s.contact_points <> '[]'))[1]) c
      where with_practice or not bool_or(k.hidden) or c ->> 'system' <> 'post'),
    'permittedChannels', (array_agg(to_jsonb(s.permitted_channels) order by s.received_at desc) filter (where s.permitted_channels <> '{}'))[1],
    'hiddenAddress', nullif(bool_or(k.hidden), false),
    'needs', (array_agg(to_jsonb(s.needs) order by s.received_at desc) filter (where s.needs <> '{}'))[1],
    'nhsNumber', case when with_number then (array_agg(s.nhs_number order by s.received_at desc) filter (where s.nhs_number is not null))[1] end,
    'nhsNumberVerified', case when with_number then bool_or(s.nhs_number_verified) end,
    'practice', case when with_practice then (array_agg(s.practice_id order by s.received_at desc) filter (where s.practice_id is not null))[1] end))
  from hub.source_record s cross join (
    select coalesce((array_agg(h.address_hidden order by h.received_at desc) filter (where h.address_hidden is not null))[1], false) as hidden
    from hub.source_record h where h.person_id = person and viewer = any (h.party_ids) and not h.superseded and h.demographic) k
  where s.person_id = person and viewer = any (s.party_ids) and not s.superseded and s.demographic
$$;
reset role;

set local role loopwell_guard;
create or replace view graph.preferred_record as
  select s.id, s.person_id, s.sector, s.organisation_id, s.system, s.external_id, s.kind, s.summary, s.attendance, s.occurred_at, s.received_at, s.raw_hash, s.inbox_id, s.referral_id, s.superseded, s.demographic, s.nhs_number, s.nhs_number_verified, s.given_name, s.family_name, s.birth_date, s.death_date, s.postcode, s.contact_points, s.needs, s.practice_id, s.local_id_system, s.local_id, s.party_ids, row_number() over (partition by s.person_id order by s.nhs_number_verified desc,
    array_position(array['PRIMARY_CARE', 'COMMUNITY_SERVICES', 'SOCIAL_CARE', 'VOLUNTARY'], s.sector), s.received_at desc, s.id) as rank,
    s.permitted_channels, s.address_hidden
  from hub.source_record s where s.demographic and not s.superseded;
create or replace view graph.person as
  select p.id,
    nullif(trim(concat(d.given_name, ' ', d.family_name)), '') as name, d.birth_date,
    -- the one rule that goes by sector: a number never reaches a voluntary organisation
    case when (select hub.viewer_sector()) <> 'VOLUNTARY' then d.nhs_number end as nhs_number,
    split_part(d.postcode, ' ', 1) as postcode_district,
    d.practice_id as registered_practice_id,
    coalesce(d.needs, '{}') as needs,
    d.contact_points,
    -- what the person said; else the channels that somebody said are safe
    case when d.permitted_channels <> '{}' then d.permitted_channels
      else array(select distinct c ->> 'system' from jsonb_array_elements(d.contact_points) c where (c ->> 'safe')::boolean and c ->> 'system' is not null order by 1) end as permitted_channels,
    coalesce(d.address_hidden, false) as hidden_address
  from hub.person p left join lateral (
    select (array_agg(s.given_name order by s.rank) filter (where s.given_name is not null))[1] as given_name,
      (array_agg(s.family_name order by s.rank) filter (where s.family_name is not null))[1] as family_name,
      (array_agg(s.birth_date order by s.rank) filter (where s.birth_date is not null))[1] as birth_date,
      (array_agg(s.nhs_number order by s.rank) filter (where s.nhs_number is not null))[1] as nhs_number,
      (array_agg(s.postcode order by s.rank) filter (where s.postcode is not null))[1] as postcode,
      (array_agg(s.practice_id order by s.rank) filter (where s.practice_id is not null))[1] as practice_id,
      (array_agg(s.contact_points order by s.rank) filter (where s.contact_points <> '[]'))[1] as contact_points,
      hub.texts((array_agg(to_jsonb(s.needs) order by s.rank) filter (where s.needs <> '{}'))[1]) as needs,
      hub.texts((array_agg(to_jsonb(s.permitted_channels) order by s.rank) filter (where s.permitted_channels <> '{}'))[1]) as permitted_channels,
      -- a wish to stay hidden: the newest that says so, whoever sent it
      (array_agg(s.address_hidden order by s.received_at desc) filter (where s.address_hidden is not null))[1] as address_hidden
    from graph.preferred_record s where s.person_id = p.id
  ) d on true;
create or replace view graph.own_person as
  select hub.viewer_party() as id, nullif(o.name, '') as name, o.birth_date, o.nhs_number, split_part(o.postcode, ' ', 1) as postcode_district,
    null::uuid as registered_practice_id, '{}'::text[] as needs, null::jsonb as contact_points, '{}'::text[] as permitted_channels, false as hidden_address
  from hub.own_demographics() o where hub.viewer_is_person();
reset role;
