-- Which services answer a reason.

-- The kinds of service that answer a reason, beside those that carry the reason's own key.
create view graph.reason_category as
  select c.reason, c.category from hub.reason_category as c;
grant select on graph.reason_category to loopwell_api;
