-- Delegations.

-- Delegations that the viewer recorded, or gave.
create view graph.proxy as
  select p.id, p.person_id, p.relationship, p.scopes, p.created_at, p.expires_on, p.ended_at from hub.proxy as p;
grant select on graph.proxy to loopwell_api;

-- Those of the person who asks.
create view graph.my_proxy as
  select p.* from graph.proxy as p where p.person_id = (select hub.viewer_party()) and (select hub.viewer_is_person());
grant select on graph.my_proxy to loopwell_api;
