set local role loopwell_guard;
drop view graph.bank_holiday, graph.response_limit, graph.referral_response, graph.open_loop;
create view graph.open_loop as
  select l.*, coalesce(receiver.sent_at, referrer.sent_at) as open_since
  from graph.referral_list l join hub.referral r on r.id = l.id
  left join lateral hub.loop_state(r.id, r.receiver_id) receiver
    on r.status in ('RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED') and receiver.acted_at is null
  left join lateral hub.loop_state(r.id, r.referrer_id) referrer on r.status = 'CLOSED' and referrer.seen_at is null
  where coalesce(receiver.sent_at, referrer.sent_at) is not null;
grant select on graph.open_loop to loopwell_api;
reset role;
set local role loopwell_owner;
delete from hub.clock_job where name = 'remind_of_referrals';
drop function hub.loop_open_since, hub.remind_of_referrals;
drop trigger response_clock on hub.referral;
drop function hub.set_response_clock;
drop index hub.referral_unanswered;
alter table hub.referral drop column respond_within, drop column respond_by, drop column remind_after, drop column reminders;
drop function hub.working_days_between, hub.add_working_days, hub.is_working_day, hub.today;
drop table hub.response_limit, hub.bank_holiday;
reset role;
