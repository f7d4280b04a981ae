-- Cover: who works for a colleague who is away, and who worked with whom until when.

-- One colleague covers for another at a time: saying it anew replaces what it overlaps, and naming no colleague ends
-- it.
create or replace function hub.set_cover(away uuid, covering uuid, first_day date, last_day date)
returns uuid
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  viewer uuid := hub.require_organisation();
  made uuid;
begin
  if
    (
      select count(*)
      from hub.practitioner as p
      where p.id in (away, covering) and p.organisation_id = viewer and p.left_on is null
    ) != (
      case
        when covering is null then 1
        else 2
      end
    )
  then
    raise exception 'no such colleague' using errcode = 'LW404';
  end if;
  -- what overlaps at either end keeps its other part
  insert into hub.cover (organisation_id, practitioner_id, covered_by_id, from_day, to_day)
  select c.organisation_id, c.practitioner_id, c.covered_by_id, last_day + 1, c.to_day
  from hub.cover as c
  where c.practitioner_id = away and c.from_day <= last_day and c.to_day > last_day;
  update hub.cover as c
  set to_day = first_day - 1
  where c.practitioner_id = away and c.from_day < first_day and c.to_day >= first_day;
  delete from hub.cover as c where c.practitioner_id = away and c.from_day between first_day and last_day;
  if covering is not null then
    insert into hub.cover (organisation_id, practitioner_id, covered_by_id, from_day, to_day)
    values (viewer, away, covering, first_day, last_day)
    returning id
    into made;
  end if;
  return made;
end;
$$;
alter function hub.set_cover owner to loopwell_keeper;
grant execute on function hub.set_cover to loopwell_api;

-- Trigger: keeps from when until when a referral was a practitioner's. With the audit trail this tells who opened a
-- case that was a colleague's at the time.
create or replace function hub.keep_assignment()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
begin
  if new.link_worker_id is distinct from old.link_worker_id then
    update hub.assignment as a set to_at = hub.clock() where a.referral_id = new.id and a.to_at is null;
    insert into hub.assignment (referral_id, practitioner_id)
    select new.id, new.link_worker_id where new.link_worker_id is not null;
  end if;
  return null;
end;
$$;
alter function hub.keep_assignment owner to loopwell_keeper;
