-- Cover among colleagues.

-- Cover of the viewer's own organisation, from today on.
create view graph.cover as
  select c.id, c.practitioner_id, c.covered_by_id, c.from_day, c.to_day
  from hub.cover as c
  where c.to_day >= (select hub.today());
grant select on graph.cover to loopwell_api;

-- The colleagues for whom the viewer covers today.
create view graph.covered_colleague as
  select c.practitioner_id as id
  from hub.cover as c
  where c.covered_by_id = (select hub.viewer_practitioner()) and (select hub.today()) between c.from_day and c.to_day;
grant select on graph.covered_colleague to loopwell_api;
