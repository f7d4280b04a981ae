set local role loopwell_guard;
drop view graph.organisation_end;
reset role;
set local role loopwell_owner;
drop function hub.merge_organisation, hub.hand_over, hub.close_organisation, hub.end_organisation, hub.return_referral, hub.organisation_of_code;
reset role;
