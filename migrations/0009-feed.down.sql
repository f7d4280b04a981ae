set local role loopwell_owner;
drop table hub.webhook, hub.clock_job, hub.party_feed, hub.feed_head, hub.outbox_pending, hub.event_rule, hub.event;
reset role;
