-- Who may say what has become of a person, and the order in which her referrals are locked.

-- For keepers alone: may the viewer say what has become of the person? A party that supports her as a whole, sent her
-- first, or is her practice may. What is said reaches every referral of hers, so a party that only watches, or provides
-- one service, may not.
create or replace function hub.may_report_life_change(referral hub.referral)
returns boolean
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select
    hub.viewer_is_organisation()
    and hub.viewer_party() = any (referral.party_ids)
    and (
      hub.viewer_party() = any (referral.full_party_ids)
      or hub.viewer_party() in (referral.root_referrer_id, referral.practice_id)
    );
$$;
alter function hub.may_report_life_change owner to loopwell_keeper;

-- For keepers alone: may the viewer say where she is registered? Of those, a party that supports her, and general
-- practice may. It decides who is let in.
create or replace function hub.may_report_practice(referral hub.referral)
returns boolean
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select
    hub.may_report_life_change(referral)
    and (hub.viewer_party() = any (referral.full_party_ids) or hub.viewer_sector() = 'PRIMARY_CARE');
$$;
alter function hub.may_report_practice owner to loopwell_keeper;

-- For keepers alone: locks her referrals and then herself, in the order in which everything else takes them.
create or replace function hub.lock_life(person uuid)
returns void
language sql
set search_path = pg_catalog, hub, pg_temp
as $$
  select from hub.referral as r where r.person_id = person order by r.depth, r.id for no key update;
  select from hub.person as p where p.id = person for no key update;
$$;
alter function hub.lock_life owner to loopwell_keeper;
