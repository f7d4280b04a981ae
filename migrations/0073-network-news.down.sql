set local role loopwell_owner;
drop function hub.next_news;
reset role;
