-- How a shared link worker is shared out.

-- How many referrals a year a practice may make to the link workers of the organisation that employs them.
create or replace function hub.set_practice_share(practice uuid, practitioner uuid, quota integer)
returns uuid
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  viewer uuid := hub.require_organisation();
  share uuid;
begin
  if
    not exists (select from hub.organisation as o where o.id = set_practice_share.practice and o.closed_on is null)
    or set_practice_share.practitioner is not null
    and not exists (
      select from hub.practitioner as p where p.id = set_practice_share.practitioner and p.organisation_id = viewer
    )
  then
    raise exception 'no such practice or practitioner' using errcode = 'LW404';
  end if;
  if not exists (select from hub.organisation as o where o.id = viewer and o.receives_referrals) then
    raise exception 'only who employs link workers shares them out' using errcode = 'LW403';
  end if;
  insert into hub.practice_quota as q (organisation_id, practice_id, practitioner_id, quota)
  values (viewer, set_practice_share.practice, set_practice_share.practitioner, set_practice_share.quota)
  on conflict (organisation_id, practice_id, practitioner_id) do update set quota = excluded.quota
  returning q.id
  into share;
  return share;
end;
$$;
alter function hub.set_practice_share owner to loopwell_keeper;
grant execute on function hub.set_practice_share to loopwell_api;

-- When the running year began. Years are counted as contracts are: from 1 April.
create or replace function hub.contract_year()
returns timestamptz
language sql
stable
parallel safe
as $$
  select hub.start_of((date_trunc('year', hub.today() - interval '3 months') + interval '3 months')::date);
$$;
grant execute on function hub.contract_year to loopwell_api, loopwell_guard;
