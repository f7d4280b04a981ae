-- How much a link worker carries, and how much of a shared one each practice may take.
set local role loopwell_owner;

-- Specialist link workers sit in a service, beside those of primary care networks.
alter table hub.practitioner add column specialism text;

create index referral_link_worker on hub.referral (link_worker_id, received_at) where link_worker_id is not null;

create table hub.practice_quota (
  id uuid primary key default gen_random_uuid(),
  -- who employs the link workers
  organisation_id uuid not null references hub.organisation,
  practice_id uuid not null references hub.organisation,
  -- null: of all its link workers together
  practitioner_id uuid references hub.practitioner,
  quota integer not null check (quota between 0 and 100000),
  unique nulls not distinct (organisation_id, practice_id, practitioner_id)
);
call hub.protect('hub.practice_quota');
create policy shared on hub.practice_quota for select to loopwell_guard
  using ((select hub.viewer_party()) in (organisation_id, practice_id) and (select hub.viewer_has_agreement()));
grant select on hub.practice_quota to loopwell_guard;
create index practice_quota_practice on hub.practice_quota (practice_id);

create function hub.set_practice_share(practice uuid, practitioner uuid, quota integer) returns uuid
  language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.require_organisation();
  share uuid;
begin
  if not exists (select from hub.organisation o where o.id = set_practice_share.practice and o.closed_on is null)
    or set_practice_share.practitioner is not null
      and not exists (select from hub.practitioner p where p.id = set_practice_share.practitioner and p.organisation_id = viewer) then
    raise exception 'no such practice or practitioner' using errcode = 'LW404';
  end if;
  if not exists (select from hub.organisation o where o.id = viewer and o.receives_referrals) then
    raise exception 'only who employs link workers shares them out' using errcode = 'LW403';
  end if;
  insert into hub.practice_quota as q (organisation_id, practice_id, practitioner_id, quota)
  values (viewer, set_practice_share.practice, set_practice_share.practitioner, set_practice_share.quota)
  on conflict (organisation_id, practice_id, practitioner_id) do update set quota = excluded.quota
  returning q.id into share;
  return share;
end $$;
alter function hub.set_practice_share owner to loopwell_keeper;
grant execute on function hub.set_practice_share to loopwell_api;

-- Years are counted as contracts are: from 1 April.
create function hub.contract_year() returns timestamptz language sql stable parallel safe as $$
  select date_trunc('year', hub.clock() - interval '3 months') + interval '3 months'
$$;
grant execute on function hub.contract_year to loopwell_api, loopwell_guard;
reset role;

set local role loopwell_guard;
create or replace view graph.practitioner as
  select p.id, p.name, p.job_title, p.organisation_id, p.external_id, p.specialism from hub.practitioner p;
-- The viewer's own colleagues, by the referrals assigned to them. One person weighs 1; a quarter more for each reason beyond the
-- first and for each kind of barrier met, up to 3.
create view graph.caseload as
  select p.id, c.active, c.this_year, 250 as yearly_capacity, c.weighted
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
-- Read by who employs the link workers and by the practice: each counts what it may see of this year's referrals, which is the same.
create view graph.practice_share as
  select q.id, q.organisation_id, q.practice_id, q.practitioner_id, q.quota, (
    select count(*)::integer from hub.referral_party p join hub.referral r on r.id = p.referral_id
    where p.party_id = (select hub.viewer_party()) and p.ended_at is null and p.received_at >= (select hub.contract_year())
      and r.kind = 'LINK_WORKER' and r.referrer_id = q.practice_id and r.receiver_id = q.organisation_id
      and (q.practitioner_id is null or r.link_worker_id = q.practitioner_id)) as used
  from hub.practice_quota q;
grant select on graph.caseload, graph.practice_share to loopwell_api;
reset role;
