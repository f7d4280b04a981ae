-- Instruments as data: what each asks for and how it is scored, in which version. Ranges, directions and arithmetic only: the
-- wording of a licensed questionnaire is not shipped, so its items are numbered as on the printed form.
set local role loopwell_owner;

-- `version` counts changes of the arithmetic; a measurement keeps the one it was scored by. Other items are another instrument.
-- scoring: NONE items are never added up; SCORE a score alone; SUM of the items; COUNT of the items whose answer is in scores_on.
alter table hub.instrument
  add column version integer not null default 1,
  add column scoring text not null default 'SCORE' check (scoring in ('NONE', 'SCORE', 'SUM', 'COUNT')),
  add column licensed boolean not null default false,
  add column whole_numbers boolean not null default false,
  add column source text;
alter table hub.instrument_item
  add column optional boolean not null default false,
  add column scores_on integer[] not null default '{}';

-- From the score to the metric that may be compared; from the score (its lowest value in the band) to a level.
create table hub.instrument_conversion (
  instrument text not null references hub.instrument,
  version integer not null,
  score double precision not null,
  converted double precision not null,
  primary key (instrument, version, score)
);
create table hub.instrument_level (
  instrument text not null references hub.instrument,
  version integer not null,
  from_score double precision not null,
  label text not null,
  primary key (instrument, version, from_score)
);
do $$
declare
  vocabulary regclass;
begin
  foreach vocabulary in array array['hub.instrument_conversion', 'hub.instrument_level']::regclass[] loop
    call hub.protect(vocabulary);
    call hub.publish(vocabulary);
  end loop;
end $$;

alter table hub.measurement
  add column instrument_version integer not null default 1,
  add column converted_score double precision,
  add column level text;
grant insert (instrument_version, converted_score, level) on hub.measurement to loopwell_api;

update hub.instrument set scoring = 'NONE', source = 'Office for National Statistics: four questions, each 0 to 10, reported one by one' where key = 'ONS4';
update hub.instrument set scoring = 'SUM', items = 7, licensed = true, whole_numbers = true,
  source = 'University of Warwick: seven items of WEMWBS; the sum is converted by the table of Stewart-Brown and others, 2009' where key = 'SWEMWBS';
update hub.instrument set scoring = 'SUM', items = 14, licensed = true, whole_numbers = true,
  source = 'University of Warwick: fourteen items, each 1 to 5, added up' where key = 'WEMWBS';
update hub.instrument set licensed = true, source = 'Insignia Health: score 0 to 100 and four levels; items are not kept' where key = 'PAM';
update hub.instrument set scoring = 'SUM', items = 3, whole_numbers = true,
  source = 'Hughes and others, 2004: three items, each 1 to 3, added up' where key = 'UCLA-3';
update hub.instrument set source = 'Distance walked in six minutes, in metres' where key = '6MWT';

insert into hub.instrument (key, position, label, minimum, maximum, items, higher_is_better, scored, licence, scoring, licensed, whole_numbers, source) values
  ('MYCaW', 7, 'Measure Yourself Concerns and Wellbeing', 0, 6, 3, null, false, 'Licence needed (Meaningful Measures)', 'NONE', true, true,
    'Meaningful Measures: one or two concerns and wellbeing, each 0 to 6, read one by one'),
  ('DJG-6', 8, 'De Jong Gierveld loneliness scale, six items', 0, 6, 6, false, true, 'Free to use with attribution', 'COUNT', false, true,
    'De Jong Gierveld and van Tilburg, Manual of the Loneliness Scale, sections 7 to 9; answers 1 no, 2 more or less, 3 yes'),
  ('DJG-11', 9, 'De Jong Gierveld loneliness scale, eleven items', 0, 11, 11, false, true, 'Free to use with attribution', 'COUNT', false, true,
    'De Jong Gierveld and van Tilburg, Manual of the Loneliness Scale, sections 7 to 9; answers 1 no, 2 more or less, 3 yes'),
  ('CAT', 10, 'COPD Assessment Test', 0, 40, 8, false, true, 'Copyright: on the terms of its owner', 'SUM', true, true,
    'Eight items, each 0 to 5, added up'),
  ('mMRC', 11, 'Modified Medical Research Council dyspnoea grade', 0, 4, 0, false, true, 'Free to use with attribution', 'SCORE', false, true,
    'One grade, 0 to 4');

insert into hub.instrument_item (instrument, position, key, label, minimum, maximum, higher_is_better)
select 'WEMWBS', n, 'item-' || n, 'Item ' || n, 1, 5, true from generate_series(1, 14) n
union all
select 'SWEMWBS', n.position, 'item-' || n.position, format('Item %s (item %s of WEMWBS)', n.position, n.of_wemwbs), 1, 5, true
from unnest(array[1, 2, 3, 6, 7, 9, 11]) with ordinality n (of_wemwbs, position)
union all
select 'UCLA-3', n, 'item-' || n, 'Item ' || n, 1, 3, false from generate_series(1, 3) n
union all
select 'CAT', n, 'item-' || n, 'Item ' || n, 0, 5, false from generate_series(1, 8) n;
insert into hub.instrument_item (instrument, position, key, label, minimum, maximum, higher_is_better, optional) values
  ('MYCaW', 1, 'concern-1', 'First concern', 0, 6, false, false),
  ('MYCaW', 2, 'concern-2', 'Second concern', 0, 6, false, true),
  ('MYCaW', 3, 'wellbeing', 'Wellbeing', 0, 6, false, false);
-- Numbered as in the scale of eleven. Emotional items count where the answer is yes or more or less, social ones where it is no or
-- more or less.
insert into hub.instrument_item (instrument, position, key, label, minimum, maximum, higher_is_better, scores_on)
select scale.key, n, 'item-' || n, case when side.social then format('Item %s (social)', n) else format('Item %s (emotional)', n) end, 1, 3, side.social,
  case when side.social then '{1,2}' else '{2,3}' end::integer[]
from (values ('DJG-11', array[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]), ('DJG-6', array[3, 4, 7, 8, 9, 10])) scale (key, items)
cross join unnest(scale.items) n cross join lateral (select n in (1, 4, 7, 8, 11)) side (social);

insert into hub.instrument_conversion (instrument, version, score, converted)
select 'SWEMWBS', 1, 6 + n.place, n.metric
from unnest(array[7.00, 9.51, 11.25, 12.40, 13.33, 14.08, 14.75, 15.32, 15.84, 16.36, 16.88, 17.43, 17.98, 18.59, 19.25, 19.98, 20.73, 21.54,
  22.35, 23.21, 24.11, 25.03, 26.02, 27.03, 28.13, 29.31, 30.70, 32.55, 35.00]) with ordinality n (metric, place);
insert into hub.instrument_level (instrument, version, from_score, label) values
  ('PAM', 1, 0, 'Level 1'), ('PAM', 1, 47.1, 'Level 2'), ('PAM', 1, 55.2, 'Level 3'), ('PAM', 1, 72.5, 'Level 4'),
  ('DJG-6', 1, 0, 'Not lonely'), ('DJG-6', 1, 2, 'Moderately lonely'), ('DJG-6', 1, 5, 'Severely lonely'),
  ('DJG-11', 1, 0, 'Not lonely'), ('DJG-11', 1, 3, 'Moderately lonely'), ('DJG-11', 1, 9, 'Severely lonely'), ('DJG-11', 1, 11, 'Very severely lonely');
reset role;

set local role loopwell_guard;
drop view graph.instrument;
drop view graph.instrument_item;
-- lists join by a uuid
create view graph.instrument as
  select md5(i.key)::uuid as id, i.position, i.key, i.label, i.minimum, i.maximum, i.items, i.higher_is_better, i.scored, i.licence,
    i.version, i.scoring, i.licensed, i.whole_numbers, i.source
  from hub.instrument i;
create view graph.instrument_item as
  select md5(i.instrument)::uuid as instrument_id, i.instrument, i.position, i.key, i.label, i.minimum, i.maximum, i.higher_is_better, i.optional, i.scores_on
  from hub.instrument_item i;
create view graph.instrument_conversion as
  select c.instrument, c.score, c.converted from hub.instrument_conversion c join hub.instrument i on i.key = c.instrument and i.version = c.version;
create view graph.instrument_level as
  select l.instrument, l.from_score, l.label from hub.instrument_level l join hub.instrument i on i.key = l.instrument and i.version = l.version;
-- What a score says, beside graph.measurement: no row where its arithmetic says nothing more.
create view graph.measurement_reading as
  select m.id, m.instrument_version, m.converted_score, m.level from hub.measurement m;
grant select on graph.instrument, graph.instrument_item, graph.instrument_conversion, graph.instrument_level, graph.measurement_reading to loopwell_api;
reset role;
