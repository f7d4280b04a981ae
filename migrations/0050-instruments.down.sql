set local role loopwell_guard;
drop view graph.measurement_reading, graph.instrument_level, graph.instrument_conversion;
drop view graph.instrument_item;
drop view graph.instrument;
reset role;
set local role loopwell_owner;
drop table hub.instrument_level, hub.instrument_conversion;
alter table hub.measurement drop column instrument_version, drop column converted_score, drop column level;
delete from hub.measurement where instrument in ('MYCaW', 'DJG-6', 'DJG-11', 'CAT', 'mMRC');
delete from hub.instrument_item where instrument <> 'ONS4';
delete from hub.instrument where key in ('MYCaW', 'DJG-6', 'DJG-11', 'CAT', 'mMRC');
update hub.instrument set items = 0 where key <> 'ONS4';
alter table hub.instrument_item drop column optional, drop column scores_on;
alter table hub.instrument drop column version, drop column scoring, drop column licensed, drop column whole_numbers, drop column source;
create view graph.instrument as
  select i.key as id, i.position, i.key, i.label, i.minimum, i.maximum, i.items, i.higher_is_better, i.scored, i.licence from hub.instrument i;
create view graph.instrument_item as
  select i.instrument, i.position, i.key, i.label, i.minimum, i.maximum, i.higher_is_better from hub.instrument_item i;
alter view graph.instrument owner to loopwell_guard;
alter view graph.instrument_item owner to loopwell_guard;
reset role;
set local role loopwell_guard;
grant select on graph.instrument, graph.instrument_item to loopwell_api;
reset role;
