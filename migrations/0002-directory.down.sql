set local role loopwell_owner;
drop table hub.service,
hub.sharing_agreement,
hub.cover,
hub.practitioner,
hub.network_member,
hub.network,
hub.organisation_identifier,
hub.organisation;
reset role;
