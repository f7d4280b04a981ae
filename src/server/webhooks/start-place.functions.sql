-- Where a new webhook begins.

-- The place after which a new webhook begins, for the operator who adds it.
create or replace function hub.feed_place(of_party uuid)
returns table (seq bigint, hash text)
language plpgsql
stable
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
begin
  if not hub.viewer_is_operator() then
    raise exception 'for the operator alone' using errcode = 'LW403';
  end if;
  return query select
      h.last_seq,
      coalesce(
        (
          select encode(substring(sha256(convert_to(e.id::text, 'UTF8')), 1, 6), 'hex')
          from
            hub.party_feed as f
            join hub.event as e on e.ordinal = f.event_ordinal
          where f.party = h.party and f.seq = h.last_seq
        ),
        encode(substring(h.floor_hash, 1, 6), 'hex'),
        ''
      )
    from hub.feed_head as h
    where h.party = of_party;
end;
$$;
alter function hub.feed_place owner to loopwell_keeper;
grant execute on function hub.feed_place to loopwell_api;
