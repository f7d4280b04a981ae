-- What came of a referral.

-- The outcome, with the summary for its author and parties at FULL, the plan for those who may know it.
create view graph.outcome as
  select
    o.referral_id as id,
    o.result,
    case
      when g.disclosure = 'FULL'
      or o.organisation_id = (select hub.viewer_party()) then o.summary
    end as summary,
    case
      when g.disclosure != 'STAGE'
      or (select hub.viewer_party()) in (r.root_referrer_id, r.referrer_id, r.practice_id) then o.self_management_plan
    end as self_management_plan,
    o.plan_declined,
    o.closed_at,
    case
      when g.disclosure = 'FULL'
      or o.organisation_id = (select hub.viewer_party()) then (
        select count(*)::integer
        from hub.contact as c
        where c.referral_id = o.referral_id and c.recorded_in_error_at is null
      )
    end as contacts
  from
    hub.outcome as o
    join hub.referral as r on r.id = o.referral_id
    join graph.referral as g on g.id = o.referral_id;
grant select on graph.outcome to loopwell_api;

-- Measurements that the viewer may read.
create view graph.measurement as
  select
    m.id,
    m.referral_id,
    m.instrument,
    m.occasion,
    m.score,
    m.taken_on,
    m.organisation_id,
    m.recorded_in_error_at,
    m.recorded_in_error_reason
  from hub.measurement as m;
grant select on graph.measurement to loopwell_api;

-- The items of a measurement, each with the direction of its instrument. They are looked up for each measurement
-- (offset 0): a join would read every instrument's items for it.
create view graph.measurement_item as
  select
    m.id as measurement_id,
    i.position,
    i.key,
    i.label,
    (m.items ->> i.key)::double precision as value,
    i.higher_is_better
  -- looked up for each measurement (offset 0): a join would read every instrument's items for it
  from
    hub.measurement as m
    cross join lateral (
      select i.instrument, i.position, i.key, i.label, i.minimum, i.maximum, i.higher_is_better
      from hub.instrument_item as i
      where i.instrument = m.instrument and m.items ? i.key
      offset 0
    ) as i;
grant select on graph.measurement_item to loopwell_api;

-- What a score says, beside graph.measurement: no row where its arithmetic says nothing more.
create view graph.measurement_reading as
  select m.id, m.instrument_version, m.converted_score, m.level from hub.measurement as m;
grant select on graph.measurement_reading to loopwell_api;
