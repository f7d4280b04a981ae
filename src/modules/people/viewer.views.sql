-- Who is asking.

-- The viewer, as the token says. Its columns are made before they are joined to (offset 0): a condition that still held
-- the settings could use no index under row security.
create view graph.viewer as
  select v.*
  from
    (
      select
        hub.viewer_party() as id,
        case
          when hub.viewer_is_organisation() then hub.viewer_party()
        end as organisation_id,
        hub.viewer_practitioner() as practitioner_id,
        case
          when hub.viewer_is_person() then hub.viewer_party()
        end as person_id,
        coalesce(string_to_array(nullif(current_setting('app.roles', true), ''), ','), '{}') as roles,
        hub.viewer_sector() as sector,
        nullif(current_setting('app.purpose', true), '') as purpose,
        nullif(current_setting('app.expires', true), '')::timestamptz as token_expires_at
      offset 0
    ) as v;
grant select on graph.viewer to loopwell_api;
