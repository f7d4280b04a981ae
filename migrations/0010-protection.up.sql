-- Crises, safeguarding, and access past consent.
set local role loopwell_owner;

create table hub.crisis_setting (
  one boolean primary key default true check (one),
  alert_every interval not null default interval '15 minutes'
);

create table hub.escalation (
  id uuid primary key default gen_random_uuid(),
  referral_id uuid not null references hub.referral,
  person_id uuid not null references hub.person,
  at timestamptz not null,
  basis text not null,
  facts text not null,
  practice_id uuid not null references hub.organisation,
  -- past what the person had said: she excluded this practice, and her life or health came first
  override boolean not null,
  organisation_id uuid not null references hub.organisation,
  practitioner_id uuid references hub.practitioner,
  acknowledged_at timestamptz,
  acknowledged_by uuid references hub.practitioner,
  acknowledgement text,
  -- how often its practice has been told
  alerts integer not null default 0,
  next_alert_at timestamptz not null,
  party_ids uuid[] not null default '{}'
);
create index escalation_referral on hub.escalation (referral_id, at, id);
create index escalation_practice on hub.escalation (practice_id, at desc, id);
create index escalation_due on hub.escalation (next_alert_at) where acknowledged_at is null;

-- Which event told of which.
create table hub.escalation_alert (
  event_id uuid primary key references hub.event (id),
  escalation_id uuid not null references hub.escalation
);
create index escalation_alert_of on hub.escalation_alert (escalation_id);

create table hub.safeguarding_note (
  id uuid primary key default gen_random_uuid(),
  referral_id uuid not null references hub.referral,
  person_id uuid not null references hub.person,
  text text not null,
  at timestamptz not null,
  organisation_id uuid not null references hub.organisation,
  practitioner_id uuid references hub.practitioner,
  party_ids uuid[] not null default '{}'
);
create index safeguarding_note_referral on hub.safeguarding_note (referral_id, at, id);

-- Access of that kind that has not ended yet.
create table hub.emergency_access (
  referral_id uuid not null references hub.referral,
  organisation_id uuid not null references hub.organisation,
  ends_at timestamptz not null,
  primary key (referral_id, organisation_id)
);
create index emergency_access_ending on hub.emergency_access (ends_at);

-- Access that went past what the person agreed to: reasoned, kept beside the audit trail, and shown to her.
create table hub.override (
  id uuid primary key default gen_random_uuid(),
  at timestamptz not null,
  person_id uuid not null references hub.person,
  -- who was let in, and by whom: itself where it asked
  organisation_id uuid not null references hub.organisation,
  by_id uuid not null references hub.organisation,
  practitioner_id uuid references hub.practitioner,
  referral_id uuid references hub.referral,
  basis text not null,
  reason text not null,
  -- until when it lasts; null: for good
  until timestamptz
);
create index override_person on hub.override (person_id, at desc);

reset role;
