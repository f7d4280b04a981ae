set local role loopwell_owner;
drop table hub.override,
hub.emergency_access,
hub.safeguarding_note,
hub.escalation_alert,
hub.escalation,
hub.crisis_setting;
reset role;
