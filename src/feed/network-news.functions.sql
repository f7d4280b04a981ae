-- News of the directory, which says the same to all of a network: what a node has to know before it sends each reader
-- one text.

-- For readers of these feeds who have come to these places: what stands there, and what follows by hash and kind, where
-- that is nothing, or all of it news that the reader may hear today. A reader with anything else before it, or much, is
-- not among the rows and reads by itself.
create or replace function hub.next_news(parties uuid[], places bigint[])
returns table (reader integer, stands text, news json)
language sql
stable
security definer
set search_path = pg_catalog, hub, pg_temp
-- its plan is kept, and may have been made while the feeds were empty: a row by its key is right at any size
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
  select
    r.n::integer,
    coalesce(
      encode(
        substring(
          case
            when h.floor_seq = r.place then h.floor_hash
            else here.hash
          end,
          1,
          6
        ),
        'hex'
      ),
      ''
    ),
    coalesce(next.news, '[]')
  from
    unnest(parties, places) with ordinality as r (party, place, n)
    join hub.feed_head as h on h.party = r.party and h.last_seq between r.place and r.place + 4
    left join lateral (
      select sha256(convert_to(e.id::text, 'UTF8')) as hash
      from
        hub.party_feed as f
        join hub.event as e on e.ordinal = f.event_ordinal
      where f.party = r.party and f.seq = r.place
    ) as here
      on true
    left join lateral (
      select
        count(*) as found,
        json_agg(
          json_build_array(encode(substring(sha256(convert_to(e.id::text, 'UTF8')), 1, 6), 'hex'), e.kind)
          order by f.seq
        ) as news
      from
        hub.party_feed as f
        join hub.event as e on e.ordinal = f.event_ordinal
      -- by their places, each of which is one row: of a range the planner would expect a share of the feed, and read
      -- all news there ever was
      where
        h.last_seq > r.place
        and f.party = r.party
        and f.seq in (r.place + 1, r.place + 2, r.place + 3, r.place + 4)
        and f.referral_id is null
        and e.kind in ('CAPACITY_CHANGED', 'SERVICE_PARAMETERS_CHANGED')
        and exists (
          select
          from hub.sharing_agreement as a
          where a.organisation_id = r.party and hub.today() between a.valid_from and a.valid_to
        )
    ) as next
      on true
  where h.last_seq - r.place = coalesce(next.found, 0);
$$;
alter function hub.next_news owner to loopwell_keeper;
grant execute on function hub.next_news to loopwell_sequencer;
