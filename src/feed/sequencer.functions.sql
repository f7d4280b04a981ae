-- The sequencer: from the event log to the parties' feeds.

-- The sequencer's whole work in one statement, so that its transaction is the statement's own. The lock ends with it: a
-- dead node holds nothing, and a node with an older snapshot finds its rows gone and takes none.
create or replace function hub.sequence_events(batch_size integer)
returns integer
language sql
security invoker
set search_path = pg_catalog, hub, pg_temp
as $$
  with
    lock as materialized (select pg_try_advisory_xact_lock(hashtext('loopwell_sequencer')) as mine),
    batch as (
      delete from hub.outbox_pending
      where
        ordinal in (
          select o.ordinal
          from
            hub.outbox_pending as o,
            lock
          where lock.mine
          order by o.ordinal
          limit batch_size
        )
      returning ordinal
    ),
    want as (
      select
        a.party,
        a.disclosure,
        e.ordinal,
        e.referral_id,
        -- what a party did itself it need not be told: that entry is closed as it arrives
        case
          when a.party = e.actor_id then e.occurred_at
        end as done_at,
        row_number() over (
          partition by a.party
          order by e.ordinal
        ) as place
      from
        batch as b
        join hub.event as e using (ordinal)
        cross join lateral unnest(e.audience, e.disclosures) as a (party, disclosure)
    ),
    total as (select party, count(*) as events from want group by party),
    head as (
      insert into hub.feed_head as h (party, last_seq)
      select party, events from total order by party
      on conflict (party) do update set last_seq = h.last_seq + excluded.last_seq
      returning party, last_seq
    ),
    put as (
      insert into hub.party_feed
        (party, seq, event_ordinal, referral_id, disclosure, sent_at, delivered_at, seen_at, acted_at)
      select
        w.party,
        h.last_seq - t.events + w.place,
        w.ordinal,
        w.referral_id,
        w.disclosure,
        hub.clock(),
        w.done_at,
        w.done_at,
        w.done_at
      from
        want as w
        join head as h using (party)
        join total as t using (party)
      returning party, referral_id
    ),
    woken as (
      -- A payload ends at 7,999 bytes, about 215 parties; above that every reader looks. So they do where it is news of
      -- a whole network, since readers woken together are answered together.
      select
        pg_notify(
          'loopwell_feed',
          case
            when count(distinct party) > 200
            or bool_or(referral_id is null) then '*'
            else string_agg(distinct party::text, ',')
          end
        )
      from put
      having count(*) > 0
    )
  select (select count(*)::integer from batch) + (select 0 * count(*)::integer from woken);
$$;
grant execute on function hub.sequence_events to loopwell_sequencer;
