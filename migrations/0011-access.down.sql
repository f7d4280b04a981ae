set local role loopwell_owner;
drop table hub.revocation, hub.idempotency, hub.audit;
reset role;
