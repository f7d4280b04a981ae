set local role loopwell_guard;
drop view graph.covered_colleague, graph.cover, graph.practitioner, graph.caseload;
reset role;
set local role loopwell_owner;
create or replace function hub.audit_text(entry hub.audit) returns text language sql immutable set search_path = pg_catalog, hub, pg_temp as $$
  select concat_ws('|', entry.position, entry.id, extract(epoch from entry.at), entry.party, entry.practitioner, entry.roles, entry.purpose,
    entry.request_id, entry.operation, entry.action, entry.outcome, entry.person_ids, entry.referral_ids, entry.proxy)
$$;
alter table hub.audit drop column colleagues_cases;
drop function hub.practitioner_leaves, hub.may_open, hub.set_cover;
drop trigger keep_assignment on hub.referral;
drop function hub.keep_assignment;
drop table hub.assignment, hub.cover;
alter table hub.practitioner drop column left_on;
reset role;
set local role loopwell_guard;
create view graph.practitioner as select p.id, p.name, p.job_title, p.organisation_id, p.external_id, p.specialism from hub.practitioner p;
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
grant select on graph.practitioner, graph.caseload to loopwell_api;
reset role;
