-- Codes of reasons.

-- The newest version of the SNOMED CT map.
create view graph.reason_code as
  select
    c.version,
    c.position,
    md5(c.reason)::uuid as reason_id,
    c.reason,
    c.code,
    c.term,
    c.source,
    hub.check_digit_holds(c.code) as check_digit_holds
  from hub.reason_code as c
  where c.version = (select max(m.version) from hub.reason_code as m);
grant select on graph.reason_code to loopwell_api;
