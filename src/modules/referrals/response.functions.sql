-- How long an answer may take. A referral without an answer is never closed by its clock.

-- Trigger: the limit that stands when a referral is sent stays its limit: of its service, else of its receiver, else
-- everybody's.
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
  new.respond_by := hub.add_working_days((new.received_at at time zone 'Europe/London')::date, new.respond_within);
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
  parties uuid[];
  disclosed text[];
  reminded integer := 0;
begin
  for waiting in select r.*
  from hub.referral as r
  where r.status = 'RECEIVED' and r.remind_after < hub.today()
  order by r.remind_after
  limit 100
  for no key update skip locked loop
    select
      coalesce(array_agg(p.party_id order by p.party_id), '{}'),
      coalesce(array_agg(p.disclosure order by p.party_id), '{}')
    into parties, disclosed
    from hub.referral_party as p
    where
      p.referral_id = waiting.id
      and p.party_id in (waiting.receiver_id, waiting.referrer_id)
      and p.ended_at is null;
    perform hub.write_event('REFERRAL_RECEIVED', waiting, '{}', parties, disclosed);
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
