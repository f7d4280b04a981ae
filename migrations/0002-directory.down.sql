set local role loopwell_owner;
drop function hub.viewer_has_agreement();
drop function hub.find_agreement();
drop table hub.instrument_item, hub.instrument, hub.route, hub.reason, hub.service, hub.sharing_agreement, hub.practitioner,
  hub.network_member, hub.network, hub.organisation_identifier, hub.organisation;
reset role;
