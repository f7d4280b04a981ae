-- What falls due with time: keeper functions hub.<name>() that answer how much they did. The sequencer runs them every
-- second, in this order; each finds its work by an index, because most seconds there is none.
insert into hub.clock_job (position, name)
values
  (10, 'expire_access'),
  (20, 'review_due'),
  (30, 'warn_of_funding'),
  (41, 'repeat_alerts'),
  (42, 'warn_of_expiry'),
  (45, 'end_emergency_access'),
  (50, 'remind_of_referrals');
