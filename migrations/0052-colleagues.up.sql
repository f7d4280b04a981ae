-- Colleagues: who covers for whom, who opens whose case and what for, and what becomes of the work of one who leaves.
set local role loopwell_owner;

create table hub.cover (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references hub.organisation,
  practitioner_id uuid not null references hub.practitioner,
  covered_by_id uuid not null references hub.practitioner,
  from_day date not null,
  to_day date not null,
  check (from_day <= to_day),
  check (practitioner_id <> covered_by_id)
);
create index cover_by on hub.cover (covered_by_id, to_day);
create index cover_for on hub.cover (practitioner_id, to_day);
call hub.protect('hub.cover');
create policy own on hub.cover for select to loopwell_guard
  using (organisation_id = (select hub.viewer_party()) and (select hub.viewer_is_organisation()));
grant select on hub.cover to loopwell_guard;

alter table hub.practitioner add column left_on date;

-- Who worked with whom, and until when: with the audit trail it tells who opened a case that was a colleague's at the time.
create table hub.assignment (
  referral_id uuid not null references hub.referral,
  practitioner_id uuid not null references hub.practitioner,
  from_at timestamptz not null default hub.clock(),
  to_at timestamptz
);
create index assignment_referral on hub.assignment (referral_id, from_at);
create index assignment_now on hub.assignment (practitioner_id) where to_at is null;
call hub.protect('hub.assignment');
insert into hub.assignment (referral_id, practitioner_id, from_at) select id, link_worker_id, updated_at from hub.referral where link_worker_id is not null;
create function hub.keep_assignment() returns trigger language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
begin
  if new.link_worker_id is distinct from old.link_worker_id then
    update hub.assignment a set to_at = hub.clock() where a.referral_id = new.id and a.to_at is null;
    insert into hub.assignment (referral_id, practitioner_id) select new.id, new.link_worker_id where new.link_worker_id is not null;
  end if;
  return null;
end $$;
alter function hub.keep_assignment owner to loopwell_keeper;
create trigger keep_assignment after update of link_worker_id on hub.referral for each row execute function hub.keep_assignment();

-- One colleague covers for another at a time: saying it anew replaces what it overlaps, and naming nobody ends it.
create function hub.set_cover(away uuid, covering uuid, first_day date, last_day date) returns uuid
  language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.require_organisation();
  made uuid;
begin
  if (select count(*) from hub.practitioner p where p.id in (away, covering) and p.organisation_id = viewer and p.left_on is null)
    <> (case when covering is null then 1 else 2 end) then
    raise exception 'no such colleague' using errcode = 'LW404';
  end if;
  -- what overlaps at either end keeps its other part
  insert into hub.cover (organisation_id, practitioner_id, covered_by_id, from_day, to_day)
  select c.organisation_id, c.practitioner_id, c.covered_by_id, last_day + 1, c.to_day from hub.cover c
  where c.practitioner_id = away and c.from_day <= last_day and c.to_day > last_day;
  update hub.cover c set to_day = first_day - 1 where c.practitioner_id = away and c.from_day < first_day and c.to_day >= first_day;
  delete from hub.cover c where c.practitioner_id = away and c.from_day between first_day and last_day;
  if covering is not null then
    insert into hub.cover (organisation_id, practitioner_id, covered_by_id, from_day, to_day) values (viewer, away, covering, first_day, last_day)
    returning id into made;
  end if;
  return made;
end $$;
alter function hub.set_cover owner to loopwell_keeper;

-- Opening a case that is assigned to a colleague of one's own, and not covered for, asks for a purpose in the token. Software that
-- acts for the whole organisation names no practitioner, has no colleagues, and is asked for none; whoever names one that the directory
-- does not list is asked always. What is opened so is noted for the operation's audit row.
create function hub.may_open(link_worker uuid, referral uuid) returns boolean language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
begin
  if link_worker is null or link_worker = hub.viewer_practitioner()
    or hub.viewer_practitioner() is null and coalesce(current_setting('app.unlisted', true), '') <> 'true'
    or not exists (select from hub.practitioner p where p.id = link_worker and p.organisation_id = hub.viewer_party())
    or exists (select from hub.cover c where c.practitioner_id = link_worker and c.covered_by_id = hub.viewer_practitioner() and hub.today() between c.from_day and c.to_day) then
    return true;
  elsif nullif(trim(current_setting('app.purpose', true)), '') is null then
    return false;
  end if;
  perform set_config('app.colleagues_cases', concat_ws(',', nullif(current_setting('app.colleagues_cases', true), ''), referral), true);
  return true;
end $$;
alter function hub.may_open owner to loopwell_keeper;
grant execute on function hub.set_cover, hub.may_open to loopwell_api;

-- In the audit row itself, so that who opened colleagues' cases, and what for, is one plain question.
alter table hub.audit add colleagues_cases uuid[] default string_to_array(nullif(current_setting('app.colleagues_cases', true), ''), ',')::uuid[];
create index audit_colleagues_cases on hub.audit (at) where colleagues_cases is not null;
create or replace function hub.audit_text(entry hub.audit) returns text language sql immutable set search_path = pg_catalog, hub, pg_temp as $$
  select concat_ws('|', entry.position, entry.id, extract(epoch from entry.at), entry.party, entry.practitioner, entry.roles, entry.purpose,
    entry.request_id, entry.operation, entry.action, entry.outcome, entry.person_ids, entry.referral_ids, entry.proxy, entry.colleagues_cases)
$$;

-- Somebody leaves: their token is refused from now on, and their open cases are unassigned, for a colleague to take up.
create function hub.practitioner_leaves(external text) returns integer language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  leaving hub.practitioner;
  freed integer;
begin
  if not hub.viewer_is_operator() then
    raise exception 'for the operator alone' using errcode = 'LW403';
  end if;
  update hub.practitioner p set left_on = hub.today() where p.external_id = external and p.left_on is null returning p.* into leaving;
  if not found then
    raise exception 'no such practitioner' using errcode = 'LW404';
  end if;
  delete from hub.cover c where leaving.id in (c.practitioner_id, c.covered_by_id) and c.from_day > hub.today();
  update hub.cover c set to_day = greatest(c.from_day, hub.today()) where leaving.id in (c.practitioner_id, c.covered_by_id) and c.to_day > hub.today();
  update hub.referral r set link_worker_id = null where r.link_worker_id = leaving.id and r.status in ('RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED');
  get diagnostics freed = row_count;
  return freed;
end $$;
alter function hub.practitioner_leaves owner to loopwell_keeper;
grant execute on function hub.practitioner_leaves to loopwell_api;
reset role;

set local role loopwell_guard;
create or replace view graph.practitioner as select p.id, p.name, p.job_title, p.organisation_id, p.external_id, p.specialism, p.left_on from hub.practitioner p;
create view graph.cover as
  select c.id, c.practitioner_id, c.covered_by_id, c.from_day, c.to_day from hub.cover c where c.to_day >= (select hub.today());
create view graph.covered_colleague as
  select c.practitioner_id as id from hub.cover c where c.covered_by_id = (select hub.viewer_practitioner()) and (select hub.today()) between c.from_day and c.to_day;
-- Covered cases stand beside one's own: added up they would count a team's people twice.
create or replace view graph.caseload as
  select p.id, c.active, c.this_year, 250 as yearly_capacity, c.weighted, (
    select count(*)::integer from hub.cover k join hub.referral r on r.link_worker_id = k.practitioner_id
    where k.covered_by_id = p.id and (select hub.today()) between k.from_day and k.to_day
      and r.status in ('ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED')) as covered
  from hub.practitioner p cross join lateral (
    select (count(*) filter (where w.open))::integer as active,
      (count(*) filter (where w.received_at >= (select hub.contract_year())))::integer as this_year,
      coalesce(sum(least(3, 1 + 0.25 * (greatest(w.reasons, 1) - 1 + w.barriers))) filter (where w.open), 0)::double precision as weighted
    from (
      select r.received_at, r.status in ('ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED') as open, cardinality(r.reasons) as reasons,
        case when r.status in ('ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED') then
          (select count(distinct b) from hub.contact c cross join unnest(c.barriers) b where c.referral_id = r.id and c.recorded_in_error_at is null) else 0 end as barriers
      from hub.referral r where r.link_worker_id = p.id) w) c
  where p.organisation_id = (select hub.viewer_party()) and (select hub.viewer_has_agreement());
grant select on graph.cover, graph.covered_colleague to loopwell_api;
reset role;
