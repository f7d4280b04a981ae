-- How long an answer may take. A referral without an answer is never closed by its clock.

-- Trigger: the limit that stands when a referral is sent stays its limit. It is that of its service, else of its
-- receiver, else the common one.
create or replace function hub.set_response_clock()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
begin
  new.respond_within := (
    select l.working_days
    from hub.response_limit as l
    where
      l.organisation_id is null
      or l.organisation_id = new.receiver_id
      and (l.service_id is null or l.service_id = new.service_id)
    order by l.service_id nulls last, l.organisation_id nulls last
    limit 1
  );
  new.respond_by := hub.add_working_days(hub.day_of(new.received_at), new.respond_within);
  new.remind_after := new.respond_by;
  return new;
end;
$$;
alter function hub.set_response_clock owner to loopwell_keeper;

-- Clock: receiver and referrer are sent REFERRAL_RECEIVED again, once each time the limit has passed anew. No other
-- party hears, and nothing is declined: the referral stays until its receiver answers or its referrer calls it back.
create or replace function hub.remind_of_referrals()
returns integer
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  waiting hub.referral;
  reminded integer := 0;
begin
  for waiting in select r.*
  from hub.referral as r
  where r.status = 'RECEIVED' and r.remind_after < hub.today()
  order by r.remind_after
  limit 100
  for no key update skip locked loop
    perform hub.tell_parties('REFERRAL_RECEIVED', waiting, array[waiting.receiver_id, waiting.referrer_id]);
    update hub.referral as r
    set
      reminders = r.reminders + 1,
      remind_after = hub.add_working_days(hub.today(), r.respond_within)
    where r.id = waiting.id;
    reminded := reminded + 1;
  end loop;
  return reminded;
end;
$$;
alter function hub.remind_of_referrals owner to loopwell_keeper;
