-- The practice that a crisis goes to.

-- For keepers alone: is it a general practice that can be told? A crisis that goes where it is not read would be
-- thought to be in hand.
create or replace function hub.reachable_practice(practice uuid)
returns boolean
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select
    exists (
      select
      from
        hub.organisation as o
        join hub.sharing_agreement as a on a.organisation_id = o.id
      where
        o.id = practice
        and o.sector = 'PRIMARY_CARE'
        and o.closed_on is null
        and hub.today() between a.valid_from and a.valid_to
    );
$$;
alter function hub.reachable_practice owner to loopwell_keeper;

-- For keepers alone: the practice of this person, as far as the asker may be told of it. The referral's own; then one
-- the asker knows; then any, unless the asker opened the referral to itself unseen by the person: otherwise a guessed
-- number would tell it where she is registered.
create or replace function hub.practice_for_crisis(referral hub.referral, viewer uuid)
returns uuid
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select
    coalesce(
      (select referral.practice_id where hub.reachable_practice(referral.practice_id)),
      (
        select s.practice_id
        from hub.source_record as s
        where
          s.person_id = referral.person_id
          and not s.superseded
          and hub.reachable_practice(s.practice_id)
          and (
            viewer = any (s.party_ids)
            or referral.root_referrer_id != viewer
            or exists (
              select from hub.consent as c where c.referral_id = referral.root_id and c.recorded_by = referral.person_id
            )
          )
        order by viewer = any (s.party_ids) desc, s.received_at desc
        limit 1
      )
    );
$$;
alter function hub.practice_for_crisis owner to loopwell_keeper;

-- For keepers alone: the practice becomes a party that reads the escalation alone. It has no role, so no rule sends it
-- anything else. What it is already, it stays.
create or replace function hub.add_crisis_party(referral hub.referral, practice uuid)
returns void
language sql
set search_path = pg_catalog, hub, pg_temp
as $$
  insert into hub.referral_party as p (referral_id, party_id, roles, disclosure, received_at, updated_at)
  values (referral.id, practice, '{}', 'CRISIS', referral.received_at, referral.updated_at)
  on conflict (referral_id, party_id) do update
    set
      roles = '{}',
      disclosure = 'CRISIS',
      ended_at = null,
      expires_on = null,
      waiting_since = null
    where p.ended_at is not null;
  select hub.fold_referral(referral.id);
$$;
alter function hub.add_crisis_party owner to loopwell_keeper;
