-- How soon an answer is due where neither the service nor its organisation says otherwise. The operator may change it.
insert into hub.response_limit (working_days)
values
  (5)
on conflict do nothing;
