-- Programmes.

-- A programme with the parameters in force.
create view graph.programme as
  select
    p.id,
    p.key,
    p.name,
    p.model,
    p.organisation_id,
    p.aim,
    p.area,
    p.age_groups,
    p.funding_source,
    p.starts_on,
    p.ends_on,
    p.funding_ends_on,
    p.continuity,
    p.parameters_version,
    c.id as parameters_id
  from
    hub.programme as p
    left join hub.programme_parameters as c on c.programme_id = p.id and c.version = p.parameters_version;
grant select on graph.programme to loopwell_api;

-- Each version is kept: what was promised when a person was referred can be read back.
create view graph.programme_parameters as
  select
    c.id,
    c.programme_id,
    c.version,
    c.published_at,
    c.published_by,
    c.planned_days,
    c.maximum_contacts,
    c.response_days,
    c.would_not_benefit,
    c.note
  from hub.programme_parameters as c;
grant select on graph.programme_parameters to loopwell_api;

-- Whom a programme is for.
create view graph.programme_rule as
  select r.parameters_id, r.position, r.kind, r.excludes, r.minimum, r.maximum, r.one_of, r.wording
  from hub.programme_rule as r;
grant select on graph.programme_rule to loopwell_api;

-- A referral's programme follows from its service and receiver, so a party that may not know those does not learn it
-- here either.
create view graph.referral_programme as
  select g.id as referral_id, p.*
  from
    graph.referral as g
    join graph.programme as p on p.id = hub.programme_of(g.service_id, g.receiver_id, hub.day_of(g.received_at));
grant select on graph.referral_programme to loopwell_api;
