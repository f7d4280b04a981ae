-- What is carried, and by whom.

-- What a service carries against what it is paid for, for its provider.
create view graph.service_load as
  select
    s.id,
    (
      select count(*)::integer
      from hub.referral as r
      where r.service_id = s.id and hub.is_open(r.status)
    ) as open_referrals,
    l.funded_places,
    l.volunteers
  from
    hub.service as s
    left join hub.service_load as l on l.service_id = s.id
  where s.organisation_id = (select hub.viewer_party());
grant select on graph.service_load to loopwell_api;

-- The viewer's own colleagues, by the referrals assigned to them. One person weighs 1; a quarter more for each reason
-- beyond the first and for each kind of barrier met, up to 3. Covered cases stand beside one's own: added up they would
-- count a team's people twice.
create view graph.caseload as
  select
    p.id,
    c.active,
    c.this_year,
    250 as yearly_capacity,
    c.weighted,
    (
      select count(*)::integer
      from
        hub.cover as k
        join hub.referral as r on r.link_worker_id = k.practitioner_id
      where
        k.covered_by_id = p.id
        and (select hub.today()) between k.from_day and k.to_day
        and hub.is_under_way(r.status)
    ) as covered
  from
    hub.practitioner as p
    cross join lateral (
      select
        (count(*) filter (where w.open))::integer as active,
        (count(*) filter (where w.received_at >= (select hub.contract_year())))::integer as this_year,
        coalesce(
          sum(least(3, 1 + 0.25 * (greatest(w.reasons, 1) - 1 + w.barriers))) filter (where w.open),
          0
        )::double precision as weighted
      from
        (
          select
            r.received_at,
            hub.is_under_way(r.status) as open,
            cardinality(r.reasons) as reasons,
            case
              when hub.is_under_way(r.status) then (
                select count(distinct b)
                from
                  hub.contact as c
                  cross join unnest(c.barriers) as b
                where c.referral_id = r.id and c.recorded_in_error_at is null
              )
              else 0
            end as barriers
          from hub.referral as r
          where r.link_worker_id = p.id
        ) as w
    ) as c
  where p.organisation_id = (select hub.viewer_party()) and (select hub.viewer_has_agreement());
grant select on graph.caseload to loopwell_api;

-- Read by the organisation that employs the link workers and by the practice: each counts what it may see of this
-- year's referrals, which is the same.
create view graph.practice_share as
  select
    q.id,
    q.organisation_id,
    q.practice_id,
    q.practitioner_id,
    q.quota,
    (
      select count(*)::integer
      from
        hub.referral_party as p
        join hub.referral as r on r.id = p.referral_id
      where
        p.party_id = (select hub.viewer_party())
        and p.ended_at is null
        and p.received_at >= (select hub.contract_year())
        and r.kind = 'LINK_WORKER'
        and r.referrer_id = q.practice_id
        and r.receiver_id = q.organisation_id
        and (q.practitioner_id is null or r.link_worker_id = q.practitioner_id)
    ) as used
  from hub.practice_quota as q;
grant select on graph.practice_share to loopwell_api;
