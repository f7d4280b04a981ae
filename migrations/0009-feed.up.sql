-- The event log, the parties' feeds, and webhooks.
set local role loopwell_owner;

create table hub.event (
  ordinal bigint generated always as identity primary key,
  id uuid not null default gen_random_uuid() unique,
  kind text not null,
  occurred_at timestamptz not null,
  referral_id uuid references hub.referral,
  reference text,
  actor_id uuid,
  service_id uuid,
  contact_id uuid,
  measurement_id uuid,
  -- a set: a party twice in it would break the feed's key and stall every feed behind it
  audience uuid[] not null,
  disclosures text[] not null,
  programme_id uuid references hub.programme,
  check (cardinality(audience) = cardinality(disclosures))
);
create index event_referral on hub.event (referral_id, ordinal);
create index event_occurred on hub.event (occurred_at);

-- kind x role: who hears what. `condition` narrows: RECEIVER_OR_ROOT the receiver of an onward referral, anyone of a
-- root; NOT_RECEIVER everyone else; SECOND_MISS from the second missed contact on; SUBJECT the organisation the event
-- is about.
create table hub.event_rule (
  kind text not null,
  role text not null check (
    role in ('REFERRER', 'LINK_WORKER', 'PROVIDER', 'REGISTERED_PRACTICE', 'CARE_TEAM', 'PERSON')
  ),
  condition text check (condition in ('RECEIVER_OR_ROOT', 'NOT_RECEIVER', 'SECOND_MISS', 'SUBJECT')),
  primary key (kind, role)
);

create table hub.outbox_pending (
  ordinal bigint primary key references hub.event
);

create table hub.feed_head (
  party uuid primary key,
  last_seq bigint not null default 0,
  -- the place just before the oldest kept, and the hash of the event that stood there: still a valid cursor
  floor_seq bigint not null default 0,
  floor_hash bytea
);

create table hub.party_feed (
  party uuid not null,
  seq bigint not null,
  event_ordinal bigint not null references hub.event,
  referral_id uuid,
  disclosure text not null,
  sent_at timestamptz,
  delivered_at timestamptz,
  seen_at timestamptz,
  acted_at timestamptz,
  primary key (party, seq),
  unique (party, event_ordinal)
);
create index party_feed_referral on hub.party_feed (referral_id, party, seq desc) where referral_id is not null;

-- What falls due with time: keeper functions hub.<name>() that answer how much they did. The sequencer runs them every
-- second, in this order; each finds its work by an index, because most seconds there is none. One that fails says so
-- and keeps no other back.
create table hub.clock_job (
  name text primary key,
  position integer not null
);

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

reset role;
