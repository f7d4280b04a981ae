-- A practitioner leaves.

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
