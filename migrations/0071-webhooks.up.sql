-- The feed by signed request: one follower a webhook, on whichever node holds its lease.
set local role loopwell_owner;
create table hub.webhook (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references hub.organisation,
  url text not null,
  -- how often its secret was changed; the one before signs too until `overlap_until`
  generation integer not null default 1,
  overlap_until timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  -- PARKED: given up after three days of failures, or refused; nothing is dropped, a retry goes on where it stopped
  state text not null default 'ACTIVE' check (state in ('ACTIVE', 'PARKED', 'REMOVED')),
  -- the place in the organisation's feed that was delivered last, and the hash of the event there
  position bigint not null default 0,
  position_hash text not null default '',
  attempts integer not null default 0,
  failing_since timestamptz,
  next_attempt_at timestamptz not null default clock_timestamp(),
  last_result text,
  leased_by uuid,
  leased_until timestamptz
);
create index webhook_of on hub.webhook (organisation_id);
call hub.protect('hub.webhook');
create policy operator_all on hub.webhook to loopwell_api using ((select hub.viewer_is_operator())) with check ((select hub.viewer_is_operator()));
grant select, insert (organisation_id, url, position, position_hash), update (generation, overlap_until, state, attempts, failing_since, next_attempt_at) on hub.webhook to loopwell_api;
-- the place after which a new webhook begins, for the operator who adds it
create function hub.feed_place(of_party uuid) returns table (seq bigint, hash text) language plpgsql stable security definer set search_path = pg_catalog, hub, pg_temp as $$
begin
  if not hub.viewer_is_operator() then
    raise exception 'for the operator alone' using errcode = 'LW403';
  end if;
  return query select h.last_seq, coalesce((select encode(substring(sha256(convert_to(e.id::text, 'UTF8')) from 1 for 6), 'hex')
    from hub.party_feed f join hub.event e on e.ordinal = f.event_ordinal where f.party = h.party and f.seq = h.last_seq), encode(substring(h.floor_hash from 1 for 6), 'hex'), '')
    from hub.feed_head h where h.party = of_party;
end $$;
alter function hub.feed_place owner to loopwell_keeper;
grant execute on function hub.feed_place to loopwell_api;

-- What this node is to follow: keeps its leases, and takes over those of nodes that have gone.
create function hub.lease_webhooks(node uuid, lasting interval)
  returns table (id uuid, organisation_id uuid, sector text, url text, generation integer, overlapping boolean, created_at timestamptz, "position" bigint, position_hash text, wait_ms integer)
  language sql security definer set search_path = pg_catalog, hub, pg_temp as $$
  with free as (
    select w.id from hub.webhook w
    where w.state = 'ACTIVE' and (w.leased_by = node or w.leased_until is null or w.leased_until < clock_timestamp())
    order by w.id for no key update skip locked
  ), leased as (
    update hub.webhook w set leased_by = node, leased_until = clock_timestamp() + lasting from free where w.id = free.id returning w.*
  )
  select l.id, l.organisation_id, o.sector, l.url, l.generation, coalesce(l.overlap_until > clock_timestamp(), false), l.created_at, l.position, l.position_hash,
    greatest(0, extract(epoch from l.next_attempt_at - clock_timestamp()) * 1000)::integer
  from leased l join hub.organisation o on o.id = l.organisation_id
$$;
alter function hub.lease_webhooks owner to loopwell_keeper;

-- Answers whether the lease still stands: a node that was frozen must not move a place that another has taken over.
create function hub.webhook_delivered(webhook uuid, node uuid, seq bigint, hash text, result text) returns boolean
  language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
begin
  update hub.webhook w set position = seq, position_hash = hash, attempts = 0, failing_since = null, next_attempt_at = clock_timestamp(), last_result = result
  where w.id = webhook and w.leased_by = node and w.state = 'ACTIVE';
  return found;
end $$;
alter function hub.webhook_delivered owner to loopwell_keeper;

-- Retries after 5 s, doubling to six hours, with jitter; after three days it is parked, for somebody to look at. Answers when to
-- try again, in milliseconds; null once parked.
create function hub.webhook_failed(webhook uuid, node uuid, result text, refused boolean) returns integer
  language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  wait interval;
  parked boolean;
begin
  select least(interval '5 seconds' * power(2, least(w.attempts, 13)), interval '6 hours') * (0.5 + random() / 2),
    refused or coalesce(w.failing_since < clock_timestamp() - interval '3 days', false)
  into wait, parked from hub.webhook w where w.id = webhook and w.leased_by = node for no key update;
  update hub.webhook w set attempts = w.attempts + 1, failing_since = coalesce(w.failing_since, clock_timestamp()), last_result = result,
    next_attempt_at = clock_timestamp() + wait, state = case when parked then 'PARKED' else w.state end
  where w.id = webhook and w.leased_by = node;
  return case when not parked then (extract(epoch from wait) * 1000)::integer end;
end $$;
alter function hub.webhook_failed owner to loopwell_keeper;
create function hub.release_webhooks(node uuid) returns void language sql security definer set search_path = pg_catalog, hub, pg_temp as $$
  update hub.webhook w set leased_by = null, leased_until = null where w.leased_by = node
$$;
alter function hub.release_webhooks owner to loopwell_keeper;
grant execute on function hub.lease_webhooks, hub.webhook_delivered, hub.webhook_failed, hub.release_webhooks to loopwell_sequencer;
reset role;
