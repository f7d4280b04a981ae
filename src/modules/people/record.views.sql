-- What hangs on a person.

-- The numbers by which this viewer may find a person. A voluntary organisation finds none.
create view graph.person_number as
  select s.person_id, s.nhs_number
  from hub.source_record as s
  where s.nhs_number is not null and not s.superseded and (select hub.viewer_sector()) != 'VOLUNTARY';
grant select on graph.person_number to loopwell_api;

-- How a person may be reached, each channel with whether it is safe.
create view graph.contact_point as
  select
    p.id as person_id,
    c.position::integer,
    c.point ->> 'system' as system,
    c.point ->> 'value' as value,
    coalesce((c.point ->> 'safe')::boolean, false) as safe,
    c.point ->> 'note' as note
  from
    graph.person as p
    cross join lateral jsonb_array_elements(p.contact_points) with ordinality as c (point, position)
  where c.point ->> 'system' is not null and c.point ->> 'value' is not null;
grant select on graph.contact_point to loopwell_api;

-- What is hidden of a person, and why.
create view graph.person_redaction as
  select
    p.id as person_id,
    1 as position,
    'nhsNumber' as field,
    'An NHS number is never shown to a voluntary organisation.' as reason
  from hub.person as p
  where (select hub.viewer_sector()) = 'VOLUNTARY';
grant select on graph.person_redaction to loopwell_api;

-- The records of a person that this viewer may see, each with where it came from.
create view graph.source_record as
  select
    s.id,
    s.person_id,
    s.sector,
    s.organisation_id,
    s.system,
    -- a sender may use the number as its own id: kept to find the record again, never shown to a voluntary organisation
    case
      when (select hub.viewer_sector()) is distinct from 'VOLUNTARY' then s.external_id
      else regexp_replace(
        s.external_id,
        '(?<![0-9])[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}(?![0-9])',
        '[number removed]',
        'g'
      )
    end as external_id,
    s.kind,
    s.summary,
    s.attendance,
    s.occurred_at,
    s.received_at
  from hub.source_record as s
  where not s.superseded;
grant select on graph.source_record to loopwell_api;
