set local role loopwell_owner;
drop table hub.death, hub.note, hub.consent;
reset role;
