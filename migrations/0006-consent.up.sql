-- The consent that carries a referral, notes that go with it, and a death.
set local role loopwell_owner;

create table hub.consent (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references hub.person,
  referral_id uuid references hub.referral,
  recorded_by uuid not null,
  given_by text not null,
  given_at timestamptz not null,
  share_with text[] not null default '{}',
  recipients uuid[],
  exclude uuid[] not null default '{}',
  categories text[] not null default '{}',
  purpose text,
  expires_on date,
  withdrawn_at timestamptz,
  created_at timestamptz not null,
  party_ids uuid[] not null default '{}',
  -- The lawful basis is another thing than consent, and held apart from it: by default direct care.
  lawful_basis text not null default 'DIRECT_CARE' check (
    lawful_basis in (
      'DIRECT_CARE',
      'EXPLICIT_CONSENT',
      'LEGAL_OBLIGATION',
      'LEGITIMATE_INTERESTS',
      'SAFEGUARDING',
      'VITAL_INTERESTS'
    )
  ),
  -- a child under 16 may decide for herself once her competence was assessed
  competence_assessed boolean not null default false,
  -- set once the link worker was told that it runs out, or where telling is not needed
  warned_at timestamptz
);
create index consent_person on hub.consent (person_id, created_at, id);
create index consent_referral on hub.consent (referral_id);
create index consent_running_out on hub.consent (expires_on)
where expires_on is not null and warned_at is null and withdrawn_at is null;

create table hub.note (
  id uuid primary key default gen_random_uuid(),
  referral_id uuid not null references hub.referral,
  text text not null,
  at timestamptz not null,
  organisation_id uuid not null references hub.organisation,
  -- whom it was sent to with the referral: that party reads it whatever its disclosure
  addressee_id uuid references hub.organisation,
  party_ids uuid[] not null default '{}',
  -- A message names whom it is for: they read it whatever their disclosure.
  addressee_ids uuid[] not null default '{}',
  recorded_in_error_at timestamptz,
  recorded_in_error_reason text
);
create index note_referral on hub.note (referral_id, at, id);

-- A death as an organisation recorded it, until it is taken back as recorded in error.
create table hub.death (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references hub.person,
  day date not null,
  recorded_by uuid not null references hub.organisation,
  practitioner_id uuid references hub.practitioner,
  at timestamptz not null,
  -- what it closed, and how that stood: [{referral, status, waitingSince}]
  closed jsonb not null default '[]',
  recorded_in_error_at timestamptz,
  recorded_in_error_by uuid references hub.organisation,
  recorded_in_error_reason text
);
create index death_person on hub.death (person_id);

reset role;
