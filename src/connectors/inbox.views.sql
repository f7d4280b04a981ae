-- Rows that could not be applied.

-- What was set aside of the viewer's own files, with line, field and reason.
create view graph.quarantine as
  select q.id, q.file, q.line, q.field, q.reason, q.raw, q.at, q.resolved_at, i.format
  from
    hub.quarantine as q
    join hub.inbox as i on i.id = q.inbox_id;
grant select on graph.quarantine to loopwell_api;
