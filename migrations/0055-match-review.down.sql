set local role loopwell_owner;
drop function hub.decide_review, hub.person_columns, hub.match_reviews, hub.agreement;
drop table hub.person_merge;
alter table hub.match_review drop column decision;
reset role;
