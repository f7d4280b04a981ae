set local role loopwell_guard;
drop view graph.escalation_event, graph.escalation;
reset role;
set local role loopwell_owner;
delete from hub.clock_job where name = 'repeat_alerts';
delete from hub.event_rule where kind = 'CRISIS_ESCALATED';
create or replace function hub.end_party(referral hub.referral, party uuid) returns void language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
begin
  update hub.referral_party p set ended_at = hub.clock() where p.referral_id = referral.id and p.party_id = party and p.ended_at is null;
  if found then
    update hub.source_record s set party_ids = array_remove(s.party_ids, party) where s.referral_id = referral.id;
    perform hub.fold_referral(referral.id);
    perform hub.fold_person(referral.person_id);
    perform hub.write_event('ACCESS_ENDED', referral, '{}', array[party], array['STAGE']);
  end if;
end $$;
drop function hub.repeat_alerts, hub.acknowledge_escalation, hub.escalate, hub.practice_for_crisis, hub.reachable_practice, hub.alert_of_crisis, hub.add_crisis_party;
delete from hub.referral_child where relation = 'hub.escalation'::regclass;
drop table hub.escalation_alert, hub.escalation, hub.crisis_setting;
reset role;
