-- How often an unacknowledged alert comes again. The operator may change it.
insert into hub.crisis_setting (one, alert_every)
values
  (true, '00:15:00')
on conflict do nothing;
