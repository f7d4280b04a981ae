-- Which of several values of a person is shown.

-- The demographic records of a person that this viewer may see, the preferred one first (hub.preference). A piece of
-- other views: it is read through them alone.
create view graph.preferred_record as
  select
    s.id,
    s.person_id,
    s.sector,
    s.organisation_id,
    s.system,
    s.external_id,
    s.kind,
    s.summary,
    s.attendance,
    s.occurred_at,
    s.received_at,
    s.raw_hash,
    s.inbox_id,
    s.referral_id,
    s.superseded,
    s.demographic,
    s.nhs_number,
    s.nhs_number_verified,
    s.given_name,
    s.family_name,
    s.birth_date,
    s.death_date,
    s.postcode,
    s.contact_points,
    s.needs,
    s.practice_id,
    s.local_id_system,
    s.local_id,
    s.party_ids,
    row_number() over (
      partition by s.person_id
      order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc, s.id
    ) as rank,
    s.permitted_channels,
    s.address_hidden
  from hub.source_record as s
  where s.demographic and not s.superseded;
