-- The one table of a referral's states. allowedActions, IllegalTransition, the trigger check_move, the documentation's
-- diagram and the tests all read it. `who`: RECEIVER its receiver, REFERRER who sent it, PARTY any party on the
-- person's word. `position` orders allowedActions.
insert into hub.transition (from_status, action, to_status, who, position)
values
  ('RECEIVED', 'ACCEPT', 'ACCEPTED', 'RECEIVER', 1),
  ('RECEIVED', 'DECLINE', 'DECLINED', 'RECEIVER', 2),
  ('RECEIVED', 'CANCEL', 'CANCELLED', 'REFERRER', 8),
  ('RECEIVED', 'WITHDRAW', 'WITHDRAWN', 'PARTY', 9),
  ('ACCEPTED', 'PLACE_ON_WAITING_LIST', 'WAITING', 'RECEIVER', 3),
  ('ACCEPTED', 'START', 'ACTIVE', 'RECEIVER', 4),
  ('ACCEPTED', 'CLOSE', 'CLOSED', 'RECEIVER', 7),
  ('ACCEPTED', 'CANCEL', 'CANCELLED', 'REFERRER', 8),
  ('ACCEPTED', 'WITHDRAW', 'WITHDRAWN', 'PARTY', 9),
  ('WAITING', 'START', 'ACTIVE', 'RECEIVER', 4),
  ('WAITING', 'PAUSE', 'PAUSED', 'RECEIVER', 5),
  ('WAITING', 'CLOSE', 'CLOSED', 'RECEIVER', 7),
  ('WAITING', 'CANCEL', 'CANCELLED', 'REFERRER', 8),
  ('WAITING', 'WITHDRAW', 'WITHDRAWN', 'PARTY', 9),
  ('ACTIVE', 'PAUSE', 'PAUSED', 'RECEIVER', 5),
  ('ACTIVE', 'CLOSE', 'CLOSED', 'RECEIVER', 7),
  ('ACTIVE', 'WITHDRAW', 'WITHDRAWN', 'PARTY', 9),
  ('PAUSED', 'RESUME', 'ACTIVE', 'RECEIVER', 6),
  ('PAUSED', 'CLOSE', 'CLOSED', 'RECEIVER', 7),
  ('PAUSED', 'WITHDRAW', 'WITHDRAWN', 'PARTY', 9);
