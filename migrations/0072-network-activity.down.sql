set local role loopwell_owner;
drop function hub.network_activity;
drop policy counter on hub.event;
drop policy counter on hub.contact;
revoke select (kind, referral_id, contact_id, occurred_at) on hub.event from loopwell_counter;
revoke select (id, attendance) on hub.contact from loopwell_counter;
revoke select (id) on hub.referral from loopwell_counter;
drop index hub.event_occurred;
reset role;
