-- Webhooks: one follower each, on the node that holds its lease.

-- What this node is to follow: keeps its leases, and takes over those of nodes that have gone.
create or replace function hub.lease_webhooks(node uuid, lasting interval)
returns table (
  id uuid,
  organisation_id uuid,
  sector text,
  url text,
  generation integer,
  overlapping boolean,
  created_at timestamptz,
  "position" bigint,
  position_hash text,
  wait_ms integer
)
language sql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
  with
    free as (
      select w.id
      from hub.webhook as w
      where w.state = 'ACTIVE' and (w.leased_by = node or w.leased_until is null or w.leased_until < clock_timestamp())
      order by w.id
      for no key update skip locked
    ),
    leased as (
      update hub.webhook as w
      set
        leased_by = node,
        leased_until = clock_timestamp() + lasting
      from free
      where w.id = free.id
      returning w.*
    )
  select
    l.id,
    l.organisation_id,
    o.sector,
    l.url,
    l.generation,
    coalesce(l.overlap_until > clock_timestamp(), false),
    l.created_at,
    l.position,
    l.position_hash,
    greatest(0, extract(epoch from l.next_attempt_at - clock_timestamp()) * 1000)::integer
  from
    leased as l
    join hub.organisation as o on o.id = l.organisation_id;
$$;
alter function hub.lease_webhooks owner to loopwell_keeper;
grant execute on function hub.lease_webhooks to loopwell_sequencer;

-- Moves a webhook on, and answers whether the lease still stands: a node that was frozen must not move a place that
-- another node has taken over.
create or replace function hub.webhook_delivered(webhook uuid, node uuid, seq bigint, hash text, result text)
returns boolean
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
begin
  update hub.webhook as w
  set
    position = seq,
    position_hash = hash,
    attempts = 0,
    failing_since = null,
    next_attempt_at = clock_timestamp(),
    last_result = result
  where w.id = webhook and w.leased_by = node and w.state = 'ACTIVE';
  return found;
end;
$$;
alter function hub.webhook_delivered owner to loopwell_keeper;
grant execute on function hub.webhook_delivered to loopwell_sequencer;

-- When a webhook is tried again: after 5 s, doubling to six hours, with jitter. After three days, or once refused, it
-- is parked for the operator to look at. Answers in milliseconds; null once parked.
create or replace function hub.webhook_failed(webhook uuid, node uuid, result text, refused boolean)
returns integer
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  wait interval;
  parked boolean;
begin
  select
    least(interval '5 seconds' * power(2, least(w.attempts, 13)), interval '6 hours') * (0.5 + random() / 2),
    refused or coalesce(w.failing_since < clock_timestamp() - interval '3 days', false)
  into wait, parked
  from hub.webhook as w
  where w.id = webhook and w.leased_by = node
  for no key update;
  update hub.webhook as w
  set
    attempts = w.attempts + 1,
    failing_since = coalesce(w.failing_since, clock_timestamp()),
    last_result = result,
    next_attempt_at = clock_timestamp() + wait,
    state = case
      when parked then 'PARKED'
      else w.state
    end
  where w.id = webhook and w.leased_by = node;
  return case
    when not parked then (extract(epoch from wait) * 1000)::integer
  end;
end;
$$;
alter function hub.webhook_failed owner to loopwell_keeper;
grant execute on function hub.webhook_failed to loopwell_sequencer;

-- Gives back the leases of a node that stops.
create or replace function hub.release_webhooks(node uuid)
returns void
language sql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
  update hub.webhook as w
  set
    leased_by = null,
    leased_until = null
  where w.leased_by = node;
$$;
alter function hub.release_webhooks owner to loopwell_keeper;
grant execute on function hub.release_webhooks to loopwell_sequencer;
