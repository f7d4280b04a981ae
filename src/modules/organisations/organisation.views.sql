-- The directory of organisations and networks.

-- An organisation, open or closed: referrals made to it still name it.
create view graph.organisation as
  select o.id, o.name, o.sector, o.receives_referrals from hub.organisation as o;
grant select on graph.organisation to loopwell_api;

-- The codes of an organisation, each with its system.
create view graph.organisation_identifier as
  select i.organisation_id, i.system, i.value from hub.organisation_identifier as i;
grant select on graph.organisation_identifier to loopwell_api;

-- Which organisations are no more, and who goes on for them.
create view graph.organisation_end as
  select o.id, o.closed_on, o.successor_id from hub.organisation as o where o.closed_on is not null;
grant select on graph.organisation_end to loopwell_api;

-- A network: ICB, place, PCN, neighbourhood or the social prescribing network itself.
create view graph.network as
  select n.id, n.name, n.kind, n.key from hub.network as n;
grant select on graph.network to loopwell_api;

-- The organisations of a network.
create view graph.network_member as
  select m.network_id, o.id, o.name, o.sector, o.receives_referrals
  from
    hub.network_member as m
    join hub.organisation as o on o.id = m.organisation_id;
grant select on graph.network_member to loopwell_api;

-- The networks of an organisation.
create view graph.organisation_network as
  select m.organisation_id, n.id, n.name, n.kind, n.key
  from
    hub.network_member as m
    join hub.network as n on n.id = m.network_id;
grant select on graph.organisation_network to loopwell_api;

-- A practitioner, in one post. One who left stays: entries still name them.
create view graph.practitioner as
  select p.id, p.name, p.job_title, p.organisation_id, p.external_id, p.specialism, p.left_on
  from hub.practitioner as p;
grant select on graph.practitioner to loopwell_api;
