set local role loopwell_owner;
drop table hub.unmet_need,
hub.signpost,
hub.practice_quota,
hub.funding_watch,
hub.service_load,
hub.programme_service,
hub.programme_rule,
hub.programme_parameters,
hub.programme;
reset role;
