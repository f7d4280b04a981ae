set local role loopwell_owner;
drop function hub.move_referral, hub.lock_referral, hub.claim_key;
reset role;
