-- How long an answer may take, in working days, and the clock that reminds. A referral nobody answers is never closed by it.
set local role loopwell_owner;

-- https://www.gov.uk/bank-holidays, England and Wales. Past the last year listed only weekends are known to be free: the operator adds years.
create table hub.bank_holiday (day date primary key, name text not null);
insert into hub.bank_holiday (day, name) values
  ('2024-01-01', 'New Year''s Day'), ('2024-03-29', 'Good Friday'), ('2024-04-01', 'Easter Monday'), ('2024-05-06', 'Early May bank holiday'),
  ('2024-05-27', 'Spring bank holiday'), ('2024-08-26', 'Summer bank holiday'), ('2024-12-25', 'Christmas Day'), ('2024-12-26', 'Boxing Day'),
  ('2025-01-01', 'New Year''s Day'), ('2025-04-18', 'Good Friday'), ('2025-04-21', 'Easter Monday'), ('2025-05-05', 'Early May bank holiday'),
  ('2025-05-26', 'Spring bank holiday'), ('2025-08-25', 'Summer bank holiday'), ('2025-12-25', 'Christmas Day'), ('2025-12-26', 'Boxing Day'),
  ('2026-01-01', 'New Year''s Day'), ('2026-04-03', 'Good Friday'), ('2026-04-06', 'Easter Monday'), ('2026-05-04', 'Early May bank holiday'),
  ('2026-05-25', 'Spring bank holiday'), ('2026-08-31', 'Summer bank holiday'), ('2026-12-25', 'Christmas Day'), ('2026-12-28', 'Boxing Day (substitute day)'),
  ('2027-01-01', 'New Year''s Day'), ('2027-03-26', 'Good Friday'), ('2027-03-29', 'Easter Monday'), ('2027-05-03', 'Early May bank holiday'),
  ('2027-05-31', 'Spring bank holiday'), ('2027-08-30', 'Summer bank holiday'), ('2027-12-27', 'Christmas Day (substitute day)'), ('2027-12-28', 'Boxing Day (substitute day)'),
  ('2028-01-03', 'New Year''s Day (substitute day)'), ('2028-04-14', 'Good Friday'), ('2028-04-17', 'Easter Monday'), ('2028-05-01', 'Early May bank holiday'),
  ('2028-05-29', 'Spring bank holiday'), ('2028-08-28', 'Summer bank holiday'), ('2028-12-25', 'Christmas Day'), ('2028-12-26', 'Boxing Day');

-- The limit of a service, else of its organisation, else everybody's (no organisation).
create table hub.response_limit (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid references hub.organisation,
  service_id uuid references hub.service,
  working_days integer not null check (working_days between 1 and 60),
  unique nulls not distinct (organisation_id, service_id),
  check (service_id is null or organisation_id is not null)
);
insert into hub.response_limit (working_days) values (5);
do $$
declare
  vocabulary regclass;
begin
  foreach vocabulary in array array['hub.bank_holiday', 'hub.response_limit']::regclass[] loop
    call hub.protect(vocabulary);
    call hub.publish(vocabulary);
  end loop;
end $$;
-- An organisation says how soon it answers, for itself and for its own services.
create policy own_insert on hub.response_limit for insert to loopwell_api with check (organisation_id = (select hub.viewer_party())
  and (service_id is null or exists (select from hub.service s where s.id = service_id and s.organisation_id = (select hub.viewer_party()))));
create policy own_update on hub.response_limit for update to loopwell_api
  using (organisation_id = (select hub.viewer_party())) with check (organisation_id = (select hub.viewer_party())
  and (service_id is null or exists (select from hub.service s where s.id = service_id and s.organisation_id = (select hub.viewer_party()))));

-- Days are England's. From a day to the n-th working day after it; and how many working days lie after one day, up to another.
create function hub.today() returns date language sql stable set search_path = pg_catalog, hub, pg_temp
  as $$ select (hub.clock() at time zone 'Europe/London')::date $$;
create function hub.is_working_day(day date) returns boolean language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select extract(isodow from day) < 6 and not exists (select from hub.bank_holiday h where h.day = is_working_day.day)
$$;
create function hub.add_working_days(from_day date, days integer) returns date language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select case when days < 1 then from_day else (
    select d::date from generate_series(from_day + 1, from_day + 2 * days + 15, interval '1 day') d where hub.is_working_day(d::date)
    order by d offset days - 1 limit 1) end
$$;
create function hub.working_days_between(from_day date, to_day date) returns integer language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select count(*)::integer from generate_series(from_day + 1, to_day, interval '1 day') d where hub.is_working_day(d::date)
$$;
alter function hub.today owner to loopwell_keeper;
alter function hub.is_working_day owner to loopwell_keeper;
alter function hub.add_working_days owner to loopwell_keeper;
alter function hub.working_days_between owner to loopwell_keeper;

-- The limit that stood when it was sent stays its limit. remind_after: the clock looks at it again once this day is over.
alter table hub.referral
  add column respond_within integer,
  add column respond_by date,
  add column remind_after date,
  add column reminders integer not null default 0;
create index referral_unanswered on hub.referral (remind_after) where status = 'RECEIVED';

create function hub.set_response_clock() returns trigger language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
begin
  select l.working_days into new.respond_within from hub.response_limit l
  where l.organisation_id is null or l.organisation_id = new.receiver_id and (l.service_id is null or l.service_id = new.service_id)
  order by l.service_id nulls last, l.organisation_id nulls last limit 1;
  new.respond_by := hub.add_working_days((new.received_at at time zone 'Europe/London')::date, new.respond_within);
  new.remind_after := new.respond_by;
  return new;
end $$;
alter function hub.set_response_clock owner to loopwell_keeper;
create trigger response_clock before insert on hub.referral for each row execute function hub.set_response_clock();
-- what is there already has the common limit
update hub.referral r set respond_within = 5, respond_by = due.day, remind_after = due.day
from (select p.id, hub.add_working_days((p.received_at at time zone 'Europe/London')::date, 5) as day from hub.referral p) due where due.id = r.id;

-- Who is asked, and who asked, are sent REFERRAL_RECEIVED again; once each time the limit has passed anew. Nobody else hears, and
-- nothing is declined: the referral stays until somebody answers or its referrer calls it back.
create function hub.remind_of_referrals() returns integer language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  waiting hub.referral;
  parties uuid[];
  disclosed text[];
  reminded integer := 0;
begin
  for waiting in
    select r.* from hub.referral r where r.status = 'RECEIVED' and r.remind_after < hub.today() order by r.remind_after limit 100 for no key update skip locked
  loop
    select coalesce(array_agg(p.party_id order by p.party_id), '{}'), coalesce(array_agg(p.disclosure order by p.party_id), '{}') into parties, disclosed
    from hub.referral_party p
    where p.referral_id = waiting.id and p.party_id in (waiting.receiver_id, waiting.referrer_id) and p.ended_at is null;
    perform hub.write_event('REFERRAL_RECEIVED', waiting, '{}', parties, disclosed);
    update hub.referral r set reminders = r.reminders + 1, remind_after = hub.add_working_days(hub.today(), r.respond_within) where r.id = waiting.id;
    reminded := reminded + 1;
  end loop;
  return reminded;
end $$;
alter function hub.remind_of_referrals owner to loopwell_keeper;
insert into hub.clock_job (position, name) values (50, 'remind_of_referrals');

-- Since when a party has left a referral's news undone. A reminder is newer than what it reminds of, and makes no loop younger.
create function hub.loop_open_since(referral uuid, of_party uuid) returns timestamptz
  language sql stable security definer set search_path = pg_catalog, hub, pg_temp as $$
  select min(f.sent_at) from hub.party_feed f
  where f.referral_id = referral and f.party = of_party and f.acted_at is null and hub.viewer_has_agreement() and exists (
    select from hub.referral_party p where p.referral_id = referral and p.party_id = of_party and hub.viewer_party() = any (p.reader_ids))
$$;
alter function hub.loop_open_since owner to loopwell_keeper;
grant execute on function hub.today, hub.loop_open_since to loopwell_api;
reset role;

set local role loopwell_guard;
drop view graph.open_loop;
create view graph.open_loop as
  select l.*, coalesce(hub.loop_open_since(r.id, case when receiver.sent_at is not null then r.receiver_id end), referrer.sent_at) as open_since
  from graph.referral_list l join hub.referral r on r.id = l.id
  left join lateral hub.loop_state(r.id, r.receiver_id) receiver
    on r.status in ('RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED') and receiver.acted_at is null
  left join lateral hub.loop_state(r.id, r.referrer_id) referrer on r.status = 'CLOSED' and referrer.seen_at is null
  where coalesce(receiver.sent_at, referrer.sent_at) is not null;
-- By when an answer is due: for those who may know who is asked, until there is one.
create view graph.referral_response as
  select g.id, r.respond_by as due_on, r.respond_by < (select hub.today()) as overdue, r.reminders
  from graph.referral g join hub.referral r on r.id = g.id where g.status = 'RECEIVED' and g.receiver_id is not null;
create view graph.response_limit as select l.id, l.organisation_id, l.service_id, l.working_days from hub.response_limit l where l.organisation_id is not null;
create view graph.bank_holiday as select h.day, h.name from hub.bank_holiday h;
grant select on graph.open_loop, graph.referral_response, graph.response_limit, graph.bank_holiday to loopwell_api;
reset role;
