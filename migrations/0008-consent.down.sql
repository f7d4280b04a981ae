set local role loopwell_owner;
drop function hub.own_demographics(), hub.person_of_number(text);
drop table hub.pepper;
drop function hub.expire_access(), hub.withdraw_consent(jsonb), hub.record_consent(jsonb);
reset role;
