-- Who is told of a crisis, and again until a clinician has it.

-- For keepers alone: tells the practice, the link worker and the person.
create or replace function hub.alert_of_crisis(escalation hub.escalation, referral hub.referral)
returns void
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  by_rule uuid[] := array(select a.party from hub.event_audience('CRISIS_ESCALATED', referral, '{}') as a);
begin
  insert into hub.escalation_alert (event_id, escalation_id)
  select told, escalation.id
  from hub.tell_parties('CRISIS_ESCALATED', referral, by_rule || escalation.practice_id) as told
  where told is not null;
  update hub.escalation as e
  set
    alerts = e.alerts + 1,
    next_alert_at = hub.clock() + (select s.alert_every from hub.crisis_setting as s)
  where e.id = escalation.id;
end;
$$;
alter function hub.alert_of_crisis owner to loopwell_keeper;

-- Clock: an alert that no clinician has acknowledged comes again, whatever became of the referral since, to a practice
-- whose access ended as well. Where the practice is no more, the link worker alone is told, until she takes it to
-- another.
create or replace function hub.repeat_alerts()
returns integer
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  due hub.escalation;
  about hub.referral;
  repeated integer := 0;
begin
  for due in select *
  from hub.escalation as e
  where e.acknowledged_at is null and e.next_alert_at <= hub.clock()
  order by e.next_alert_at
  limit 100
  for no key update skip locked loop
    select r.* into about from hub.referral as r where r.id = due.referral_id;
    perform hub.add_crisis_party(about, due.practice_id)
    from hub.organisation as o
    where o.id = due.practice_id and o.closed_on is null;
    update hub.source_record as s
    set party_ids = array[due.practice_id]
    where
      s.referral_id = about.id
      and s.system = 'urn:loopwell:escalation'
      and s.external_id = due.id::text
      and s.party_ids = '{}';
    perform hub.fold_person(about.person_id) where found;
    perform hub.alert_of_crisis(due, about);
    repeated := repeated + 1;
  end loop;
  return repeated;
end;
$$;
alter function hub.repeat_alerts owner to loopwell_keeper;
