set local role loopwell_owner;
drop function hub.add_consent(uuid, uuid, jsonb, date), hub.texts(jsonb), hub.uuids(jsonb), hub.consent_allows(hub.consent, uuid),
  hub.add_party(hub.referral, uuid, text, text, boolean, date), hub.keep_source_record(jsonb),
  hub.add_record(uuid, uuid, jsonb, jsonb, uuid, uuid[]), hub.match_person(jsonb), hub.fold_person(uuid), hub.fold_referral(uuid),
  hub.require_organisation();
reset role;
