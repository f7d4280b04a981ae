-- Why and how a person was referred.

-- The reasons a referral may give.
create view graph.referral_reason as
  select r.position, r.key, r.label, r.snomed_code, md5(r.key)::uuid as id from hub.reason as r;
grant select on graph.referral_reason to loopwell_api;

-- The reasons of one referral, in the order given.
create view graph.referral_reason_of as
  select r.id as referral_id, n.position::integer, v.key, v.label, v.snomed_code, md5(v.key)::uuid as id
  from
    graph.referral as r
    cross join lateral unnest(r.reasons) with ordinality as n (key, position)
    join hub.reason as v on v.key = n.key;
grant select on graph.referral_reason_of to loopwell_api;

-- How a referral may arrive, under the name that the viewer's network gives it: of several networks the nearest.
create view graph.referral_route as
  select
    r.position,
    r.key,
    coalesce(
      -- of several networks the nearest to the viewer names it
      (
        select n.label
        from
          hub.route_name as n
          join hub.network_member as m on m.network_id = n.network_id
          join hub.network as k on k.id = n.network_id
        where n.route = r.key and m.organisation_id = (select hub.viewer_party())
        order by array_position(array['NEIGHBOURHOOD', 'PCN', 'PLACE', 'SOCIAL_PRESCRIBING', 'ICB'], k.kind), k.key
        limit 1
      ),
      r.label
    ) as label
  from hub.route as r;
grant select on graph.referral_route to loopwell_api;
