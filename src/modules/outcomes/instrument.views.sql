-- Instruments.

-- What an instrument asks for and how it is scored. Lists join by a uuid.
create view graph.instrument as
  select
    md5(i.key)::uuid as id,
    i.position,
    i.key,
    i.label,
    i.minimum,
    i.maximum,
    i.items,
    i.higher_is_better,
    i.scored,
    i.licence,
    i.version,
    i.scoring,
    i.licensed,
    i.whole_numbers,
    i.source
  from hub.instrument as i;
grant select on graph.instrument to loopwell_api;

-- The items of an instrument.
create view graph.instrument_item as
  select
    md5(i.instrument)::uuid as instrument_id,
    i.instrument,
    i.position,
    i.key,
    i.label,
    i.minimum,
    i.maximum,
    i.higher_is_better,
    i.optional,
    i.scores_on
  from hub.instrument_item as i;
grant select on graph.instrument_item to loopwell_api;

-- From the score to the metric that may be compared, in the present version.
create view graph.instrument_conversion as
  select c.instrument, c.score, c.converted
  from
    hub.instrument_conversion as c
    join hub.instrument as i on i.key = c.instrument and i.version = c.version;
grant select on graph.instrument_conversion to loopwell_api;

-- From the score to a level, in the present version.
create view graph.instrument_level as
  select l.instrument, l.from_score, l.label
  from
    hub.instrument_level as l
    join hub.instrument as i on i.key = l.instrument and i.version = l.version;
grant select on graph.instrument_level to loopwell_api;
