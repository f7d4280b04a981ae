set local role loopwell_guard;
drop view graph.escalation_event, graph.escalation;
reset role;
set local role loopwell_owner;
delete from hub.clock_job where name = 'repeat_alerts';
delete from hub.event_rule where kind = 'CRISIS_ESCALATED';
drop function hub.repeat_alerts, hub.acknowledge_escalation, hub.escalate, hub.practice_for_crisis, hub.alert_of_crisis, hub.add_crisis_party;
drop table hub.escalation_alert, hub.escalation, hub.crisis_setting;
reset role;
