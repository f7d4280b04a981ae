-- The plan agreed with the person.

-- The newest version, under the referral's own id. Of those at STAGE only the referrers and the registered practice
-- read it; a person reads her own.
create view graph.plan as
  (
    select distinct on (p.referral_id) p.referral_id as id, p.what_matters, p.goals, p.agreed_on
    from
      hub.plan as p
      join hub.referral as r on r.id = p.referral_id
    where
      (select hub.viewer_party()) = any (
        r.full_party_ids || r.writer_ids || array[r.root_referrer_id, r.referrer_id, r.practice_id]
      )
    order by p.referral_id, p.ordinal desc
  )
  union all
  -- her own; only a person is asked for it
  select o.id, o.what_matters, o.goals, o.agreed_on from hub.own_plans() as o where (select hub.viewer_is_person());
grant select on graph.plan to loopwell_api;

-- The goals of a plan, in their order.
create view graph.goal as
  select
    p.id as referral_id,
    n.position::integer,
    n.goal ->> 'text' as text,
    (n.goal ->> 'baseline')::integer as baseline,
    (n.goal ->> 'latest')::integer as latest
  from
    graph.plan as p
    cross join lateral jsonb_array_elements(p.goals) with ordinality as n (goal, position);
grant select on graph.goal to loopwell_api;
