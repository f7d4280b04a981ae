set local role loopwell_owner;
drop table hub.outcome, hub.measurement, hub.extension, hub.preparation, hub.plan, hub.choice, hub.contact;
reset role;
