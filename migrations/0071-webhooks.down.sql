set local role loopwell_owner;
drop function hub.release_webhooks, hub.webhook_failed, hub.webhook_delivered, hub.lease_webhooks, hub.feed_place;
drop table hub.webhook;
reset role;
