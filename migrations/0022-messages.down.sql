set local role loopwell_owner;
drop view graph.note_addressee;
drop function hub.message_audience, hub.post_message, hub.addressees, hub.known_parties;
reset role;
