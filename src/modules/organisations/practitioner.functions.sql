-- Practitioners: who may open whose case, and what becomes of the work of one who leaves.

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

-- A practitioner leaves: their token is refused from now on, and their open cases are unassigned for a colleague to
-- take up.
create or replace function hub.practitioner_leaves(external text)
returns integer
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  leaving hub.practitioner;
  freed integer;
begin
  if not hub.viewer_is_operator() then
    raise exception 'for the operator alone' using errcode = 'LW403';
  end if;
  update hub.practitioner as p
  set left_on = hub.today()
  where p.external_id = external and p.left_on is null
  returning p.*
  into leaving;
  if not found then
    raise exception 'no such practitioner' using errcode = 'LW404';
  end if;
  delete from hub.cover as c where leaving.id in (c.practitioner_id, c.covered_by_id) and c.from_day > hub.today();
  update hub.cover as c
  set to_day = greatest(c.from_day, hub.today())
  where leaving.id in (c.practitioner_id, c.covered_by_id) and c.to_day > hub.today();
  with
    unassigned as (
      update hub.referral as r
      set link_worker_id = null
      where r.link_worker_id = leaving.id and hub.is_open(r.status)
      returning r.id
    )
  select count(*)
  into freed
  from unassigned;
  return freed;
end;
$$;
alter function hub.practitioner_leaves owner to loopwell_keeper;
grant execute on function hub.practitioner_leaves to loopwell_api;
