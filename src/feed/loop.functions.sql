-- The loop: how far a party has come with what it was sent.

-- How far the newest entry of a party has come, for a viewer that may read that party's row of the referral.
create or replace function hub.loop_state(referral uuid, of_party uuid)
returns table (sent_at timestamptz, delivered_at timestamptz, seen_at timestamptz, acted_at timestamptz)
language sql
stable
rows 1
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
  select f.sent_at, f.delivered_at, f.seen_at, f.acted_at
  from hub.party_feed as f
  where
    f.referral_id = referral
    and f.party = of_party
    and hub.viewer_has_agreement()
    and exists (
      select
      from hub.referral_party as p
      where p.referral_id = referral and p.party_id = of_party and hub.viewer_party() = any (p.reader_ids)
    )
  order by f.seq desc
  limit 1;
$$;
alter function hub.loop_state owner to loopwell_keeper;
grant execute on function hub.loop_state to loopwell_api;

-- Since when a party has left a referral's news undone. A reminder is newer than what it reminds of, and makes no loop
-- younger.
create or replace function hub.loop_open_since(referral uuid, of_party uuid)
returns timestamptz
language sql
stable
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
  select min(f.sent_at)
  from hub.party_feed as f
  where
    f.referral_id = referral
    and f.party = of_party
    and f.acted_at is null
    and hub.viewer_has_agreement()
    and exists (
      select
      from hub.referral_party as p
      where p.referral_id = referral and p.party_id = of_party and hub.viewer_party() = any (p.reader_ids)
    );
$$;
alter function hub.loop_open_since owner to loopwell_keeper;
grant execute on function hub.loop_open_since to loopwell_api;
