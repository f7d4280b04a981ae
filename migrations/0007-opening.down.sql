set local role loopwell_owner;
drop function hub.refresh_referral(uuid, jsonb, jsonb), hub.sent_referral(text, text), hub.append_withdrawal(hub.referral), hub.withdraw_referral(uuid, text), hub.speaks_for(hub.referral), hub.end_party(hub.referral, uuid),
  hub.open_referral(jsonb), hub.kept_out(hub.referral, uuid), hub.known_to(uuid, uuid, boolean, boolean);
reset role;
