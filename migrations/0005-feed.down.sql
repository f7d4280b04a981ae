set local role loopwell_owner;
drop function hub.sequence_events(integer), hub.append_event(text, uuid, jsonb), hub.write_event(text, hub.referral, jsonb, uuid[], text[]),
  hub.event_audience(text, hub.referral, jsonb), hub.missed_contacts(uuid), hub.loop_state(uuid, uuid);
drop table hub.party_feed, hub.feed_head, hub.outbox_pending, hub.event_rule, hub.event;
reset role;
