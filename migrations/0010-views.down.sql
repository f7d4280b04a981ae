set local role loopwell_owner;
drop function graph.run_plain();
reset role;
set local role loopwell_guard;
drop view graph.viewer, graph.own_person, graph.quarantine, graph.open_loop, graph.feed_place, graph.feed_head, graph.feed_entry, graph.loop_entry, graph.consent_recipient, graph.consent, graph.redaction, graph.note,
  graph.measurement_item, graph.measurement, graph.contact, graph.outcome, graph.decline, graph.referral_reason_of, graph.referral_list, graph.referral,
  graph.source_record, graph.person_redaction, graph.contact_point, graph.person_number, graph.person, graph.preferred_record, graph.instrument_item,
  graph.instrument, graph.referral_route, graph.referral_reason, graph.service, graph.practitioner, graph.organisation_network, graph.network_member,
  graph.network, graph.organisation_identifier, graph.organisation cascade;
reset role;
