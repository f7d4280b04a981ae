-- Opening a case that is a colleague's.

-- May the viewer open this case? A case that is assigned to a colleague, and not covered for, asks for a purpose in the
-- token. Software that acts for the whole organisation names no practitioner and has no colleagues, so it is asked for
-- none; a token that names a practitioner whom the directory does not list is asked always. What is opened so is noted
-- for the audit row.
create or replace function hub.may_open(link_worker uuid, referral uuid)
returns boolean
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
begin
  if
    link_worker is null
    or link_worker = hub.viewer_practitioner()
    or hub.viewer_practitioner() is null
    and coalesce(current_setting('app.unlisted', true), '') != 'true'
    or not exists (
      select from hub.practitioner as p where p.id = link_worker and p.organisation_id = hub.viewer_party()
    )
    or exists (
      select
      from hub.cover as c
      where
        c.practitioner_id = link_worker
        and c.covered_by_id = hub.viewer_practitioner()
        and hub.today() between c.from_day and c.to_day
    )
  then
    return true;
  elseif nullif(trim(current_setting('app.purpose', true)), '') is null then
    return false;
  end if;
  perform
    set_config(
      'app.colleagues_cases',
      concat_ws(',', nullif(current_setting('app.colleagues_cases', true), ''), referral),
      true
    );
  return true;
end;
$$;
alter function hub.may_open owner to loopwell_keeper;
grant execute on function hub.may_open to loopwell_api;
