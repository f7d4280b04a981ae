set local role loopwell_owner;
alter table hub.source_record drop constraint source_record_referral_id_fkey;
drop table hub.transition, hub.outcome, hub.note, hub.measurement, hub.contact, hub.consent, hub.referral_party, hub.referral cascade;
drop function hub.seed_child(), hub.check_move(), hub.copy_to_parties(), hub.may_move(text, uuid[], uuid, uuid[], uuid, uuid);
reset role;
