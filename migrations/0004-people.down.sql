set local role loopwell_owner;
drop table hub.proxy,
hub.person_merge,
hub.match_review,
hub.source_record,
hub.pepper,
hub.person,
hub.quarantine,
hub.inbox;
reset role;
