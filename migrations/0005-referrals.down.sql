set local role loopwell_owner;
alter table hub.source_record drop constraint source_record_referral_id_fkey;
drop table hub.assignment, hub.transition, hub.referral_child, hub.referral_party, hub.referral;
reset role;
