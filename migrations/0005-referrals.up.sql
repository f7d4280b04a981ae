-- Referrals, their parties, and how they move.
set local role loopwell_owner;

create table hub.referral (
  id uuid primary key default gen_random_uuid(),
  reference text not null unique,
  version integer not null default 1,
  kind text not null check (kind in ('LINK_WORKER', 'ONWARD', 'RETURN_TO_GP')),
  status text not null default 'RECEIVED',
  person_id uuid not null references hub.person,
  referrer_id uuid not null references hub.organisation,
  receiver_id uuid not null references hub.organisation,
  service_id uuid references hub.service,
  link_worker_id uuid references hub.practitioner,
  assignment integer not null default 0,
  parent_id uuid references hub.referral,
  root_id uuid not null references hub.referral deferrable initially deferred,
  depth integer not null default 0 check (depth <= 5),
  -- the root's referrer and the registered practice read more than other parties at STAGE
  root_referrer_id uuid not null references hub.organisation,
  practice_id uuid references hub.organisation,
  route text not null references hub.route (key),
  reasons text[] not null default '{}',
  received_at timestamptz not null,
  updated_at timestamptz not null,
  waiting_since timestamptz,
  decline_reason text,
  decline_at timestamptz,
  source_system text,
  source_id text,
  party_ids uuid[] not null default '{}',
  full_party_ids uuid[] not null default '{}',
  writer_ids uuid[] not null default '{}',
  review_contacts integer,
  review_at timestamptz,
  -- that the link worker was told, once a threshold
  contacts_flagged_at timestamptz,
  days_flagged_at timestamptz,
  -- The limit that stood when it was sent stays its limit. remind_after: the clock looks at it again once this day is
  -- over.
  respond_within integer,
  respond_by date,
  remind_after date,
  reminders integer not null default 0
);
create unique index referral_source on hub.referral (referrer_id, source_system, source_id) where source_id is not null;
create index referral_parent on hub.referral (parent_id, received_at, id) where parent_id is not null;
create index referral_person on hub.referral (person_id, received_at desc, id);
create index referral_root on hub.referral (root_id);
-- the statuses of hub.is_under_way, which a step may not name
create index referral_review on hub.referral (review_at)
where days_flagged_at is null and status in ('ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED');
create index referral_waiting on hub.referral (receiver_id, waiting_since, id) where status = 'WAITING';
create index referral_service on hub.referral (service_id) where service_id is not null;
-- counts go by month, and by nothing that finer indexes serve
create index referral_received on hub.referral (received_at);
create index referral_link_worker on hub.referral (link_worker_id, received_at) where link_worker_id is not null;
create index referral_unanswered on hub.referral (remind_after) where status = 'RECEIVED';

-- One row a party: a set of roles, the greatest disclosure. Lists are driven from here, so it repeats what they sort
-- by.
create table hub.referral_party (
  referral_id uuid not null references hub.referral,
  party_id uuid not null,
  is_person boolean not null default false,
  roles text[] not null,
  disclosure text not null check (disclosure in ('FULL', 'OWN_SERVICE', 'STAGE', 'CRISIS')),
  received_at timestamptz not null,
  updated_at timestamptz not null,
  waiting_since timestamptz,
  ended_at timestamptz,
  -- consent that holds this party's access, and when that consent runs out
  expires_on date,
  -- who may read this row: the party itself, those at FULL, and of the receiver's row its referrer
  reader_ids uuid[] not null default '{}',
  primary key (referral_id, party_id)
);
create index party_newest on hub.referral_party (party_id, received_at desc, referral_id) where ended_at is null;
create index party_updated on hub.referral_party (party_id, updated_at desc, referral_id) where ended_at is null;
create index party_waiting on hub.referral_party (
  party_id,
  coalesce(waiting_since, 'infinity'::timestamptz),
  referral_id
)
where ended_at is null;
create index party_expiry on hub.referral_party (expires_on) where ended_at is null and expires_on is not null;

-- Tables whose rows hang on a referral and are read by the parties with FULL disclosure and their author.
create table hub.referral_child (
  relation regclass primary key,
  -- FULL: the parties with FULL disclosure. SUPPORT: those and the receiver. LIVE: every live party, and the view hides
  -- by disclosure. The author of an entry is always among them.
  readers text not null default 'FULL' check (readers in ('FULL', 'SUPPORT', 'LIVE'))
);

-- The one table of the referral's states. allowedActions, IllegalTransition, the guard's trigger, the documentation's
-- diagram and the tests all read it. `who`: RECEIVER its receiver, REFERRER who sent it, PARTY any party on the
-- person's word.
create table hub.transition (
  from_status text not null,
  action text not null,
  to_status text not null,
  who text not null check (who in ('RECEIVER', 'REFERRER', 'PARTY')),
  position integer not null,
  primary key (from_status, action),
  unique (from_status, to_status)
);

-- Who worked with whom, and until when: with the audit trail it tells who opened a case that was a colleague's at the
-- time.
create table hub.assignment (
  referral_id uuid not null references hub.referral,
  practitioner_id uuid not null references hub.practitioner,
  from_at timestamptz not null,
  to_at timestamptz
);
create index assignment_referral on hub.assignment (referral_id, from_at);
create index assignment_now on hub.assignment (practitioner_id) where to_at is null;

alter table hub.source_record add foreign key (referral_id) references hub.referral deferrable initially deferred;
reset role;
