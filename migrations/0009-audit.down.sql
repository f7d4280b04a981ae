set local role loopwell_owner;
drop function hub.chain_audit(), hub.audit_text(hub.audit);
drop table hub.idempotency, hub.audit;
drop function hub.refuse_change();
reset role;
