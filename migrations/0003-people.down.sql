set local role loopwell_owner;
drop table hub.match_review, hub.source_record, hub.person, hub.quarantine, hub.inbox;
reset role;
