set local role loopwell_owner;
delete from hub.instrument_item;
delete from hub.instrument;
delete from hub.route;
delete from hub.reason;
reset role;
