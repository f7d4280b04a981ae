-- What a freshly migrated database holds and decides. The sources have the comments.

create schema hub authorization loopwell_owner;

grant create, usage on schema hub to loopwell_counter;

grant create, usage on schema hub to loopwell_keeper;

grant usage on schema hub to loopwell_api;

grant usage on schema hub to loopwell_guard;

grant usage on schema hub to loopwell_sequencer;

create schema graph authorization loopwell_owner;

grant create, usage on schema graph to loopwell_guard;

grant usage on schema graph to loopwell_api;

create table hub.assignment (
  from_at timestamp with time zone not null,
  practitioner_id uuid not null,
  referral_id uuid not null,
  to_at timestamp with time zone
);
alter table hub.assignment owner to loopwell_owner;
alter table hub.assignment enable row level security;
alter table hub.assignment force row level security;
create index assignment_now on hub.assignment using btree (practitioner_id) where (to_at is null);
create index assignment_referral on hub.assignment using btree (referral_id, from_at);

create table hub.audit (
  action text not null,
  at timestamp with time zone default clock_timestamp() not null,
  colleagues_cases uuid[] default (
    string_to_array(NULLIF(current_setting('app.colleagues_cases'::text, true), ''::text), ','::text)
  )::uuid[],
  hash bytea,
  id bigint generated always as identity not null,
  operation text not null,
  outcome text not null,
  party uuid,
  person_ids uuid[] default '{}'::uuid[] not null,
  "position" bigint,
  practitioner uuid,
  proxy uuid,
  purpose text,
  referral_ids uuid[] default '{}'::uuid[] not null,
  request_id text not null,
  roles text not null,
  constraint audit_pkey primary key (id),
  constraint audit_position_key unique ("position"),
  constraint audit_action_check check (action = any (array['READ'::text, 'WRITE'::text, 'DELIVER'::text]))
);
alter table hub.audit owner to loopwell_owner;
alter table hub.audit enable row level security;
alter table hub.audit force row level security;
create index audit_colleagues_cases on hub.audit using btree (at) where (colleagues_cases is not null);
create index audit_person on hub.audit using gin (person_ids);
create index audit_proxy on hub.audit using btree (proxy) where (proxy is not null);
create index audit_unchained on hub.audit using btree (id) where ("position" is null);

create table hub.bank_holiday (
  day date not null,
  name text not null,
  constraint bank_holiday_pkey primary key (day)
);
alter table hub.bank_holiday owner to loopwell_owner;
alter table hub.bank_holiday enable row level security;
alter table hub.bank_holiday force row level security;

create table hub.choice (
  at timestamp with time zone not null,
  decision text not null,
  id uuid default gen_random_uuid() not null,
  ordinal bigint generated always as identity not null,
  organisation_id uuid not null,
  party_ids uuid[] default '{}'::uuid[] not null,
  recorded_in_error_at timestamp with time zone,
  recorded_in_error_reason text,
  referral_id uuid not null,
  service_id uuid not null,
  why text,
  constraint choice_pkey primary key (id),
  constraint choice_check check ((decision != 'DECLINED'::text) or (why is not null)),
  constraint choice_decision_check check (decision = any (array['OFFERED'::text, 'CHOSEN'::text, 'DECLINED'::text]))
);
alter table hub.choice owner to loopwell_owner;
alter table hub.choice enable row level security;
alter table hub.choice force row level security;
create index choice_referral on hub.choice using btree (referral_id, ordinal);

create table hub.clock_job (
  name text not null,
  "position" integer not null,
  constraint clock_job_pkey primary key (name)
);
alter table hub.clock_job owner to loopwell_owner;
alter table hub.clock_job enable row level security;
alter table hub.clock_job force row level security;

create table hub.consent (
  categories text[] default '{}'::text[] not null,
  competence_assessed boolean default false not null,
  created_at timestamp with time zone not null,
  exclude uuid[] default '{}'::uuid[] not null,
  expires_on date,
  given_at timestamp with time zone not null,
  given_by text not null,
  id uuid default gen_random_uuid() not null,
  lawful_basis text default 'DIRECT_CARE'::text not null,
  party_ids uuid[] default '{}'::uuid[] not null,
  person_id uuid not null,
  purpose text,
  recipients uuid[],
  recorded_by uuid not null,
  referral_id uuid,
  share_with text[] default '{}'::text[] not null,
  warned_at timestamp with time zone,
  withdrawn_at timestamp with time zone,
  constraint consent_pkey primary key (id),
  constraint consent_lawful_basis_check
    check (
      lawful_basis = any (
        array[
          'DIRECT_CARE'::text,
          'EXPLICIT_CONSENT'::text,
          'LEGAL_OBLIGATION'::text,
          'LEGITIMATE_INTERESTS'::text,
          'SAFEGUARDING'::text,
          'VITAL_INTERESTS'::text
        ]
      )
    )
);
alter table hub.consent owner to loopwell_owner;
alter table hub.consent enable row level security;
alter table hub.consent force row level security;
create index consent_person on hub.consent using btree (person_id, created_at, id);
create index consent_referral on hub.consent using btree (referral_id);
create index consent_running_out on hub.consent using btree (expires_on)
where ((expires_on is not null) and (warned_at is null) and (withdrawn_at is null));

create table hub.contact (
  at timestamp with time zone not null,
  attendance text,
  barriers text[] default '{}'::text[] not null,
  created_at timestamp with time zone not null,
  id uuid default gen_random_uuid() not null,
  minutes integer,
  mode text,
  note text,
  organisation_id uuid not null,
  party_ids uuid[] default '{}'::uuid[] not null,
  practitioner_id uuid,
  recorded_in_error_at timestamp with time zone,
  recorded_in_error_reason text,
  referral_id uuid not null,
  constraint contact_pkey primary key (id),
  constraint contact_attendance_check
    check (
      attendance = any (
        array[
          'ATTENDED'::text,
          'DID_NOT_ATTEND'::text,
          'UNABLE_TO_ATTEND'::text,
          'CANCELLED_BY_PERSON'::text,
          'CANCELLED_BY_SERVICE'::text
        ]
      )
    ),
  constraint contact_minutes_check check ((minutes >= 0) and (minutes <= 1440))
);
alter table hub.contact owner to loopwell_owner;
alter table hub.contact enable row level security;
alter table hub.contact force row level security;
create index contact_referral on hub.contact using btree (referral_id, at, id);

create table hub.cover (
  covered_by_id uuid not null,
  from_day date not null,
  id uuid default gen_random_uuid() not null,
  organisation_id uuid not null,
  practitioner_id uuid not null,
  to_day date not null,
  constraint cover_pkey primary key (id),
  constraint cover_check check (from_day <= to_day),
  constraint cover_check1 check (practitioner_id != covered_by_id)
);
alter table hub.cover owner to loopwell_owner;
alter table hub.cover enable row level security;
alter table hub.cover force row level security;
create index cover_by on hub.cover using btree (covered_by_id, to_day);
create index cover_for on hub.cover using btree (practitioner_id, to_day);

create table hub.crisis_setting (
  alert_every interval default '00:15:00'::interval not null,
  one boolean default true not null,
  constraint crisis_setting_pkey primary key (one),
  constraint crisis_setting_one_check check (one)
);
alter table hub.crisis_setting owner to loopwell_owner;
alter table hub.crisis_setting enable row level security;
alter table hub.crisis_setting force row level security;

create table hub.death (
  at timestamp with time zone not null,
  closed jsonb default '[]'::jsonb not null,
  day date not null,
  id uuid default gen_random_uuid() not null,
  person_id uuid not null,
  practitioner_id uuid,
  recorded_by uuid not null,
  recorded_in_error_at timestamp with time zone,
  recorded_in_error_by uuid,
  recorded_in_error_reason text,
  constraint death_pkey primary key (id)
);
alter table hub.death owner to loopwell_owner;
alter table hub.death enable row level security;
alter table hub.death force row level security;
create index death_person on hub.death using btree (person_id);

create table hub.emergency_access (
  ends_at timestamp with time zone not null,
  organisation_id uuid not null,
  referral_id uuid not null,
  constraint emergency_access_pkey primary key (referral_id, organisation_id)
);
alter table hub.emergency_access owner to loopwell_owner;
alter table hub.emergency_access enable row level security;
alter table hub.emergency_access force row level security;
create index emergency_access_ending on hub.emergency_access using btree (ends_at);

create table hub.escalation (
  acknowledged_at timestamp with time zone,
  acknowledged_by uuid,
  acknowledgement text,
  alerts integer default 0 not null,
  at timestamp with time zone not null,
  basis text not null,
  facts text not null,
  id uuid default gen_random_uuid() not null,
  next_alert_at timestamp with time zone not null,
  organisation_id uuid not null,
  override boolean not null,
  party_ids uuid[] default '{}'::uuid[] not null,
  person_id uuid not null,
  practice_id uuid not null,
  practitioner_id uuid,
  referral_id uuid not null,
  constraint escalation_pkey primary key (id)
);
alter table hub.escalation owner to loopwell_owner;
alter table hub.escalation enable row level security;
alter table hub.escalation force row level security;
create index escalation_due on hub.escalation using btree (next_alert_at) where (acknowledged_at is null);
create index escalation_practice on hub.escalation using btree (practice_id, at desc, id);
create index escalation_referral on hub.escalation using btree (referral_id, at, id);

create table hub.escalation_alert (
  escalation_id uuid not null,
  event_id uuid not null,
  constraint escalation_alert_pkey primary key (event_id)
);
alter table hub.escalation_alert owner to loopwell_owner;
alter table hub.escalation_alert enable row level security;
alter table hub.escalation_alert force row level security;
create index escalation_alert_of on hub.escalation_alert using btree (escalation_id);

create table hub.event (
  actor_id uuid,
  audience uuid[] not null,
  contact_id uuid,
  disclosures text[] not null,
  id uuid default gen_random_uuid() not null,
  kind text not null,
  measurement_id uuid,
  occurred_at timestamp with time zone not null,
  ordinal bigint generated always as identity not null,
  programme_id uuid,
  reference text,
  referral_id uuid,
  service_id uuid,
  constraint event_pkey primary key (ordinal),
  constraint event_id_key unique (id),
  constraint event_check check (cardinality(audience) = cardinality(disclosures))
);
alter table hub.event owner to loopwell_owner;
alter table hub.event enable row level security;
alter table hub.event force row level security;
create index event_occurred on hub.event using btree (occurred_at);
create index event_referral on hub.event using btree (referral_id, ordinal);

create table hub.event_rule (
  condition text,
  kind text not null,
  role text not null,
  constraint event_rule_pkey primary key (kind, role),
  constraint event_rule_condition_check
    check (
      condition = any (array['RECEIVER_OR_ROOT'::text, 'NOT_RECEIVER'::text, 'SECOND_MISS'::text, 'SUBJECT'::text])
    ),
  constraint event_rule_role_check
    check (
      role = any (
        array[
          'REFERRER'::text,
          'LINK_WORKER'::text,
          'PROVIDER'::text,
          'REGISTERED_PRACTICE'::text,
          'CARE_TEAM'::text,
          'PERSON'::text
        ]
      )
    )
);
alter table hub.event_rule owner to loopwell_owner;
alter table hub.event_rule enable row level security;
alter table hub.event_rule force row level security;

create table hub.extension (
  at timestamp with time zone not null,
  contacts integer,
  id uuid default gen_random_uuid() not null,
  ordinal bigint generated always as identity not null,
  organisation_id uuid not null,
  party_ids uuid[] default '{}'::uuid[] not null,
  reason text not null,
  referral_id uuid not null,
  until date,
  constraint extension_pkey primary key (id),
  constraint extension_check check ((contacts is not null) or (until is not null)),
  constraint extension_contacts_check check (contacts > 0)
);
alter table hub.extension owner to loopwell_owner;
alter table hub.extension enable row level security;
alter table hub.extension force row level security;
create index extension_referral on hub.extension using btree (referral_id, ordinal);

create table hub.feed_head (
  floor_hash bytea,
  floor_seq bigint default 0 not null,
  last_seq bigint default 0 not null,
  party uuid not null,
  constraint feed_head_pkey primary key (party)
);
alter table hub.feed_head owner to loopwell_owner;
alter table hub.feed_head enable row level security;
alter table hub.feed_head force row level security;

create table hub.funding_watch (
  accepted_on date not null,
  due boolean default true not null,
  referral_id uuid not null,
  warned_at timestamp with time zone,
  constraint funding_watch_pkey primary key (referral_id)
);
alter table hub.funding_watch owner to loopwell_owner;
alter table hub.funding_watch enable row level security;
alter table hub.funding_watch force row level security;
create index funding_watch_due on hub.funding_watch using btree (referral_id) where due;

create table hub.idempotency (
  at timestamp with time zone not null,
  input_hash bytea not null,
  key text not null,
  mutation text not null,
  party uuid not null,
  practitioner uuid default '00000000-0000-0000-0000-000000000000'::uuid not null,
  result jsonb not null,
  constraint idempotency_pkey primary key (party, practitioner, mutation, key)
);
alter table hub.idempotency owner to loopwell_owner;
alter table hub.idempotency enable row level security;
alter table hub.idempotency force row level security;

create table hub.inbox (
  format text not null,
  id uuid default gen_random_uuid() not null,
  name text not null,
  organisation_id uuid,
  raw bytea not null,
  raw_hash text not null,
  received_at timestamp with time zone not null,
  sector text not null,
  constraint inbox_pkey primary key (id)
);
alter table hub.inbox owner to loopwell_owner;
alter table hub.inbox enable row level security;
alter table hub.inbox force row level security;
create unique index inbox_dedupe on hub.inbox using btree (
  format,
  COALESCE(organisation_id, '00000000-0000-0000-0000-000000000000'::uuid),
  raw_hash,
  name
);

create table hub.instrument (
  higher_is_better boolean,
  items integer not null,
  key text not null,
  label text not null,
  licence text not null,
  licensed boolean default false not null,
  maximum double precision not null,
  minimum double precision not null,
  "position" integer not null,
  scored boolean not null,
  scoring text default 'SCORE'::text not null,
  source text,
  version integer default 1 not null,
  whole_numbers boolean default false not null,
  constraint instrument_pkey primary key (key),
  constraint instrument_scoring_check
    check (scoring = any (array['NONE'::text, 'SCORE'::text, 'SUM'::text, 'COUNT'::text]))
);
alter table hub.instrument owner to loopwell_owner;
alter table hub.instrument enable row level security;
alter table hub.instrument force row level security;

create table hub.instrument_conversion (
  converted double precision not null,
  instrument text not null,
  score double precision not null,
  version integer not null,
  constraint instrument_conversion_pkey primary key (instrument, version, score)
);
alter table hub.instrument_conversion owner to loopwell_owner;
alter table hub.instrument_conversion enable row level security;
alter table hub.instrument_conversion force row level security;

create table hub.instrument_item (
  higher_is_better boolean not null,
  instrument text not null,
  key text not null,
  label text not null,
  maximum double precision not null,
  minimum double precision not null,
  optional boolean default false not null,
  "position" integer not null,
  scores_on integer[] default '{}'::integer[] not null,
  constraint instrument_item_pkey primary key (instrument, key)
);
alter table hub.instrument_item owner to loopwell_owner;
alter table hub.instrument_item enable row level security;
alter table hub.instrument_item force row level security;

create table hub.instrument_level (
  from_score double precision not null,
  instrument text not null,
  label text not null,
  version integer not null,
  constraint instrument_level_pkey primary key (instrument, version, from_score)
);
alter table hub.instrument_level owner to loopwell_owner;
alter table hub.instrument_level enable row level security;
alter table hub.instrument_level force row level security;

create table hub.match_review (
  at timestamp with time zone not null,
  candidate_id uuid not null,
  decided_at timestamp with time zone,
  decision text,
  id uuid default gen_random_uuid() not null,
  person_id uuid not null,
  reason text not null,
  constraint match_review_pkey primary key (id),
  constraint match_review_person_id_candidate_id_key unique (person_id, candidate_id),
  constraint match_review_decision_check check (decision = any (array['MERGED'::text, 'SEPARATE'::text]))
);
alter table hub.match_review owner to loopwell_owner;
alter table hub.match_review enable row level security;
alter table hub.match_review force row level security;

create table hub.measurement (
  converted_score double precision,
  created_at timestamp with time zone not null,
  id uuid default gen_random_uuid() not null,
  instrument text not null,
  instrument_version integer default 1 not null,
  items jsonb default '{}'::jsonb not null,
  level text,
  occasion text not null,
  organisation_id uuid not null,
  party_ids uuid[] default '{}'::uuid[] not null,
  recorded_in_error_at timestamp with time zone,
  recorded_in_error_reason text,
  referral_id uuid not null,
  score double precision,
  taken_on date not null,
  constraint measurement_pkey primary key (id),
  constraint measurement_occasion_check
    check (occasion = any (array['BASELINE'::text, 'REVIEW'::text, 'FOLLOW_UP'::text, 'DISCHARGE'::text]))
);
alter table hub.measurement owner to loopwell_owner;
alter table hub.measurement enable row level security;
alter table hub.measurement force row level security;
create index measurement_referral on hub.measurement using btree (referral_id, taken_on, id);

create table hub.network (
  id uuid default gen_random_uuid() not null,
  key text not null,
  kind text not null,
  name text not null,
  constraint network_pkey primary key (id),
  constraint network_key_key unique (key),
  constraint network_kind_check
    check (
      kind = any (array['ICB'::text, 'PLACE'::text, 'PCN'::text, 'NEIGHBOURHOOD'::text, 'SOCIAL_PRESCRIBING'::text])
    )
);
alter table hub.network owner to loopwell_owner;
alter table hub.network enable row level security;
alter table hub.network force row level security;

create table hub.network_member (
  network_id uuid not null,
  organisation_id uuid not null,
  constraint network_member_pkey primary key (network_id, organisation_id)
);
alter table hub.network_member owner to loopwell_owner;
alter table hub.network_member enable row level security;
alter table hub.network_member force row level security;
create index network_member_of on hub.network_member using btree (organisation_id);

create table hub.note (
  addressee_id uuid,
  addressee_ids uuid[] default '{}'::uuid[] not null,
  at timestamp with time zone not null,
  id uuid default gen_random_uuid() not null,
  organisation_id uuid not null,
  party_ids uuid[] default '{}'::uuid[] not null,
  recorded_in_error_at timestamp with time zone,
  recorded_in_error_reason text,
  referral_id uuid not null,
  text text not null,
  constraint note_pkey primary key (id)
);
alter table hub.note owner to loopwell_owner;
alter table hub.note enable row level security;
alter table hub.note force row level security;
create index note_referral on hub.note using btree (referral_id, at, id);

create table hub.organisation (
  closed_on date,
  id uuid default gen_random_uuid() not null,
  name text not null,
  receives_referrals boolean default false not null,
  sector text not null,
  successor_id uuid,
  constraint organisation_pkey primary key (id),
  constraint organisation_sector_check
    check (
      sector = any (
        array[
          'PRIMARY_CARE'::text,
          'COMMUNITY_SERVICES'::text,
          'SOCIAL_CARE'::text,
          'VOLUNTARY'::text,
          'COMMISSIONER'::text
        ]
      )
    )
);
alter table hub.organisation owner to loopwell_owner;
alter table hub.organisation enable row level security;
alter table hub.organisation force row level security;
create index organisation_name on hub.organisation using btree (name, id);

create table hub.organisation_identifier (
  organisation_id uuid not null,
  system text not null,
  value text not null,
  constraint organisation_identifier_pkey primary key (system, value)
);
alter table hub.organisation_identifier owner to loopwell_owner;
alter table hub.organisation_identifier enable row level security;
alter table hub.organisation_identifier force row level security;
create index organisation_identifier_of on hub.organisation_identifier using btree (organisation_id);

create table hub.outbox_pending (
  ordinal bigint not null,
  constraint outbox_pending_pkey primary key (ordinal)
);
alter table hub.outbox_pending owner to loopwell_owner;
alter table hub.outbox_pending enable row level security;
alter table hub.outbox_pending force row level security;

create table hub.outcome (
  closed_at timestamp with time zone not null,
  organisation_id uuid not null,
  party_ids uuid[] default '{}'::uuid[] not null,
  plan_declined boolean not null,
  referral_id uuid not null,
  result text not null,
  self_management_plan text,
  summary text,
  constraint outcome_pkey primary key (referral_id)
);
alter table hub.outcome owner to loopwell_owner;
alter table hub.outcome enable row level security;
alter table hub.outcome force row level security;

create table hub.override (
  at timestamp with time zone not null,
  basis text not null,
  by_id uuid not null,
  id uuid default gen_random_uuid() not null,
  organisation_id uuid not null,
  person_id uuid not null,
  practitioner_id uuid,
  reason text not null,
  referral_id uuid,
  until timestamp with time zone,
  constraint override_pkey primary key (id)
);
alter table hub.override owner to loopwell_owner;
alter table hub.override enable row level security;
alter table hub.override force row level security;
create index override_person on hub.override using btree (person_id, at desc);

create table hub.party_feed (
  acted_at timestamp with time zone,
  delivered_at timestamp with time zone,
  disclosure text not null,
  event_ordinal bigint not null,
  party uuid not null,
  referral_id uuid,
  seen_at timestamp with time zone,
  sent_at timestamp with time zone,
  seq bigint not null,
  constraint party_feed_pkey primary key (party, seq),
  constraint party_feed_party_event_ordinal_key unique (party, event_ordinal)
);
alter table hub.party_feed owner to loopwell_owner;
alter table hub.party_feed enable row level security;
alter table hub.party_feed force row level security;
create index party_feed_referral on hub.party_feed using btree (referral_id, party, seq desc)
where (referral_id is not null);

create table hub.pepper (
  value text default encode(
    sha256(convert_to((gen_random_uuid())::text || (gen_random_uuid())::text, 'UTF8'::name)),
    'hex'::text
  ) not null
);
alter table hub.pepper owner to loopwell_owner;
alter table hub.pepper enable row level security;
alter table hub.pepper force row level security;

create table hub.person (
  created_at timestamp with time zone not null,
  id uuid default gen_random_uuid() not null,
  party_ids uuid[] default '{}'::uuid[] not null,
  provisional boolean default false not null,
  constraint person_pkey primary key (id)
);
alter table hub.person owner to loopwell_owner;
alter table hub.person enable row level security;
alter table hub.person force row level security;

create table hub.person_merge (
  at timestamp with time zone not null,
  id uuid default gen_random_uuid() not null,
  kept_id uuid not null,
  merged_id uuid not null,
  moved jsonb not null,
  review_id uuid not null,
  undone_at timestamp with time zone,
  constraint person_merge_pkey primary key (id)
);
alter table hub.person_merge owner to loopwell_owner;
alter table hub.person_merge enable row level security;
alter table hub.person_merge force row level security;

create table hub.plan (
  agreed_on date not null,
  goals jsonb default '[]'::jsonb not null,
  id uuid default gen_random_uuid() not null,
  ordinal bigint generated always as identity not null,
  organisation_id uuid not null,
  party_ids uuid[] default '{}'::uuid[] not null,
  referral_id uuid not null,
  what_matters text,
  constraint plan_pkey primary key (id),
  constraint plan_goals_check check (jsonb_typeof(goals) = 'array'::text)
);
alter table hub.plan owner to loopwell_owner;
alter table hub.plan enable row level security;
alter table hub.plan force row level security;
create index plan_referral on hub.plan using btree (referral_id, ordinal desc);

create table hub.practice_quota (
  id uuid default gen_random_uuid() not null,
  organisation_id uuid not null,
  practice_id uuid not null,
  practitioner_id uuid,
  quota integer not null,
  constraint practice_quota_pkey primary key (id),
  constraint practice_quota_organisation_id_practice_id_practitioner_id_key
    unique (organisation_id, practice_id, practitioner_id) nulls not distinct,
  constraint practice_quota_quota_check check ((quota >= 0) and (quota <= 100000))
);
alter table hub.practice_quota owner to loopwell_owner;
alter table hub.practice_quota enable row level security;
alter table hub.practice_quota force row level security;
create index practice_quota_practice on hub.practice_quota using btree (practice_id);

create table hub.practitioner (
  external_id text not null,
  id uuid default gen_random_uuid() not null,
  job_title text,
  left_on date,
  name text not null,
  organisation_id uuid not null,
  specialism text,
  constraint practitioner_pkey primary key (id),
  constraint practitioner_external_id_key unique (external_id)
);
alter table hub.practitioner owner to loopwell_owner;
alter table hub.practitioner enable row level security;
alter table hub.practitioner force row level security;
create index practitioner_of on hub.practitioner using btree (organisation_id);

create table hub.preparation (
  adjustments text,
  at timestamp with time zone not null,
  id uuid default gen_random_uuid() not null,
  kind text not null,
  ordinal bigint generated always as identity not null,
  organisation_id uuid not null,
  party_ids uuid[] default '{}'::uuid[] not null,
  ready boolean not null,
  referral_id uuid not null,
  constraint preparation_pkey primary key (id),
  constraint preparation_kind_check check (kind = any (array['PHYSICAL'::text, 'PSYCHOLOGICAL'::text, 'SOCIAL'::text]))
);
alter table hub.preparation owner to loopwell_owner;
alter table hub.preparation enable row level security;
alter table hub.preparation force row level security;
create index preparation_referral on hub.preparation using btree (referral_id, at, ordinal);

create table hub.programme (
  age_groups text[] default '{}'::text[] not null,
  aim text,
  area text,
  continuity text,
  ends_on date,
  funding_ends_on date,
  funding_source text,
  id uuid default gen_random_uuid() not null,
  key text not null,
  model text not null,
  name text not null,
  organisation_id uuid not null,
  parameters_version integer default 1 not null,
  starts_on date,
  constraint programme_pkey primary key (id),
  constraint programme_key_key unique (key),
  constraint programme_model_check check (model = any (array['SIGNPOSTING'::text, 'LINK_WORKER'::text, 'HUB'::text]))
);
alter table hub.programme owner to loopwell_owner;
alter table hub.programme enable row level security;
alter table hub.programme force row level security;
create index programme_name on hub.programme using btree (name, id);
create index programme_of on hub.programme using btree (organisation_id, key);

create table hub.programme_parameters (
  id uuid default gen_random_uuid() not null,
  maximum_contacts integer,
  note text,
  planned_days integer,
  programme_id uuid not null,
  published_at timestamp with time zone not null,
  published_by uuid,
  response_days integer,
  version integer not null,
  would_not_benefit text,
  constraint programme_parameters_pkey primary key (id),
  constraint programme_parameters_programme_id_version_key unique (programme_id, version),
  constraint programme_parameters_maximum_contacts_check check (maximum_contacts > 0),
  constraint programme_parameters_planned_days_check check ((planned_days >= 1) and (planned_days <= 3650)),
  constraint programme_parameters_response_days_check check (response_days > 0)
);
alter table hub.programme_parameters owner to loopwell_owner;
alter table hub.programme_parameters enable row level security;
alter table hub.programme_parameters force row level security;

create table hub.programme_rule (
  excludes boolean default false not null,
  kind text not null,
  maximum double precision,
  minimum double precision,
  one_of text[] default '{}'::text[] not null,
  parameters_id uuid not null,
  "position" integer not null,
  wording text not null,
  constraint programme_rule_pkey primary key (parameters_id, "position"),
  constraint programme_rule_kind_check
    check (
      kind = any (
        array[
          'AGE'::text,
          'AREA'::text,
          'CONDITION'::text,
          'PAM_LEVEL'::text,
          'CONTACTS_A_YEAR'::text,
          'MEDICATION_SPEND_A_YEAR'::text,
          'LIVES_ALONE'::text,
          'NOT_ENGAGED'::text
        ]
      )
    )
);
alter table hub.programme_rule owner to loopwell_owner;
alter table hub.programme_rule enable row level security;
alter table hub.programme_rule force row level security;

create table hub.programme_service (
  external_id text not null,
  organisation_id uuid not null,
  programme_id uuid not null,
  constraint programme_service_pkey primary key (organisation_id, external_id)
);
alter table hub.programme_service owner to loopwell_owner;
alter table hub.programme_service enable row level security;
alter table hub.programme_service force row level security;
create index programme_service_of on hub.programme_service using btree (programme_id);

create table hub.proxy (
  created_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  expires_on date not null,
  id uuid default gen_random_uuid() not null,
  person_id uuid not null,
  proxy_key bytea not null,
  recorded_by uuid not null,
  relationship text not null,
  scopes text[] not null,
  constraint proxy_pkey primary key (id),
  constraint proxy_scopes_check
    check (('READ'::text = any (scopes)) and (scopes <@ array['CONSENT'::text, 'READ'::text, 'REFER'::text]))
);
alter table hub.proxy owner to loopwell_owner;
alter table hub.proxy enable row level security;
alter table hub.proxy force row level security;
create index proxy_key on hub.proxy using btree (proxy_key, person_id);
create index proxy_person on hub.proxy using btree (person_id, created_at, id);

create table hub.quarantine (
  at timestamp with time zone not null,
  field text not null,
  file text not null,
  id uuid default gen_random_uuid() not null,
  inbox_id uuid not null,
  line integer not null,
  organisation_id uuid,
  raw text not null,
  reason text not null,
  resolved_at timestamp with time zone,
  constraint quarantine_pkey primary key (id),
  constraint quarantine_inbox_id_file_line_field_key unique (inbox_id, file, line, field)
);
alter table hub.quarantine owner to loopwell_owner;
alter table hub.quarantine enable row level security;
alter table hub.quarantine force row level security;

create table hub.reason (
  key text not null,
  label text not null,
  "position" integer not null,
  snomed_code text,
  constraint reason_pkey primary key (key)
);
alter table hub.reason owner to loopwell_owner;
alter table hub.reason enable row level security;
alter table hub.reason force row level security;

create table hub.reason_category (
  category text not null,
  reason text not null,
  constraint reason_category_pkey primary key (reason, category)
);
alter table hub.reason_category owner to loopwell_owner;
alter table hub.reason_category enable row level security;
alter table hub.reason_category force row level security;

create table hub.reason_code (
  code text not null,
  "position" integer not null,
  reason text,
  source text not null,
  term text not null,
  version integer not null,
  constraint reason_code_pkey primary key (version, "position")
);
alter table hub.reason_code owner to loopwell_owner;
alter table hub.reason_code enable row level security;
alter table hub.reason_code force row level security;

create table hub.referral (
  assignment integer default 0 not null,
  contacts_flagged_at timestamp with time zone,
  days_flagged_at timestamp with time zone,
  decline_at timestamp with time zone,
  decline_reason text,
  depth integer default 0 not null,
  full_party_ids uuid[] default '{}'::uuid[] not null,
  id uuid default gen_random_uuid() not null,
  kind text not null,
  link_worker_id uuid,
  parent_id uuid,
  party_ids uuid[] default '{}'::uuid[] not null,
  person_id uuid not null,
  practice_id uuid,
  reasons text[] default '{}'::text[] not null,
  received_at timestamp with time zone not null,
  receiver_id uuid not null,
  reference text not null,
  referrer_id uuid not null,
  remind_after date,
  reminders integer default 0 not null,
  respond_by date,
  respond_within integer,
  review_at timestamp with time zone,
  review_contacts integer,
  root_id uuid not null,
  root_referrer_id uuid not null,
  route text not null,
  service_id uuid,
  source_id text,
  source_system text,
  status text default 'RECEIVED'::text not null,
  updated_at timestamp with time zone not null,
  version integer default 1 not null,
  waiting_since timestamp with time zone,
  writer_ids uuid[] default '{}'::uuid[] not null,
  constraint referral_pkey primary key (id),
  constraint referral_reference_key unique (reference),
  constraint referral_depth_check check (depth <= 5),
  constraint referral_kind_check check (kind = any (array['LINK_WORKER'::text, 'ONWARD'::text, 'RETURN_TO_GP'::text]))
);
alter table hub.referral owner to loopwell_owner;
alter table hub.referral enable row level security;
alter table hub.referral force row level security;
create index referral_link_worker on hub.referral using btree (link_worker_id, received_at)
where (link_worker_id is not null);
create index referral_parent on hub.referral using btree (parent_id, received_at, id) where (parent_id is not null);
create index referral_person on hub.referral using btree (person_id, received_at desc, id);
create index referral_received on hub.referral using btree (received_at);
create index referral_review on hub.referral using btree (review_at)
where
  (
    (days_flagged_at is null)
    and (status = any (array['ACCEPTED'::text, 'WAITING'::text, 'ACTIVE'::text, 'PAUSED'::text]))
  );
create index referral_root on hub.referral using btree (root_id);
create index referral_service on hub.referral using btree (service_id) where (service_id is not null);
create index referral_unanswered on hub.referral using btree (remind_after) where (status = 'RECEIVED'::text);
create index referral_waiting on hub.referral using btree (receiver_id, waiting_since, id)
where (status = 'WAITING'::text);
create unique index referral_source on hub.referral using btree (referrer_id, source_system, source_id)
where (source_id is not null);

create table hub.referral_child (
  readers text default 'FULL'::text not null,
  relation regclass not null,
  constraint referral_child_pkey primary key (relation),
  constraint referral_child_readers_check check (readers = any (array['FULL'::text, 'SUPPORT'::text, 'LIVE'::text]))
);
alter table hub.referral_child owner to loopwell_owner;
alter table hub.referral_child enable row level security;
alter table hub.referral_child force row level security;

create table hub.referral_party (
  disclosure text not null,
  ended_at timestamp with time zone,
  expires_on date,
  is_person boolean default false not null,
  party_id uuid not null,
  reader_ids uuid[] default '{}'::uuid[] not null,
  received_at timestamp with time zone not null,
  referral_id uuid not null,
  roles text[] not null,
  updated_at timestamp with time zone not null,
  waiting_since timestamp with time zone,
  constraint referral_party_pkey primary key (referral_id, party_id),
  constraint referral_party_disclosure_check
    check (disclosure = any (array['FULL'::text, 'OWN_SERVICE'::text, 'STAGE'::text, 'CRISIS'::text]))
);
alter table hub.referral_party owner to loopwell_owner;
alter table hub.referral_party enable row level security;
alter table hub.referral_party force row level security;
create index party_expiry on hub.referral_party using btree (expires_on)
where ((ended_at is null) and (expires_on is not null));
create index party_newest on hub.referral_party using btree (party_id, received_at desc, referral_id)
where (ended_at is null);
create index party_updated on hub.referral_party using btree (party_id, updated_at desc, referral_id)
where (ended_at is null);
create index party_waiting on hub.referral_party using btree (
  party_id,
  COALESCE(waiting_since, 'infinity'::timestamp with time zone),
  referral_id
)
where (ended_at is null);

create table hub.response_limit (
  id uuid default gen_random_uuid() not null,
  organisation_id uuid,
  service_id uuid,
  working_days integer not null,
  constraint response_limit_pkey primary key (id),
  constraint response_limit_organisation_id_service_id_key unique (organisation_id, service_id) nulls not distinct,
  constraint response_limit_check check ((service_id is null) or (organisation_id is not null)),
  constraint response_limit_working_days_check check ((working_days >= 1) and (working_days <= 60))
);
alter table hub.response_limit owner to loopwell_owner;
alter table hub.response_limit enable row level security;
alter table hub.response_limit force row level security;

create table hub.revocation (
  at timestamp with time zone default clock_timestamp() not null,
  id bigint generated always as identity not null,
  kind text not null,
  reason text not null,
  value text not null,
  constraint revocation_pkey primary key (id),
  constraint revocation_kind_check check (kind = any (array['TOKEN'::text, 'PRACTITIONER'::text, 'ORGANISATION'::text]))
);
alter table hub.revocation owner to loopwell_owner;
alter table hub.revocation enable row level security;
alter table hub.revocation force row level security;
create index revocation_of on hub.revocation using btree (kind, value);

create table hub.route (
  key text not null,
  label text not null,
  "position" integer not null,
  constraint route_pkey primary key (key)
);
alter table hub.route owner to loopwell_owner;
alter table hub.route enable row level security;
alter table hub.route force row level security;

create table hub.route_name (
  label text not null,
  network_id uuid not null,
  route text not null,
  constraint route_name_pkey primary key (network_id, route),
  constraint route_name_label_check check ((length(btrim(label)) >= 1) and (length(btrim(label)) <= 80))
);
alter table hub.route_name owner to loopwell_owner;
alter table hub.route_name enable row level security;
alter table hub.route_name force row level security;

create table hub.safeguarding_note (
  at timestamp with time zone not null,
  id uuid default gen_random_uuid() not null,
  organisation_id uuid not null,
  party_ids uuid[] default '{}'::uuid[] not null,
  person_id uuid not null,
  practitioner_id uuid,
  referral_id uuid not null,
  text text not null,
  constraint safeguarding_note_pkey primary key (id)
);
alter table hub.safeguarding_note owner to loopwell_owner;
alter table hub.safeguarding_note enable row level security;
alter table hub.safeguarding_note force row level security;
create index safeguarding_note_referral on hub.safeguarding_note using btree (referral_id, at, id);

create table hub.service (
  accepting_referrals boolean default true not null,
  accessibility text[] default '{}'::text[] not null,
  active boolean default true not null,
  areas text[] default '{}'::text[] not null,
  assured_on date,
  categories text[] default '{}'::text[] not null,
  costs text,
  description text,
  eligibility text,
  external_id text not null,
  funding_ends_on date,
  green boolean default false not null,
  id uuid default gen_random_uuid() not null,
  languages text[] default '{}'::text[] not null,
  latitude double precision,
  longitude double precision,
  maximum_age integer,
  minimum_age integer,
  name text not null,
  organisation_id uuid not null,
  paused boolean default false not null,
  places_left integer,
  raw_hash text not null,
  source text not null,
  updated_at timestamp with time zone default now() not null,
  waiting_list_length integer,
  constraint service_pkey primary key (id),
  constraint service_source_external_id_key unique (source, external_id)
);
alter table hub.service owner to loopwell_owner;
alter table hub.service enable row level security;
alter table hub.service force row level security;
create index service_categories on hub.service using gin (categories);
create index service_name on hub.service using btree (name, id);
create index service_of on hub.service using btree (organisation_id, name, id);

create table hub.service_load (
  funded_places integer,
  organisation_id uuid not null,
  service_id uuid not null,
  volunteers integer,
  constraint service_load_pkey primary key (service_id),
  constraint service_load_funded_places_check check (funded_places >= 0),
  constraint service_load_volunteers_check check (volunteers >= 0)
);
alter table hub.service_load owner to loopwell_owner;
alter table hub.service_load enable row level security;
alter table hub.service_load force row level security;

create table hub.sharing_agreement (
  network_id uuid not null,
  organisation_id uuid not null,
  valid_from date not null,
  valid_to date not null,
  constraint sharing_agreement_pkey primary key (organisation_id, network_id)
);
alter table hub.sharing_agreement owner to loopwell_owner;
alter table hub.sharing_agreement enable row level security;
alter table hub.sharing_agreement force row level security;

create table hub.signpost (
  day date not null,
  id bigint generated always as identity not null,
  organisation_id uuid not null,
  reasons text[] not null,
  route text not null,
  service_id uuid not null,
  constraint signpost_pkey primary key (id)
);
alter table hub.signpost owner to loopwell_owner;
alter table hub.signpost enable row level security;
alter table hub.signpost force row level security;
create index signpost_day on hub.signpost using btree (day);

create table hub.source_record (
  address_hidden boolean,
  attendance text,
  birth_date date,
  contact_points jsonb default '[]'::jsonb not null,
  death_date date,
  demographic boolean not null,
  external_id text not null,
  family_name text,
  given_name text,
  id uuid default gen_random_uuid() not null,
  inbox_id uuid,
  kind text not null,
  local_id text,
  local_id_system text,
  needs text[] default '{}'::text[] not null,
  nhs_number text,
  nhs_number_verified boolean default false not null,
  occurred_at timestamp with time zone,
  organisation_id uuid not null,
  party_ids uuid[] default '{}'::uuid[] not null,
  permitted_channels text[] default '{}'::text[] not null,
  person_id uuid not null,
  postcode text,
  practice_id uuid,
  raw_hash text not null,
  received_at timestamp with time zone not null,
  referral_id uuid,
  sector text not null,
  summary text not null,
  superseded boolean default false not null,
  system text not null,
  constraint source_record_pkey primary key (id),
  constraint source_record_attendance_check
    check (
      attendance = any (
        array[
          'ATTENDED'::text,
          'DID_NOT_ATTEND'::text,
          'UNABLE_TO_ATTEND'::text,
          'CANCELLED_BY_PERSON'::text,
          'CANCELLED_BY_SERVICE'::text
        ]
      )
    )
);
alter table hub.source_record owner to loopwell_owner;
alter table hub.source_record enable row level security;
alter table hub.source_record force row level security;
create index source_record_local on hub.source_record using btree (organisation_id, local_id_system, local_id)
where (local_id is not null);
create index source_record_name on hub.source_record using btree (lower(family_name), birth_date)
where (family_name is not null);
create index source_record_number on hub.source_record using btree (nhs_number) where (nhs_number is not null);
create index source_record_person on hub.source_record using btree (person_id, received_at desc, id);
create index source_record_referral on hub.source_record using btree (referral_id) where (referral_id is not null);
create unique index source_record_current on hub.source_record using btree (organisation_id, system, external_id, kind)
where ((not superseded) and (referral_id is null));

create table hub.transition (
  action text not null,
  from_status text not null,
  "position" integer not null,
  to_status text not null,
  who text not null,
  constraint transition_pkey primary key (from_status, action),
  constraint transition_from_status_to_status_key unique (from_status, to_status),
  constraint transition_who_check check (who = any (array['RECEIVER'::text, 'REFERRER'::text, 'PARTY'::text]))
);
alter table hub.transition owner to loopwell_owner;
alter table hub.transition enable row level security;
alter table hub.transition force row level security;

create table hub.unmet_need (
  day date not null,
  district text,
  id bigint generated always as identity not null,
  network_id uuid not null,
  reason text not null,
  constraint unmet_need_pkey primary key (id),
  constraint unmet_need_district_check check (district ~ '^[A-Z]{1,2}[0-9][A-Z0-9]?$'::text)
);
alter table hub.unmet_need owner to loopwell_owner;
alter table hub.unmet_need enable row level security;
alter table hub.unmet_need force row level security;
create index unmet_need_day on hub.unmet_need using btree (network_id, day);

create table hub.webhook (
  attempts integer default 0 not null,
  created_at timestamp with time zone default clock_timestamp() not null,
  failing_since timestamp with time zone,
  generation integer default 1 not null,
  id uuid default gen_random_uuid() not null,
  last_result text,
  leased_by uuid,
  leased_until timestamp with time zone,
  next_attempt_at timestamp with time zone default clock_timestamp() not null,
  organisation_id uuid not null,
  overlap_until timestamp with time zone,
  "position" bigint default 0 not null,
  position_hash text default ''::text not null,
  state text default 'ACTIVE'::text not null,
  url text not null,
  constraint webhook_pkey primary key (id),
  constraint webhook_state_check check (state = any (array['ACTIVE'::text, 'PARKED'::text, 'REMOVED'::text]))
);
alter table hub.webhook owner to loopwell_owner;
alter table hub.webhook enable row level security;
alter table hub.webhook force row level security;
create index webhook_of on hub.webhook using btree (organisation_id);

create or replace function graph.run_plain()
returns text
language plpgsql
as $function$
begin
  raise exception 'run plain' using errcode = 'LW500';
end;
$function$;
alter function graph.run_plain() owner to loopwell_owner;
grant execute on function graph.run_plain() to loopwell_api;
grant execute on function graph.run_plain() to loopwell_guard;

create or replace function hub.acknowledge_escalation(target uuid, note text)
returns uuid
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.require_organisation();
  raised hub.escalation;
begin
  select *
  into raised
  from hub.escalation as e
  where
    e.id = target
    and (
      viewer in (e.practice_id, e.organisation_id)
      or exists (select from hub.referral as r where r.id = e.referral_id and viewer = any (r.full_party_ids))
    )
  for no key update;
  if not found then
    raise exception 'no such escalation' using errcode = 'LW404';
  elseif viewer != raised.practice_id or hub.viewer_practitioner() is null then
    raise exception 'for a clinician of the practice' using errcode = 'LW403';
  end if;
  if raised.acknowledged_at is null then
    update hub.escalation as e
    set
      acknowledged_at = hub.clock(),
      acknowledged_by = hub.viewer_practitioner(),
      acknowledgement = nullif(trim(note), '')
    where e.id = target;
    update hub.party_feed as f
    set
      acted_at = hub.clock(),
      seen_at = coalesce(f.seen_at, hub.clock()),
      delivered_at = coalesce(f.delivered_at, hub.clock())
    where f.referral_id = raised.referral_id and f.party = viewer and f.acted_at is null;
  end if;
  return target;
end;
$function$;
alter function hub.acknowledge_escalation(uuid, text) owner to loopwell_keeper;
grant execute on function hub.acknowledge_escalation(uuid, text) to loopwell_api;

create or replace function hub.add_consent(person uuid, referral uuid, consent jsonb, expires date)
returns hub.consent
language sql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  insert into hub.consent
    (
      person_id,
      referral_id,
      recorded_by,
      given_by,
      given_at,
      share_with,
      recipients,
      exclude,
      categories,
      purpose,
      expires_on,
      party_ids,
      lawful_basis,
      competence_assessed,
      warned_at
    )
  values
    (
      person,
      referral,
      hub.viewer_party(),
      consent ->> 'givenBy',
      (consent ->> 'givenAt')::timestamptz,
      hub.texts(consent -> 'shareWith'),
      hub.uuids(consent -> 'recipients'),
      coalesce(hub.uuids(consent -> 'exclude'), '{}'),
      hub.texts(consent -> 'categories'),
      consent ->> 'purpose',
      expires,
      case
        when hub.viewer_is_organisation() then array[hub.viewer_party()]
        else '{}'
      end,
      coalesce(consent ->> 'lawfulBasis', 'DIRECT_CARE'),
      coalesce((consent ->> 'competenceAssessed')::boolean, false),
      case
        when expires <= hub.today() + hub.expiry_notice() then hub.clock()
      end
    )
  returning *;
$function$;
alter function hub.add_consent(uuid, uuid, jsonb, date) owner to loopwell_keeper;

create or replace function hub.add_crisis_party(referral hub.referral, practice uuid)
returns void
language sql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  insert into hub.referral_party as p (referral_id, party_id, roles, disclosure, received_at, updated_at)
  values (referral.id, practice, '{}', 'CRISIS', referral.received_at, referral.updated_at)
  on conflict (referral_id, party_id) do update
    set
      roles = '{}',
      disclosure = 'CRISIS',
      ended_at = null,
      expires_on = null,
      waiting_since = null
    where p.ended_at is not null;
  select hub.fold_referral(referral.id);
$function$;
alter function hub.add_crisis_party(hub.referral, uuid) owner to loopwell_keeper;

create or replace function hub.add_party(
  referral hub.referral,
  party uuid,
  role text,
  disclosed text,
  person boolean,
  expires date default null::date
)
returns void
language sql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  insert into hub.referral_party as p (
    referral_id,
    party_id,
    is_person,
    roles,
    disclosure,
    received_at,
    updated_at,
    waiting_since,
    expires_on
  )
  values (referral.id, party, person, array[role], disclosed, referral.received_at, referral.updated_at, null, expires)
  on conflict (referral_id, party_id) do update
    set
      roles = case
        when p.ended_at is null then array(select distinct unnest(p.roles || excluded.roles))
        else excluded.roles
      end,
      disclosure = case
        when p.ended_at is not null then excluded.disclosure
        when 'FULL' in (p.disclosure, excluded.disclosure) then 'FULL'
        when 'OWN_SERVICE' in (p.disclosure, excluded.disclosure) then 'OWN_SERVICE'
        else 'STAGE'
      end,
      waiting_since = case
        when p.ended_at is null then p.waiting_since
      end,
      ended_at = null,
      expires_on = case
        when p.ended_at is not null
        or p.disclosure = 'CRISIS' then excluded.expires_on
        when p.expires_on is not null
        and excluded.expires_on is not null then greatest(p.expires_on, excluded.expires_on)
      end;
$function$;
alter function hub.add_party(hub.referral, uuid, text, text, boolean, date) owner to loopwell_keeper;

create or replace function hub.add_record(
  person uuid,
  sender uuid,
  record jsonb,
  draft jsonb,
  referral uuid,
  readers uuid[]
)
returns uuid
language sql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  insert into hub.source_record
    (
      person_id,
      sector,
      organisation_id,
      system,
      external_id,
      kind,
      summary,
      attendance,
      occurred_at,
      raw_hash,
      inbox_id,
      referral_id,
      demographic,
      nhs_number,
      nhs_number_verified,
      given_name,
      family_name,
      birth_date,
      death_date,
      postcode,
      contact_points,
      needs,
      practice_id,
      local_id_system,
      local_id,
      party_ids,
      permitted_channels,
      address_hidden
    )
  select
    person,
    o.sector,
    o.id,
    record ->> 'system',
    record ->> 'externalId',
    record ->> 'recordKind',
    record ->> 'summary',
    record ->> 'attendance',
    (record ->> 'occurredAt')::timestamptz,
    coalesce(record ->> 'rawHash', ''),
    (record ->> 'inbox')::uuid,
    referral,
    draft ->> 'familyName' is not null or draft ->> 'nhsNumber' is not null,
    nullif(draft ->> 'nhsNumber', ''),
    coalesce((draft ->> 'nhsNumberVerified')::boolean, false),
    draft ->> 'givenName',
    draft ->> 'familyName',
    (draft ->> 'birthDate')::date,
    (draft ->> 'deathDate')::date,
    draft ->> 'postcode',
    coalesce(draft -> 'contactPoints', '[]'),
    array(select jsonb_array_elements_text(coalesce(draft -> 'needs', '[]'))),
    coalesce(
      (draft ->> 'practice')::uuid,
      (
        select i.organisation_id
        from hub.organisation_identifier as i
        where i.system = 'https://fhir.nhs.uk/Id/ods-organization-code' and i.value = draft ->> 'practiceOds'
      )
    ),
    draft #>> '{localId,system}',
    draft #>> '{localId,value}',
    readers,
    hub.texts(draft -> 'permittedChannels'),
    (draft ->> 'hiddenAddress')::boolean
  from hub.organisation as o
  where o.id = sender
  returning id;
$function$;
alter function hub.add_record(uuid, uuid, jsonb, jsonb, uuid, uuid[]) owner to loopwell_keeper;

create or replace function hub.add_rules(parameters uuid, rules jsonb)
returns void
language sql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  insert into hub.programme_rule (parameters_id, position, kind, excludes, minimum, maximum, one_of, wording)
  select
    parameters,
    n.position,
    n.rule ->> 'kind',
    coalesce((n.rule ->> 'excludes')::boolean, false),
    (n.rule ->> 'minimum')::double precision,
    (n.rule ->> 'maximum')::double precision,
    hub.texts(n.rule -> 'oneOf'),
    n.rule ->> 'wording'
  from
    jsonb_array_elements(
      case
        when jsonb_typeof(rules) = 'array' then rules
        else '[]'
      end
    ) with ordinality as n (rule, position);
$function$;
alter function hub.add_rules(uuid, jsonb) owner to loopwell_owner;
grant execute on function hub.add_rules(uuid, jsonb) to loopwell_api;
grant execute on function hub.add_rules(uuid, jsonb) to loopwell_keeper;

create or replace function hub.add_working_days(from_day date, days integer)
returns date
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select
    case
      when days < 1 then from_day
      else (
        select d::date
        from generate_series(from_day + 1, from_day + 2 * days + 15, interval '1 day') as d
        where hub.is_working_day(d::date)
        order by d
        offset days - 1
        limit 1
      )
    end;
$function$;
alter function hub.add_working_days(date, integer) owner to loopwell_keeper;

create or replace function hub.addressees(about hub.referral, named uuid[])
returns uuid[]
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select coalesce(array_agg(p.party_id), '{}')
  from hub.referral_party as p
  where
    p.referral_id = about.id
    and p.ended_at is null
    and not p.is_person
    and p.disclosure != 'CRISIS'
    and p.party_id != hub.viewer_party()
    and case
      when named is not null then p.party_id = any (named)
      when hub.viewer_party() = about.receiver_id then p.party_id = about.referrer_id
      else p.disclosure = 'FULL'
      or p.party_id = about.receiver_id
      and hub.viewer_party() = any (p.reader_ids)
    end;
$function$;
alter function hub.addressees(hub.referral, uuid[]) owner to loopwell_keeper;

create or replace function hub.agreement(one text[], other text[])
returns text
language sql
immutable
set search_path to 'pg_catalog', 'pg_temp'
as $function$
  select
    case
      when one = '{}'
      or other = '{}' then 'not known of both'
      when one && other then 'same'
      else 'differs'
    end;
$function$;
alter function hub.agreement(text[], text[]) owner to loopwell_keeper;

create or replace function hub.alert_of_crisis(escalation hub.escalation, referral hub.referral)
returns void
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  by_rule uuid[] := array(select a.party from hub.event_audience('CRISIS_ESCALATED', referral, '{}') as a);
begin
  insert into hub.escalation_alert (event_id, escalation_id)
  select told, escalation.id
  from hub.tell_parties('CRISIS_ESCALATED', referral, by_rule || escalation.practice_id) as told
  where told is not null;
  update hub.escalation as e
  set
    alerts = e.alerts + 1,
    next_alert_at = hub.clock() + (select s.alert_every from hub.crisis_setting as s)
  where e.id = escalation.id;
end;
$function$;
alter function hub.alert_of_crisis(hub.escalation, hub.referral) owner to loopwell_keeper;

create or replace function hub.append_event(event_kind text, referral uuid, subject jsonb default '{}'::jsonb)
returns uuid
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  about hub.referral;
begin
  select r.*
  into about
  from hub.referral as r
  where
    r.id = referral
    and (
      hub.viewer_has_agreement()
      and hub.viewer_party() = any (r.party_ids)
      or hub.viewer_is_person()
      and r.person_id = hub.viewer_party()
    )
  for no key update;
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  end if;

  if
    hub.viewer_is_organisation()
    and not hub.viewer_party() = any (about.writer_ids || about.full_party_ids)
    and not (
      hub.viewer_party() = about.referrer_id
      and event_kind in ('REFERRAL_RECEIVED', 'ONWARD_REFERRAL_CREATED', 'REFERRAL_CANCELLED', 'SOURCE_RECORD_CHANGED')
    )
  then
    raise exception 'not for this party to report' using errcode = 'LW403';
  end if;

  if
    subject ->> 'contact' is not null
    and not exists (
      select from hub.contact as c where c.id = (subject ->> 'contact')::uuid and c.referral_id = about.id
    )
    or subject ->> 'measurement' is not null
    and not exists (
      select from hub.measurement as m where m.id = (subject ->> 'measurement')::uuid and m.referral_id = about.id
    )
  then
    raise exception 'no such subject' using errcode = 'LW404';
  end if;
  return hub.tell(event_kind, about, subject);
end;
$function$;
alter function hub.append_event(text, uuid, jsonb) owner to loopwell_keeper;
grant execute on function hub.append_event(text, uuid, jsonb) to loopwell_api;

create or replace function hub.attended_contacts(referral uuid)
returns bigint
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select count(*)
  from hub.contact as c
  where c.referral_id = referral and c.attendance = 'ATTENDED' and c.recorded_in_error_at is null;
$function$;
alter function hub.attended_contacts(uuid) owner to loopwell_keeper;

create or replace function hub.audit_text(entry hub.audit)
returns text
language sql
immutable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select
    concat_ws(
      '|',
      entry.position,
      entry.id,
      extract(epoch from entry.at),
      entry.party,
      entry.practitioner,
      entry.roles,
      entry.purpose,
      entry.request_id,
      entry.operation,
      entry.action,
      entry.outcome,
      entry.person_ids,
      entry.referral_ids,
      entry.proxy,
      entry.colleagues_cases
    );
$function$;
alter function hub.audit_text(hub.audit) owner to loopwell_owner;
grant execute on function hub.audit_text(hub.audit) to loopwell_keeper;

create or replace function hub.chain_audit()
returns integer
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  entry hub.audit;
  last_one hub.audit;
  chained integer := 0;
begin
  if not pg_try_advisory_xact_lock(hashtext('loopwell_chain')) then
    return 0;
  end if;
  select * into last_one from hub.audit where position is not null order by position desc limit 1;
  for entry in select * from hub.audit where position is null order by id limit 500 for no key update loop
    entry.position := coalesce(last_one.position, 0) + 1;
    entry.hash := sha256(coalesce(last_one.hash, '') || convert_to(hub.audit_text(entry), 'UTF8'));
    update hub.audit
    set
      position = entry.position,
      hash = entry.hash
    where id = entry.id;
    last_one := entry;
    chained := chained + 1;
  end loop;
  return chained;
end;
$function$;
alter function hub.chain_audit() owner to loopwell_keeper;
grant execute on function hub.chain_audit() to loopwell_sequencer;

create or replace function hub.change_practice(person uuid, practice uuid)
returns void
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.require_organisation();
begin
  if not exists (select from hub.person as p where p.id = person and viewer = any (p.party_ids)) then
    raise exception 'no such person' using errcode = 'LW404';
  end if;
  if not exists (select from hub.referral as r where r.person_id = person and hub.may_report_practice(r)) then
    raise exception 'not for this party to report' using errcode = 'LW403';
  end if;

  update hub.source_record as s
  set superseded = true
  where
    s.organisation_id = viewer
    and s.system = 'urn:loopwell:api'
    and s.external_id = person::text
    and s.kind = 'Registration'
    and not s.superseded
    and s.referral_id is null;
  perform
    hub.add_record(
      person,
      viewer,
      jsonb_build_object(
        'system',
        'urn:loopwell:api',
        'externalId',
        person,
        'recordKind',
        'Registration',
        'summary',
        'Registered practice',
        'rawHash',
        practice
      ),
      jsonb_build_object('practice', practice),
      null,
      '{}'
    );
  perform hub.move_practice(person, practice);
end;
$function$;
alter function hub.change_practice(uuid, uuid) owner to loopwell_keeper;
grant execute on function hub.change_practice(uuid, uuid) to loopwell_api;

create or replace function hub.check_competence()
returns trigger
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
begin
  if
    new.given_by = 'person'
    and not (new.competence_assessed and hub.viewer_is_organisation())
    and exists (
      select
      from hub.source_record as s
      where
        s.person_id = new.person_id
        and not s.superseded
        and s.birth_date > hub.today() - interval '16 years'
        and (hub.viewer_party() = any (s.party_ids) or s.person_id = hub.viewer_party())
    )
  then
    raise exception 'a child under 16' using errcode = 'LW452';
  end if;
  return new;
end;
$function$;
alter function hub.check_competence() owner to loopwell_keeper;

create or replace function hub.check_digit_holds(code text)
returns boolean
language plpgsql
immutable
parallel safe
strict
set search_path to 'pg_catalog', 'pg_temp'
as $function$
declare
  permutation constant integer[] := array[1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
  digit integer;
  sum integer := 0;
begin
  if code !~ '^[1-9][0-9]{5,17}$' then
    return false;
  end if;
  for place in 0..length(code) - 1 loop
    digit := substr(reverse(code), place + 1, 1)::integer;
    for turn in 1..place % 8 loop
      digit := permutation[digit + 1];
    end loop;
    sum := case
      when sum < 5
      and digit < 5 then (sum + digit) % 5
      when sum < 5 then 5 + (sum + digit - 5) % 5
      when digit < 5 then 5 + (sum - 5 - digit + 5) % 5
      else (sum - digit + 5) % 5
    end;
  end loop;
  return sum = 0;
end;
$function$;
alter function hub.check_digit_holds(text) owner to loopwell_owner;
grant execute on function hub.check_digit_holds(text) to loopwell_api;
grant execute on function hub.check_digit_holds(text) to loopwell_guard;

create or replace function hub.check_move()
returns trigger
language plpgsql
as $function$
declare
  viewer uuid := hub.viewer_party();
  keeper boolean := current_user in ('loopwell_keeper', 'loopwell_owner');
  move hub.transition;
begin
  if keeper then
    null;
  elseif new.link_worker_id is distinct from old.link_worker_id then
    if not viewer = any (old.writer_ids) then
      raise exception 'only its receiver assigns a referral' using errcode = 'LW403';
    end if;
  elseif new.status = old.status then
    raise exception 'nothing to change' using errcode = 'LW403';
  end if;
  if new.link_worker_id is distinct from old.link_worker_id then
    new.assignment := old.assignment + 1;
  end if;
  if new.status != old.status then
    select * into move from hub.transition as t where t.from_status = old.status and t.to_status = new.status;
    if not found and not (keeper and (old.status = 'RECEIVED' and new.status = 'CLOSED' or old.status = 'CLOSED')) then
      raise exception 'no transition from % to %', old.status, new.status using errcode = 'LW409';
    end if;
    if
      not keeper
      and (
        not hub.may_move(
          move.who,
          old.writer_ids,
          old.referrer_id,
          old.full_party_ids,
          old.root_referrer_id,
          old.practice_id
        )
        or new.status = 'WITHDRAWN'
      )
    then
      raise exception 'this party may not move the referral so' using errcode = 'LW403';
    end if;
    new.version := old.version + 1;
    new.updated_at := hub.clock();
    if new.status = 'WAITING' and old.status != 'CLOSED' then
      new.waiting_since := hub.clock();
    elseif new.status in ('ACTIVE', 'CLOSED', 'CANCELLED', 'WITHDRAWN') then
      new.waiting_since := null;
    end if;
    if new.status in ('DECLINED', 'CANCELLED') then
      new.decline_at := hub.clock();
    end if;
  end if;
  return new;
end;
$function$;
alter function hub.check_move() owner to loopwell_owner;

create or replace function hub.check_named()
returns trigger
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
begin
  if
    exists (
      select
      from unnest(new.recipients || new.exclude) as named (id)
      where not exists (select from hub.organisation as o where o.id = named.id)
    )
  then
    raise exception 'no such organisation' using errcode = 'LW404';
  end if;
  return new;
end;
$function$;
alter function hub.check_named() owner to loopwell_keeper;

create or replace function hub.claim_key(of_party uuid, of_practitioner uuid, of_mutation text, of_key text)
returns table (input_hash bytea, result jsonb)
language plpgsql
as $function$
begin
  perform
    pg_advisory_xact_lock(hashtextextended(concat_ws(chr(31), of_party, of_practitioner, of_mutation, of_key), 0));
  return query select i.input_hash, i.result
    from hub.idempotency as i
    where
      i.party = of_party
      and i.practitioner = coalesce(of_practitioner, '00000000-0000-0000-0000-000000000000')
      and i.mutation = of_mutation
      and i.key = of_key;
end;
$function$;
alter function hub.claim_key(uuid, uuid, text, text) owner to loopwell_owner;
grant execute on function hub.claim_key(uuid, uuid, text, text) to loopwell_api;

create or replace function hub.clock()
returns timestamp with time zone
language sql
stable
parallel safe
as $function$
  select
    date_trunc(
      'milliseconds',
      coalesce(nullif(current_setting('app.clock', true), '')::timestamptz, clock_timestamp())
    );
$function$;
alter function hub.clock() owner to loopwell_owner;
grant execute on function hub.clock() to public;

create or replace function hub.close_for_death(person uuid, day date)
returns void
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  about hub.referral;
  closing jsonb := '[]';
begin
  perform hub.lock_life(person);
  if hub.is_dead(person) then
    return;
  end if;
  update hub.referral_party as p
  set ended_at = hub.clock()
  where p.is_person and p.party_id = person and p.ended_at is null;
  for about in select r.*
  from hub.referral as r
  where r.person_id = person and hub.is_open(r.status)
  order by r.depth, r.id
  for no key update loop
    closing := closing || jsonb_build_object(
      'referral',
      about.id,
      'status',
      about.status,
      'waitingSince',
      about.waiting_since
    );
    insert into hub.outcome (referral_id, result, plan_declined, organisation_id)
    values (about.id, 'DIED', false, about.receiver_id);
    update hub.referral as r set status = 'CLOSED' where r.id = about.id returning r.* into about;
    perform hub.write_quietly('REFERRAL_CLOSED', about);
  end loop;
  insert into hub.death (person_id, day, recorded_by, practitioner_id, closed)
  values (person, day, hub.viewer_party(), hub.viewer_practitioner(), closing);
end;
$function$;
alter function hub.close_for_death(uuid, date) owner to loopwell_keeper;

create or replace function hub.close_organisation(code text)
returns integer
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  closing uuid := hub.organisation_of_code(code);
  about hub.referral;
  returned integer := 0;
begin
  perform hub.end_organisation(closing, null);
  for about in select r.*
  from hub.referral as r
  where
    exists (
      select from hub.referral_party as p where p.referral_id = r.id and p.party_id = closing and p.ended_at is null
    )
    and hub.is_open(r.status)
  order by r.depth, r.id
  for no key update loop
    if about.receiver_id = closing then
      perform hub.return_referral(about);
      returned := returned + 1;
    else
      perform hub.end_party(about, closing);
    end if;
  end loop;
  update hub.service as s
  set
    accepting_referrals = false,
    active = false
  where s.organisation_id = closing;
  update hub.practitioner as p set left_on = hub.today() where p.organisation_id = closing and p.left_on is null;

  update hub.escalation as e
  set next_alert_at = hub.clock()
  where e.practice_id = closing and e.acknowledged_at is null;
  return returned;
end;
$function$;
alter function hub.close_organisation(text) owner to loopwell_keeper;
grant execute on function hub.close_organisation(text) to loopwell_api;

create or replace function hub.closed_month(month date)
returns daterange
language sql
stable
parallel safe
as $function$
  select daterange(first_day, (first_day + interval '1 month')::date)
  from (select date_trunc('month', month::timestamp)::date as first_day) as m
  where m.first_day < date_trunc('month', hub.today()::timestamp);
$function$;
alter function hub.closed_month(date) owner to loopwell_owner;
grant execute on function hub.closed_month(date) to loopwell_counter;

create or replace function hub.consent_allows(consent hub.consent, organisation uuid)
returns boolean
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select
    organisation != all (consent.exclude)
    and (consent.recipients is null or organisation = any (consent.recipients))
    and exists (
      select
      from hub.organisation as o
      where
        o.id = organisation
        and o.sector != 'COMMISSIONER'
        and o.sector = any (consent.share_with)
        and o.closed_on is null
    );
$function$;
alter function hub.consent_allows(hub.consent, uuid) owner to loopwell_keeper;

create or replace function hub.contract_year()
returns timestamp with time zone
language sql
stable
parallel safe
as $function$
  select hub.start_of((date_trunc('year', hub.today() - interval '3 months') + interval '3 months')::date);
$function$;
alter function hub.contract_year() owner to loopwell_owner;
grant execute on function hub.contract_year() to loopwell_api;
grant execute on function hub.contract_year() to loopwell_guard;

create or replace function hub.copy_to_parties()
returns trigger
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
begin
  update hub.referral_party as p
  set
    updated_at = new.updated_at,
    waiting_since = case
      when p.disclosure = 'STAGE' then null
      else new.waiting_since
    end
  where p.referral_id = new.id;
  return null;
end;
$function$;
alter function hub.copy_to_parties() owner to loopwell_keeper;

create or replace function hub.count_routes(network uuid, month date)
returns table (route text, count jsonb)
language sql
stable
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select v.key, hub.suppress(count(r.received_at))
  from
    hub.closed_month(count_routes.month) as days
    cross join hub.route as v
    left join hub.referral as r
      on r.route = v.key
      and r.parent_id is null
      and r.received_at >= hub.start_of(lower(days))
      and r.received_at < hub.start_of(upper(days))
      and r.receiver_id in (
        select m.organisation_id from hub.network_member as m where m.network_id = count_routes.network
      )
  where days is not null and hub.viewer_counts_in(count_routes.network)
  group by v.position, v.key
  order by v.position;
$function$;
alter function hub.count_routes(uuid, date) owner to loopwell_counter;
grant execute on function hub.count_routes(uuid, date) to loopwell_api;

create or replace function hub.count_service_loads(network uuid, month date)
returns table (service uuid, referrals jsonb, funded_places integer, volunteers integer)
language sql
stable
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select s.id, hub.suppress(count(r.received_at)), l.funded_places, l.volunteers
  from
    hub.closed_month(count_service_loads.month) as days
    cross join hub.service_load as l
    join hub.service as s on s.id = l.service_id
    left join hub.referral as r
      on r.service_id = s.id
      and r.received_at >= hub.start_of(lower(days))
      and r.received_at < hub.start_of(upper(days))
  where
    days is not null
    and hub.viewer_counts_in(count_service_loads.network)
    and s.organisation_id in (
      select m.organisation_id from hub.network_member as m where m.network_id = count_service_loads.network
    )
  group by s.id, l.funded_places, l.volunteers
  order by s.id;
$function$;
alter function hub.count_service_loads(uuid, date) owner to loopwell_counter;
grant execute on function hub.count_service_loads(uuid, date) to loopwell_api;

create or replace function hub.count_signposts(network uuid, month date)
returns table (dimension text, key text, count jsonb)
language sql
stable
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select d.dimension, d.key, hub.suppress(count(*))
  from
    hub.closed_month(count_signposts.month) as days
    join hub.signpost as s
      on s.day <@ days
      and s.organisation_id in (
        select m.organisation_id from hub.network_member as m where m.network_id = count_signposts.network
      )
    cross join lateral (
      select 'route' as dimension, s.route as key
      union all
      select 'service', s.service_id::text
      union all
      select 'reason', r from unnest(s.reasons) as r
    ) as d
  where hub.viewer_counts_in(count_signposts.network)
  group by 1, 2
  order by 1, 2;
$function$;
alter function hub.count_signposts(uuid, date) owner to loopwell_counter;
grant execute on function hub.count_signposts(uuid, date) to loopwell_api;

create or replace function hub.count_unmet_need(network uuid, month date)
returns table (reason text, district text, count jsonb)
language sql
stable
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select u.reason, u.district, hub.suppress(count(*))
  from
    hub.closed_month(count_unmet_need.month) as days
    join hub.unmet_need as u on u.network_id = count_unmet_need.network and u.day <@ days
    join hub.reason as v on v.key = u.reason
  where hub.viewer_counts_in(count_unmet_need.network)
  group by u.reason, u.district, v.position
  order by v.position, u.district nulls last;
$function$;
alter function hub.count_unmet_need(uuid, date) owner to loopwell_counter;
grant execute on function hub.count_unmet_need(uuid, date) to loopwell_api;

create or replace function hub.day_of(moment timestamp with time zone)
returns date
language sql
immutable
parallel safe
as $function$
  select (moment at time zone 'Europe/London')::date;
$function$;
alter function hub.day_of(timestamp with time zone) owner to loopwell_owner;
grant execute on function hub.day_of(timestamp with time zone) to public;

create or replace function hub.decide_review(review uuid, verdict text)
returns text
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  pair hub.match_review;
  merge hub.person_merge;
  place record;
  ids uuid[];
  moved jsonb := '{}';
  kept uuid;
begin
  if not hub.viewer_is_operator() then
    raise exception 'for the operator alone' using errcode = 'LW403';
  end if;
  select * into pair from hub.match_review as r where r.id = review for no key update;
  if not found then
    raise exception 'no such review' using errcode = 'LW404';
  end if;
  if pair.decision is not distinct from verdict then
    return verdict;
  end if;
  if verdict = 'MERGED' then
    kept := pair.candidate_id;
    while exists (select from hub.person_merge as m where m.merged_id = kept and m.undone_at is null) loop
      select m.kept_id into kept from hub.person_merge as m where m.merged_id = kept and m.undone_at is null;
    end loop;
    if
      kept = pair.person_id
      or exists (select from hub.person_merge as m where m.merged_id = pair.person_id and m.undone_at is null)
    then
      raise exception 'one of the two has been merged already: separate that first' using errcode = 'LW409';
    end if;
    for place in select * from hub.person_columns() loop
      execute
        format(
          'with moved as (update %s set %I = $1 where %I = $2 returning id) select array_agg(id) from moved',
          place.relation,
          place.person_column,
          place.person_column
        )
      into ids
      using kept, pair.person_id;
      moved := moved || jsonb_build_object(place.relation || ' ' || place.person_column, to_jsonb(coalesce(ids, '{}')));
    end loop;
    update hub.referral_party as p set party_id = kept where p.is_person and p.party_id = pair.person_id;
    insert into hub.person_merge (review_id, kept_id, merged_id, moved) values (review, kept, pair.person_id, moved);
  else
    select * into merge from hub.person_merge as m where m.review_id = review and m.undone_at is null;
    for place in select * from hub.person_columns() where merge.id is not null loop
      execute format('update %s set %I = $1 where id = any ($2)', place.relation, place.person_column)
      using merge.merged_id, coalesce(hub.uuids(merge.moved -> (place.relation || ' ' || place.person_column)), '{}');
    end loop;
    update hub.referral_party as p
    set party_id = merge.merged_id
    from hub.referral as r
    where r.id = p.referral_id and r.person_id = merge.merged_id and p.is_person and p.party_id = merge.kept_id;
    update hub.person_merge as m set undone_at = hub.clock() where m.id = merge.id;
    kept := merge.kept_id;
  end if;
  perform hub.fold_person(pair.person_id);
  perform hub.fold_person(kept) where kept is not null;
  update hub.match_review as r
  set
    decision = verdict,
    decided_at = hub.clock()
  where r.id = review;
  return verdict;
end;
$function$;
alter function hub.decide_review(uuid, text) owner to loopwell_keeper;
grant execute on function hub.decide_review(uuid, text) to loopwell_api;

create or replace function hub.delegation_of(acting text, for_number text)
returns table (id uuid, person uuid)
language plpgsql
stable
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
begin
  if not hub.viewer_is_operator() then
    raise exception 'for the sign-in alone' using errcode = 'LW403';
  end if;
  return query select p.id, p.person_id
    from hub.proxy as p
    where
      p.proxy_key = hub.proxy_key(acting)
      and p.person_id = hub.identity_of(for_number)
      and p.ended_at is null
      and p.expires_on >= hub.today()
    order by cardinality(p.scopes) desc, p.created_at, p.id
    limit 1;
end;
$function$;
alter function hub.delegation_of(text, text) owner to loopwell_keeper;
grant execute on function hub.delegation_of(text, text) to loopwell_api;

create or replace function hub.end_emergency_access()
returns integer
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  over hub.emergency_access;
  ended integer := 0;
begin
  for over in select *
  from hub.emergency_access as e
  where e.ends_at <= hub.clock()
  order by e.ends_at
  limit 100
  for no key update skip locked loop
    delete from hub.emergency_access as e
    where e.referral_id = over.referral_id and e.organisation_id = over.organisation_id;
    perform hub.end_party(r, over.organisation_id) from hub.referral as r where r.id = over.referral_id;
    ended := ended + 1;
  end loop;
  return ended;
end;
$function$;
alter function hub.end_emergency_access() owner to loopwell_keeper;

create or replace function hub.end_organisation(ending uuid, successor uuid)
returns void
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
begin
  update hub.organisation as o
  set
    closed_on = hub.today(),
    successor_id = successor,
    receives_referrals = false
  where o.id = ending;
  update hub.sharing_agreement as a
  set valid_to = hub.today() - 1
  where a.organisation_id = ending and a.valid_to >= hub.today();
end;
$function$;
alter function hub.end_organisation(uuid, uuid) owner to loopwell_keeper;

create or replace function hub.end_party(referral hub.referral, party uuid)
returns void
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  awaited boolean := exists (
    select
    from
      hub.escalation as e
      join hub.organisation as o on o.id = e.practice_id
    where e.referral_id = referral.id and e.practice_id = party and e.acknowledged_at is null and o.closed_on is null
  );
begin
  update hub.referral_party as p
  set ended_at = hub.clock()
  where
    p.referral_id = referral.id
    and p.party_id = party
    and p.ended_at is null
    and not (awaited and p.disclosure = 'CRISIS');
  if found then
    update hub.source_record as s
    set party_ids = array_remove(s.party_ids, party)
    where s.referral_id = referral.id and not (awaited and s.system = 'urn:loopwell:escalation');
    perform hub.add_crisis_party(referral, party) where awaited;
    perform hub.fold_referral(referral.id);
    perform hub.fold_person(referral.person_id);
    perform hub.write_event('ACCESS_ENDED', referral, '{}', array[party], array['STAGE']);
  end if;
end;
$function$;
alter function hub.end_party(hub.referral, uuid) owner to loopwell_keeper;

create or replace function hub.end_proxy(target uuid)
returns uuid
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
begin
  update hub.proxy as p
  set ended_at = coalesce(p.ended_at, hub.clock())
  where
    p.id = target
    and case
      when hub.viewer_is_person() then p.person_id = hub.viewer_party()
      and coalesce(hub.viewer_proxy() = p.id, true)
      else hub.viewer_has_agreement()
      and p.recorded_by = hub.viewer_party()
    end;
  if not found then
    raise exception 'no such delegation' using errcode = 'LW404';
  end if;
  return target;
end;
$function$;
alter function hub.end_proxy(uuid) owner to loopwell_keeper;
grant execute on function hub.end_proxy(uuid) to loopwell_api;

create or replace function hub.escalate(input jsonb)
returns jsonb
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.require_organisation();
  about hub.referral;
  practice uuid;
  excluded boolean;
  teller uuid;
  told jsonb;
  raised hub.escalation;
begin
  select r.*
  into about
  from hub.referral as r
  where r.id = (input ->> 'referral')::uuid and viewer = any (r.party_ids)
  for no key update;
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  elseif not viewer = any (about.full_party_ids || about.writer_ids) then
    raise exception 'not for this party to escalate' using errcode = 'LW403';
  elseif not hub.is_open(about.status) then
    raise exception 'the referral is over' using errcode = 'LW409';
  end if;
  practice := coalesce((input ->> 'practice')::uuid, hub.practice_for_crisis(about, viewer));
  if not coalesce(hub.reachable_practice(practice), false) then
    return '{"wrong": "practice"}';
  end if;
  excluded := hub.kept_out(about, practice);
  if excluded and input ->> 'basis' != 'VITAL_INTERESTS' then
    return '{"wrong": "basis"}';
  end if;

  insert into hub.escalation
    (referral_id, person_id, basis, facts, practice_id, override, organisation_id, practitioner_id, next_alert_at)
  values
    (
      about.id,
      about.person_id,
      input ->> 'basis',
      input ->> 'facts',
      practice,
      excluded,
      viewer,
      hub.viewer_practitioner(),
      hub.clock()
    )
  returning *
  into raised;

  update hub.escalation as e
  set next_alert_at = 'infinity'
  where
    e.referral_id = about.id
    and e.acknowledged_at is null
    and exists (select from hub.organisation as o where o.id = e.practice_id and o.closed_on is not null);
  if excluded then
    insert into hub.override (person_id, organisation_id, by_id, practitioner_id, referral_id, basis, reason)
    values (about.person_id, practice, viewer, hub.viewer_practitioner(), about.id, raised.basis, raised.facts);
  end if;

  if not practice = any (about.full_party_ids) then
    select f
    into teller
    from
      unnest(viewer || about.full_party_ids) as f
      join hub.organisation as o on o.id = f
    order by o.sector = 'VOLUNTARY', f = viewer desc, f
    limit 1;
    told := hub.known_to(teller, about.person_id, true, false);
    perform
      hub.add_record(
        about.person_id,
        teller,
        jsonb_build_object(
          'system',
          'urn:loopwell:escalation',
          'externalId',
          raised.id,
          'recordKind',
          'Escalation',
          'summary',
          'As told with a crisis',
          'rawHash',
          md5(told::text)
        ),
        told,
        about.id,
        array[practice]
      );
    perform hub.fold_person(about.person_id);
  end if;
  perform hub.add_crisis_party(about, practice);
  perform hub.alert_of_crisis(raised, about);

  if about.status = 'WAITING' then
    update hub.referral as r set status = 'PAUSED' where r.id = about.id;
    perform hub.append_event('SUPPORT_PAUSED', about.id);
  end if;
  return jsonb_build_object('escalation', raised.id);
end;
$function$;
alter function hub.escalate(jsonb) owner to loopwell_keeper;
grant execute on function hub.escalate(jsonb) to loopwell_api;

create or replace function hub.event_audience(event_kind text, referral hub.referral, subject jsonb)
returns table (party uuid, disclosure text)
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select p.party_id, p.disclosure
  from hub.referral_party as p
  where
    p.referral_id = referral.id
    and p.ended_at is null
    and exists (
      select
      from hub.event_rule as r
      where
        r.kind = event_kind
        and r.role = any (p.roles)
        and case r.condition
          when 'RECEIVER_OR_ROOT' then referral.parent_id is null
          or p.party_id = referral.receiver_id
          when 'NOT_RECEIVER' then p.party_id != referral.receiver_id
          when 'SECOND_MISS' then hub.missed_contacts(referral.id) >= 2
          and exists (
            select
            from hub.contact as c
            where c.id = (subject ->> 'contact')::uuid and c.attendance in ('DID_NOT_ATTEND', 'UNABLE_TO_ATTEND')
          )
          when 'SUBJECT' then p.party_id = (subject ->> 'organisation')::uuid
          else true
        end
    )
  order by p.party_id;
$function$;
alter function hub.event_audience(text, hub.referral, jsonb) owner to loopwell_keeper;

create or replace function hub.expire_access()
returns integer
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  expired hub.referral_party;
  ended integer := 0;
begin
  for expired in select *
  from hub.referral_party as p
  where p.ended_at is null and p.expires_on < hub.today()
  limit 100 loop
    perform hub.end_party(r, expired.party_id) from hub.referral as r where r.id = expired.referral_id;
    ended := ended + 1;
  end loop;
  return ended;
end;
$function$;
alter function hub.expire_access() owner to loopwell_keeper;
grant execute on function hub.expire_access() to loopwell_sequencer;

create or replace function hub.expiry_notice()
returns integer
language sql
immutable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select 14;
$function$;
alter function hub.expiry_notice() owner to loopwell_keeper;
grant execute on function hub.expiry_notice() to loopwell_api;
grant execute on function hub.expiry_notice() to loopwell_guard;

create or replace function hub.extend_support(target uuid, why text, contacts integer, until date)
returns uuid
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.require_organisation();
  extension uuid;
begin
  update hub.referral as r
  set
    review_contacts = coalesce(
      extend_support.contacts,
      case
        when hub.attended_contacts(r.id) < r.review_contacts then r.review_contacts
      end
    ),
    contacts_flagged_at = case
      when extend_support.contacts is null then r.contacts_flagged_at
    end,
    review_at = coalesce(
      hub.start_of(extend_support.until + 1),
      case
        when r.review_at > hub.clock() then r.review_at
      end
    ),
    days_flagged_at = case
      when extend_support.until is null then r.days_flagged_at
    end
  where r.id = target and viewer = any (r.writer_ids);
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  end if;
  insert into hub.extension (referral_id, reason, contacts, until, organisation_id)
  values (target, why, extend_support.contacts, extend_support.until, viewer)
  returning id
  into extension;
  return extension;
end;
$function$;
alter function hub.extend_support(uuid, text, integer, date) owner to loopwell_keeper;
grant execute on function hub.extend_support(uuid, text, integer, date) to loopwell_api;

create or replace function hub.feed_place(of_party uuid)
returns table (seq bigint, hash text)
language plpgsql
stable
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
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
$function$;
alter function hub.feed_place(uuid) owner to loopwell_keeper;
grant execute on function hub.feed_place(uuid) to loopwell_api;

create or replace function hub.find_agreement()
returns boolean
language plpgsql
stable
parallel restricted
as $function$
begin
  if
    hub.viewer_is_organisation()
    and hub.viewer_sector() is distinct from 'COMMISSIONER'
    and exists (
      select
      from hub.sharing_agreement as a
      where a.organisation_id = hub.viewer_party() and hub.today() between a.valid_from and a.valid_to
    )
  then
    perform set_config('app.agreement', current_setting('app.party'), true);
    return true;
  end if;
  return false;
end;
$function$;
alter function hub.find_agreement() owner to loopwell_owner;
grant execute on function hub.find_agreement() to loopwell_api;
grant execute on function hub.find_agreement() to loopwell_guard;
grant execute on function hub.find_agreement() to loopwell_keeper;
grant execute on function hub.find_agreement() to loopwell_sequencer;

create or replace function hub.fold_person(person uuid)
returns void
language sql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  update hub.person as p
  set party_ids = array(
    select distinct reader
    from
      hub.source_record as s
      cross join unnest(s.party_ids) as reader
    where s.person_id = person and not s.superseded
  )
  where p.id = person;
$function$;
alter function hub.fold_person(uuid) owner to loopwell_keeper;

create or replace function hub.fold_referral(referral uuid)
returns void
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  live uuid[];
  full_parties uuid[];
  writers uuid[];
  child hub.referral_child;
begin
  select
    coalesce(array_agg(party_id order by party_id), '{}'),
    coalesce(array_agg(party_id order by party_id) filter (where disclosure = 'FULL'), '{}')
  into live, full_parties
  from hub.referral_party as p
  where p.referral_id = referral and p.ended_at is null and not p.is_person and p.disclosure != 'CRISIS';
  update hub.referral as r
  set
    party_ids = live,
    full_party_ids = full_parties,
    writer_ids = array(
      select p.party_id
      from hub.referral_party as p
      where
        p.referral_id = referral
        and p.party_id = r.receiver_id
        and p.ended_at is null
        and p.disclosure in ('FULL', 'OWN_SERVICE')
    )
    where r.id = referral
  returning r.writer_ids
  into writers;
  update hub.referral_party as p
  set reader_ids = case
    when p.is_person then '{}'
    else array(
      select distinct
        unnest(
          full_parties || p.party_id || case
            when p.party_id = r.receiver_id
            and r.referrer_id = any (live) then array[r.referrer_id]
          end
        )
    )
  end
  from hub.referral as r
  where r.id = referral and p.referral_id = referral;

  for child in select * from hub.referral_child loop
    execute
      format(
        'update %s c set party_ids = array(select distinct unnest($1 || c.organisation_id)) where c.referral_id = $2',
        child.relation
      )
    using
      case child.readers
        when 'LIVE' then live
        when 'SUPPORT' then full_parties || writers
        else full_parties
      end,
      referral;
  end loop;
  update hub.note as n
  set party_ids = array(
    select distinct
      unnest(
        full_parties || n.organisation_id || array(
          select a.id from unnest(n.addressee_ids || n.addressee_id) as a (id) where a.id = any (live)
        )
      )
  )
  where n.referral_id = referral;
  update hub.consent as n
  set party_ids = array(select distinct unnest(full_parties || n.recorded_by)) where n.referral_id = referral;
  update hub.outcome as o set party_ids = live where o.referral_id = referral;
end;
$function$;
alter function hub.fold_referral(uuid) owner to loopwell_keeper;

create or replace function hub.follow_record(person uuid, draft jsonb)
returns void
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
begin
  if
    draft ->> 'deathDate' is not null
    and exists (select from hub.referral as r where r.person_id = person and hub.may_report_life_change(r))
    and not exists (
      select
      from hub.death as d
      where
        d.person_id = follow_record.person
        and d.day = (draft ->> 'deathDate')::date
        and d.recorded_in_error_at is not null
    )
  then
    perform hub.close_for_death(person, (draft ->> 'deathDate')::date);
  elseif draft ->> 'practiceOds' is not null and hub.viewer_sector() = 'PRIMARY_CARE' then
    perform hub.move_practice(person, i.organisation_id)
    from hub.organisation_identifier as i
    where i.system = 'https://fhir.nhs.uk/Id/ods-organization-code' and i.value = draft ->> 'practiceOds';
  end if;
end;
$function$;
alter function hub.follow_record(uuid, jsonb) owner to loopwell_keeper;

create or replace function hub.hand_over(about hub.referral, ending uuid, successor uuid)
returns void
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  old_one hub.referral_party;
  role text;
begin
  update hub.referral_party as p
  set ended_at = hub.clock()
  where p.referral_id = about.id and p.party_id = ending
  returning p.*
  into old_one;

  if
    exists (
      select
      from hub.referral_party as p
      where p.referral_id = about.id and p.party_id = successor and p.ended_at is null
    )
  then
    delete from hub.emergency_access as e where e.referral_id = about.id and e.organisation_id = ending;
  else
    delete from hub.emergency_access as e where e.referral_id = about.id and e.organisation_id = successor;
    update hub.emergency_access as e
    set organisation_id = successor
    where e.referral_id = about.id and e.organisation_id = ending;
  end if;
  if old_one.disclosure = 'CRISIS' then
    perform hub.add_crisis_party(about, successor);
  end if;
  update hub.escalation as e
  set next_alert_at = hub.clock()
  where e.referral_id = about.id and e.practice_id = ending and e.acknowledged_at is null;
  foreach role in array old_one.roles loop
    perform hub.add_party(about, successor, role, old_one.disclosure, false, old_one.expires_on);
  end loop;
  update hub.referral_party as p
  set waiting_since = coalesce(p.waiting_since, old_one.waiting_since)
  where p.referral_id = about.id and p.party_id = successor;
  update hub.referral as r
  set
    receiver_id = case r.receiver_id
      when ending then successor
      else r.receiver_id
    end,
    referrer_id = case r.referrer_id
      when ending then successor
      else r.referrer_id
    end,
    practice_id = case r.practice_id
      when ending then successor
      else r.practice_id
    end
  where r.id = about.id
  returning r.*
  into about;
  perform hub.put_successor(c.relation, c.named_in, ending, successor, about.id) from hub.organisation_columns() as c;
  update hub.note as n
  set addressee_ids = array_replace(n.addressee_ids, ending, successor)
  where n.referral_id = about.id;
  update hub.consent as c
  set
    recorded_by = case c.recorded_by
      when ending then successor
      else c.recorded_by
    end,
    recipients = array_replace(c.recipients, ending, successor)
  where c.referral_id = about.id;
  update hub.source_record as s
  set party_ids = array_replace(s.party_ids, ending, successor)
  where s.referral_id = about.id;
  perform hub.fold_referral(about.id);
  if hub.is_open(about.status) and not successor = any (about.party_ids) and old_one.disclosure != 'CRISIS' then
    perform hub.write_event('REFERRAL_RECEIVED', about, '{}', array[successor], array[old_one.disclosure]);
  end if;
end;
$function$;
alter function hub.hand_over(hub.referral, uuid, uuid) owner to loopwell_keeper;

create or replace function hub.identity_of(number text)
returns uuid
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select
    coalesce(
      (
        select s.person_id
        from
          hub.source_record as s
          join hub.person as p on p.id = s.person_id
        where s.nhs_number = number and not p.provisional
        order by s.received_at, s.id
        limit 1
      ),
      (
        select
          (
            left(h, 12) || '4' || substr(h, 14, 3) || substr('89ab', 1 + ascii(substr(h, 17, 1)) % 4, 1) || substr(
              h,
              18,
              15
            )
          )::uuid
        from (select encode(sha256(convert_to(value || number, 'UTF8')), 'hex') as h from hub.pepper) as peppered
      )
    );
$function$;
alter function hub.identity_of(text) owner to loopwell_keeper;

create or replace function hub.is_dead(person uuid)
returns boolean
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select exists (select from hub.death as d where d.person_id = person and d.recorded_in_error_at is null);
$function$;
alter function hub.is_dead(uuid) owner to loopwell_keeper;

create or replace function hub.is_open(status text)
returns boolean
language sql
immutable
parallel safe
as $function$
  select status in ('RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED');
$function$;
alter function hub.is_open(text) owner to loopwell_owner;
grant execute on function hub.is_open(text) to loopwell_api;
grant execute on function hub.is_open(text) to loopwell_guard;
grant execute on function hub.is_open(text) to loopwell_keeper;

create or replace function hub.is_under_way(status text)
returns boolean
language sql
immutable
parallel safe
as $function$
  select status in ('ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED');
$function$;
alter function hub.is_under_way(text) owner to loopwell_owner;
grant execute on function hub.is_under_way(text) to loopwell_api;
grant execute on function hub.is_under_way(text) to loopwell_guard;
grant execute on function hub.is_under_way(text) to loopwell_keeper;

create or replace function hub.is_working_day(day date)
returns boolean
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select
    extract(isodow from day) < 6 and not exists (select from hub.bank_holiday as h where h.day = is_working_day.day);
$function$;
alter function hub.is_working_day(date) owner to loopwell_keeper;

create or replace function hub.keep_assignment()
returns trigger
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
begin
  if new.link_worker_id is distinct from old.link_worker_id then
    update hub.assignment as a set to_at = hub.clock() where a.referral_id = new.id and a.to_at is null;
    insert into hub.assignment (referral_id, practitioner_id)
    select new.id, new.link_worker_id where new.link_worker_id is not null;
  end if;
  return null;
end;
$function$;
alter function hub.keep_assignment() owner to loopwell_keeper;

create or replace function hub.keep_record(record jsonb, out outcome text, out person uuid, out replaced boolean)
returns record
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.viewer_party();
  current_one hub.source_record;
begin
  perform
    pg_advisory_xact_lock(
      hashtextextended(
        concat_ws(' ', 'record:', viewer, record ->> 'system', record ->> 'externalId', record ->> 'recordKind'),
        0
      )
    );
  select *
  into current_one
  from hub.source_record as s
  where
    s.organisation_id = viewer
    and s.system = record ->> 'system'
    and s.external_id = record ->> 'externalId'
    and s.kind = record ->> 'recordKind'
    and s.referral_id is null
    and not s.superseded
  for no key update;
  replaced := current_one.id is not null;

  if
    current_one.raw_hash = record ->> 'rawHash'
    or replaced
    and exists (
      select
      from hub.source_record as s
      where
        s.person_id = current_one.person_id
        and s.organisation_id = viewer
        and s.superseded
        and s.referral_id is null
        and s.system = current_one.system
        and s.external_id = current_one.external_id
        and s.kind = current_one.kind
        and s.raw_hash = record ->> 'rawHash'
        and s.inbox_id = (record ->> 'inbox')::uuid
    )
  then
    outcome := 'duplicate';
    return;
  end if;
  person := hub.match_person(record -> 'person');
  if replaced then
    update hub.source_record set superseded = true where id = current_one.id;
  end if;
  perform hub.add_record(person, viewer, record, record -> 'person', null, array[viewer]);
  perform hub.fold_person(person);
  if replaced and current_one.person_id != person then
    perform hub.fold_person(current_one.person_id);
  end if;
  outcome := 'applied';
end;
$function$;
alter function hub.keep_record(jsonb) owner to loopwell_keeper;

create or replace function hub.keep_source_record(record jsonb)
returns text
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.require_organisation();
  kept record;
  about hub.referral;
begin
  select * into kept from hub.keep_record(record);
  if kept.outcome = 'applied' then
    for about in select r.*
    from hub.referral as r
    where kept.replaced and r.person_id = kept.person and viewer = any (r.party_ids) and hub.is_open(r.status)
    order by r.depth, r.id
    for no key update loop
      if about.referrer_id = viewer then
        perform hub.refresh_given(about);
      end if;
      perform hub.write_quietly('SOURCE_RECORD_CHANGED', about);
    end loop;
    perform hub.follow_record(kept.person, record -> 'person');
  end if;
  return kept.outcome;
end;
$function$;
alter function hub.keep_source_record(jsonb) owner to loopwell_keeper;
grant execute on function hub.keep_source_record(jsonb) to loopwell_api;

create or replace function hub.kept_out(referral hub.referral, organisation uuid)
returns boolean
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select
    exists (
      select
      from hub.consent as c
      where
        c.person_id = referral.person_id
        and c.withdrawn_at is null
        and organisation = any (c.exclude)
        and (c.expires_on is null or c.expires_on >= hub.today())
        and (
          c.referral_id is null
          or c.referral_id in (select r.id from hub.referral as r where r.root_id = referral.root_id)
        )
    );
$function$;
alter function hub.kept_out(hub.referral, uuid) owner to loopwell_keeper;

create or replace function hub.known_parties(about hub.referral)
returns uuid[]
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select coalesce(array_agg(p.party_id), '{}')
  from hub.referral_party as p
  where
    p.referral_id = about.id
    and p.ended_at is null
    and not p.is_person
    and p.disclosure != 'CRISIS'
    and p.party_id != hub.viewer_party()
    and (
      hub.viewer_party() = any (p.reader_ids)
      or p.party_id = about.referrer_id
      and hub.viewer_party() = any (about.writer_ids || array[about.root_referrer_id, about.practice_id])
    );
$function$;
alter function hub.known_parties(hub.referral) owner to loopwell_keeper;

create or replace function hub.known_to(viewer uuid, person uuid, with_number boolean, with_practice boolean)
returns jsonb
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select
    jsonb_strip_nulls(
      jsonb_build_object(
        'givenName',
        (
          array_agg(s.given_name order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc) filter (
            where s.given_name is not null
          )
        )[1],
        'familyName',
        (
          array_agg(s.family_name order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc) filter (
            where s.family_name is not null
          )
        )[1],
        'birthDate',
        (
          array_agg(s.birth_date order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc) filter (
            where s.birth_date is not null
          )
        )[1],
        'postcode',
        case
          when with_practice
          or not bool_or(k.hidden) then (
            array_agg(s.postcode order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc) filter (
              where s.postcode is not null
            )
          )[1]
        end,
        'contactPoints',
        (
          select jsonb_agg(c)
          from
            jsonb_array_elements(
              (
                array_agg(
                  s.contact_points
                  order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc
                ) filter (where s.contact_points != '[]')
              )[1]
            ) as c
          where with_practice or not bool_or(k.hidden) or c ->> 'system' != 'post'
        ),
        'permittedChannels',
        (
          array_agg(
            to_jsonb(s.permitted_channels)
            order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc
          ) filter (where s.permitted_channels != '{}')
        )[1],
        'hiddenAddress',
        nullif(bool_or(k.hidden), false),
        'needs',
        (
          array_agg(
            to_jsonb(s.needs)
            order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc
          ) filter (where s.needs != '{}')
        )[1],
        'nhsNumber',
        case
          when with_number then (
            array_agg(
              s.nhs_number
              order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc
            ) filter (where s.nhs_number is not null)
          )[1]
        end,
        'nhsNumberVerified',
        case
          when with_number then bool_or(s.nhs_number_verified)
        end,
        'practice',
        case
          when with_practice then (
            array_agg(
              s.practice_id
              order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc
            ) filter (where s.practice_id is not null)
          )[1]
        end
      )
    )
  from
    hub.source_record as s
    cross join (
      select
        coalesce(
          (array_agg(h.address_hidden order by h.received_at desc) filter (where h.address_hidden is not null))[1],
          false
        ) as hidden
      from hub.source_record as h
      where h.person_id = person and viewer = any (h.party_ids) and not h.superseded and h.demographic
    ) as k
  where s.person_id = person and viewer = any (s.party_ids) and not s.superseded and s.demographic;
$function$;
alter function hub.known_to(uuid, uuid, boolean, boolean) owner to loopwell_keeper;

create or replace function hub.lease_webhooks(node uuid, lasting interval)
returns table (
  id uuid,
  organisation_id uuid,
  sector text,
  url text,
  generation integer,
  overlapping boolean,
  created_at timestamp with time zone,
  "position" bigint,
  position_hash text,
  wait_ms integer
)
language sql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
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
$function$;
alter function hub.lease_webhooks(uuid, interval) owner to loopwell_keeper;
grant execute on function hub.lease_webhooks(uuid, interval) to loopwell_sequencer;

create or replace function hub.let_parties_in(opened hub.referral, parent hub.referral, agreed hub.consent)
returns void
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  practice uuid := hub.newest_practice(
    opened.person_id,
    case
      when opened.receiver_id = opened.referrer_id then opened.referrer_id
    end
  );
  party uuid;
begin
  perform hub.add_party(opened, opened.referrer_id, 'REFERRER', 'STAGE', false);
  perform
    hub.add_party(
      opened,
      opened.receiver_id,
      case opened.kind
        when 'LINK_WORKER' then 'LINK_WORKER'
        when 'ONWARD' then 'PROVIDER'
        else 'REGISTERED_PRACTICE'
      end,
      case opened.kind
        when 'ONWARD' then 'OWN_SERVICE'
        else 'FULL'
      end,
      false
    );
  perform hub.add_party(opened, opened.person_id, 'PERSON', 'FULL', true);
  perform hub.let_practice_in(opened, agreed, coalesce(practice, parent.practice_id));
  if parent.id is null then
    return;
  end if;
  foreach party in array hub.parties_in_role(parent.root_id, 'LINK_WORKER') loop
    perform hub.add_party(opened, party, 'LINK_WORKER', 'FULL', false);
  end loop;
  if
    hub.consent_allows(agreed, parent.root_referrer_id)
    and not hub.kept_out(opened, parent.root_referrer_id)
    and exists (
      select
      from hub.referral_party as p
      where p.referral_id = parent.root_id and p.party_id = parent.root_referrer_id and p.ended_at is null
    )
  then
    perform hub.add_party(opened, parent.root_referrer_id, 'REFERRER', 'STAGE', false);
  end if;
end;
$function$;
alter function hub.let_parties_in(hub.referral, hub.referral, hub.consent) owner to loopwell_keeper;

create or replace function hub.let_practice_in(referral hub.referral, agreed hub.consent, practice uuid)
returns void
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
begin
  if practice is not null and hub.consent_allows(agreed, practice) and not hub.kept_out(referral, practice) then
    perform hub.add_party(referral, practice, 'REGISTERED_PRACTICE', 'STAGE', false);
    update hub.referral as r set practice_id = practice where r.id = referral.id;
  end if;
end;
$function$;
alter function hub.let_practice_in(hub.referral, hub.consent, uuid) owner to loopwell_keeper;

create or replace function hub.lock_life(person uuid)
returns void
language sql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select from hub.referral as r where r.person_id = person order by r.depth, r.id for no key update;
  select from hub.person as p where p.id = person for no key update;
$function$;
alter function hub.lock_life(uuid) owner to loopwell_keeper;

create or replace function hub.lock_parent(parent uuid)
returns hub.referral
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  found_one hub.referral;
begin
  select *
  into found_one
  from hub.referral as r
  where r.id = parent and hub.viewer_party() = any (r.writer_ids)
  for no key update;
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  elseif found_one.depth = 5 then
    raise exception 'the chain has its full length' using errcode = 'LW453';
  end if;
  return found_one;
end;
$function$;
alter function hub.lock_parent(uuid) owner to loopwell_keeper;

create or replace function hub.lock_referral(target uuid)
returns table (
  id uuid,
  status text,
  version integer,
  disclosure text,
  allowed_actions text[],
  person_id uuid,
  writer boolean,
  assignment integer,
  targets jsonb,
  open boolean,
  under_way boolean
)
language plpgsql
as $function$
begin
  perform from hub.referral as r where r.id = target for no key update;
  return query select
      g.id,
      g.status,
      g.version,
      g.disclosure,
      g.allowed_actions,
      g.person_id,
      hub.viewer_party() = any (r.writer_ids),
      r.assignment,
      (select jsonb_object_agg(t.action, t.to_status) from hub.transition as t where t.from_status = g.status),
      hub.is_open(g.status),
      hub.is_under_way(g.status)
    from
      graph.referral as g
      join hub.referral as r on r.id = g.id
    where g.id = target;
end;
$function$;
alter function hub.lock_referral(uuid) owner to loopwell_owner;
grant execute on function hub.lock_referral(uuid) to loopwell_api;

create or replace function hub.log_unmet_need(reasons text[], district text)
returns void
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.require_organisation();
begin
  insert into hub.unmet_need (network_id, reason, district)
  select m.network_id, r.key, log_unmet_need.district
  from
    hub.network_member as m
    cross join hub.reason as r
  where m.organisation_id = viewer and r.key = any (log_unmet_need.reasons);
end;
$function$;
alter function hub.log_unmet_need(text[], text) owner to loopwell_keeper;
grant execute on function hub.log_unmet_need(text[], text) to loopwell_api;

create or replace function hub.loop_open_since(referral uuid, of_party uuid)
returns timestamp with time zone
language sql
stable
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
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
$function$;
alter function hub.loop_open_since(uuid, uuid) owner to loopwell_keeper;
grant execute on function hub.loop_open_since(uuid, uuid) to loopwell_api;

create or replace function hub.loop_state(referral uuid, of_party uuid)
returns table (
  sent_at timestamp with time zone,
  delivered_at timestamp with time zone,
  seen_at timestamp with time zone,
  acted_at timestamp with time zone
)
language sql
stable
security definer
rows 1
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
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
$function$;
alter function hub.loop_state(uuid, uuid) owner to loopwell_keeper;
grant execute on function hub.loop_state(uuid, uuid) to loopwell_api;

create or replace function hub.match_person(draft jsonb)
returns uuid
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.require_organisation();
  number text := nullif(draft ->> 'nhsNumber', '');
  known uuid;
  matched uuid;
  other record;
begin
  if number is not null then
    perform pg_advisory_xact_lock(hashtextextended('nhs-number:' || number, 0));

    select s.person_id
    into matched
    from hub.source_record as s
    where
      s.nhs_number = number
      and s.organisation_id = viewer
      and s.referral_id is null
      and not coalesce(
        lower(s.family_name) != lower(draft ->> 'familyName') and s.birth_date != (draft ->> 'birthDate')::date,
        false
      )
    order by s.received_at, s.id
    limit 1;
    if matched is not null then
      return matched;
    end if;
    select s.person_id
    into known
    from
      hub.source_record as s
      join hub.person as p on p.id = s.person_id
    where s.nhs_number = number and not p.provisional
    order by s.received_at, s.id
    limit 1;
    if
      known is not null
      and not exists (
        select
        from hub.source_record as s
        where
          s.person_id = known
          and s.family_name is not null
          and s.birth_date is not null
          and draft ->> 'familyName' is not null
          and draft ->> 'birthDate' is not null
        having
          count(*) > 0
          and bool_and(
            lower(s.family_name) != lower(draft ->> 'familyName') and s.birth_date != (draft ->> 'birthDate')::date
          )
      )
    then
      return known;
    end if;
  elseif draft #>> '{localId,value}' is not null then
    select s.person_id
    into matched
    from hub.source_record as s
    where
      s.organisation_id = viewer
      and s.local_id_system = draft #>> '{localId,system}'
      and s.local_id = draft #>> '{localId,value}'
    order by s.received_at
    limit 1;
    if matched is not null then
      return matched;
    end if;
  end if;

  insert into hub.person (provisional) values (known is not null) returning id into matched;
  if known is not null then
    insert into hub.match_review (person_id, candidate_id, reason)
    values (matched, known, 'the number agrees, surname and birth date do not');
  end if;
  if number is null and draft ->> 'familyName' is not null and draft ->> 'birthDate' is not null then
    for other in select distinct s.person_id
    from hub.source_record as s
    where
      lower(s.family_name) = lower(draft ->> 'familyName')
      and s.birth_date = (draft ->> 'birthDate')::date
      and lower(coalesce(s.given_name, '')) = lower(coalesce(draft ->> 'givenName', ''))
    limit 5 loop
      insert into hub.match_review (person_id, candidate_id, reason)
      values (matched, other.person_id, 'name and birth date agree, no number');
    end loop;
  end if;
  return matched;
end;
$function$;
alter function hub.match_person(jsonb) owner to loopwell_keeper;

create or replace function hub.match_reviews()
returns table (
  id uuid,
  at timestamp with time zone,
  reason text,
  decision text,
  nhs_number text,
  family_name text,
  given_name text,
  birth_date text,
  postcode text,
  senders text,
  others text
)
language plpgsql
stable
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
begin
  if not hub.viewer_is_operator() then
    raise exception 'for the operator alone' using errcode = 'LW403';
  end if;
  return query with
      said as (
        select
          s.person_id,
          array_remove(array_agg(distinct s.nhs_number), null) as numbers,
          array_remove(array_agg(distinct lower(s.family_name)), null) as families,
          array_remove(array_agg(distinct lower(s.given_name)), null) as givens,
          array_remove(array_agg(distinct s.birth_date::text), null) as births,
          array_remove(array_agg(distinct s.postcode), null) as postcodes,
          string_agg(distinct o.name, ', ') as organisations
        from
          hub.source_record as s
          join hub.organisation as o on o.id = s.organisation_id
        where s.person_id in (select unnest(array[r.person_id, r.candidate_id]) from hub.match_review as r)
        group by s.person_id
      )
    select
      r.id,
      r.at,
      r.reason,
      r.decision,
      hub.agreement(a.numbers, b.numbers),
      hub.agreement(a.families, b.families),
      hub.agreement(a.givens, b.givens),
      hub.agreement(a.births, b.births),
      hub.agreement(a.postcodes, b.postcodes),
      a.organisations,
      b.organisations
    from
      hub.match_review as r
      left join said as a on a.person_id = r.person_id
      left join said as b on b.person_id = r.candidate_id
    order by r.decided_at nulls first, r.at, r.id;
end;
$function$;
alter function hub.match_reviews() owner to loopwell_keeper;
grant execute on function hub.match_reviews() to loopwell_api;

create or replace function hub.may_decide_consent(referral hub.referral)
returns boolean
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select
    case
      when hub.viewer_is_person() then referral.person_id = hub.viewer_party()
      and hub.person_or_proxy_may('CONSENT')
      else hub.viewer_has_agreement()
      and hub.viewer_party() = any (referral.full_party_ids)
    end;
$function$;
alter function hub.may_decide_consent(hub.referral) owner to loopwell_keeper;

create or replace function hub.may_move(
  who text,
  writer_ids uuid[],
  referrer_id uuid,
  full_party_ids uuid[],
  root_referrer_id uuid,
  practice_id uuid
)
returns boolean
language sql
stable
parallel safe
as $function$
  select
    case who
      when 'RECEIVER' then hub.viewer_party() = any (writer_ids)
      when 'REFERRER' then hub.viewer_party() = referrer_id
      else hub.viewer_party() = any (writer_ids || full_party_ids)
      or hub.viewer_party() in (referrer_id, root_referrer_id, practice_id)
    end;
$function$;
alter function hub.may_move(text, uuid[], uuid, uuid[], uuid, uuid) owner to loopwell_owner;
grant execute on function hub.may_move(text, uuid[], uuid, uuid[], uuid, uuid) to loopwell_api;
grant execute on function hub.may_move(text, uuid[], uuid, uuid[], uuid, uuid) to loopwell_guard;
grant execute on function hub.may_move(text, uuid[], uuid, uuid[], uuid, uuid) to loopwell_keeper;

create or replace function hub.may_open(link_worker uuid, referral uuid)
returns boolean
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
begin
  if
    link_worker is null
    or link_worker = hub.viewer_practitioner()
    or hub.viewer_practitioner() is null
    and coalesce(current_setting('app.unlisted', true), '') != 'true'
    or not exists (
      select from hub.practitioner as p where p.id = link_worker and p.organisation_id = hub.viewer_party()
    )
    or exists (
      select
      from hub.cover as c
      where
        c.practitioner_id = link_worker
        and c.covered_by_id = hub.viewer_practitioner()
        and hub.today() between c.from_day and c.to_day
    )
  then
    return true;
  elseif nullif(trim(current_setting('app.purpose', true)), '') is null then
    return false;
  end if;
  perform
    set_config(
      'app.colleagues_cases',
      concat_ws(',', nullif(current_setting('app.colleagues_cases', true), ''), referral),
      true
    );
  return true;
end;
$function$;
alter function hub.may_open(uuid, uuid) owner to loopwell_keeper;
grant execute on function hub.may_open(uuid, uuid) to loopwell_api;

create or replace function hub.may_report_life_change(referral hub.referral)
returns boolean
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select
    hub.viewer_is_organisation()
    and hub.viewer_party() = any (referral.party_ids)
    and (
      hub.viewer_party() = any (referral.full_party_ids)
      or hub.viewer_party() in (referral.root_referrer_id, referral.practice_id)
    );
$function$;
alter function hub.may_report_life_change(hub.referral) owner to loopwell_keeper;

create or replace function hub.may_report_practice(referral hub.referral)
returns boolean
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select
    hub.may_report_life_change(referral)
    and (hub.viewer_party() = any (referral.full_party_ids) or hub.viewer_sector() = 'PRIMARY_CARE');
$function$;
alter function hub.may_report_practice(hub.referral) owner to loopwell_keeper;

create or replace function hub.merge_organisation(code text, into_code text)
returns integer
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  ending uuid := hub.organisation_of_code(code);
  successor uuid := hub.organisation_of_code(into_code);
  about hub.referral;
  person uuid;
  persons uuid[];
  moved integer := 0;
begin
  if
    ending = successor
    or (select count(distinct o.sector) from hub.organisation as o where o.id in (ending, successor)) > 1
  then
    raise exception 'a successor is another organisation of the same sector' using errcode = 'LW409';
  end if;
  perform hub.end_organisation(ending, successor);
  persons := array(
    select distinct s.person_id
    from hub.source_record as s
    where ending = any (s.party_ids) or s.organisation_id = ending
  );
  for about in select r.*
  from hub.referral as r
  where
    exists (
      select from hub.referral_party as p where p.referral_id = r.id and p.party_id = ending and p.ended_at is null
    )
  order by r.depth, r.id
  for no key update loop
    if hub.kept_out(about, successor) then
      if about.receiver_id = ending then
        perform hub.return_referral(about);
      end if;
      perform hub.end_party(about, ending);
    else
      perform hub.hand_over(about, ending, successor);
      moved := moved + 1;
    end if;
  end loop;
  update hub.referral as r
  set root_referrer_id = successor
  where
    r.root_referrer_id = ending
    and exists (select from hub.referral as root where root.id = r.root_id and root.referrer_id = successor);

  update hub.source_record as s
  set superseded = true
  where
    s.organisation_id = ending
    and s.referral_id is null
    and not s.superseded
    and exists (
      select
      from hub.source_record as o
      where
        o.organisation_id = successor
        and o.system = s.system
        and o.external_id = s.external_id
        and o.kind = s.kind
        and not o.superseded
        and o.referral_id is null
    );
  update hub.source_record as s
  set party_ids = array_replace(s.party_ids, ending, successor)
  where s.organisation_id = ending and s.referral_id is null and not hub.person_keeps_out(s.person_id, successor);
  update hub.consent as c
  set recipients = array_replace(c.recipients, ending, successor)
  where ending = any (c.recipients);
  update hub.consent as c
  set exclude = c.exclude || successor
  where ending = any (c.exclude) and not successor = any (c.exclude);

  delete from hub.response_limit as l where l.organisation_id = ending and l.service_id is null;
  update hub.webhook as w
  set
    state = 'PARKED',
    last_result = 'its organisation merged into another',
    position = coalesce((select f.seq from hub.feed_place(successor) as f), 0),
    position_hash = coalesce((select f.hash from hub.feed_place(successor) as f), '')
  where w.organisation_id = ending and w.state != 'REMOVED';

  insert into hub.revocation (kind, value, reason, at)
  select r.kind, successor::text, r.reason, r.at
  from hub.revocation as r
  where r.kind = 'ORGANISATION' and r.value = ending::text;
  update hub.consent as c
  set
    recorded_by = successor,
    party_ids = array_replace(c.party_ids, ending, successor)
  where c.recorded_by = ending and c.referral_id is null and not hub.person_keeps_out(c.person_id, successor);
  update hub.proxy as p
  set recorded_by = successor
  where p.recorded_by = ending and not hub.person_keeps_out(p.person_id, successor);
  perform hub.put_successor(c.relation, c.named_in, ending, successor, null) from hub.organisation_columns() as c;
  delete from hub.network_member as m where m.organisation_id = ending;
  delete from hub.practice_quota as q where ending in (q.organisation_id, q.practice_id);
  foreach person in array persons loop
    perform hub.fold_person(person);
  end loop;
  return moved;
end;
$function$;
alter function hub.merge_organisation(text, text) owner to loopwell_keeper;
grant execute on function hub.merge_organisation(text, text) to loopwell_api;

create or replace function hub.message_audience(target uuid, named uuid[])
returns setof uuid
language plpgsql
stable
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  about hub.referral;
  known uuid[];
begin
  if not hub.viewer_has_agreement() then
    return;
  end if;
  select r.*
  into about
  from hub.referral as r
  where r.id = target and hub.viewer_party() = any (r.party_ids) and r.status != 'WITHDRAWN';
  known := hub.known_parties(about);
  if about.id is null or not named <@ known then
    return;
  end if;
  return query select o.id
    from hub.organisation as o
    where o.id = any (known) and (o.id = any (hub.addressees(about, named)) or o.id = any (about.full_party_ids))
    order by o.name, o.id;
end;
$function$;
alter function hub.message_audience(uuid, uuid[]) owner to loopwell_keeper;
grant execute on function hub.message_audience(uuid, uuid[]) to loopwell_api;

create or replace function hub.missed_contacts(referral uuid)
returns bigint
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select count(*)
  from hub.contact as c
  where
    c.referral_id = referral
    and c.attendance in ('DID_NOT_ATTEND', 'UNABLE_TO_ATTEND')
    and c.recorded_in_error_at is null;
$function$;
alter function hub.missed_contacts(uuid) owner to loopwell_keeper;

create or replace function hub.move_practice(person uuid, practice uuid)
returns integer
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  about hub.referral;
  allowed boolean;
  old_roles text[];
  moved integer := 0;
begin
  if not exists (select from hub.organisation as o where o.id = practice and o.sector = 'PRIMARY_CARE') then
    return 0;
  end if;
  for about in select r.*
  from hub.referral as r
  where
    r.person_id = person
    and hub.is_open(r.status)
    and r.kind != 'RETURN_TO_GP'
    and r.practice_id is distinct from practice
    and hub.may_report_practice(r)
  order by r.depth, r.id
  for no key update loop
    allowed := not hub.kept_out(about, practice)
    and exists (
      select
      from hub.consent as c
      where
        c.referral_id = about.id
        and c.withdrawn_at is null
        and (c.expires_on is null or c.expires_on >= hub.today())
        and hub.consent_allows(c, practice)
    );
    continue when not allowed and about.practice_id is null;
    update hub.referral as r
    set practice_id = case
      when allowed then practice
    end
    where r.id = about.id;
    select array_remove(p.roles, 'REGISTERED_PRACTICE')
    into old_roles
    from hub.referral_party as p
    where p.referral_id = about.id and p.party_id = about.practice_id and p.ended_at is null;
    if cardinality(old_roles) > 0 then
      update hub.referral_party as p
      set roles = old_roles
      where p.referral_id = about.id and p.party_id = about.practice_id;
    elseif old_roles is not null then
      perform hub.end_party(about, about.practice_id);
    end if;
    if allowed then
      perform hub.add_party(about, practice, 'REGISTERED_PRACTICE', 'STAGE', false);
      if not practice = any (about.party_ids) then
        perform
          hub.write_event(
            case
              when about.parent_id is null then 'REFERRAL_RECEIVED'
              else 'ONWARD_REFERRAL_CREATED'
            end,
            about,
            '{}',
            array[practice],
            array['STAGE']
          );
      end if;
    end if;
    perform hub.fold_referral(about.id);
    select r.* into about from hub.referral as r where r.id = about.id;
    perform hub.write_quietly('SOURCE_RECORD_CHANGED', about);
    moved := moved + 1;
  end loop;
  perform hub.fold_person(person) where moved > 0;
  return moved;
end;
$function$;
alter function hub.move_practice(uuid, uuid) owner to loopwell_keeper;

create or replace function hub.move_referral(target uuid, to_status text, why text, event text)
returns void
language plpgsql
as $function$
begin
  update hub.referral as r
  set
    status = to_status,
    decline_reason = why
  where r.id = target;
  perform hub.append_event(event, target);
end;
$function$;
alter function hub.move_referral(uuid, text, text, text) owner to loopwell_owner;
grant execute on function hub.move_referral(uuid, text, text, text) to loopwell_api;

create or replace function hub.name_route(of_network uuid, of_route text, local_label text)
returns void
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
begin
  if not hub.viewer_is_organisation() then
    raise exception 'not for this viewer' using errcode = 'LW403';
  elseif not exists (select from hub.network as n where n.id = of_network) then
    raise exception 'no such network' using errcode = 'LW404';
  elseif not hub.viewer_counts_in(of_network) then
    raise exception 'a network is its commissioner''s to name' using errcode = 'LW403';
  end if;
  insert into hub.route_name as n (network_id, route, label)
  values (of_network, of_route, local_label)
  on conflict (network_id, route) do update set label = excluded.label;
end;
$function$;
alter function hub.name_route(uuid, text, text) owner to loopwell_keeper;
grant execute on function hub.name_route(uuid, text, text) to loopwell_api;

create or replace function hub.network_activity(of_network uuid, first_hour timestamp with time zone, most integer)
returns table (
  starts timestamp with time zone,
  received jsonb,
  accepted jsonb,
  declined jsonb,
  attended jsonb,
  missed jsonb,
  closed jsonb
)
language plpgsql
stable
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
begin
  if not hub.viewer_counts_in(of_network) then
    raise exception 'not for this viewer' using errcode = 'LW403';
  end if;
  return query select
      h.starts,
      hub.suppress(count(distinct e.referral_id) filter (where e.kind = 'REFERRAL_RECEIVED')),
      hub.suppress(count(distinct e.referral_id) filter (where e.kind = 'REFERRAL_ACCEPTED')),
      hub.suppress(count(distinct e.referral_id) filter (where e.kind = 'REFERRAL_DECLINED')),
      hub.suppress(
        count(distinct e.contact_id) filter (where e.kind = 'ATTENDANCE_RECORDED' and e.attendance = 'ATTENDED')
      ),
      hub.suppress(
        count(distinct e.contact_id) filter (
          where e.kind = 'ATTENDANCE_RECORDED' and e.attendance in ('DID_NOT_ATTEND', 'UNABLE_TO_ATTEND')
        )
      ),
      hub.suppress(count(distinct e.referral_id) filter (where e.kind = 'REFERRAL_CLOSED'))
    from
      (
        select s
        from
          generate_series(
            date_trunc('hour', first_hour, 'Europe/London'),
            hub.clock() - interval '61 minutes',
            interval '1 hour'
          ) as s
        order by s
        limit most
      ) as h (starts)
      left join lateral (
        select e.kind, e.referral_id, e.contact_id, c.attendance
        from
          hub.event as e
          join hub.referral as r on r.id = e.referral_id
          left join hub.contact as c on c.id = e.contact_id
        where
          e.occurred_at >= h.starts
          and e.occurred_at < h.starts + interval '1 hour'
          and r.receiver_id in (select m.organisation_id from hub.network_member as m where m.network_id = of_network)
      ) as e
        on true
    group by h.starts
    order by h.starts;
end;
$function$;
alter function hub.network_activity(uuid, timestamp with time zone, integer) owner to loopwell_counter;
grant execute on function hub.network_activity(uuid, timestamp with time zone, integer) to loopwell_api;

create or replace function hub.network_parties(of_organisation uuid)
returns uuid[]
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select coalesce(array_agg(distinct a.organisation_id), '{}')
  from
    hub.network_member as m
    join hub.sharing_agreement as a on a.network_id = m.network_id
  where m.organisation_id = of_organisation and hub.today() between a.valid_from and a.valid_to;
$function$;
alter function hub.network_parties(uuid) owner to loopwell_keeper;

create or replace function hub.newest_practice(person uuid, reader uuid)
returns uuid
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select s.practice_id
  from hub.source_record as s
  where
    s.person_id = person
    and s.practice_id is not null
    and not s.superseded
    and (reader is null or reader = any (s.party_ids))
  order by s.received_at desc
  limit 1;
$function$;
alter function hub.newest_practice(uuid, uuid) owner to loopwell_keeper;

create or replace function hub.next_news(parties uuid[], places bigint[])
returns table (reader integer, stands text, news json)
language sql
stable
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
set enable_seqscan to 'off'
set enable_hashjoin to 'off'
set enable_mergejoin to 'off'
as $function$
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
$function$;
alter function hub.next_news(uuid[], bigint[]) owner to loopwell_keeper;
grant execute on function hub.next_news(uuid[], bigint[]) to loopwell_sequencer;

create or replace function hub.open_referral(input jsonb)
returns jsonb
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.require_organisation();
  person uuid;
  sent jsonb;
  parent hub.referral;
  receiver hub.organisation;
  opened hub.referral;
  agreed hub.consent;
begin
  select * into receiver from hub.organisation as o where o.id = (input ->> 'receiver')::uuid;
  if receiver.sector = 'COMMISSIONER' then
    raise exception 'a commissioner is no party' using errcode = 'LW403';
  end if;
  if input ->> 'parent' is not null then
    parent := hub.lock_parent((input ->> 'parent')::uuid);
  end if;
  person := coalesce(parent.person_id, hub.person_to_refer(input));

  insert into hub.referral
    (
      reference,
      kind,
      person_id,
      referrer_id,
      receiver_id,
      service_id,
      parent_id,
      root_id,
      id,
      depth,
      root_referrer_id,
      route,
      reasons,
      source_system,
      source_id
    )
  select
    input ->> 'reference',
    input ->> 'kind',
    person,
    viewer,
    receiver.id,
    (input ->> 'service')::uuid,
    parent.id,
    coalesce(parent.root_id, new_id),
    new_id,
    coalesce(parent.depth + 1, 0),
    coalesce(parent.root_referrer_id, viewer),
    input ->> 'route',
    hub.texts(input -> 'reasons'),
    input ->> 'sourceSystem',
    input ->> 'sourceId'
  from gen_random_uuid() as new_id
  returning *
  into opened;
  agreed := hub.add_consent(person, opened.id, input -> 'consent', null);

  sent := hub.sent_with(opened);
  perform
    hub.add_record(
      person,
      viewer,
      jsonb_build_object(
        'system',
        'urn:loopwell:referral',
        'externalId',
        opened.reference,
        'recordKind',
        'Referral',
        'summary',
        'As sent with the referral',
        'rawHash',
        md5(sent::text)
      ),
      sent,
      opened.id,
      array[receiver.id]
    );
  perform hub.let_parties_in(opened, parent, agreed);
  perform hub.fold_referral(opened.id);
  perform hub.fold_person(person);
  perform hub.append_event('REFERRAL_RECEIVED', opened.id);
  perform hub.tell_holders(opened);
  if parent.id is not null then
    perform hub.append_event('ONWARD_REFERRAL_CREATED', opened.id, jsonb_build_object('service', input ->> 'service'));
  end if;
  return jsonb_build_object('referral', opened.id, 'person', person, 'consent', agreed.id);
end;
$function$;
alter function hub.open_referral(jsonb) owner to loopwell_keeper;
grant execute on function hub.open_referral(jsonb) to loopwell_api;

create or replace function hub.organisation_columns()
returns table (relation regclass, named_in text)
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select c.conrelid::regclass, a.attname::text
  from
    pg_constraint as c
    join pg_attribute as a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
  where
    c.contype = 'f'
    and c.confrelid = 'hub.organisation'::regclass
    and c.conrelid not in ('hub.sharing_agreement'::regclass, 'hub.referral'::regclass)
  order by 1, 2;
$function$;
alter function hub.organisation_columns() owner to loopwell_keeper;

create or replace function hub.organisation_of_code(code text)
returns uuid
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  found_one uuid;
begin
  if not hub.viewer_is_operator() then
    raise exception 'for the operator alone' using errcode = 'LW403';
  end if;
  select o.id
  into found_one
  from
    hub.organisation_identifier as i
    join hub.organisation as o on o.id = i.organisation_id
  where i.system = 'https://fhir.nhs.uk/Id/ods-organization-code' and i.value = code and o.closed_on is null
  for no key update of o;
  if found_one is null then
    raise exception 'no open organisation has the ODS code %', code using errcode = 'LW404';
  end if;
  return found_one;
end;
$function$;
alter function hub.organisation_of_code(text) owner to loopwell_keeper;

create or replace function hub.own_access_log()
returns table (id text, at timestamp with time zone, organisation text, purpose text, override boolean)
language sql
stable
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select
    'a' || lpad(a.id::text, 19, '0'),
    date_trunc('milliseconds', a.at),
    o.name,
    concat(
      coalesce(replace(upper(left(a.purpose, 1)) || substr(a.purpose, 2), '-', ' ') || ': ', ''),
      case a.action
        when 'WRITE' then 'worked on your support'
        when 'DELIVER' then 'was kept informed'
        else 'looked at your records'
      end
    ),
    exists (
      select
      from hub.override as v
      where
        v.person_id = hub.viewer_party()
        and v.organisation_id = a.party
        and v.at <= a.at
        and a.at < coalesce(v.until, 'infinity')
    )
  from
    hub.audit as a
    join hub.organisation as o on o.id = a.party
  where hub.viewer_is_person() and a.person_ids @> array[hub.viewer_party()]
  union all
  select
    'p' || lpad(a.id::text, 19, '0'),
    date_trunc('milliseconds', a.at),
    'Acting for you: ' || p.relationship,
    case a.action
      when 'WRITE' then 'decided for you'
      else 'looked at what you see'
    end,
    false
  from
    hub.proxy as p
    join hub.audit as a on a.proxy = p.id
  where hub.viewer_is_person() and p.person_id = hub.viewer_party()
  union all
  select
    'o' || v.id,
    v.at,
    o.name,
    case
      when v.by_id = v.organisation_id then 'Asked for emergency access, and gave its reason'
      else 'Was told of a crisis by ' || b.name || ', to protect your life or health'
    end,
    true
  from
    hub.override as v
    join hub.organisation as o on o.id = v.organisation_id
    join hub.organisation as b on b.id = v.by_id
  where hub.viewer_is_person() and v.person_id = hub.viewer_party();
$function$;
alter function hub.own_access_log() owner to loopwell_keeper;
grant execute on function hub.own_access_log() to loopwell_api;
grant execute on function hub.own_access_log() to loopwell_guard;

create or replace function hub.own_demographics()
returns table (name text, birth_date date, nhs_number text, postcode text)
language sql
stable
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select trim(concat(o.given_name, ' ', o.family_name)), o.birth_date, o.nhs_number, o.postcode
  from hub.own_particulars() as o;
$function$;
alter function hub.own_demographics() owner to loopwell_keeper;
grant execute on function hub.own_demographics() to loopwell_api;
grant execute on function hub.own_demographics() to loopwell_guard;

create or replace function hub.own_particulars()
returns table (given_name text, family_name text, birth_date date, nhs_number text, postcode text)
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select
    (
      array_agg(s.given_name order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc) filter (
        where s.given_name is not null
      )
    )[1],
    (
      array_agg(s.family_name order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc) filter (
        where s.family_name is not null
      )
    )[1],
    (
      array_agg(s.birth_date order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc) filter (
        where s.birth_date is not null
      )
    )[1],
    (
      array_agg(s.nhs_number order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc) filter (
        where s.nhs_number is not null
      )
    )[1],
    (
      array_agg(s.postcode order by hub.preference(s.nhs_number_verified, s.sector), s.received_at desc) filter (
        where s.postcode is not null
      )
    )[1]
  from hub.source_record as s
  where hub.viewer_is_person() and s.person_id = hub.viewer_party() and s.demographic and not s.superseded;
$function$;
alter function hub.own_particulars() owner to loopwell_keeper;

create or replace function hub.own_plans()
returns table (id uuid, what_matters text, goals jsonb, agreed_on date)
language sql
stable
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select distinct on (p.referral_id) p.referral_id, p.what_matters, p.goals, p.agreed_on
  from
    hub.plan as p
    join hub.referral as r on r.id = p.referral_id
  where hub.viewer_is_person() and r.person_id = hub.viewer_party()
  order by p.referral_id, p.ordinal desc;
$function$;
alter function hub.own_plans() owner to loopwell_keeper;
grant execute on function hub.own_plans() to loopwell_api;
grant execute on function hub.own_plans() to loopwell_guard;

create or replace function hub.own_referrals()
returns table (id uuid, reference text, status text, on_waiting_list boolean, supporter text, rank integer)
language sql
stable
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select
    r.id,
    r.reference,
    case r.status
      when 'RECEIVED' then 'Your referral has been received. Somebody will look at it.'
      when 'ACCEPTED' then 'Your referral has been accepted. Somebody will be in touch with you.'
      when 'WAITING' then 'You are on the list. Somebody will be in touch with you.'
      when 'ACTIVE' then 'Your support has started.'
      when 'PAUSED' then 'Your support is resting for now.'
      when 'CLOSED' then 'Your support has ended.'
      when 'DECLINED' then 'Your referral was not taken on. Whoever referred you can say what else there is.'
      when 'CANCELLED' then 'Your referral was called back by whoever sent it.'
      else 'You have withdrawn from this referral.'
    end,
    r.status = 'WAITING',
    case
      when r.status in ('ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED', 'CLOSED') then concat_ws(', ', w.name, o.name)
    end,
    (row_number() over (order by r.parent_id is null desc, r.received_at desc, r.id))::integer
  from
    hub.referral as r
    join hub.organisation as o on o.id = r.receiver_id
    left join hub.practitioner as w on w.id = r.link_worker_id
  where hub.viewer_is_person() and r.person_id = hub.viewer_party();
$function$;
alter function hub.own_referrals() owner to loopwell_keeper;
grant execute on function hub.own_referrals() to loopwell_api;
grant execute on function hub.own_referrals() to loopwell_guard;

create or replace function hub.own_sharing()
returns table (referral_id uuid, id uuid, name text)
language sql
stable
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select distinct top.id, o.id, o.name
  from
    hub.referral as top
    cross join hub.with_descendants(top.id) as t (id)
    join hub.referral_party as p on p.referral_id = t.id and p.ended_at is null and not p.is_person
    join hub.organisation as o on o.id = p.party_id
  where hub.viewer_is_person() and top.person_id = hub.viewer_party();
$function$;
alter function hub.own_sharing() owner to loopwell_keeper;
grant execute on function hub.own_sharing() to loopwell_api;
grant execute on function hub.own_sharing() to loopwell_guard;

create or replace function hub.parties_in_role(referral uuid, role text)
returns uuid[]
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select coalesce(array_agg(p.party_id), '{}')
  from hub.referral_party as p
  where p.referral_id = referral and p.ended_at is null and role = any (p.roles);
$function$;
alter function hub.parties_in_role(uuid, text) owner to loopwell_keeper;

create or replace function hub.person_columns()
returns table (relation regclass, person_column text)
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select c.conrelid::regclass, a.attname::text
  from
    pg_constraint as c
    join pg_attribute as a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
  where
    c.contype = 'f'
    and c.confrelid = 'hub.person'::regclass
    and c.conrelid not in ('hub.match_review'::regclass, 'hub.person_merge'::regclass)
  order by 1, 2;
$function$;
alter function hub.person_columns() owner to loopwell_keeper;

create or replace function hub.person_keeps_out(person uuid, organisation uuid)
returns boolean
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select
    exists (
      select
      from hub.consent as c
      where c.person_id = person and c.withdrawn_at is null and organisation = any (c.exclude)
    );
$function$;
alter function hub.person_keeps_out(uuid, uuid) owner to loopwell_keeper;

create or replace function hub.person_of_number(number text)
returns uuid
language plpgsql
stable
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
begin
  if not hub.viewer_is_operator() then
    raise exception 'for the sign-in alone' using errcode = 'LW403';
  end if;
  return hub.identity_of(number);
end;
$function$;
alter function hub.person_of_number(text) owner to loopwell_keeper;
grant execute on function hub.person_of_number(text) to loopwell_api;

create or replace function hub.person_or_proxy_may(scope text)
returns boolean
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select hub.viewer_is_person() and hub.proxy_stands(scope);
$function$;
alter function hub.person_or_proxy_may(text) owner to loopwell_keeper;

create or replace function hub.person_to_refer(input jsonb)
returns uuid
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.viewer_party();
  person uuid := (input ->> 'personId')::uuid;
  draft jsonb := input -> 'person';
begin
  if person is not null then
    if not exists (select from hub.person as p where p.id = person and viewer = any (p.party_ids)) then
      raise exception 'no such person' using errcode = 'LW404';
    end if;
    return person;
  end if;
  person := hub.match_person(draft);
  perform hub.add_record(person, viewer, input -> 'record', draft, null, array[viewer])
  where
    not exists (
      select
      from hub.source_record as s
      where
        s.organisation_id = viewer
        and s.system = input #>> '{record,system}'
        and s.external_id = input #>> '{record,externalId}'
        and s.kind = input #>> '{record,recordKind}'
        and not s.superseded
        and s.referral_id is null
    );
  return person;
end;
$function$;
alter function hub.person_to_refer(jsonb) owner to loopwell_keeper;

create or replace function hub.post_message(target uuid, words text, named uuid[])
returns jsonb
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.require_organisation();
  about hub.referral;
  unknown integer;
  recipients uuid[];
  posted uuid;
begin
  select r.* into about from hub.referral as r where r.id = target and viewer = any (r.party_ids) for no key update;
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  elseif about.status = 'WITHDRAWN' then
    raise exception 'withdrawn' using errcode = 'LW410';
  end if;
  select min(n.place) - 1
  into unknown
  from unnest(named) with ordinality as n (id, place)
  where n.id != all (hub.known_parties(about));
  if unknown is not null then
    return jsonb_build_object('unknown', unknown);
  end if;
  recipients := hub.addressees(about, named);
  if recipients != '{}' then
    insert into hub.note (referral_id, text, organisation_id, addressee_ids)
    values (target, words, viewer, recipients)
    returning id
    into posted;
    perform hub.tell_parties('MESSAGE_POSTED', about, recipients);
  end if;
  return jsonb_build_object('note', posted);
end;
$function$;
alter function hub.post_message(uuid, text, uuid[]) owner to loopwell_keeper;
grant execute on function hub.post_message(uuid, text, uuid[]) to loopwell_api;

create or replace function hub.practice_for_crisis(referral hub.referral, viewer uuid)
returns uuid
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select
    coalesce(
      (select referral.practice_id where hub.reachable_practice(referral.practice_id)),
      (
        select s.practice_id
        from hub.source_record as s
        where
          s.person_id = referral.person_id
          and not s.superseded
          and hub.reachable_practice(s.practice_id)
          and (
            viewer = any (s.party_ids)
            or referral.root_referrer_id != viewer
            or exists (
              select from hub.consent as c where c.referral_id = referral.root_id and c.recorded_by = referral.person_id
            )
          )
        order by viewer = any (s.party_ids) desc, s.received_at desc
        limit 1
      )
    );
$function$;
alter function hub.practice_for_crisis(hub.referral, uuid) owner to loopwell_keeper;

create or replace function hub.practitioner_leaves(external text)
returns integer
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  leaving hub.practitioner;
  freed integer;
begin
  if not hub.viewer_is_operator() then
    raise exception 'for the operator alone' using errcode = 'LW403';
  end if;
  update hub.practitioner as p
  set left_on = hub.today()
  where p.external_id = external and p.left_on is null
  returning p.*
  into leaving;
  if not found then
    raise exception 'no such practitioner' using errcode = 'LW404';
  end if;
  delete from hub.cover as c where leaving.id in (c.practitioner_id, c.covered_by_id) and c.from_day > hub.today();
  update hub.cover as c
  set to_day = greatest(c.from_day, hub.today())
  where leaving.id in (c.practitioner_id, c.covered_by_id) and c.to_day > hub.today();
  with
    unassigned as (
      update hub.referral as r
      set link_worker_id = null
      where r.link_worker_id = leaving.id and hub.is_open(r.status)
      returning r.id
    )
  select count(*)
  into freed
  from unassigned;
  return freed;
end;
$function$;
alter function hub.practitioner_leaves(text) owner to loopwell_keeper;
grant execute on function hub.practitioner_leaves(text) to loopwell_api;

create or replace function hub.preference(verified boolean, sector text)
returns integer
language sql
immutable
parallel safe
as $function$
  select
    case
      when verified then 0
      else 10
    end + coalesce(array_position(array['PRIMARY_CARE', 'COMMUNITY_SERVICES', 'SOCIAL_CARE', 'VOLUNTARY'], sector), 9);
$function$;
alter function hub.preference(boolean, text) owner to loopwell_owner;
grant execute on function hub.preference(boolean, text) to loopwell_api;
grant execute on function hub.preference(boolean, text) to loopwell_guard;
grant execute on function hub.preference(boolean, text) to loopwell_keeper;

create or replace function hub.programme_of(service uuid, receiver uuid, on_day date)
returns uuid
language sql
stable
parallel safe
as $function$
  select
    coalesce(
      (
        select p.programme_id
        from
          hub.service as s
          join hub.programme_service as p on p.organisation_id = s.organisation_id and p.external_id = s.external_id
        where s.id = service
      ),
      (
        select p.id
        from hub.programme as p
        where
          p.organisation_id = receiver
          and on_day between coalesce(p.starts_on, on_day) and coalesce(p.ends_on, on_day)
        order by p.key
        limit 1
      )
    );
$function$;
alter function hub.programme_of(uuid, uuid, date) owner to loopwell_owner;
grant execute on function hub.programme_of(uuid, uuid, date) to loopwell_api;
grant execute on function hub.programme_of(uuid, uuid, date) to loopwell_guard;
grant execute on function hub.programme_of(uuid, uuid, date) to loopwell_keeper;

create or replace function hub.proxy_key(number text)
returns bytea
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select sha256(convert_to('proxy:' || p.value || number, 'UTF8')) from hub.pepper as p;
$function$;
alter function hub.proxy_key(text) owner to loopwell_keeper;

create or replace function hub.proxy_stands(scope text)
returns boolean
language sql
stable
parallel safe
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select
    hub.viewer_proxy() is null
    or exists (
      select
      from hub.proxy as p
      where
        p.id = hub.viewer_proxy()
        and p.person_id = hub.viewer_party()
        and p.ended_at is null
        and p.expires_on >= hub.today()
        and scope = any (p.scopes)
    );
$function$;
alter function hub.proxy_stands(text) owner to loopwell_keeper;
grant execute on function hub.proxy_stands(text) to loopwell_api;
grant execute on function hub.proxy_stands(text) to loopwell_counter;
grant execute on function hub.proxy_stands(text) to loopwell_guard;
grant execute on function hub.proxy_stands(text) to loopwell_owner;
grant execute on function hub.proxy_stands(text) to loopwell_sequencer;

create or replace function hub.publish_parameters(target uuid, input jsonb)
returns jsonb
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.viewer_party();
  programme hub.programme;
  published uuid;
begin
  if not hub.viewer_is_organisation() then
    raise exception 'not for this viewer' using errcode = 'LW403';
  elseif not hub.viewer_hears_network() then
    raise exception 'no sharing agreement' using errcode = 'LW451';
  end if;
  select p.* into programme from hub.programme as p where p.id = target for no key update;
  if not found then
    raise exception 'no such programme' using errcode = 'LW404';
  end if;
  if
    programme.organisation_id != viewer
    and not (hub.viewer_sector() = 'COMMISSIONER' and viewer = any (hub.network_parties(programme.organisation_id)))
  then
    raise exception 'only who runs or commissions it publishes its parameters' using errcode = 'LW403';
  end if;
  if (input ->> 'version')::integer != programme.parameters_version + 1 then
    return jsonb_build_object('stale', programme.parameters_version);
  end if;
  insert into hub.programme_parameters
    (programme_id, version, published_by, planned_days, maximum_contacts, response_days, would_not_benefit, note)
  values
    (
      target,
      (input ->> 'version')::integer,
      viewer,
      (input ->> 'plannedDays')::integer,
      (input ->> 'maximumContacts')::integer,
      (input ->> 'responseDays')::integer,
      input ->> 'wouldNotBenefit',
      input ->> 'note'
    )
  returning id
  into published;
  perform hub.add_rules(published, input -> 'rules');
  update hub.programme as p set parameters_version = (input ->> 'version')::integer where p.id = target;

  update hub.funding_watch as w
  set due = true
  from hub.referral as r
  where
    r.id = w.referral_id
    and w.warned_at is null
    and hub.programme_of(r.service_id, r.receiver_id, hub.day_of(r.received_at)) = target;
  perform hub.write_news('SERVICE_PARAMETERS_CHANGED', programme.organisation_id, null, target);
  return '{}';
end;
$function$;
alter function hub.publish_parameters(uuid, jsonb) owner to loopwell_keeper;
grant execute on function hub.publish_parameters(uuid, jsonb) to loopwell_api;

create or replace function hub.put_successor(
  relation regclass,
  named_in text,
  ending uuid,
  successor uuid,
  referral uuid
)
returns void
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  columns text[] := array(
    select a.attname::text
    from pg_attribute as a
    where a.attrelid = relation and a.attnum > 0 and not a.attisdropped
  );
  whose text := 'true';
  place tid;
begin
  if referral is not null and not 'referral_id' = any (columns) then
    return;
  elseif referral is not null then
    whose := 't.referral_id = $3';
  else
    if 'referral_id' = any (columns) then
      whose := 't.referral_id is null';
    end if;
    if 'person_id' = any (columns) then
      whose := whose || ' and not hub.person_keeps_out(t.person_id, $2)';
    end if;
  end if;
  begin
    execute format('update %s t set %I = $2 where t.%I = $1 and %s', relation, named_in, named_in, whose)
    using ending, successor, referral;
  exception when unique_violation then
    for place in execute
      format('select t.ctid from %s t where t.%I = $1 and %s', relation, named_in, whose)
      using ending, successor, referral loop
      begin
        execute format('update %s t set %I = $1 where t.ctid = $2', relation, named_in)
        using successor, place;
      exception when unique_violation then
        continue;
      end;
    end loop;
  end;
end;
$function$;
alter function hub.put_successor(regclass, text, uuid, uuid, uuid) owner to loopwell_keeper;

create or replace function hub.reachable_practice(practice uuid)
returns boolean
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select
    exists (
      select
      from
        hub.organisation as o
        join hub.sharing_agreement as a on a.organisation_id = o.id
      where
        o.id = practice
        and o.sector = 'PRIMARY_CARE'
        and o.closed_on is null
        and hub.today() between a.valid_from and a.valid_to
    );
$function$;
alter function hub.reachable_practice(uuid) owner to loopwell_keeper;

create or replace function hub.record_consent(input jsonb)
returns jsonb
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  person uuid := (input ->> 'person')::uuid;
  about hub.referral;
  given hub.consent;
  viewer uuid;
  step hub.referral;
  organisation uuid;
  barred uuid[] := '{}';
begin
  if input ->> 'referral' is not null then
    select r.*
    into about
    from hub.referral as r
    where r.id = (input ->> 'referral')::uuid and r.person_id = person and hub.may_decide_consent(r)
    for no key update;
    if not found then
      raise exception 'no such referral' using errcode = 'LW404';
    end if;
  elseif hub.viewer_is_person() then
    if person is distinct from hub.viewer_party() or not hub.person_or_proxy_may('CONSENT') then
      raise exception 'no such person' using errcode = 'LW404';
    end if;
  else
    viewer := hub.require_organisation();
    if not exists (select from hub.person as p where p.id = person and viewer = any (p.party_ids)) then
      raise exception 'no such person' using errcode = 'LW404';
    end if;
  end if;
  if about.status = 'WITHDRAWN' then
    raise exception 'withdrawn' using errcode = 'LW410';
  end if;
  given := hub.add_consent(person, about.id, input -> 'consent', (input ->> 'expiresOn')::date);
  if about.id is null then
    return jsonb_build_object('consent', given.id);
  end if;

  if 'care-team' = any (given.categories) then
    foreach organisation in array coalesce(given.recipients, '{}') loop
      if not hub.consent_allows(given, organisation) then
        barred := barred || organisation;
        continue;
      end if;

      delete from hub.emergency_access as e where e.referral_id = about.id and e.organisation_id = organisation;
      if found then
        update hub.referral_party as p
        set expires_on = given.expires_on
        where p.referral_id = about.id and p.party_id = organisation and p.ended_at is null;
      end if;
      if
        not exists (
          select
          from hub.referral_party as p
          where
            p.referral_id = about.id
            and p.party_id = organisation
            and p.ended_at is null
            and p.disclosure != 'CRISIS'
        )
      then
        perform hub.add_party(about, organisation, 'CARE_TEAM', 'STAGE', false, given.expires_on);
        perform hub.fold_referral(about.id);
        perform hub.append_event('CARE_TEAM_JOINED', about.id, jsonb_build_object('organisation', organisation));
      else
        update hub.referral_party as p
        set expires_on = given.expires_on
        where
          p.referral_id = about.id
          and p.party_id = organisation
          and p.expires_on < coalesce(given.expires_on, 'infinity');
      end if;
    end loop;
  end if;

  for step in select r.*
  from hub.referral as r
  where r.id in (select hub.with_descendants(about.id))
  order by r.depth, r.id
  for no key update loop
    for organisation in select p.party_id
    from hub.referral_party as p
    where
      p.referral_id = step.id
      and p.ended_at is null
      and p.party_id = any (given.exclude)
      and p.party_id != step.receiver_id
      and not 'LINK_WORKER' = any (p.roles) loop
      perform hub.end_party(step, organisation);
    end loop;
  end loop;
  perform hub.fold_referral(about.id);
  perform hub.append_event('CONSENT_CHANGED', about.id);
  return jsonb_build_object('consent', given.id, 'barred', to_jsonb(barred));
end;
$function$;
alter function hub.record_consent(jsonb) owner to loopwell_keeper;
grant execute on function hub.record_consent(jsonb) to loopwell_api;

create or replace function hub.record_death(person uuid, day date)
returns void
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.require_organisation();
begin
  if not exists (select from hub.person as p where p.id = person and viewer = any (p.party_ids)) then
    raise exception 'no such person' using errcode = 'LW404';
  end if;
  if not exists (select from hub.referral as r where r.person_id = person and hub.may_report_life_change(r)) then
    raise exception 'not for this party to report' using errcode = 'LW403';
  end if;
  perform hub.close_for_death(person, day);
end;
$function$;
alter function hub.record_death(uuid, date) owner to loopwell_keeper;
grant execute on function hub.record_death(uuid, date) to loopwell_api;

create or replace function hub.record_proxy(input jsonb)
returns uuid
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid;
  about hub.referral;
  recorded uuid;
begin
  if hub.viewer_is_person() then
    viewer := hub.viewer_party();
  else
    viewer := hub.require_organisation();
  end if;
  select r.*
  into about
  from hub.referral as r
  where r.person_id = (input ->> 'person')::uuid and hub.may_decide_consent(r) and hub.is_open(r.status)
  order by r.depth, r.received_at desc
  limit 1
  for no key update;
  if
    about.id is null
    and not (
      hub.viewer_is_person()
      and viewer = (input ->> 'person')::uuid
      and exists (select from hub.person as p where p.id = viewer)
    )
  then
    raise exception 'no such person' using errcode = 'LW404';
  elseif hub.viewer_proxy() is not null then
    raise exception 'for the person herself' using errcode = 'LW403';
  end if;
  insert into hub.proxy (person_id, proxy_key, relationship, scopes, recorded_by, expires_on)
  values
    (
      (input ->> 'person')::uuid,
      hub.proxy_key(input ->> 'number'),
      input ->> 'relationship',
      hub.texts(input -> 'scopes'),
      viewer,
      (input ->> 'expiresOn')::date
    )
  returning id
  into recorded;
  perform hub.append_event('CONSENT_CHANGED', about.id) where about.id is not null;
  return recorded;
end;
$function$;
alter function hub.record_proxy(jsonb) owner to loopwell_keeper;
grant execute on function hub.record_proxy(jsonb) to loopwell_api;

create or replace function hub.record_safeguarding_note(target uuid, words text)
returns uuid
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.require_organisation();
  about hub.referral;
  written uuid;
begin
  select r.* into about from hub.referral as r where r.id = target and viewer = any (r.party_ids);
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  elseif not viewer = any (about.full_party_ids) then
    raise exception 'for parties that fully know it' using errcode = 'LW403';
  end if;
  insert into hub.safeguarding_note (referral_id, person_id, text, organisation_id, practitioner_id, party_ids)
  values (about.id, about.person_id, words, viewer, hub.viewer_practitioner(), about.full_party_ids)
  returning id
  into written;
  return written;
end;
$function$;
alter function hub.record_safeguarding_note(uuid, text) owner to loopwell_keeper;
grant execute on function hub.record_safeguarding_note(uuid, text) to loopwell_api;

create or replace function hub.record_signpost(service uuid, reasons text[], route text)
returns void
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.require_organisation();
begin
  if not exists (select from hub.service as s where s.id = record_signpost.service) then
    raise exception 'no such service' using errcode = 'LW404';
  end if;

  if record_signpost.reasons = '{}' or not record_signpost.reasons <@ array(select r.key from hub.reason as r) then
    raise exception 'no such reason' using errcode = 'LW404';
  end if;
  insert into hub.signpost (service_id, reasons, route, organisation_id)
  values (record_signpost.service, record_signpost.reasons, record_signpost.route, viewer);
end;
$function$;
alter function hub.record_signpost(uuid, text[], text) owner to loopwell_keeper;
grant execute on function hub.record_signpost(uuid, text[], text) to loopwell_api;

create or replace function hub.refresh_given(about hub.referral)
returns boolean
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  given hub.source_record;
  sent jsonb := hub.sent_with(about);
begin
  select *
  into given
  from hub.source_record as s
  where s.referral_id = about.id and not s.superseded
  order by s.received_at desc
  limit 1;
  if given.raw_hash is not distinct from md5(sent::text) then
    return false;
  end if;
  update hub.source_record set superseded = true where id = given.id;
  perform
    hub.add_record(
      about.person_id,
      about.referrer_id,
      jsonb_build_object(
        'system',
        given.system,
        'externalId',
        given.external_id,
        'recordKind',
        given.kind,
        'summary',
        given.summary,
        'rawHash',
        md5(sent::text)
      ),
      sent,
      about.id,
      given.party_ids
    );
  return true;
end;
$function$;
alter function hub.refresh_given(hub.referral) owner to loopwell_keeper;

create or replace function hub.refresh_referral(target uuid, record jsonb, news jsonb)
returns text
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.require_organisation();
  about hub.referral;
  kept record;
  changed boolean;
begin
  select r.*
  into about
  from hub.referral as r
  where r.id = target and r.referrer_id = viewer and viewer = any (r.party_ids)
  for no key update;
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  end if;
  if (news ->> 'receiver')::uuid != about.receiver_id then
    return 'other-receiver';
  end if;
  select * into kept from hub.keep_record(record);
  if kept.outcome = 'duplicate' then
    return 'same';
  end if;
  changed := hub.refresh_given(about);
  if hub.texts(news -> 'reasons') != '{}' and hub.texts(news -> 'reasons') != about.reasons then
    update hub.referral set reasons = hub.texts(news -> 'reasons') where id = target;
    changed := true;
  end if;
  if
    news ->> 'note' is not null
    and not exists (
      select from hub.note as n where n.referral_id = target and n.organisation_id = viewer and n.text = news ->> 'note'
    )
  then
    insert into hub.note (referral_id, text, organisation_id, addressee_id)
    values (target, news ->> 'note', viewer, about.receiver_id);
    perform hub.fold_referral(target);
    changed := true;
  end if;
  if changed then
    perform hub.append_event('SOURCE_RECORD_CHANGED', target);
  end if;
  perform hub.follow_record(kept.person, record -> 'person');
  return case
    when changed then 'changed'
    else 'same'
  end;
end;
$function$;
alter function hub.refresh_referral(uuid, jsonb, jsonb) owner to loopwell_keeper;
grant execute on function hub.refresh_referral(uuid, jsonb, jsonb) to loopwell_api;

create or replace function hub.refuse_change()
returns trigger
language plpgsql
as $function$
begin
  if
    tg_op = 'UPDATE'
    and old.position is null
    and new.position is not null
    and (to_jsonb(new) - 'position' - 'hash') = (to_jsonb(old) - 'position' - 'hash')
  then
    return new;
  end if;
  raise exception 'the audit trail is appended, never changed' using errcode = 'LW403';
end;
$function$;
alter function hub.refuse_change() owner to loopwell_owner;

create or replace function hub.release_webhooks(node uuid)
returns void
language sql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  update hub.webhook as w
  set
    leased_by = null,
    leased_until = null
  where w.leased_by = node;
$function$;
alter function hub.release_webhooks(uuid) owner to loopwell_keeper;
grant execute on function hub.release_webhooks(uuid) to loopwell_sequencer;

create or replace function hub.remind_of_referrals()
returns integer
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  waiting hub.referral;
  reminded integer := 0;
begin
  for waiting in select r.*
  from hub.referral as r
  where r.status = 'RECEIVED' and r.remind_after < hub.today()
  order by r.remind_after
  limit 100
  for no key update skip locked loop
    perform hub.tell_parties('REFERRAL_RECEIVED', waiting, array[waiting.receiver_id, waiting.referrer_id]);
    update hub.referral as r
    set
      reminders = r.reminders + 1,
      remind_after = hub.add_working_days(hub.today(), r.respond_within)
    where r.id = waiting.id;
    reminded := reminded + 1;
  end loop;
  return reminded;
end;
$function$;
alter function hub.remind_of_referrals() owner to loopwell_keeper;

create or replace function hub.repeat_alerts()
returns integer
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  due hub.escalation;
  about hub.referral;
  repeated integer := 0;
begin
  for due in select *
  from hub.escalation as e
  where e.acknowledged_at is null and e.next_alert_at <= hub.clock()
  order by e.next_alert_at
  limit 100
  for no key update skip locked loop
    select r.* into about from hub.referral as r where r.id = due.referral_id;
    perform hub.add_crisis_party(about, due.practice_id)
    from hub.organisation as o
    where o.id = due.practice_id and o.closed_on is null;
    update hub.source_record as s
    set party_ids = array[due.practice_id]
    where
      s.referral_id = about.id
      and s.system = 'urn:loopwell:escalation'
      and s.external_id = due.id::text
      and s.party_ids = '{}';
    perform hub.fold_person(about.person_id) where found;
    perform hub.alert_of_crisis(due, about);
    repeated := repeated + 1;
  end loop;
  return repeated;
end;
$function$;
alter function hub.repeat_alerts() owner to loopwell_keeper;

create or replace function hub.request_emergency_access(number text, why text)
returns void
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.require_organisation();
  person uuid;
  about hub.referral;
  opened boolean := false;
  ends timestamptz := hub.clock() + interval '24 hours';
begin
  if
    hub.viewer_sector() not in ('PRIMARY_CARE', 'COMMUNITY_SERVICES', 'SOCIAL_CARE')
    or hub.viewer_practitioner() is null
  then
    raise exception 'for staff of those who provide care' using errcode = 'LW403';
  end if;
  select s.person_id
  into person
  from
    hub.source_record as s
    join hub.person as p on p.id = s.person_id
  where s.nhs_number = number and not p.provisional
  order by s.received_at, s.id
  limit 1;
  for about in select r.*
  from hub.referral as r
  where r.person_id = person and hub.is_open(r.status)
  order by r.depth, r.id
  for no key update loop
    if
      not hub.kept_out(about, viewer)
      and not exists (
        select
        from hub.referral_party as p
        where p.referral_id = about.id and p.party_id = viewer and p.ended_at is null
      )
    then
      perform hub.add_party(about, viewer, 'CARE_TEAM', 'STAGE', false);
      perform hub.fold_referral(about.id);
      insert into hub.emergency_access (referral_id, organisation_id, ends_at)
      values (about.id, viewer, ends)
      on conflict (referral_id, organisation_id) do update set ends_at = excluded.ends_at;
      perform hub.tell('CARE_TEAM_JOINED', about, jsonb_build_object('organisation', viewer));
      opened := true;
    end if;
  end loop;
  if opened then
    insert into hub.override (person_id, organisation_id, by_id, practitioner_id, basis, reason, until)
    values (person, viewer, viewer, hub.viewer_practitioner(), 'EMERGENCY', why, ends);
  end if;
end;
$function$;
alter function hub.request_emergency_access(text, text) owner to loopwell_keeper;
grant execute on function hub.request_emergency_access(text, text) to loopwell_api;

create or replace function hub.require_organisation()
returns uuid
language plpgsql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
begin
  if not hub.viewer_is_organisation() or hub.viewer_sector() = 'COMMISSIONER' then
    raise exception 'not for this viewer' using errcode = 'LW403';
  end if;
  if not hub.viewer_has_agreement() then
    raise exception 'no sharing agreement' using errcode = 'LW451';
  end if;
  return hub.viewer_party();
end;
$function$;
alter function hub.require_organisation() owner to loopwell_keeper;

create or replace function hub.return_referral(about hub.referral)
returns void
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  why constant text := 'The organisation has closed.';
begin
  if about.status = 'RECEIVED' then
    update hub.referral as r
    set
      status = 'DECLINED',
      decline_reason = why
    where r.id = about.id
    returning r.*
    into about;
    perform hub.write_quietly('REFERRAL_DECLINED', about);
  elseif hub.is_under_way(about.status) then
    insert into hub.outcome (referral_id, result, summary, plan_declined, organisation_id)
    values (about.id, 'OTHER', why, false, about.receiver_id);
    update hub.referral as r set status = 'CLOSED' where r.id = about.id returning r.* into about;
    perform hub.write_quietly('REFERRAL_CLOSED', about);
  end if;
end;
$function$;
alter function hub.return_referral(hub.referral) owner to loopwell_keeper;

create or replace function hub.review_contacts(target uuid)
returns void
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.require_organisation();
begin
  update hub.referral as r
  set contacts_flagged_at = hub.clock()
  where
    r.id = target
    and viewer = any (r.writer_ids)
    and r.contacts_flagged_at is null
    and hub.attended_contacts(r.id) >= r.review_contacts;
  if found then
    perform hub.append_event('REVIEW_DUE', target);
  end if;
end;
$function$;
alter function hub.review_contacts(uuid) owner to loopwell_keeper;
grant execute on function hub.review_contacts(uuid) to loopwell_api;

create or replace function hub.review_due()
returns integer
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  about hub.referral;
  told integer := 0;
begin
  for about in select r.*
  from hub.referral as r
  where r.review_at <= hub.clock() and r.days_flagged_at is null and hub.is_under_way(r.status)
  order by r.review_at
  limit 100
  for no key update skip locked loop
    update hub.referral as r set days_flagged_at = hub.clock() where r.id = about.id;
    perform hub.tell('REVIEW_DUE', about);
    told := told + 1;
  end loop;
  return told;
end;
$function$;
alter function hub.review_due() owner to loopwell_keeper;

create or replace function hub.run_clocks()
returns integer
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  job text;
  done integer;
  total integer := 0;
begin
  if not pg_try_advisory_xact_lock(hashtext('loopwell_clocks')) then
    return 0;
  end if;
  for job in select j.name from hub.clock_job as j order by j.position loop
    begin
      execute format('select hub.%I()', job)
      into done;
      total := total + coalesce(done, 0);
    exception when others then
      raise warning 'the clock % could not run: %', job, sqlerrm;
    end;
  end loop;
  return total;
end;
$function$;
alter function hub.run_clocks() owner to loopwell_keeper;
grant execute on function hub.run_clocks() to loopwell_sequencer;

create or replace function hub.seed_child()
returns trigger
language plpgsql
as $function$
declare
  entry jsonb := to_jsonb(new);
begin
  select
    case tg_argv[0]
      when 'LIVE' then r.party_ids
      when 'SUPPORT' then array(select distinct unnest(r.full_party_ids || r.writer_ids))
      else r.full_party_ids
    end || array(
      select a.id from unnest(r.writer_ids) as a (id) where a.id = (entry ->> 'addressee_id')::uuid
    ) || array(select a.id from unnest(r.party_ids) as a (id) where entry -> 'addressee_ids' ? a.id::text)
    into new.party_ids
  from hub.referral as r
  where r.id = new.referral_id;
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  end if;
  new.party_ids := array(select distinct unnest(new.party_ids || new.organisation_id));
  return new;
end;
$function$;
alter function hub.seed_child() owner to loopwell_owner;

create or replace function hub.self_receiver(person uuid, of_network uuid, kept_out uuid[])
returns uuid
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select o.id
  from
    hub.network_member as m
    join hub.organisation as o on o.id = m.organisation_id
  where
    m.network_id = of_network
    and o.receives_referrals
    and o.sector != 'COMMISSIONER'
    and o.id != all (kept_out)
    and exists (
      select
      from hub.sharing_agreement as a
      where a.organisation_id = o.id and hub.today() between a.valid_from and a.valid_to
    )
  order by
    exists (
      select
      from hub.referral as r
      where r.person_id = person and r.receiver_id = o.id and r.kind = 'LINK_WORKER' and hub.is_open(r.status)
    ) desc,
    (
      select count(*)
      from hub.referral_party as p
      where p.party_id = o.id and p.ended_at is null and p.received_at > hub.clock() - interval '28 days'
    ),
    o.name,
    o.id
  limit 1;
$function$;
alter function hub.self_receiver(uuid, uuid, uuid[]) owner to loopwell_keeper;

create or replace function hub.self_refer(input jsonb)
returns jsonb
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  me uuid := hub.viewer_party();
  draft jsonb := jsonb_strip_nulls(input -> 'person');
  record jsonb := jsonb_build_object(
    'system',
    'urn:loopwell:self-referral',
    'externalId',
    input ->> 'reference',
    'recordKind',
    'Referral',
    'summary',
    'As the person said'
  );
  receiver hub.organisation;
  opened hub.referral;
  agreed hub.consent;
begin
  if not hub.person_or_proxy_may('REFER') then
    raise exception 'for the person herself' using errcode = 'LW403';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('nhs-number:' || (input ->> 'number'), 0));
  if hub.identity_of(input ->> 'number') != me then
    raise exception 'sign in again' using errcode = 'LW409';
  end if;
  if
    exists (
      select from unnest(hub.texts(input -> 'reasons')) as key where key not in (select r.key from hub.reason as r)
    )
  then
    return '{"wrong": "reasons"}';
  elseif not exists (select from hub.network as n where n.id = (input ->> 'network')::uuid) then
    return '{"wrong": "network"}';
  end if;
  select *
  into receiver
  from hub.organisation as o
  where
    o.id = hub.self_receiver(me, (input ->> 'network')::uuid, coalesce(hub.uuids(input #> '{consent,exclude}'), '{}'));
  if receiver.id is null then
    return '{"wrong": "receiver"}';
  end if;

  draft := (
    select
      jsonb_strip_nulls(
        jsonb_build_object(
          'birthDate',
          o.birth_date,
          'postcode',
          o.postcode,
          'givenName',
          o.given_name,
          'familyName',
          o.family_name
        )
      )
    from hub.own_particulars() as o
  ) || draft || jsonb_build_object('nhsNumber', input ->> 'number', 'nhsNumberVerified', true);
  if draft ->> 'familyName' is null then
    return '{"wrong": "person"}';
  end if;
  insert into hub.person (id) values (me) on conflict do nothing;

  insert into hub.referral
    (reference, kind, person_id, referrer_id, receiver_id, root_id, id, root_referrer_id, route, reasons)
  select
    input ->> 'reference',
    'LINK_WORKER',
    me,
    receiver.id,
    receiver.id,
    new_id,
    new_id,
    receiver.id,
    'self-referral',
    hub.texts(input -> 'reasons')
  from gen_random_uuid() as new_id
  returning *
  into opened;

  perform hub.add_record(me, receiver.id, record, draft, null, '{}');
  agreed := hub.add_consent(me, opened.id, input -> 'consent', null);
  perform
    hub.add_record(
      me,
      receiver.id,
      record || '{"system": "urn:loopwell:referral"}',
      case
        when receiver.sector = 'VOLUNTARY' then draft - 'nhsNumber'
        else draft
      end,
      opened.id,
      array[receiver.id]
    );
  if nullif(trim(input ->> 'note'), '') is not null then
    insert into hub.note (referral_id, text, organisation_id, addressee_id)
    values (opened.id, 'From the person herself: ' || (input ->> 'note'), receiver.id, receiver.id);
  end if;

  perform hub.add_party(opened, receiver.id, 'LINK_WORKER', 'FULL', false);
  perform hub.add_party(opened, me, 'PERSON', 'FULL', true);
  perform
    hub.let_practice_in(opened, agreed, hub.newest_practice(me, null));
  perform hub.fold_referral(opened.id);
  perform hub.fold_person(me);
  perform hub.append_event('REFERRAL_RECEIVED', opened.id);
  perform hub.tell_holders(opened);
  return jsonb_build_object('referral', opened.id);
end;
$function$;
alter function hub.self_refer(jsonb) owner to loopwell_keeper;
grant execute on function hub.self_refer(jsonb) to loopwell_api;

create or replace function hub.sent_referral(source_system text, source_id text)
returns uuid
language sql
stable
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select r.id
  from hub.referral as r
  where
    r.referrer_id = hub.require_organisation()
    and r.source_system = sent_referral.source_system
    and r.source_id = sent_referral.source_id;
$function$;
alter function hub.sent_referral(text, text) owner to loopwell_keeper;
grant execute on function hub.sent_referral(text, text) to loopwell_api;

create or replace function hub.sent_with(about hub.referral)
returns jsonb
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select
    hub.known_to(
      about.referrer_id,
      about.person_id,
      about.parent_id is null and receiver.sector != 'VOLUNTARY',
      about.parent_id is null
    )
  from hub.organisation as receiver
  where receiver.id = about.receiver_id;
$function$;
alter function hub.sent_with(hub.referral) owner to loopwell_keeper;

create or replace function hub.sequence_events(batch_size integer)
returns integer
language sql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
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
$function$;
alter function hub.sequence_events(integer) owner to loopwell_owner;
grant execute on function hub.sequence_events(integer) to loopwell_sequencer;

create or replace function hub.set_cover(away uuid, covering uuid, first_day date, last_day date)
returns uuid
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.require_organisation();
  made uuid;
begin
  if
    (
      select count(*)
      from hub.practitioner as p
      where p.id in (away, covering) and p.organisation_id = viewer and p.left_on is null
    ) != (
      case
        when covering is null then 1
        else 2
      end
    )
  then
    raise exception 'no such colleague' using errcode = 'LW404';
  end if;

  insert into hub.cover (organisation_id, practitioner_id, covered_by_id, from_day, to_day)
  select c.organisation_id, c.practitioner_id, c.covered_by_id, last_day + 1, c.to_day
  from hub.cover as c
  where c.practitioner_id = away and c.from_day <= last_day and c.to_day > last_day;
  update hub.cover as c
  set to_day = first_day - 1
  where c.practitioner_id = away and c.from_day < first_day and c.to_day >= first_day;
  delete from hub.cover as c where c.practitioner_id = away and c.from_day between first_day and last_day;
  if covering is not null then
    insert into hub.cover (organisation_id, practitioner_id, covered_by_id, from_day, to_day)
    values (viewer, away, covering, first_day, last_day)
    returning id
    into made;
  end if;
  return made;
end;
$function$;
alter function hub.set_cover(uuid, uuid, date, date) owner to loopwell_keeper;
grant execute on function hub.set_cover(uuid, uuid, date, date) to loopwell_api;

create or replace function hub.set_practice_share(practice uuid, practitioner uuid, quota integer)
returns uuid
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.require_organisation();
  share uuid;
begin
  if
    not exists (select from hub.organisation as o where o.id = set_practice_share.practice and o.closed_on is null)
    or set_practice_share.practitioner is not null
    and not exists (
      select from hub.practitioner as p where p.id = set_practice_share.practitioner and p.organisation_id = viewer
    )
  then
    raise exception 'no such practice or practitioner' using errcode = 'LW404';
  end if;
  if not exists (select from hub.organisation as o where o.id = viewer and o.receives_referrals) then
    raise exception 'only who employs link workers shares them out' using errcode = 'LW403';
  end if;
  insert into hub.practice_quota as q (organisation_id, practice_id, practitioner_id, quota)
  values (viewer, set_practice_share.practice, set_practice_share.practitioner, set_practice_share.quota)
  on conflict (organisation_id, practice_id, practitioner_id) do update set quota = excluded.quota
  returning q.id
  into share;
  return share;
end;
$function$;
alter function hub.set_practice_share(uuid, uuid, integer) owner to loopwell_keeper;
grant execute on function hub.set_practice_share(uuid, uuid, integer) to loopwell_api;

create or replace function hub.set_response_clock()
returns trigger
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
begin
  new.respond_within := (
    select l.working_days
    from hub.response_limit as l
    where
      l.organisation_id is null
      or l.organisation_id = new.receiver_id
      and (l.service_id is null or l.service_id = new.service_id)
    order by l.service_id nulls last, l.organisation_id nulls last
    limit 1
  );
  new.respond_by := hub.add_working_days(hub.day_of(new.received_at), new.respond_within);
  new.remind_after := new.respond_by;
  return new;
end;
$function$;
alter function hub.set_response_clock() owner to loopwell_keeper;

create or replace function hub.set_review()
returns trigger
language plpgsql
as $function$
begin
  new.review_contacts := 12;
  new.review_at := hub.clock() + interval '90 days';
  return new;
end;
$function$;
alter function hub.set_review() owner to loopwell_owner;

create or replace function hub.spare_the_dead()
returns trigger
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
begin
  if hub.is_dead(new.party_id) then
    new.ended_at := hub.clock();
  end if;
  return new;
end;
$function$;
alter function hub.spare_the_dead() owner to loopwell_keeper;

create or replace function hub.start_of(day date)
returns timestamp with time zone
language sql
immutable
parallel safe
as $function$
  select day::timestamp at time zone 'Europe/London';
$function$;
alter function hub.start_of(date) owner to loopwell_owner;
grant execute on function hub.start_of(date) to public;

create or replace function hub.suppress(count bigint)
returns jsonb
language sql
immutable
parallel safe
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select
    case
      when count = 0 then '{"value": 0, "suppressed": false, "lower": 0, "upper": 0}'
      when count < 8 then '{"value": null, "suppressed": true, "lower": 1, "upper": 7}'
      else jsonb_build_object('value', rounded, 'suppressed', false, 'lower', rounded - 2, 'upper', rounded + 2)
    end
  from (select (count + 2) / 5 * 5 as rounded) as r;
$function$;
alter function hub.suppress(bigint) owner to loopwell_counter;

create or replace function hub.tell(event_kind text, referral hub.referral, subject jsonb default '{}'::jsonb)
returns uuid
language sql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select
    hub.write_event(
      event_kind,
      referral,
      subject,
      coalesce(array_agg(a.party), '{}'),
      coalesce(array_agg(a.disclosure), '{}')
    )
  from hub.event_audience(event_kind, referral, subject) as a;
$function$;
alter function hub.tell(text, hub.referral, jsonb) owner to loopwell_keeper;

create or replace function hub.tell_holders(opened hub.referral)
returns void
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  held hub.referral;
begin
  if opened.kind != 'LINK_WORKER' then
    return;
  end if;
  for held in select r.*
  from hub.referral as r
  where r.person_id = opened.person_id and r.id != opened.id and r.kind = 'LINK_WORKER' and hub.is_open(r.status)
  order by r.received_at, r.id loop
    perform hub.tell_parties('POSSIBLE_ACTIVE_REFERRAL', held, hub.parties_in_role(held.id, 'LINK_WORKER'));
  end loop;
end;
$function$;
alter function hub.tell_holders(hub.referral) owner to loopwell_keeper;

create or replace function hub.tell_parties(event_kind text, referral hub.referral, named uuid[])
returns uuid
language sql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select
    hub.write_event(
      event_kind,
      referral,
      '{}',
      coalesce(array_agg(p.party_id order by p.party_id), '{}'),
      coalesce(array_agg(p.disclosure order by p.party_id), '{}')
    )
  from hub.referral_party as p
  where p.referral_id = referral.id and p.ended_at is null and p.party_id = any (named);
$function$;
alter function hub.tell_parties(text, hub.referral, uuid[]) owner to loopwell_keeper;

create or replace function hub.texts(list jsonb)
returns text[]
language sql
immutable
set search_path to 'pg_catalog', 'pg_temp'
as $function$
  select
    case
      when jsonb_typeof(list) = 'array' then array(select e from jsonb_array_elements_text(list) as e)
      else '{}'
    end;
$function$;
alter function hub.texts(jsonb) owner to loopwell_owner;
grant execute on function hub.texts(jsonb) to loopwell_api;
grant execute on function hub.texts(jsonb) to loopwell_guard;
grant execute on function hub.texts(jsonb) to loopwell_keeper;

create or replace function hub.today()
returns date
language sql
stable
parallel safe
as $function$
  select (hub.clock() at time zone 'Europe/London')::date;
$function$;
alter function hub.today() owner to loopwell_owner;
grant execute on function hub.today() to public;

create or replace function hub.token_stands()
returns boolean
language plpgsql
stable
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
begin
  if
    exists (
      select from hub.revocation as r where r.kind = 'TOKEN' and r.value = current_setting('app.token', true)
      union all
      select
      from hub.revocation as r
      where
        (r.kind, r.value) in (
          ('PRACTITIONER', current_setting('app.practitioner', true)),
          ('ORGANISATION', current_setting('app.party', true))
        )
        and r.at > nullif(current_setting('app.issued', true), '')::timestamptz
    )
  then
    raise exception 'the token was revoked' using errcode = 'LW401';
  end if;
  return true;
end;
$function$;
alter function hub.token_stands() owner to loopwell_keeper;
grant execute on function hub.token_stands() to loopwell_api;

create or replace function hub.update_capacity(target uuid, change jsonb)
returns void
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.require_organisation();
  before hub.service;
  after hub.service;
begin
  select s.* into before from hub.service as s where s.id = target for no key update;
  if not found then
    raise exception 'no such service' using errcode = 'LW404';
  end if;
  if before.organisation_id != viewer then
    raise exception 'only who offers a service says what it can take' using errcode = 'LW403';
  end if;
  update hub.service as s
  set
    paused = coalesce((change ->> 'paused')::boolean, s.paused),
    places_left = case
      when change ? 'placesLeft' then (change ->> 'placesLeft')::integer
      else s.places_left
    end,
    waiting_list_length = case
      when change ? 'waitingListLength' then (change ->> 'waitingListLength')::integer
      else s.waiting_list_length
    end
  where s.id = target
  returning s.*
  into after;
  if change ?| array['fundedPlaces', 'volunteers'] then
    insert into hub.service_load as l (service_id, organisation_id, funded_places, volunteers)
    values (target, viewer, (change ->> 'fundedPlaces')::integer, (change ->> 'volunteers')::integer)
    on conflict (service_id) do update
      set
        funded_places = case
          when change ? 'fundedPlaces' then excluded.funded_places
          else l.funded_places
        end,
        volunteers = case
          when change ? 'volunteers' then excluded.volunteers
          else l.volunteers
        end;
  end if;
  if
    (before.paused, before.places_left, before.waiting_list_length) is distinct from (
      after.paused,
      after.places_left,
      after.waiting_list_length
    )
  then
    perform hub.write_news('CAPACITY_CHANGED', viewer, target, null);
  end if;
end;
$function$;
alter function hub.update_capacity(uuid, jsonb) owner to loopwell_keeper;
grant execute on function hub.update_capacity(uuid, jsonb) to loopwell_api;

create or replace function hub.uuids(list jsonb)
returns uuid[]
language sql
immutable
set search_path to 'pg_catalog', 'pg_temp'
as $function$
  select
    case
      when jsonb_typeof(list) = 'array' then array(select e::uuid from jsonb_array_elements_text(list) as e)
    end;
$function$;
alter function hub.uuids(jsonb) owner to loopwell_owner;
grant execute on function hub.uuids(jsonb) to loopwell_keeper;

create or replace function hub.viewer_counts_in(network uuid)
returns boolean
language sql
stable
parallel safe
as $function$
  select
    hub.viewer_is_organisation()
    and hub.viewer_sector() = 'COMMISSIONER'
    and exists (
      select
      from hub.sharing_agreement as a
      where
        a.organisation_id = hub.viewer_party()
        and a.network_id = network
        and hub.today() between a.valid_from and a.valid_to
    );
$function$;
alter function hub.viewer_counts_in(uuid) owner to loopwell_owner;
grant execute on function hub.viewer_counts_in(uuid) to loopwell_counter;
grant execute on function hub.viewer_counts_in(uuid) to loopwell_keeper;

create or replace function hub.viewer_has_agreement()
returns boolean
language sql
stable
parallel restricted
as $function$
  select
    case
      when nullif(current_setting('app.agreement', true), '') = current_setting('app.party', true) then true
      else hub.find_agreement()
    end;
$function$;
alter function hub.viewer_has_agreement() owner to loopwell_owner;
grant execute on function hub.viewer_has_agreement() to loopwell_api;
grant execute on function hub.viewer_has_agreement() to loopwell_guard;
grant execute on function hub.viewer_has_agreement() to loopwell_keeper;
grant execute on function hub.viewer_has_agreement() to loopwell_sequencer;

create or replace function hub.viewer_has_role(role text)
returns boolean
language sql
stable
parallel safe
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select role = any (string_to_array(coalesce(current_setting('app.roles', true), ''), ','));
$function$;
alter function hub.viewer_has_role(text) owner to loopwell_owner;
grant execute on function hub.viewer_has_role(text) to loopwell_api;
grant execute on function hub.viewer_has_role(text) to loopwell_guard;

create or replace function hub.viewer_hears_network()
returns boolean
language sql
stable
parallel safe
as $function$
  select
    hub.viewer_is_organisation()
    and exists (
      select
      from hub.sharing_agreement as a
      where a.organisation_id = hub.viewer_party() and hub.today() between a.valid_from and a.valid_to
    );
$function$;
alter function hub.viewer_hears_network() owner to loopwell_owner;
grant execute on function hub.viewer_hears_network() to loopwell_api;
grant execute on function hub.viewer_hears_network() to loopwell_guard;
grant execute on function hub.viewer_hears_network() to loopwell_keeper;

create or replace function hub.viewer_is_operator()
returns boolean
language sql
stable
parallel safe
as $function$
  select coalesce(current_setting('app.kind', true), '') = 'operator';
$function$;
alter function hub.viewer_is_operator() owner to loopwell_owner;
grant execute on function hub.viewer_is_operator() to public;

create or replace function hub.viewer_is_organisation()
returns boolean
language sql
stable
parallel safe
as $function$
  select coalesce(current_setting('app.kind', true), '') = 'organisation';
$function$;
alter function hub.viewer_is_organisation() owner to loopwell_owner;
grant execute on function hub.viewer_is_organisation() to public;

create or replace function hub.viewer_is_person()
returns boolean
language sql
stable
parallel safe
as $function$
  select coalesce(current_setting('app.kind', true), '') = 'person' and hub.proxy_stands('READ');
$function$;
alter function hub.viewer_is_person() owner to loopwell_owner;
grant execute on function hub.viewer_is_person() to public;

create or replace function hub.viewer_party()
returns uuid
language sql
stable
parallel safe
as $function$
  select nullif(current_setting('app.party', true), '')::uuid;
$function$;
alter function hub.viewer_party() owner to loopwell_owner;
grant execute on function hub.viewer_party() to loopwell_counter;
grant execute on function hub.viewer_party() to public;

create or replace function hub.viewer_practitioner()
returns uuid
language sql
stable
parallel safe
as $function$
  select nullif(current_setting('app.practitioner', true), '')::uuid;
$function$;
alter function hub.viewer_practitioner() owner to loopwell_owner;
grant execute on function hub.viewer_practitioner() to public;

create or replace function hub.viewer_proxy()
returns uuid
language sql
stable
parallel safe
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select nullif(current_setting('app.proxy', true), '')::uuid;
$function$;
alter function hub.viewer_proxy() owner to loopwell_owner;
grant execute on function hub.viewer_proxy() to loopwell_api;
grant execute on function hub.viewer_proxy() to loopwell_keeper;

create or replace function hub.viewer_sector()
returns text
language sql
stable
parallel safe
as $function$
  select nullif(current_setting('app.sector', true), '');
$function$;
alter function hub.viewer_sector() owner to loopwell_owner;
grant execute on function hub.viewer_sector() to public;

create or replace function hub.void_death(target uuid, why text)
returns uuid
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.require_organisation();
  about hub.referral;
  wrong hub.death;
  entry jsonb;
begin
  select r.* into about from hub.referral as r where r.id = target and viewer = any (r.party_ids);
  perform hub.lock_life(about.person_id);
  select d.*
  into wrong
  from hub.death as d
  where
    d.person_id = about.person_id
    and (d.recorded_in_error_at is null or d.closed @> jsonb_build_array(jsonb_build_object('referral', target)))
  order by d.recorded_in_error_at desc nulls first
  limit 1;
  if
    wrong.recorded_by is distinct from viewer
    and not (
      hub.viewer_sector() = 'PRIMARY_CARE'
      and exists (select from hub.referral as r where r.person_id = wrong.person_id and hub.may_report_life_change(r))
    )
  then
    raise exception 'no death for this party to take back'
      using
        errcode = case
          when wrong.closed @> jsonb_build_array(jsonb_build_object('referral', target)) then 'LW403'
          else 'LW404'
        end;
  elseif wrong.recorded_in_error_at is not null then
    return target;
  end if;
  update hub.death as d
  set
    recorded_in_error_at = hub.clock(),
    recorded_in_error_by = viewer,
    recorded_in_error_reason = why
  where d.id = wrong.id;
  for entry in select e from jsonb_array_elements(wrong.closed) as e loop
    select r.* into about from hub.referral as r where r.id = (entry ->> 'referral')::uuid for no key update;
    if
      about.status = 'CLOSED'
      and about.receiver_id = any (about.party_ids)
      and exists (select from hub.organisation as o where o.id = about.receiver_id and o.closed_on is null)
      and not exists (select from hub.consent as c where c.referral_id = about.id and c.withdrawn_at >= wrong.at)
    then
      delete from hub.outcome as o where o.referral_id = about.id;
      update hub.referral as r
      set
        status = entry ->> 'status',
        waiting_since = (entry ->> 'waitingSince')::timestamptz,
        link_worker_id = (select p.id from hub.practitioner as p where p.id = r.link_worker_id and p.left_on is null)
      where r.id = about.id
      returning r.*
      into about;
      perform hub.write_quietly('SUPPORT_RESUMED', about);
    else
      update hub.outcome as o
      set
        result = 'OTHER',
        summary = 'Closed for a death that was recorded in error.'
      where o.referral_id = about.id;
    end if;
  end loop;
  update hub.referral_party as p set ended_at = null where p.is_person and p.party_id = wrong.person_id;
  return target;
end;
$function$;
alter function hub.void_death(uuid, text) owner to loopwell_keeper;
grant execute on function hub.void_death(uuid, text) to loopwell_api;

create or replace function hub.void_entry(kind text, entry uuid, why text)
returns uuid
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  viewer uuid := hub.require_organisation();
  referral uuid;
  author uuid;
begin
  if kind not in ('contact', 'measurement', 'choice', 'note') then
    raise exception 'no such entry' using errcode = 'LW404';
  end if;
  execute
    format('select e.referral_id, e.organisation_id from hub.%I e where e.id = $1 and $2 = any (e.party_ids)', kind)
  into referral, author
  using entry, viewer;
  if referral is null then
    raise exception 'no such entry' using errcode = 'LW404';
  elseif author != viewer then
    raise exception 'only its author voids an entry' using errcode = 'LW403';
  end if;
  execute
    format(
      'update hub.%I e set recorded_in_error_at = hub.clock(), recorded_in_error_reason = $2
    where e.id = $1 and e.recorded_in_error_at is null',
      kind
    )
  using entry, why;
  return referral;
end;
$function$;
alter function hub.void_entry(text, uuid, text) owner to loopwell_keeper;
grant execute on function hub.void_entry(text, uuid, text) to loopwell_api;

create or replace function hub.warn_of_expiry()
returns integer
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  ending hub.consent;
  warned integer := 0;
begin
  for ending in select *
  from hub.consent as c
  where
    c.expires_on <= hub.today() + hub.expiry_notice()
    and c.warned_at is null
    and c.withdrawn_at is null
    and c.expires_on is not null
  order by c.expires_on
  limit 100
  for no key update skip locked loop
    update hub.consent as c set warned_at = hub.clock() where c.id = ending.id;
    perform hub.tell_parties('CONSENT_CHANGED', r, hub.parties_in_role(r.id, 'LINK_WORKER'))
    from hub.referral as r
    where r.id = ending.referral_id and hub.is_open(r.status) and ending.expires_on >= hub.today();
    warned := warned + 1;
  end loop;
  return warned;
end;
$function$;
alter function hub.warn_of_expiry() owner to loopwell_keeper;

create or replace function hub.warn_of_funding()
returns integer
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  about hub.referral;
  looked_at integer := 0;
begin
  for about in select r.*
  from
    hub.funding_watch as w
    join hub.referral as r on r.id = w.referral_id
  where w.due
  order by r.id
  limit 100
  for no key update of r skip locked loop
    update hub.funding_watch as w
    set
      due = false,
      warned_at = case
        when hub.is_under_way(about.status)
        and s.funding_ends_on < w.accepted_on + coalesce(
          (
            select c.planned_days
            from
              hub.programme as p
              join hub.programme_parameters as c on c.programme_id = p.id and c.version = p.parameters_version
            where p.id = hub.programme_of(about.service_id, about.receiver_id, hub.day_of(about.received_at))
          ),
          90
        ) then hub.clock()
      end
    from hub.service as s
    where w.referral_id = about.id and s.id = about.service_id and w.warned_at is null;
    if
      found
      and exists (select from hub.funding_watch as w where w.referral_id = about.id and w.warned_at is not null)
    then
      perform hub.tell('FUNDING_ENDING', about, jsonb_build_object('service', about.service_id));
    end if;
    looked_at := looked_at + 1;
  end loop;
  return looked_at;
end;
$function$;
alter function hub.warn_of_funding() owner to loopwell_keeper;

create or replace function hub.watch_accepted()
returns trigger
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
begin
  insert into hub.funding_watch (referral_id, accepted_on) values (new.id, hub.today()) on conflict do nothing;
  return null;
end;
$function$;
alter function hub.watch_accepted() owner to loopwell_keeper;

create or replace function hub.watch_funding()
returns trigger
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
begin
  update hub.funding_watch as w
  set due = true
  from hub.referral as r
  where r.id = w.referral_id and r.service_id = new.id and w.warned_at is null;
  return null;
end;
$function$;
alter function hub.watch_funding() owner to loopwell_keeper;

create or replace function hub.webhook_delivered(webhook uuid, node uuid, seq bigint, hash text, result text)
returns boolean
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
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
$function$;
alter function hub.webhook_delivered(uuid, uuid, bigint, text, text) owner to loopwell_keeper;
grant execute on function hub.webhook_delivered(uuid, uuid, bigint, text, text) to loopwell_sequencer;

create or replace function hub.webhook_failed(webhook uuid, node uuid, result text, refused boolean)
returns integer
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
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
$function$;
alter function hub.webhook_failed(uuid, uuid, text, boolean) owner to loopwell_keeper;
grant execute on function hub.webhook_failed(uuid, uuid, text, boolean) to loopwell_sequencer;

create or replace function hub.with_descendants(referral uuid)
returns setof uuid
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  with recursive
    tree as (
      select r.id from hub.referral as r where r.id = referral
      union all
      select r.id
      from
        hub.referral as r
        join tree as t on r.parent_id = t.id
    )
  select t.id
  from tree as t;
$function$;
alter function hub.with_descendants(uuid) owner to loopwell_keeper;

create or replace function hub.withdraw_consent(input jsonb)
returns jsonb
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  organisations uuid[] := hub.uuids(input -> 'organisations');
  about hub.referral;
  organisation uuid;
  ended boolean;
  touched integer := 0;
begin
  for about in select r.*
  from hub.referral as r
  where
    r.id in (
      select hub.with_descendants(top.id)
      from hub.referral as top
      where
        top.person_id = (input ->> 'person')::uuid
        and (input ->> 'referral' is null or top.id = (input ->> 'referral')::uuid)
        and hub.may_decide_consent(top)
    )
    and hub.may_decide_consent(r)
  order by r.depth, r.received_at, r.id
  for no key update loop
    select r.* into about from hub.referral as r where r.id = about.id;
    ended := not hub.is_open(about.status);
    if organisations is null then
      update hub.consent as c set withdrawn_at = hub.clock() where c.referral_id = about.id and c.withdrawn_at is null;
      if not ended then
        perform hub.withdraw_referral(about.id, input ->> 'reason');
      else
        for organisation in select p.party_id
        from hub.referral_party as p
        where
          p.referral_id = about.id
          and p.ended_at is null
          and not p.is_person
          and p.party_id not in (about.receiver_id, about.referrer_id)
          and not 'LINK_WORKER' = any (p.roles)
        order by p.party_id loop
          perform hub.end_party(about, organisation);
        end loop;
        perform hub.append_event('CONSENT_CHANGED', about.id) where about.status != 'WITHDRAWN';
      end if;
      touched := touched + 1;
    else
      foreach organisation in array organisations loop
        if about.receiver_id = organisation and not ended then
          update hub.consent as c
          set withdrawn_at = hub.clock()
          where c.referral_id = about.id and c.withdrawn_at is null;
          perform hub.withdraw_referral(about.id, input ->> 'reason');
          touched := touched + 1;
          exit;
        elseif
          exists (
            select
            from hub.referral_party as p
            where
              p.referral_id = about.id
              and p.party_id = organisation
              and p.ended_at is null
              and not 'LINK_WORKER' = any (p.roles)
          )
        then
          update hub.consent as c
          set
            exclude = c.exclude || organisation,
            recipients = array_remove(c.recipients, organisation)
          where c.referral_id = about.id and c.withdrawn_at is null;
          perform hub.end_party(about, organisation);
          perform hub.append_event('CONSENT_CHANGED', about.id);
          touched := touched + 1;
        end if;
      end loop;
    end if;
  end loop;
  if touched = 0 then
    raise exception 'nothing of this person to withdraw' using errcode = 'LW404';
  end if;
  return jsonb_build_object(
    'consent',
    (
      select c.id
      from hub.consent as c
      where
        c.person_id = (input ->> 'person')::uuid
        and (input ->> 'referral' is null or c.referral_id = (input ->> 'referral')::uuid)
      order by c.created_at desc, c.id
      limit 1
    )
  );
end;
$function$;
alter function hub.withdraw_consent(jsonb) owner to loopwell_keeper;
grant execute on function hub.withdraw_consent(jsonb) to loopwell_api;

create or replace function hub.withdraw_referral(target uuid, why text)
returns void
language plpgsql
security definer
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  each_one hub.referral;
  party hub.referral_party;
begin
  perform
  from hub.referral as r
  where
    r.id = target
    and (
      hub.may_decide_consent(r)
      or hub.viewer_has_agreement()
      and hub.viewer_party() = any (r.party_ids)
      and hub.may_move('PARTY', r.writer_ids, r.referrer_id, r.full_party_ids, r.root_referrer_id, r.practice_id)
    );
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  end if;
  for each_one in select r.*
  from hub.referral as r
  where r.id in (select hub.with_descendants(target)) and hub.is_open(r.status)
  order by r.depth, r.id
  for no key update loop
    update hub.referral as r
    set
      status = 'WITHDRAWN',
      decline_reason = coalesce(why, r.decline_reason)
    where r.id = each_one.id
    returning r.*
    into each_one;
    perform hub.tell('CONSENT_CHANGED', each_one);
    for party in select *
    from hub.referral_party as p
    where p.referral_id = each_one.id and p.ended_at is null and not p.is_person and not 'LINK_WORKER' = any (p.roles)
    order by p.party_id loop
      perform hub.end_party(each_one, party.party_id);
    end loop;
  end loop;
end;
$function$;
alter function hub.withdraw_referral(uuid, text) owner to loopwell_keeper;
grant execute on function hub.withdraw_referral(uuid, text) to loopwell_api;

create or replace function hub.working_days_between(from_day date, to_day date)
returns integer
language sql
stable
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
  select count(*)::integer
  from generate_series(from_day + 1, to_day, interval '1 day') as d
  where hub.is_working_day(d::date);
$function$;
alter function hub.working_days_between(date, date) owner to loopwell_keeper;

create or replace function hub.write_event(
  event_kind text,
  referral hub.referral,
  subject jsonb,
  parties uuid[],
  disclosed text[]
)
returns uuid
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  written hub.event;
begin
  if cardinality(parties) = 0 then
    return null;
  end if;
  insert into hub.event
    (kind, referral_id, reference, actor_id, service_id, contact_id, measurement_id, audience, disclosures)
  values
    (
      event_kind,
      referral.id,
      referral.reference,
      case
        when hub.viewer_is_organisation() then hub.viewer_party()
      end,
      (subject ->> 'service')::uuid,
      (subject ->> 'contact')::uuid,
      (subject ->> 'measurement')::uuid,
      parties,
      disclosed
    )
  returning *
  into written;
  insert into hub.outbox_pending (ordinal) values (written.ordinal);

  update hub.party_feed as f
  set
    acted_at = hub.clock(),
    seen_at = coalesce(f.seen_at, hub.clock()),
    delivered_at = coalesce(f.delivered_at, hub.clock())
  where f.referral_id = referral.id and f.party = hub.viewer_party() and f.acted_at is null;
  return written.id;
end;
$function$;
alter function hub.write_event(text, hub.referral, jsonb, uuid[], text[]) owner to loopwell_keeper;

create or replace function hub.write_news(event_kind text, of_organisation uuid, service uuid, programme uuid)
returns void
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  parties uuid[] := hub.network_parties(of_organisation);
  written uuid;
begin
  written := hub.write_event(
    event_kind,
    null,
    jsonb_strip_nulls(jsonb_build_object('service', service)),
    parties,
    array_fill('FULL'::text, array[cardinality(parties)])
  );
  if programme is not null then
    update hub.event as e set programme_id = programme where e.id = written;
  end if;
end;
$function$;
alter function hub.write_news(text, uuid, uuid, uuid) owner to loopwell_keeper;

create or replace function hub.write_quietly(event_kind text, about hub.referral)
returns void
language plpgsql
set search_path to 'pg_catalog', 'hub', 'pg_temp'
as $function$
declare
  written uuid;
begin
  written := hub.tell_parties(
    event_kind,
    about,
    array(
      select a.party
      from hub.event_audience(event_kind, about, '{}') as a
      where event_kind != 'SOURCE_RECORD_CHANGED' or a.party is distinct from hub.viewer_party()
    )
  );
  update hub.event as e set actor_id = null where e.id = written and not e.actor_id = any (about.party_ids);
end;
$function$;
alter function hub.write_quietly(text, hub.referral) owner to loopwell_keeper;

create view graph.bank_holiday as
  select
    day,
    name
  from hub.bank_holiday as h;
alter view graph.bank_holiday
owner to loopwell_guard;
grant select on graph.bank_holiday to loopwell_api;

create view graph.caseload as
  select
    p.id,
    c.active,
    c.this_year,
    250 as yearly_capacity,
    c.weighted,
    (
      select (count(*))::integer as count
      from
        (
          hub.cover as k
          join hub.referral as r on (r.link_worker_id = k.practitioner_id)
        )
      where
        (
          (k.covered_by_id = p.id)
          and (((select hub.today() as today) >= k.from_day) and ((select hub.today() as today) <= k.to_day))
          and hub.is_under_way(r.status)
        )
    ) as covered
  from
    (
      hub.practitioner as p
      cross join lateral (
        select
          (count(*) filter (where w.open))::integer as active,
          (
            count(*) filter (where (w.received_at >= (select hub.contract_year() as contract_year)))
          )::integer as this_year,
          (
            COALESCE(
              sum(
                LEAST((3)::numeric, (1)::numeric + (0.25 * ((GREATEST(w.reasons, 1) - 1) + w.barriers)::numeric))
              ) filter (where w.open),
              (0)::numeric
            )
          )::double precision as weighted
        from
          (
            select
              r.received_at,
              hub.is_under_way(r.status) as open,
              cardinality(r.reasons) as reasons,
              case
                when hub.is_under_way(r.status) then (
                  select count(distinct b.b) as count
                  from
                    (
                      hub.contact as c_1
                      cross join lateral unnest(c_1.barriers) as b (b)
                    )
                  where ((c_1.referral_id = r.id) and (c_1.recorded_in_error_at is null))
                )
                else (0)::bigint
              end as barriers
            from hub.referral as r
            where (r.link_worker_id = p.id)
          ) as w
      ) as c
    )
  where
    (
      (p.organisation_id = (select hub.viewer_party() as viewer_party))
      and (select hub.viewer_has_agreement() as viewer_has_agreement)
    );
alter view graph.caseload
owner to loopwell_guard;
grant select on graph.caseload to loopwell_api;

create view graph.choice as
  select
    id,
    ordinal,
    referral_id,
    service_id,
    decision,
    why,
    at,
    organisation_id,
    recorded_in_error_at,
    recorded_in_error_reason
  from hub.choice as c;
alter view graph.choice
owner to loopwell_guard;
grant select on graph.choice to loopwell_api;

create view graph.consent as
  select
    id,
    person_id,
    given_by,
    given_at,
    share_with,
    categories,
    purpose,
    referral_id,
    expires_on,
    withdrawn_at,
    created_at,
    lawful_basis,
    competence_assessed,
    (
      (withdrawn_at is null)
      and COALESCE((expires_on >= hub.today()) and (expires_on <= (hub.today() + hub.expiry_notice())), false)
    ) as expires_soon
  from hub.consent as c;
alter view graph.consent
owner to loopwell_guard;
grant select on graph.consent to loopwell_api;

create view graph.consent_recipient as
  select
    c.id as consent_id,
    (n."position")::integer as "position",
    o.id,
    o.name,
    o.sector,
    o.receives_referrals
  from
    (
      (
        hub.consent as c
        cross join lateral unnest(c.recipients) with ordinality as n (organisation_id, "position")
      )
      join hub.organisation as o on (o.id = n.organisation_id)
    );
alter view graph.consent_recipient
owner to loopwell_guard;
grant select on graph.consent_recipient to loopwell_api;

create view graph.contact as
  select
    id,
    referral_id,
    at,
    attendance,
    minutes,
    mode,
    barriers,
    organisation_id,
    practitioner_id,
    note,
    recorded_in_error_at,
    recorded_in_error_reason
  from hub.contact as c;
alter view graph.contact
owner to loopwell_guard;
grant select on graph.contact to loopwell_api;

create view graph.preferred_record as
  select
    id,
    person_id,
    sector,
    organisation_id,
    system,
    external_id,
    kind,
    summary,
    attendance,
    occurred_at,
    received_at,
    raw_hash,
    inbox_id,
    referral_id,
    superseded,
    demographic,
    nhs_number,
    nhs_number_verified,
    given_name,
    family_name,
    birth_date,
    death_date,
    postcode,
    contact_points,
    needs,
    practice_id,
    local_id_system,
    local_id,
    party_ids,
    row_number() over (
      partition by person_id
      order by (hub.preference(nhs_number_verified, sector)), received_at desc, id
    ) as rank,
    permitted_channels,
    address_hidden
  from hub.source_record as s
  where (demographic and (not superseded));
alter view graph.preferred_record
owner to loopwell_guard;

create view graph.person as
  select
    p.id,
    NULLIF(btrim(concat(d.given_name, ' ', d.family_name)), ''::text) as name,
    d.birth_date,
    case
      when ((select hub.viewer_sector() as viewer_sector) != 'VOLUNTARY'::text) then d.nhs_number
      else null::text
    end as nhs_number,
    split_part(d.postcode, ' '::text, 1) as postcode_district,
    d.practice_id as registered_practice_id,
    COALESCE(d.needs, '{}'::text[]) as needs,
    d.contact_points,
    case
      when (d.permitted_channels != '{}'::text[]) then d.permitted_channels
      else array(
        select distinct (c.value ->> 'system'::text)
        from jsonb_array_elements(d.contact_points) as c (value)
        where ((c.value ->> 'safe'::text)::boolean and ((c.value ->> 'system'::text) is not null))
        order by (c.value ->> 'system'::text)
      )
    end as permitted_channels,
    COALESCE(d.address_hidden, false) as hidden_address
  from
    (
      hub.person as p
      left join lateral (
        select
          (array_agg(s.given_name order by s.rank) filter (where (s.given_name is not null)))[1] as given_name,
          (array_agg(s.family_name order by s.rank) filter (where (s.family_name is not null)))[1] as family_name,
          (array_agg(s.birth_date order by s.rank) filter (where (s.birth_date is not null)))[1] as birth_date,
          (array_agg(s.nhs_number order by s.rank) filter (where (s.nhs_number is not null)))[1] as nhs_number,
          (array_agg(s.postcode order by s.rank) filter (where (s.postcode is not null)))[1] as postcode,
          (array_agg(s.practice_id order by s.rank) filter (where (s.practice_id is not null)))[1] as practice_id,
          (array_agg(s.contact_points order by s.rank) filter (where (s.contact_points != '[]'::jsonb)))[
            1
          ] as contact_points,
          hub.texts(
            (array_agg(to_jsonb(s.needs) order by s.rank) filter (where (s.needs != '{}'::text[])))[1]
          ) as needs,
          hub.texts(
            (
              array_agg(to_jsonb(s.permitted_channels) order by s.rank) filter (
                where (s.permitted_channels != '{}'::text[])
              )
            )[1]
          ) as permitted_channels,
          (array_agg(s.address_hidden order by s.received_at desc) filter (where (s.address_hidden is not null)))[
            1
          ] as address_hidden
        from graph.preferred_record as s
        where (s.person_id = p.id)
      ) as d
        on (true)
    );
alter view graph.person
owner to loopwell_guard;
grant select on graph.person to loopwell_api;

create view graph.contact_point as
  select
    p.id as person_id,
    (c."position")::integer as "position",
    (c.point ->> 'system'::text) as system,
    (c.point ->> 'value'::text) as value,
    COALESCE((c.point ->> 'safe'::text)::boolean, false) as safe,
    (c.point ->> 'note'::text) as note
  from
    (
      graph.person as p
      cross join lateral jsonb_array_elements(p.contact_points) with ordinality as c (point, "position")
    )
  where (((c.point ->> 'system'::text) is not null) and ((c.point ->> 'value'::text) is not null));
alter view graph.contact_point
owner to loopwell_guard;
grant select on graph.contact_point to loopwell_api;

create view graph.cover as
  select
    id,
    practitioner_id,
    covered_by_id,
    from_day,
    to_day
  from hub.cover as c
  where (to_day >= (select hub.today() as today));
alter view graph.cover
owner to loopwell_guard;
grant select on graph.cover to loopwell_api;

create view graph.covered_colleague as
  select practitioner_id as id
  from hub.cover as c
  where
    (
      (covered_by_id = (select hub.viewer_practitioner() as viewer_practitioner))
      and (((select hub.today() as today) >= from_day) and ((select hub.today() as today) <= to_day))
    );
alter view graph.covered_colleague
owner to loopwell_guard;
grant select on graph.covered_colleague to loopwell_api;

create view graph.referral as
  select
    r.id,
    r.reference,
    r.version,
    r.kind,
    r.status,
    v.disclosure,
    r.person_id,
    array(
      select t.action
      from hub.transition as t
      where
        (
          (t.from_status = r.status)
          and hub.may_move(t.who, r.writer_ids, r.referrer_id, r.full_party_ids, r.root_referrer_id, r.practice_id)
        )
      order by t."position"
    ) as allowed_actions,
    case
      when ((v.disclosure = 'FULL'::text) or (v.party = r.root_referrer_id)) then r.route
      else null::text
    end as route,
    case
      when ((v.disclosure != 'STAGE'::text) or v.known) then r.reasons
      else '{}'::text[]
    end as reasons,
    case
      when ((v.disclosure != 'STAGE'::text) or v.known) then r.referrer_id
      else null::uuid
    end as referrer_id,
    case
      when ((v.disclosure != 'STAGE'::text) or (v.party = r.referrer_id)) then r.receiver_id
      else null::uuid
    end as receiver_id,
    case
      when ((v.disclosure != 'STAGE'::text) or (v.party = r.referrer_id)) then r.link_worker_id
      else null::uuid
    end as link_worker_id,
    case
      when ((v.disclosure != 'STAGE'::text) or (v.party = r.referrer_id)) then r.service_id
      else null::uuid
    end as service_id,
    r.parent_id,
    r.received_at,
    r.updated_at,
    case
      when (v.disclosure != 'STAGE'::text) then r.waiting_since
      else null::timestamp with time zone
    end as waiting_since,
    case
      when ((r.decline_reason is not null) and ((v.disclosure != 'STAGE'::text) or v.known)) then r.id
      else null::uuid
    end as decline_id,
    r.id as outcome_id,
    case
      when (v.disclosure != 'STAGE'::text) then (extract(day from (hub.clock() - r.waiting_since)))::integer
      else null::integer
    end as waiting_days,
    case
      when ((r.status = 'WAITING'::text) and (v.party = any (r.writer_ids))) then (
        select (count(*))::integer as count
        from hub.referral as w
        where
          (
            (w.receiver_id = r.receiver_id)
            and (w.status = 'WAITING'::text)
            and (not (w.service_id is distinct from r.service_id))
            and (row(w.waiting_since, w.id) <= row(r.waiting_since, r.id))
          )
      )
      else null::integer
    end as waiting_position,
    case
      when (v.disclosure = 'FULL'::text) then (
        hub.is_under_way(r.status)
        and (
          COALESCE(r.review_at <= hub.clock(), false)
          or COALESCE(
            r.review_contacts <= (
              select count(*) as count
              from hub.contact as c
              where ((c.referral_id = r.id) and (c.attendance = 'ATTENDED'::text) and (c.recorded_in_error_at is null))
            ),
            false
          )
        )
      )
      else null::boolean
    end as review_due
  from
    (
      hub.referral as r
      cross join lateral (
        select
          (select hub.viewer_party() as viewer_party) as party,
          case
            when ((select hub.viewer_party() as viewer_party) = any (r.full_party_ids)) then 'FULL'::text
            when ((select hub.viewer_party() as viewer_party) = any (r.writer_ids)) then 'OWN_SERVICE'::text
            else 'STAGE'::text
          end as disclosure,
          (
            (select hub.viewer_party() as viewer_party) = any (
              array[r.root_referrer_id, r.referrer_id, COALESCE(r.practice_id, r.referrer_id)]
            )
          ) as known
      ) as v
    );
alter view graph.referral
owner to loopwell_guard;
grant select on graph.referral to loopwell_api;

create view graph.decline as
  select
    g.id,
    r.decline_reason as reason,
    r.decline_at as at
  from
    (
      graph.referral as g
      join hub.referral as r on (r.id = g.id)
    )
  where ((g.decline_id is not null) and (r.decline_at is not null));
alter view graph.decline
owner to loopwell_guard;
grant select on graph.decline to loopwell_api;

create view graph.escalation as
  select
    id,
    referral_id,
    person_id,
    at,
    basis,
    facts,
    practice_id,
    override,
    organisation_id,
    practitioner_id,
    acknowledged_at,
    acknowledged_by,
    acknowledgement,
    alerts
  from hub.escalation as e;
alter view graph.escalation
owner to loopwell_guard;
grant select on graph.escalation to loopwell_api;

create view graph.escalation_event as
  select
    (a.event_id)::text as key,
    e.id,
    e.referral_id,
    e.person_id,
    e.at,
    e.basis,
    e.facts,
    e.practice_id,
    e.override,
    e.organisation_id,
    e.practitioner_id,
    e.acknowledged_at,
    e.acknowledged_by,
    e.acknowledgement,
    e.alerts
  from
    (
      hub.escalation_alert as a
      join graph.escalation as e on (e.id = a.escalation_id)
    );
alter view graph.escalation_event
owner to loopwell_guard;
grant select on graph.escalation_event to loopwell_api;

create view graph.extension as
  select
    id,
    ordinal,
    referral_id,
    reason,
    contacts,
    until,
    at,
    organisation_id
  from hub.extension as e;
alter view graph.extension
owner to loopwell_guard;
grant select on graph.extension to loopwell_api;

create view graph.feed_entry as
  select
    f.seq,
    e.id as event_id,
    e.occurred_at,
    e.reference,
    case
      when live.ok then e.kind
      else 'ACCESS_ENDED'::text
    end as kind,
    case
      when live.ok then live.disclosure
      else 'ENDED'::text
    end as disclosure,
    case
      when (
        live.ok
        and (
          (live.disclosure != 'STAGE'::text)
          or (e.actor_id = f.party)
          or (
            exists (
              select
              from hub.referral as r
              where ((r.id = f.referral_id) and (r.referrer_id = f.party))
            )
          )
        )
      ) then e.actor_id
      else null::uuid
    end as actor_id,
    case
      when live.ok then e.referral_id
      else null::uuid
    end as referral_id,
    case
      when (live.ok and (live.disclosure != 'STAGE'::text)) then e.service_id
      else null::uuid
    end as service_id,
    case
      when live.ok then e.contact_id
      else null::uuid
    end as contact_id,
    case
      when live.ok then e.measurement_id
      else null::uuid
    end as measurement_id,
    f.delivered_at,
    f.seen_at,
    f.acted_at,
    sha256(convert_to((e.id)::text, 'UTF8'::name)) as event_hash,
    case
      when live.ok then e.programme_id
      else null::uuid
    end as programme_id
  from
    (
      (
        (
          hub.party_feed as f
          join hub.event as e on (e.ordinal = f.event_ordinal)
        )
        left join hub.referral_party as p on ((p.referral_id = f.referral_id) and (p.party_id = f.party))
      )
      cross join lateral (
        select
          case
            when (e.kind = 'ACCESS_ENDED'::text) then false
            when (
              (f.referral_id is null)
              and (e.kind = any (array['CAPACITY_CHANGED'::text, 'SERVICE_PARAMETERS_CHANGED'::text]))
            ) then (select hub.viewer_hears_network() as viewer_hears_network)
            else (
              (select hub.viewer_has_agreement() as viewer_has_agreement)
              and (
                (f.referral_id is null)
                or (
                  (p.ended_at is null)
                  and (p.party_id is not null)
                  and ((p.disclosure != 'CRISIS'::text) or (e.kind = 'CRISIS_ESCALATED'::text))
                )
              )
            )
          end as ok,
          COALESCE(p.disclosure, f.disclosure) as disclosure
        offset 0
      ) as live
    )
  where
    (
      (f.party = (select hub.viewer_party() as viewer_party))
      and (select hub.viewer_is_organisation() as viewer_is_organisation)
    );
alter view graph.feed_entry
owner to loopwell_guard;
grant select on graph.feed_entry to loopwell_api;

create view graph.feed_head as
  select
    last_seq,
    floor_seq,
    floor_hash
  from hub.feed_head as h
  where
    (
      (party = (select hub.viewer_party() as viewer_party))
      and (select hub.viewer_is_organisation() as viewer_is_organisation)
    );
alter view graph.feed_head
owner to loopwell_guard;
grant select on graph.feed_head to loopwell_api;

create view graph.feed_place as
  select
    f.seq,
    sha256(convert_to((e.id)::text, 'UTF8'::name)) as event_hash
  from
    (
      hub.party_feed as f
      join hub.event as e on (e.ordinal = f.event_ordinal)
    )
  where
    (
      (f.party = (select hub.viewer_party() as viewer_party))
      and (select hub.viewer_is_organisation() as viewer_is_organisation)
    );
alter view graph.feed_place
owner to loopwell_guard;
grant select on graph.feed_place to loopwell_api;

create view graph.plan as
  (
    select distinct on (p.referral_id)
      p.referral_id as id,
      p.what_matters,
      p.goals,
      p.agreed_on
    from
      (
        hub.plan as p
        join hub.referral as r on (r.id = p.referral_id)
      )
    where
      (
        (select hub.viewer_party() as viewer_party) = any (
          ((r.full_party_ids || r.writer_ids) || array[r.root_referrer_id, r.referrer_id, r.practice_id])
        )
      )
    order by p.referral_id, p.ordinal desc
  )
  union all
  select
    o.id,
    o.what_matters,
    o.goals,
    o.agreed_on
  from hub.own_plans() as o (id, what_matters, goals, agreed_on)
  where (select hub.viewer_is_person() as viewer_is_person);
alter view graph.plan
owner to loopwell_guard;
grant select on graph.plan to loopwell_api;

create view graph.goal as
  select
    p.id as referral_id,
    (n."position")::integer as "position",
    (n.goal ->> 'text'::text) as text,
    (n.goal ->> 'baseline'::text)::integer as baseline,
    (n.goal ->> 'latest'::text)::integer as latest
  from
    (
      graph.plan as p
      cross join lateral jsonb_array_elements(p.goals) with ordinality as n (goal, "position")
    );
alter view graph.goal
owner to loopwell_guard;
grant select on graph.goal to loopwell_api;

create view graph.instrument as
  select
    (md5(key))::uuid as id,
    "position",
    key,
    label,
    minimum,
    maximum,
    items,
    higher_is_better,
    scored,
    licence,
    version,
    scoring,
    licensed,
    whole_numbers,
    source
  from hub.instrument as i;
alter view graph.instrument
owner to loopwell_guard;
grant select on graph.instrument to loopwell_api;

create view graph.instrument_conversion as
  select
    c.instrument,
    c.score,
    c.converted
  from
    (
      hub.instrument_conversion as c
      join hub.instrument as i on ((i.key = c.instrument) and (i.version = c.version))
    );
alter view graph.instrument_conversion
owner to loopwell_guard;
grant select on graph.instrument_conversion to loopwell_api;

create view graph.instrument_item as
  select
    (md5(instrument))::uuid as instrument_id,
    instrument,
    "position",
    key,
    label,
    minimum,
    maximum,
    higher_is_better,
    optional,
    scores_on
  from hub.instrument_item as i;
alter view graph.instrument_item
owner to loopwell_guard;
grant select on graph.instrument_item to loopwell_api;

create view graph.instrument_level as
  select
    l.instrument,
    l.from_score,
    l.label
  from
    (
      hub.instrument_level as l
      join hub.instrument as i on ((i.key = l.instrument) and (i.version = l.version))
    );
alter view graph.instrument_level
owner to loopwell_guard;
grant select on graph.instrument_level to loopwell_api;

create view graph.loop_entry as
  select
    p.referral_id,
    p.party_id as organisation_id,
    array_remove(p.roles, 'PERSON'::text) as roles,
    case
      when (p.ended_at is not null) then 'ENDED'::text
      else p.disclosure
    end as disclosure,
    f.sent_at,
    f.delivered_at,
    f.seen_at,
    f.acted_at
  from
    (
      hub.referral_party as p
      left join lateral hub.loop_state(p.referral_id, p.party_id) as f (sent_at, delivered_at, seen_at, acted_at)
        on (true)
    )
  where
    (
      (not p.is_person)
      and (
        exists (
          select
          from hub.referral as r
          where (r.id = p.referral_id)
        )
      )
    );
alter view graph.loop_entry
owner to loopwell_guard;
grant select on graph.loop_entry to loopwell_api;

create view graph.measurement as
  select
    id,
    referral_id,
    instrument,
    occasion,
    score,
    taken_on,
    organisation_id,
    recorded_in_error_at,
    recorded_in_error_reason
  from hub.measurement as m;
alter view graph.measurement
owner to loopwell_guard;
grant select on graph.measurement to loopwell_api;

create view graph.measurement_item as
  select
    m.id as measurement_id,
    i."position",
    i.key,
    i.label,
    (m.items ->> i.key)::double precision as value,
    i.higher_is_better
  from
    (
      hub.measurement as m
      cross join lateral (
        select
          i_1.instrument,
          i_1."position",
          i_1.key,
          i_1.label,
          i_1.minimum,
          i_1.maximum,
          i_1.higher_is_better
        from hub.instrument_item as i_1
        where ((i_1.instrument = m.instrument) and (m.items ? i_1.key))
        offset 0
      ) as i
    );
alter view graph.measurement_item
owner to loopwell_guard;
grant select on graph.measurement_item to loopwell_api;

create view graph.measurement_reading as
  select
    id,
    instrument_version,
    converted_score,
    level
  from hub.measurement as m;
alter view graph.measurement_reading
owner to loopwell_guard;
grant select on graph.measurement_reading to loopwell_api;

create view graph.my_access as
  select
    id,
    at,
    organisation,
    purpose,
    override
  from hub.own_access_log() as l (id, at, organisation, purpose, override);
alter view graph.my_access
owner to loopwell_guard;
grant select on graph.my_access to loopwell_api;

create view graph.my_feed_entry as
  select
    f.seq,
    e.id as event_id,
    e.kind,
    e.occurred_at,
    COALESCE(e.reference, ''::text) as reference,
    sha256(convert_to((e.id)::text, 'UTF8'::name)) as event_hash
  from
    (
      hub.party_feed as f
      join hub.event as e on (e.ordinal = f.event_ordinal)
    )
  where
    ((f.party = (select hub.viewer_party() as viewer_party)) and (select hub.viewer_is_person() as viewer_is_person));
alter view graph.my_feed_entry
owner to loopwell_guard;
grant select on graph.my_feed_entry to loopwell_api;

create view graph.my_feed_head as
  select
    last_seq,
    floor_seq,
    floor_hash
  from hub.feed_head as h
  where ((party = (select hub.viewer_party() as viewer_party)) and (select hub.viewer_is_person() as viewer_is_person));
alter view graph.my_feed_head
owner to loopwell_guard;
grant select on graph.my_feed_head to loopwell_api;

create view graph.proxy as
  select
    id,
    person_id,
    relationship,
    scopes,
    created_at,
    expires_on,
    ended_at
  from hub.proxy as p;
alter view graph.proxy
owner to loopwell_guard;
grant select on graph.proxy to loopwell_api;

create view graph.my_proxy as
  select
    id,
    person_id,
    relationship,
    scopes,
    created_at,
    expires_on,
    ended_at
  from graph.proxy as p
  where
    ((person_id = (select hub.viewer_party() as viewer_party)) and (select hub.viewer_is_person() as viewer_is_person));
alter view graph.my_proxy
owner to loopwell_guard;
grant select on graph.my_proxy to loopwell_api;

create view graph.my_referral as
  select
    id,
    ('ref_'::text || id) as global_id,
    reference,
    status,
    on_waiting_list,
    supporter,
    rank
  from hub.own_referrals() as o (id, reference, status, on_waiting_list, supporter, rank);
alter view graph.my_referral
owner to loopwell_guard;
grant select on graph.my_referral to loopwell_api;

create view graph.my_shared_with as
  select
    referral_id,
    id,
    ('org_'::text || id) as global_id,
    name
  from hub.own_sharing() as s (referral_id, id, name);
alter view graph.my_shared_with
owner to loopwell_guard;
grant select on graph.my_shared_with to loopwell_api;

create view graph.network as
  select
    id,
    name,
    kind,
    key
  from hub.network as n;
alter view graph.network
owner to loopwell_guard;
grant select on graph.network to loopwell_api;

create view graph.network_member as
  select
    m.network_id,
    o.id,
    o.name,
    o.sector,
    o.receives_referrals
  from
    (
      hub.network_member as m
      join hub.organisation as o on (o.id = m.organisation_id)
    );
alter view graph.network_member
owner to loopwell_guard;
grant select on graph.network_member to loopwell_api;

create view graph.note as
  select
    id,
    referral_id,
    text,
    at,
    organisation_id,
    recorded_in_error_at,
    recorded_in_error_reason
  from hub.note as n;
alter view graph.note
owner to loopwell_guard;
grant select on graph.note to loopwell_api;

create view graph.note_addressee as
  select
    n.id as note_id,
    o.id,
    o.name,
    o.sector,
    o.receives_referrals
  from
    (
      (
        hub.note as n
        join hub.organisation as o on (o.id = any (n.addressee_ids))
      )
      left join hub.referral as r on (r.id = n.referral_id)
    )
  where
    (
      (o.id = (select hub.viewer_party() as viewer_party))
      or (n.organisation_id = (select hub.viewer_party() as viewer_party))
      or ((select hub.viewer_party() as viewer_party) = any (r.full_party_ids))
    );
alter view graph.note_addressee
owner to loopwell_guard;
grant select on graph.note_addressee to loopwell_api;

create view graph.referral_list as
  select
    p.received_at as listed_at,
    p.updated_at as listed_updated_at,
    COALESCE(p.waiting_since, 'infinity'::timestamp with time zone) as listed_waiting_since,
    p.roles as listed_roles,
    r.id,
    r.reference,
    r.version,
    r.kind,
    r.status,
    r.disclosure,
    r.person_id,
    r.allowed_actions,
    r.route,
    r.reasons,
    r.referrer_id,
    r.receiver_id,
    r.link_worker_id,
    r.service_id,
    r.parent_id,
    r.received_at,
    r.updated_at,
    r.waiting_since,
    r.decline_id,
    r.outcome_id,
    r.waiting_days,
    r.waiting_position,
    r.review_due
  from
    (
      hub.referral_party as p
      join graph.referral as r on (r.id = p.referral_id)
    )
  where ((p.party_id = (select hub.viewer_party() as viewer_party)) and (p.ended_at is null));
alter view graph.referral_list
owner to loopwell_guard;
grant select on graph.referral_list to loopwell_api;

create view graph.open_loop as
  select
    l.listed_at,
    l.listed_updated_at,
    l.listed_waiting_since,
    l.listed_roles,
    l.id,
    l.reference,
    l.version,
    l.kind,
    l.status,
    l.disclosure,
    l.person_id,
    l.allowed_actions,
    l.route,
    l.reasons,
    l.referrer_id,
    l.receiver_id,
    l.link_worker_id,
    l.service_id,
    l.parent_id,
    l.received_at,
    l.updated_at,
    l.waiting_since,
    l.decline_id,
    l.outcome_id,
    l.waiting_days,
    l.waiting_position,
    l.review_due,
    COALESCE(
      hub.loop_open_since(
        r.id,
        case
          when (receiver.sent_at is not null) then r.receiver_id
          else null::uuid
        end
      ),
      referrer.sent_at
    ) as open_since
  from
    (
      (
        (
          graph.referral_list as l
          join hub.referral as r on (r.id = l.id)
        )
        left join lateral hub.loop_state(r.id, r.receiver_id) as receiver (sent_at, delivered_at, seen_at, acted_at)
          on (hub.is_open(r.status) and (receiver.acted_at is null))
      )
      left join lateral hub.loop_state(r.id, r.referrer_id) as referrer (sent_at, delivered_at, seen_at, acted_at)
        on ((r.status = 'CLOSED'::text) and (referrer.seen_at is null))
    )
  where (COALESCE(receiver.sent_at, referrer.sent_at) is not null);
alter view graph.open_loop
owner to loopwell_guard;
grant select on graph.open_loop to loopwell_api;

create view graph.organisation as
  select
    id,
    name,
    sector,
    receives_referrals
  from hub.organisation as o;
alter view graph.organisation
owner to loopwell_guard;
grant select on graph.organisation to loopwell_api;

create view graph.organisation_end as
  select
    id,
    closed_on,
    successor_id
  from hub.organisation as o
  where (closed_on is not null);
alter view graph.organisation_end
owner to loopwell_guard;
grant select on graph.organisation_end to loopwell_api;

create view graph.organisation_identifier as
  select
    organisation_id,
    system,
    value
  from hub.organisation_identifier as i;
alter view graph.organisation_identifier
owner to loopwell_guard;
grant select on graph.organisation_identifier to loopwell_api;

create view graph.organisation_network as
  select
    m.organisation_id,
    n.id,
    n.name,
    n.kind,
    n.key
  from
    (
      hub.network_member as m
      join hub.network as n on (n.id = m.network_id)
    );
alter view graph.organisation_network
owner to loopwell_guard;
grant select on graph.organisation_network to loopwell_api;

create view graph.outcome as
  select
    o.referral_id as id,
    o.result,
    case
      when (
        (g.disclosure = 'FULL'::text)
        or (o.organisation_id = (select hub.viewer_party() as viewer_party))
      ) then o.summary
      else null::text
    end as summary,
    case
      when (
        (g.disclosure != 'STAGE'::text)
        or (
          (
            ((select hub.viewer_party() as viewer_party) = r.root_referrer_id)
            or ((select hub.viewer_party() as viewer_party) = r.referrer_id)
          )
          or ((select hub.viewer_party() as viewer_party) = r.practice_id)
        )
      ) then o.self_management_plan
      else null::text
    end as self_management_plan,
    o.plan_declined,
    o.closed_at,
    case
      when ((g.disclosure = 'FULL'::text) or (o.organisation_id = (select hub.viewer_party() as viewer_party))) then (
        select (count(*))::integer as count
        from hub.contact as c
        where ((c.referral_id = o.referral_id) and (c.recorded_in_error_at is null))
      )
      else null::integer
    end as contacts
  from
    (
      (
        hub.outcome as o
        join hub.referral as r on (r.id = o.referral_id)
      )
      join graph.referral as g on (g.id = o.referral_id)
    );
alter view graph.outcome
owner to loopwell_guard;
grant select on graph.outcome to loopwell_api;

create view graph.own_person as
  select
    hub.viewer_party() as id,
    NULLIF(name, ''::text) as name,
    birth_date,
    nhs_number,
    split_part(postcode, ' '::text, 1) as postcode_district,
    null::uuid as registered_practice_id,
    '{}'::text[] as needs,
    null::jsonb as contact_points,
    '{}'::text[] as permitted_channels,
    false as hidden_address
  from hub.own_demographics() as o (name, birth_date, nhs_number, postcode)
  where hub.viewer_is_person();
alter view graph.own_person
owner to loopwell_guard;
grant select on graph.own_person to loopwell_api;

create view graph.person_number as
  select
    person_id,
    nhs_number
  from hub.source_record as s
  where
    (
      (nhs_number is not null)
      and (not superseded)
      and ((select hub.viewer_sector() as viewer_sector) != 'VOLUNTARY'::text)
    );
alter view graph.person_number
owner to loopwell_guard;
grant select on graph.person_number to loopwell_api;

create view graph.person_redaction as
  select
    id as person_id,
    1 as "position",
    'nhsNumber'::text as field,
    'An NHS number is never shown to a voluntary organisation.'::text as reason
  from hub.person as p
  where ((select hub.viewer_sector() as viewer_sector) = 'VOLUNTARY'::text);
alter view graph.person_redaction
owner to loopwell_guard;
grant select on graph.person_redaction to loopwell_api;

create view graph.practice_share as
  select
    id,
    organisation_id,
    practice_id,
    practitioner_id,
    quota,
    (
      select (count(*))::integer as count
      from
        (
          hub.referral_party as p
          join hub.referral as r on (r.id = p.referral_id)
        )
      where
        (
          (p.party_id = (select hub.viewer_party() as viewer_party))
          and (p.ended_at is null)
          and (p.received_at >= (select hub.contract_year() as contract_year))
          and (r.kind = 'LINK_WORKER'::text)
          and (r.referrer_id = q.practice_id)
          and (r.receiver_id = q.organisation_id)
          and ((q.practitioner_id is null) or (r.link_worker_id = q.practitioner_id))
        )
    ) as used
  from hub.practice_quota as q;
alter view graph.practice_share
owner to loopwell_guard;
grant select on graph.practice_share to loopwell_api;

create view graph.practitioner as
  select
    id,
    name,
    job_title,
    organisation_id,
    external_id,
    specialism,
    left_on
  from hub.practitioner as p;
alter view graph.practitioner
owner to loopwell_guard;
grant select on graph.practitioner to loopwell_api;

create view graph.preparation as
  select
    id,
    ordinal,
    referral_id,
    kind,
    ready,
    adjustments,
    at,
    organisation_id
  from hub.preparation as p;
alter view graph.preparation
owner to loopwell_guard;
grant select on graph.preparation to loopwell_api;

create view graph.previous_referral as
  select
    later.id as later_id,
    g.id,
    g.reference,
    g.version,
    g.kind,
    g.status,
    g.disclosure,
    g.person_id,
    g.allowed_actions,
    g.route,
    g.reasons,
    g.referrer_id,
    g.receiver_id,
    g.link_worker_id,
    g.service_id,
    g.parent_id,
    g.received_at,
    g.updated_at,
    g.waiting_since,
    g.decline_id,
    g.outcome_id,
    g.waiting_days,
    g.waiting_position,
    g.review_due
  from
    (
      (
        graph.referral as g
        join hub.referral as r on (r.id = g.id)
      )
      join hub.referral as later on (later.person_id = r.person_id)
    )
  where
    (
      (r.received_at < later.received_at)
      and (r.status = any (array['CLOSED'::text, 'DECLINED'::text, 'CANCELLED'::text]))
      and ((select hub.viewer_party() as viewer_party) = any (((r.full_party_ids || r.writer_ids) || r.referrer_id)))
      and (
        (select hub.viewer_party() as viewer_party) = any (
          ((later.full_party_ids || later.writer_ids) || later.referrer_id)
        )
      )
    );
alter view graph.previous_referral
owner to loopwell_guard;
grant select on graph.previous_referral to loopwell_api;

create view graph.programme as
  select
    p.id,
    p.key,
    p.name,
    p.model,
    p.organisation_id,
    p.aim,
    p.area,
    p.age_groups,
    p.funding_source,
    p.starts_on,
    p.ends_on,
    p.funding_ends_on,
    p.continuity,
    p.parameters_version,
    c.id as parameters_id
  from
    (
      hub.programme as p
      left join hub.programme_parameters as c on ((c.programme_id = p.id) and (c.version = p.parameters_version))
    );
alter view graph.programme
owner to loopwell_guard;
grant select on graph.programme to loopwell_api;

create view graph.programme_parameters as
  select
    id,
    programme_id,
    version,
    published_at,
    published_by,
    planned_days,
    maximum_contacts,
    response_days,
    would_not_benefit,
    note
  from hub.programme_parameters as c;
alter view graph.programme_parameters
owner to loopwell_guard;
grant select on graph.programme_parameters to loopwell_api;

create view graph.programme_rule as
  select
    parameters_id,
    "position",
    kind,
    excludes,
    minimum,
    maximum,
    one_of,
    wording
  from hub.programme_rule as r;
alter view graph.programme_rule
owner to loopwell_guard;
grant select on graph.programme_rule to loopwell_api;

create view graph.quarantine as
  select
    q.id,
    q.file,
    q.line,
    q.field,
    q.reason,
    q.raw,
    q.at,
    q.resolved_at,
    i.format
  from
    (
      hub.quarantine as q
      join hub.inbox as i on (i.id = q.inbox_id)
    );
alter view graph.quarantine
owner to loopwell_guard;
grant select on graph.quarantine to loopwell_api;

create view graph.reason_category as
  select
    reason,
    category
  from hub.reason_category as c;
alter view graph.reason_category
owner to loopwell_guard;
grant select on graph.reason_category to loopwell_api;

create view graph.reason_code as
  select
    version,
    "position",
    (md5(reason))::uuid as reason_id,
    reason,
    code,
    term,
    source,
    hub.check_digit_holds(code) as check_digit_holds
  from hub.reason_code as c
  where
    (
      version = (
        select max(m.version) as max
        from hub.reason_code as m
      )
    );
alter view graph.reason_code
owner to loopwell_guard;
grant select on graph.reason_code to loopwell_api;

create view graph.redaction as
  select
    g.id as referral_id,
    f."position",
    f.field,
    f.reason
  from
    (
      (
        graph.referral as g
        join hub.referral as r on (r.id = g.id)
      )
      cross join lateral (
        values
          (1, 'person'::text, 'Only your own records of this person are shown.'::text, (g.disclosure = 'STAGE'::text)),
          (
            2,
            'reasons'::text,
            'Reasons go to the referrer and the registered practice at this disclosure.'::text,
            ((g.disclosure = 'STAGE'::text) and (g.referrer_id is null))
          ),
          (3, 'route'::text, 'The route is not part of what this party may know.'::text, (g.route is null)),
          (
            4,
            'waitingSince'::text,
            'Waits are shown to those who provide the support.'::text,
            (g.disclosure = 'STAGE'::text)
          ),
          (
            5,
            'contacts'::text,
            'Only entries your organisation wrote are shown.'::text,
            (g.disclosure != 'FULL'::text)
          ),
          (
            6,
            'measurements'::text,
            'Only entries your organisation wrote are shown.'::text,
            (g.disclosure != 'FULL'::text)
          ),
          (
            7,
            'notes'::text,
            'Only entries your organisation wrote, or that are addressed to it, are shown.'::text,
            (g.disclosure != 'FULL'::text)
          ),
          (
            8,
            'outcome.summary'::text,
            'The summary is shown to its author and those with full disclosure.'::text,
            (g.disclosure = 'STAGE'::text)
          ),
          (9, 'receiver'::text, 'Shown to the parties of this referral itself.'::text, (g.receiver_id is null)),
          (10, 'service'::text, 'Shown to the parties of this referral itself.'::text, (g.receiver_id is null)),
          (11, 'linkWorker'::text, 'Shown to the parties of this referral itself.'::text, (g.receiver_id is null)),
          (
            12,
            'referrer'::text,
            'Shown to the referrer, the registered practice and those who provide the support.'::text,
            (g.referrer_id is null)
          ),
          (
            13,
            'decline'::text,
            'Shown to the referrer, the registered practice and those who provide the support.'::text,
            (g.referrer_id is null)
          ),
          (
            14,
            'outcome.selfManagementPlan'::text,
            'Shown to the referrer, the registered practice and those who provide the support.'::text,
            (g.referrer_id is null)
          ),
          (
            15,
            'outcome.contacts'::text,
            'Shown to those who provide the support.'::text,
            (g.disclosure = 'STAGE'::text)
          ),
          (
            16,
            'plan'::text,
            'Shown to the referrer, the registered practice and those who provide the support.'::text,
            (g.referrer_id is null)
          ),
          (
            17,
            'choices'::text,
            'Only entries your organisation wrote are shown.'::text,
            (g.disclosure != 'FULL'::text)
          ),
          (18, 'preparation'::text, 'Shown to those who provide the support.'::text, (g.disclosure = 'STAGE'::text)),
          (
            19,
            'waitingDays'::text,
            'Waits are shown to those who provide the support.'::text,
            (g.disclosure = 'STAGE'::text)
          ),
          (
            20,
            'waitingPosition'::text,
            'The place on a waiting list is shown to whoever keeps the list.'::text,
            (not ((select hub.viewer_party() as viewer_party) = any (r.writer_ids)))
          ),
          (21, 'reviewDue'::text, 'Reviews are for those with full disclosure.'::text, (g.disclosure != 'FULL'::text)),
          (
            22,
            'extensions'::text,
            'Only entries your organisation wrote are shown.'::text,
            (g.disclosure != 'FULL'::text)
          )
      ) as f ("position", field, reason, applies)
    )
  where f.applies;
alter view graph.redaction
owner to loopwell_guard;
grant select on graph.redaction to loopwell_api;

create view graph.referral_programme as
  select
    g.id as referral_id,
    p.id,
    p.key,
    p.name,
    p.model,
    p.organisation_id,
    p.aim,
    p.area,
    p.age_groups,
    p.funding_source,
    p.starts_on,
    p.ends_on,
    p.funding_ends_on,
    p.continuity,
    p.parameters_version,
    p.parameters_id
  from
    (
      graph.referral as g
      join graph.programme as p on (p.id = hub.programme_of(g.service_id, g.receiver_id, hub.day_of(g.received_at)))
    );
alter view graph.referral_programme
owner to loopwell_guard;
grant select on graph.referral_programme to loopwell_api;

create view graph.referral_reason as
  select
    "position",
    key,
    label,
    snomed_code,
    (md5(key))::uuid as id
  from hub.reason as r;
alter view graph.referral_reason
owner to loopwell_guard;
grant select on graph.referral_reason to loopwell_api;

create view graph.referral_reason_of as
  select
    r.id as referral_id,
    (n."position")::integer as "position",
    v.key,
    v.label,
    v.snomed_code,
    (md5(v.key))::uuid as id
  from
    (
      (
        graph.referral as r
        cross join lateral unnest(r.reasons) with ordinality as n (key, "position")
      )
      join hub.reason as v on (v.key = n.key)
    );
alter view graph.referral_reason_of
owner to loopwell_guard;
grant select on graph.referral_reason_of to loopwell_api;

create view graph.referral_response as
  select
    g.id,
    r.respond_by as due_on,
    (r.respond_by < (select hub.today() as today)) as overdue,
    r.reminders
  from
    (
      graph.referral as g
      join hub.referral as r on (r.id = g.id)
    )
  where ((g.status = 'RECEIVED'::text) and (g.receiver_id is not null));
alter view graph.referral_response
owner to loopwell_guard;
grant select on graph.referral_response to loopwell_api;

create view graph.referral_route as
  select
    "position",
    key,
    COALESCE(
      (
        select n.label
        from
          (
            (
              hub.route_name as n
              join hub.network_member as m on (m.network_id = n.network_id)
            )
            join hub.network as k on (k.id = n.network_id)
          )
        where ((n.route = r.key) and (m.organisation_id = (select hub.viewer_party() as viewer_party)))
        order by
          (
            array_position(
              array['NEIGHBOURHOOD'::text, 'PCN'::text, 'PLACE'::text, 'SOCIAL_PRESCRIBING'::text, 'ICB'::text],
              k.kind
            )
          ),
          k.key
        limit 1
      ),
      label
    ) as label
  from hub.route as r;
alter view graph.referral_route
owner to loopwell_guard;
grant select on graph.referral_route to loopwell_api;

create view graph.response_limit as
  select
    id,
    organisation_id,
    service_id,
    working_days
  from hub.response_limit as l
  where (organisation_id is not null);
alter view graph.response_limit
owner to loopwell_guard;
grant select on graph.response_limit to loopwell_api;

create view graph.safeguarding_note as
  select
    id,
    referral_id,
    person_id,
    text,
    at,
    organisation_id,
    practitioner_id
  from hub.safeguarding_note as n;
alter view graph.safeguarding_note
owner to loopwell_guard;
grant select on graph.safeguarding_note to loopwell_api;

create view graph.service as
  select
    s.id,
    s.name,
    s.description,
    s.organisation_id,
    s.categories,
    (s.accepting_referrals and s.active and (not s.paused)) as accepting_referrals,
    s.places_left,
    s.waiting_list_length,
    s.eligibility,
    s.costs,
    s.languages,
    s.assured_on,
    COALESCE(s.assured_on < (hub.today() - 365), true) as stale,
    s.funding_ends_on,
    s.green,
    s.minimum_age,
    s.maximum_age,
    s.areas,
    s.accessibility,
    s.latitude,
    s.longitude,
    s.active,
    s.external_id,
    s.paused,
    p.programme_id,
    array_remove(
      array[
        case
          when ((s.costs is null) or (s.costs ~* 'free|no charge'::text)) then 'COST'::text
          else null::text
        end,
        case
          when (COALESCE(s.waiting_list_length, 0) = 0) then 'WAIT'::text
          else null::text
        end,
        case
          when (cardinality(s.accessibility) > 0) then 'ACCESS'::text
          else null::text
        end,
        case
          when (cardinality(s.languages) > 1) then 'LANGUAGE'::text
          else null::text
        end,
        case
          when (
            said.words ~* any (
              array[
                'transport'::text,
                'home visit'::text,
                'in your( own)? home'::text,
                'online'::text,
                'by (tele)?phone'::text,
                'video call'::text
              ]
            )
          ) then 'TRANSPORT'::text
          else null::text
        end,
        case
          when (said.words ~* 'easy[- ]read|no forms|help with forms|read aloud'::text) then 'LITERACY'::text
          else null::text
        end,
        case
          when (said.words ~* '\mpeers?\M|people like you|similar experience'::text) then 'STIGMA'::text
          else null::text
        end
      ],
      null::text
    ) as overcomes
  from
    (
      (
        hub.service as s
        left join hub.programme_service as p
          on ((p.organisation_id = s.organisation_id) and (p.external_id = s.external_id))
      )
      cross join lateral (
        select concat_ws(' '::text, s.name, s.description, array_to_string(s.accessibility, ' '::text)) as words
      ) as said
    );
alter view graph.service
owner to loopwell_guard;
grant select on graph.service to loopwell_api;

create view graph.service_load as
  select
    s.id,
    (
      select (count(*))::integer as count
      from hub.referral as r
      where ((r.service_id = s.id) and hub.is_open(r.status))
    ) as open_referrals,
    l.funded_places,
    l.volunteers
  from
    (
      hub.service as s
      left join hub.service_load as l on (l.service_id = s.id)
    )
  where (s.organisation_id = (select hub.viewer_party() as viewer_party));
alter view graph.service_load
owner to loopwell_guard;
grant select on graph.service_load to loopwell_api;

create view graph.source_record as
  select
    id,
    person_id,
    sector,
    organisation_id,
    system,
    case
      when ((select hub.viewer_sector() as viewer_sector) is distinct from 'VOLUNTARY'::text) then external_id
      else regexp_replace(
        external_id,
        '(?<![0-9])[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}(?![0-9])'::text,
        '[number removed]'::text,
        'g'::text
      )
    end as external_id,
    kind,
    summary,
    attendance,
    occurred_at,
    received_at
  from hub.source_record as s
  where (not superseded);
alter view graph.source_record
owner to loopwell_guard;
grant select on graph.source_record to loopwell_api;

create view graph.viewer as
  select
    id,
    organisation_id,
    practitioner_id,
    person_id,
    roles,
    sector,
    purpose,
    token_expires_at
  from
    (
      select
        hub.viewer_party() as id,
        case
          when hub.viewer_is_organisation() then hub.viewer_party()
          else null::uuid
        end as organisation_id,
        hub.viewer_practitioner() as practitioner_id,
        case
          when hub.viewer_is_person() then hub.viewer_party()
          else null::uuid
        end as person_id,
        COALESCE(
          string_to_array(NULLIF(current_setting('app.roles'::text, true), ''::text), ','::text),
          '{}'::text[]
        ) as roles,
        hub.viewer_sector() as sector,
        NULLIF(current_setting('app.purpose'::text, true), ''::text) as purpose,
        (NULLIF(current_setting('app.expires'::text, true), ''::text))::timestamp with time zone as token_expires_at
      offset 0
    ) as v;
alter view graph.viewer
owner to loopwell_guard;
grant select on graph.viewer to loopwell_api;

alter table hub.assignment
add constraint assignment_practitioner_id_fkey foreign key (practitioner_id) references hub.practitioner (id);
alter table hub.assignment
add constraint assignment_referral_id_fkey foreign key (referral_id) references hub.referral (id);
alter table hub.assignment alter column from_at set default hub.clock();
create policy keeper_all on hub.assignment for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.assignment for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.assignment to loopwell_keeper;

alter table hub.audit alter column proxy set default hub.viewer_proxy();
create policy append_own on hub.audit
for insert
to loopwell_api
with check (
  (not (party is distinct from (select hub.viewer_party() as viewer_party)))
  and ("position" is null)
  and (hash is null)
  and (select hub.token_stands() as token_stands)
);
create policy keeper_all on hub.audit for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.audit for all to loopwell_owner using (true) with check (true);
create trigger append_only
before delete or update on hub.audit
for each row
execute function hub.refuse_change();
grant delete, insert, select, update on hub.audit to loopwell_keeper;
grant insert (action, operation, outcome, party, person_ids, practitioner, purpose, referral_ids, request_id, roles)
on hub.audit
to loopwell_api;

create policy directory on hub.bank_holiday
for select
to loopwell_api, loopwell_guard
using (select (hub.viewer_is_organisation() or hub.viewer_is_operator()));
create policy keeper_all on hub.bank_holiday for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.bank_holiday
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy operator_update on hub.bank_holiday
for update
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.bank_holiday for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.bank_holiday to loopwell_keeper;
grant insert, select, update on hub.bank_holiday to loopwell_api;
grant select on hub.bank_holiday to loopwell_guard;

alter table hub.choice
add constraint choice_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
alter table hub.choice add constraint choice_referral_id_fkey foreign key (referral_id) references hub.referral (id);
alter table hub.choice add constraint choice_service_id_fkey foreign key (service_id) references hub.service (id);
alter table hub.choice alter column at set default hub.clock();
create policy keeper_all on hub.choice for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.choice for all to loopwell_owner using (true) with check (true);
create policy readers on hub.choice
for select
to loopwell_api, loopwell_guard
using (
  COALESCE((select hub.viewer_party() as viewer_party) = any (party_ids), false)
  and (select hub.viewer_has_agreement() as viewer_has_agreement)
);
create policy visible_service on hub.choice
as restrictive
for insert
to loopwell_api
with check (
  exists (
    select
    from hub.service as s
    where (s.id = choice.service_id)
  )
);
create policy writers on hub.choice
for insert
to loopwell_api
with check (
  (organisation_id = (select hub.viewer_party() as viewer_party))
  and (
    exists (
      select
      from hub.referral as r
      where ((r.id = choice.referral_id) and ((select hub.viewer_party() as viewer_party) = any (r.writer_ids)))
    )
  )
);
create trigger seed
before insert on hub.choice
for each row
execute function hub.seed_child('FULL');
grant delete, insert, select, update on hub.choice to loopwell_keeper;
grant insert (decision, organisation_id, referral_id, service_id, why) on hub.choice to loopwell_api;
grant select (id, party_ids) on hub.choice to loopwell_api;
grant select on hub.choice to loopwell_guard;

create policy keeper_all on hub.clock_job for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.clock_job for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.clock_job to loopwell_keeper;

alter table hub.consent add constraint consent_person_id_fkey foreign key (person_id) references hub.person (id);
alter table hub.consent add constraint consent_referral_id_fkey foreign key (referral_id) references hub.referral (id);
alter table hub.consent alter column created_at set default hub.clock();
create policy keeper_all on hub.consent for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.consent for all to loopwell_owner using (true) with check (true);
create policy readers on hub.consent
for select
to loopwell_api, loopwell_guard
using (
  COALESCE((select hub.viewer_party() as viewer_party) = any (party_ids), false)
  and (select hub.viewer_has_agreement() as viewer_has_agreement)
);
create trigger check_competence
before insert on hub.consent
for each row
execute function hub.check_competence();
create trigger check_named
before insert on hub.consent
for each row
execute function hub.check_named();
grant delete, insert, select, update on hub.consent to loopwell_keeper;
grant select (id, party_ids) on hub.consent to loopwell_api;
grant select on hub.consent to loopwell_guard;

alter table hub.contact
add constraint contact_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
alter table hub.contact
add constraint contact_practitioner_id_fkey foreign key (practitioner_id) references hub.practitioner (id);
alter table hub.contact add constraint contact_referral_id_fkey foreign key (referral_id) references hub.referral (id);
alter table hub.contact alter column created_at set default hub.clock();
create policy counter on hub.contact
for select
to loopwell_counter
using (select (hub.viewer_is_organisation() and (hub.viewer_sector() = 'COMMISSIONER'::text)));
create policy keeper_all on hub.contact for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.contact for all to loopwell_owner using (true) with check (true);
create policy readers on hub.contact
for select
to loopwell_api, loopwell_guard
using (
  COALESCE((select hub.viewer_party() as viewer_party) = any (party_ids), false)
  and (select hub.viewer_has_agreement() as viewer_has_agreement)
);
create policy writers on hub.contact
for insert
to loopwell_api
with check (
  (organisation_id = (select hub.viewer_party() as viewer_party))
  and (
    exists (
      select
      from hub.referral as r
      where ((r.id = contact.referral_id) and ((select hub.viewer_party() as viewer_party) = any (r.writer_ids)))
    )
  )
);
create trigger seed
before insert on hub.contact
for each row
execute function hub.seed_child();
grant delete, insert, select, update on hub.contact to loopwell_keeper;
grant insert (at, attendance, barriers, minutes, mode, note, organisation_id, practitioner_id, referral_id)
on hub.contact
to loopwell_api;
grant select (attendance, id) on hub.contact to loopwell_counter;
grant select (id, party_ids) on hub.contact to loopwell_api;
grant select on hub.contact to loopwell_guard;

alter table hub.cover
add constraint cover_covered_by_id_fkey foreign key (covered_by_id) references hub.practitioner (id);
alter table hub.cover
add constraint cover_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
alter table hub.cover
add constraint cover_practitioner_id_fkey foreign key (practitioner_id) references hub.practitioner (id);
create policy keeper_all on hub.cover for all to loopwell_keeper using (true) with check (true);
create policy own on hub.cover
for select
to loopwell_guard
using (
  (organisation_id = (select hub.viewer_party() as viewer_party))
  and (select hub.viewer_is_organisation() as viewer_is_organisation)
);
create policy owner_all on hub.cover for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.cover to loopwell_keeper;
grant select on hub.cover to loopwell_guard;

create policy keeper_all on hub.crisis_setting for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.crisis_setting for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.crisis_setting to loopwell_keeper;

alter table hub.death add constraint death_person_id_fkey foreign key (person_id) references hub.person (id);
alter table hub.death
add constraint death_practitioner_id_fkey foreign key (practitioner_id) references hub.practitioner (id);
alter table hub.death add constraint death_recorded_by_fkey foreign key (recorded_by) references hub.organisation (id);
alter table hub.death
add constraint death_recorded_in_error_by_fkey foreign key (recorded_in_error_by) references hub.organisation (id);
alter table hub.death alter column at set default hub.clock();
create policy keeper_all on hub.death for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.death for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.death to loopwell_keeper;

alter table hub.emergency_access
add constraint emergency_access_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
alter table hub.emergency_access
add constraint emergency_access_referral_id_fkey foreign key (referral_id) references hub.referral (id);
create policy keeper_all on hub.emergency_access for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.emergency_access for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.emergency_access to loopwell_keeper;

alter table hub.escalation
add constraint escalation_acknowledged_by_fkey foreign key (acknowledged_by) references hub.practitioner (id);
alter table hub.escalation
add constraint escalation_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
alter table hub.escalation add constraint escalation_person_id_fkey foreign key (person_id) references hub.person (id);
alter table hub.escalation
add constraint escalation_practice_id_fkey foreign key (practice_id) references hub.organisation (id);
alter table hub.escalation
add constraint escalation_practitioner_id_fkey foreign key (practitioner_id) references hub.practitioner (id);
alter table hub.escalation
add constraint escalation_referral_id_fkey foreign key (referral_id) references hub.referral (id);
alter table hub.escalation alter column at set default hub.clock();
create policy keeper_all on hub.escalation for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.escalation for all to loopwell_owner using (true) with check (true);
create policy readers on hub.escalation
for select
to loopwell_guard
using (
  (select hub.viewer_has_agreement() as viewer_has_agreement)
  and (
    ((select hub.viewer_party() as viewer_party) = practice_id)
    or COALESCE((select hub.viewer_party() as viewer_party) = any (party_ids), false)
  )
);
grant delete, insert, select, update on hub.escalation to loopwell_keeper;
grant select on hub.escalation to loopwell_guard;

alter table hub.escalation_alert
add constraint escalation_alert_escalation_id_fkey foreign key (escalation_id) references hub.escalation (id);
alter table hub.escalation_alert
add constraint escalation_alert_event_id_fkey foreign key (event_id) references hub.event (id);
create policy keeper_all on hub.escalation_alert for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.escalation_alert for all to loopwell_owner using (true) with check (true);
create policy readers on hub.escalation_alert
for select
to loopwell_guard
using (select hub.viewer_has_agreement() as viewer_has_agreement);
grant delete, insert, select, update on hub.escalation_alert to loopwell_keeper;
grant select on hub.escalation_alert to loopwell_guard;

alter table hub.event add constraint event_programme_id_fkey foreign key (programme_id) references hub.programme (id);
alter table hub.event add constraint event_referral_id_fkey foreign key (referral_id) references hub.referral (id);
alter table hub.event alter column occurred_at set default hub.clock();
create policy counter on hub.event
for select
to loopwell_counter
using (select (hub.viewer_is_organisation() and (hub.viewer_sector() = 'COMMISSIONER'::text)));
create policy keeper_all on hub.event for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.event for all to loopwell_owner using (true) with check (true);
create policy readers on hub.event
for select
to loopwell_guard
using (COALESCE((select hub.viewer_party() as viewer_party) = any (audience), false));
create policy sequencer on hub.event for select to loopwell_sequencer using (true);
grant delete, insert, select, update on hub.event to loopwell_keeper;
grant select (contact_id, kind, occurred_at, referral_id) on hub.event to loopwell_counter;
grant select on hub.event to loopwell_guard;
grant select on hub.event to loopwell_sequencer;

create policy keeper_all on hub.event_rule for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.event_rule for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.event_rule to loopwell_keeper;

alter table hub.extension
add constraint extension_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
alter table hub.extension
add constraint extension_referral_id_fkey foreign key (referral_id) references hub.referral (id);
alter table hub.extension alter column at set default hub.clock();
create policy keeper_all on hub.extension for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.extension for all to loopwell_owner using (true) with check (true);
create policy readers on hub.extension
for select
to loopwell_api, loopwell_guard
using (
  COALESCE((select hub.viewer_party() as viewer_party) = any (party_ids), false)
  and (select hub.viewer_has_agreement() as viewer_has_agreement)
);
create policy writers on hub.extension
for insert
to loopwell_api
with check (
  (organisation_id = (select hub.viewer_party() as viewer_party))
  and (
    exists (
      select
      from hub.referral as r
      where ((r.id = extension.referral_id) and ((select hub.viewer_party() as viewer_party) = any (r.writer_ids)))
    )
  )
);
create trigger seed
before insert on hub.extension
for each row
execute function hub.seed_child('FULL');
grant delete, insert, select, update on hub.extension to loopwell_keeper;
grant select (id, party_ids) on hub.extension to loopwell_api;
grant select on hub.extension to loopwell_guard;

create policy keeper_all on hub.feed_head for all to loopwell_keeper using (true) with check (true);
create policy own on hub.feed_head
for select
to loopwell_api, loopwell_guard
using (party = (select hub.viewer_party() as viewer_party));
create policy owner_all on hub.feed_head for all to loopwell_owner using (true) with check (true);
create policy sequencer on hub.feed_head for all to loopwell_sequencer using (true) with check (true);
grant delete, insert, select, update on hub.feed_head to loopwell_keeper;
grant insert, select, update on hub.feed_head to loopwell_sequencer;
grant select on hub.feed_head to loopwell_api;
grant select on hub.feed_head to loopwell_guard;

alter table hub.funding_watch
add constraint funding_watch_referral_id_fkey foreign key (referral_id) references hub.referral (id);
create policy keeper_all on hub.funding_watch for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.funding_watch for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.funding_watch to loopwell_keeper;

alter table hub.idempotency alter column at set default hub.clock();
create policy keeper_all on hub.idempotency for all to loopwell_keeper using (true) with check (true);
create policy own on hub.idempotency
for all
to loopwell_api
using (party = (select hub.viewer_party() as viewer_party))
with check (party = (select hub.viewer_party() as viewer_party));
create policy owner_all on hub.idempotency for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.idempotency to loopwell_keeper;
grant insert (input_hash, key, mutation, party, practitioner, result) on hub.idempotency to loopwell_api;
grant select (input_hash, key, mutation, party, practitioner, result) on hub.idempotency to loopwell_api;

alter table hub.inbox
add constraint inbox_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
alter table hub.inbox alter column received_at set default hub.clock();
create policy keeper_all on hub.inbox for all to loopwell_keeper using (true) with check (true);
create policy own on hub.inbox
for select
to loopwell_api, loopwell_guard
using (
  (not (organisation_id is distinct from (select hub.viewer_party() as viewer_party)))
  and ((organisation_id is not null) or (select hub.viewer_is_operator() as viewer_is_operator))
);
create policy own_insert on hub.inbox
for insert
to loopwell_api
with check (
  (not (organisation_id is distinct from (select hub.viewer_party() as viewer_party)))
  and ((organisation_id is not null) or (select hub.viewer_is_operator() as viewer_is_operator))
);
create policy owner_all on hub.inbox for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.inbox to loopwell_keeper;
grant insert (format, name, organisation_id, raw, raw_hash, sector) on hub.inbox to loopwell_api;
grant select (format, id, name, organisation_id, raw_hash) on hub.inbox to loopwell_api;
grant select on hub.inbox to loopwell_guard;

create policy directory on hub.instrument
for select
to loopwell_api, loopwell_guard
using (select (hub.viewer_is_organisation() or hub.viewer_is_operator()));
create policy keeper_all on hub.instrument for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.instrument
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy operator_update on hub.instrument
for update
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.instrument for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.instrument to loopwell_keeper;
grant insert, select, update on hub.instrument to loopwell_api;
grant select on hub.instrument to loopwell_guard;

alter table hub.instrument_conversion
add constraint instrument_conversion_instrument_fkey foreign key (instrument) references hub.instrument (key);
create policy directory on hub.instrument_conversion
for select
to loopwell_api, loopwell_guard
using (select (hub.viewer_is_organisation() or hub.viewer_is_operator()));
create policy keeper_all on hub.instrument_conversion for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.instrument_conversion
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy operator_update on hub.instrument_conversion
for update
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.instrument_conversion for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.instrument_conversion to loopwell_keeper;
grant insert, select, update on hub.instrument_conversion to loopwell_api;
grant select on hub.instrument_conversion to loopwell_guard;

alter table hub.instrument_item
add constraint instrument_item_instrument_fkey foreign key (instrument) references hub.instrument (key);
create policy directory on hub.instrument_item
for select
to loopwell_api, loopwell_guard
using (select (hub.viewer_is_organisation() or hub.viewer_is_operator()));
create policy keeper_all on hub.instrument_item for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.instrument_item
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy operator_update on hub.instrument_item
for update
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.instrument_item for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.instrument_item to loopwell_keeper;
grant insert, select, update on hub.instrument_item to loopwell_api;
grant select on hub.instrument_item to loopwell_guard;

alter table hub.instrument_level
add constraint instrument_level_instrument_fkey foreign key (instrument) references hub.instrument (key);
create policy directory on hub.instrument_level
for select
to loopwell_api, loopwell_guard
using (select (hub.viewer_is_organisation() or hub.viewer_is_operator()));
create policy keeper_all on hub.instrument_level for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.instrument_level
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy operator_update on hub.instrument_level
for update
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.instrument_level for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.instrument_level to loopwell_keeper;
grant insert, select, update on hub.instrument_level to loopwell_api;
grant select on hub.instrument_level to loopwell_guard;

alter table hub.match_review
add constraint match_review_candidate_id_fkey foreign key (candidate_id) references hub.person (id);
alter table hub.match_review
add constraint match_review_person_id_fkey foreign key (person_id) references hub.person (id);
alter table hub.match_review alter column at set default hub.clock();
create policy keeper_all on hub.match_review for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.match_review for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.match_review to loopwell_keeper;

alter table hub.measurement
add constraint measurement_instrument_fkey foreign key (instrument) references hub.instrument (key);
alter table hub.measurement
add constraint measurement_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
alter table hub.measurement
add constraint measurement_referral_id_fkey foreign key (referral_id) references hub.referral (id);
alter table hub.measurement alter column created_at set default hub.clock();
create policy keeper_all on hub.measurement for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.measurement for all to loopwell_owner using (true) with check (true);
create policy readers on hub.measurement
for select
to loopwell_api, loopwell_guard
using (
  COALESCE((select hub.viewer_party() as viewer_party) = any (party_ids), false)
  and (select hub.viewer_has_agreement() as viewer_has_agreement)
);
create policy writers on hub.measurement
for insert
to loopwell_api
with check (
  (organisation_id = (select hub.viewer_party() as viewer_party))
  and (
    exists (
      select
      from hub.referral as r
      where ((r.id = measurement.referral_id) and ((select hub.viewer_party() as viewer_party) = any (r.writer_ids)))
    )
  )
);
create trigger seed
before insert on hub.measurement
for each row
execute function hub.seed_child();
grant delete, insert, select, update on hub.measurement to loopwell_keeper;
grant
  insert (
    converted_score,
    instrument,
    instrument_version,
    items,
    level,
    occasion,
    organisation_id,
    referral_id,
    score,
    taken_on
  )
on hub.measurement
to loopwell_api;
grant select (id, party_ids) on hub.measurement to loopwell_api;
grant select on hub.measurement to loopwell_guard;

create policy directory on hub.network
for select
to loopwell_api, loopwell_guard
using (select (hub.viewer_is_organisation() or hub.viewer_is_operator()));
create policy keeper_all on hub.network for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.network
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy operator_update on hub.network
for update
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.network for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.network to loopwell_keeper;
grant insert, select, update on hub.network to loopwell_api;
grant select on hub.network to loopwell_guard;

alter table hub.network_member
add constraint network_member_network_id_fkey foreign key (network_id) references hub.network (id);
alter table hub.network_member
add constraint network_member_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
create policy counter on hub.network_member
for select
to loopwell_counter
using (select (hub.viewer_is_organisation() and (hub.viewer_sector() = 'COMMISSIONER'::text)));
create policy directory on hub.network_member
for select
to loopwell_api, loopwell_guard
using (select (hub.viewer_is_organisation() or hub.viewer_is_operator()));
create policy keeper_all on hub.network_member for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.network_member
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy operator_update on hub.network_member
for update
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.network_member for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.network_member to loopwell_keeper;
grant insert, select, update on hub.network_member to loopwell_api;
grant select on hub.network_member to loopwell_counter;
grant select on hub.network_member to loopwell_guard;

alter table hub.note add constraint note_addressee_id_fkey foreign key (addressee_id) references hub.organisation (id);
alter table hub.note
add constraint note_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
alter table hub.note add constraint note_referral_id_fkey foreign key (referral_id) references hub.referral (id);
alter table hub.note alter column at set default hub.clock();
create policy keeper_all on hub.note for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.note for all to loopwell_owner using (true) with check (true);
create policy readers on hub.note
for select
to loopwell_api, loopwell_guard
using (
  COALESCE((select hub.viewer_party() as viewer_party) = any (party_ids), false)
  and (select hub.viewer_has_agreement() as viewer_has_agreement)
);
create policy writers on hub.note
for insert
to loopwell_api
with check (
  (organisation_id = (select hub.viewer_party() as viewer_party))
  and (
    exists (
      select
      from hub.referral as r
      where (r.id = note.referral_id)
    )
  )
);
create trigger seed
before insert on hub.note
for each row
execute function hub.seed_child();
grant delete, insert, select, update on hub.note to loopwell_keeper;
grant insert (addressee_id, organisation_id, referral_id, text) on hub.note to loopwell_api;
grant select (id, party_ids) on hub.note to loopwell_api;
grant select on hub.note to loopwell_guard;

alter table hub.organisation
add constraint organisation_successor_id_fkey foreign key (successor_id) references hub.organisation (id);
create policy directory on hub.organisation
for select
to loopwell_api, loopwell_guard
using (select (hub.viewer_is_organisation() or hub.viewer_is_operator()));
create policy keeper_all on hub.organisation for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.organisation
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy operator_update on hub.organisation
for update
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.organisation for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.organisation to loopwell_keeper;
grant insert, select, update on hub.organisation to loopwell_api;
grant select on hub.organisation to loopwell_guard;

alter table hub.organisation_identifier
add constraint organisation_identifier_organisation_id_fkey
  foreign key (organisation_id) references hub.organisation (id);
create policy directory on hub.organisation_identifier
for select
to loopwell_api, loopwell_guard
using (select (hub.viewer_is_organisation() or hub.viewer_is_operator()));
create policy keeper_all on hub.organisation_identifier for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.organisation_identifier
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy operator_update on hub.organisation_identifier
for update
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.organisation_identifier for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.organisation_identifier to loopwell_keeper;
grant insert, select, update on hub.organisation_identifier to loopwell_api;
grant select on hub.organisation_identifier to loopwell_guard;

alter table hub.outbox_pending
add constraint outbox_pending_ordinal_fkey foreign key (ordinal) references hub.event (ordinal);
create policy keeper_all on hub.outbox_pending for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.outbox_pending for all to loopwell_owner using (true) with check (true);
create policy sequencer on hub.outbox_pending for all to loopwell_sequencer using (true) with check (true);
grant delete, insert, select, update on hub.outbox_pending to loopwell_keeper;
grant delete, select on hub.outbox_pending to loopwell_sequencer;

alter table hub.outcome
add constraint outcome_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
alter table hub.outcome add constraint outcome_referral_id_fkey foreign key (referral_id) references hub.referral (id);
alter table hub.outcome alter column closed_at set default hub.clock();
create policy keeper_all on hub.outcome for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.outcome for all to loopwell_owner using (true) with check (true);
create policy readers on hub.outcome
for select
to loopwell_api, loopwell_guard
using (
  COALESCE((select hub.viewer_party() as viewer_party) = any (party_ids), false)
  and (select hub.viewer_has_agreement() as viewer_has_agreement)
);
create policy writers on hub.outcome
for insert
to loopwell_api
with check (
  (organisation_id = (select hub.viewer_party() as viewer_party))
  and (
    exists (
      select
      from hub.referral as r
      where ((r.id = outcome.referral_id) and ((select hub.viewer_party() as viewer_party) = any (r.writer_ids)))
    )
  )
);
create trigger seed
before insert on hub.outcome
for each row
execute function hub.seed_child('LIVE');
grant delete, insert, select, update on hub.outcome to loopwell_keeper;
grant insert (organisation_id, plan_declined, referral_id, result, self_management_plan, summary)
on hub.outcome
to loopwell_api;
grant select (party_ids, referral_id) on hub.outcome to loopwell_api;
grant select on hub.outcome to loopwell_guard;

alter table hub.override add constraint override_by_id_fkey foreign key (by_id) references hub.organisation (id);
alter table hub.override
add constraint override_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
alter table hub.override add constraint override_person_id_fkey foreign key (person_id) references hub.person (id);
alter table hub.override
add constraint override_practitioner_id_fkey foreign key (practitioner_id) references hub.practitioner (id);
alter table hub.override
add constraint override_referral_id_fkey foreign key (referral_id) references hub.referral (id);
alter table hub.override alter column at set default hub.clock();
create policy keeper_all on hub.override for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.override for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.override to loopwell_keeper;

alter table hub.party_feed
add constraint party_feed_event_ordinal_fkey foreign key (event_ordinal) references hub.event (ordinal);
create policy keeper_all on hub.party_feed for all to loopwell_keeper using (true) with check (true);
create policy own on hub.party_feed
for select
to loopwell_api, loopwell_guard
using (party = (select hub.viewer_party() as viewer_party));
create policy own_ledger on hub.party_feed
for update
to loopwell_api
using (party = (select hub.viewer_party() as viewer_party))
with check (party = (select hub.viewer_party() as viewer_party));
create policy owner_all on hub.party_feed for all to loopwell_owner using (true) with check (true);
create policy sequencer on hub.party_feed for all to loopwell_sequencer using (true) with check (true);
grant delete, insert, select, update on hub.party_feed to loopwell_keeper;
grant insert, select on hub.party_feed to loopwell_sequencer;
grant select (acted_at, delivered_at, event_ordinal, party, referral_id, seen_at, seq)
on hub.party_feed
to loopwell_api;
grant select on hub.party_feed to loopwell_guard;
grant update (acted_at, delivered_at, seen_at) on hub.party_feed to loopwell_api;

create policy keeper_all on hub.pepper for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.pepper for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.pepper to loopwell_keeper;

alter table hub.person alter column created_at set default hub.clock();
create policy keeper_all on hub.person for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.person for all to loopwell_owner using (true) with check (true);
create policy readers on hub.person
for select
to loopwell_api, loopwell_guard
using (
  COALESCE((select hub.viewer_party() as viewer_party) = any (party_ids), false)
  and (select hub.viewer_has_agreement() as viewer_has_agreement)
);
grant delete, insert, select, update on hub.person to loopwell_keeper;
grant select (id, party_ids) on hub.person to loopwell_api;
grant select on hub.person to loopwell_guard;

alter table hub.person_merge add constraint person_merge_kept_id_fkey foreign key (kept_id) references hub.person (id);
alter table hub.person_merge
add constraint person_merge_merged_id_fkey foreign key (merged_id) references hub.person (id);
alter table hub.person_merge
add constraint person_merge_review_id_fkey foreign key (review_id) references hub.match_review (id);
alter table hub.person_merge alter column at set default hub.clock();
create policy keeper_all on hub.person_merge for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.person_merge for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.person_merge to loopwell_keeper;

alter table hub.plan
add constraint plan_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
alter table hub.plan add constraint plan_referral_id_fkey foreign key (referral_id) references hub.referral (id);
alter table hub.plan alter column agreed_on set default hub.today();
create policy keeper_all on hub.plan for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.plan for all to loopwell_owner using (true) with check (true);
create policy readers on hub.plan
for select
to loopwell_api, loopwell_guard
using (
  COALESCE((select hub.viewer_party() as viewer_party) = any (party_ids), false)
  and (select hub.viewer_has_agreement() as viewer_has_agreement)
);
create policy writers on hub.plan
for insert
to loopwell_api
with check (
  (organisation_id = (select hub.viewer_party() as viewer_party))
  and (
    exists (
      select
      from hub.referral as r
      where ((r.id = plan.referral_id) and ((select hub.viewer_party() as viewer_party) = any (r.writer_ids)))
    )
  )
);
create trigger seed
before insert on hub.plan
for each row
execute function hub.seed_child('LIVE');
grant delete, insert, select, update on hub.plan to loopwell_keeper;
grant insert (goals, organisation_id, referral_id, what_matters) on hub.plan to loopwell_api;
grant select (id, party_ids) on hub.plan to loopwell_api;
grant select on hub.plan to loopwell_guard;

alter table hub.practice_quota
add constraint practice_quota_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
alter table hub.practice_quota
add constraint practice_quota_practice_id_fkey foreign key (practice_id) references hub.organisation (id);
alter table hub.practice_quota
add constraint practice_quota_practitioner_id_fkey foreign key (practitioner_id) references hub.practitioner (id);
create policy keeper_all on hub.practice_quota for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.practice_quota for all to loopwell_owner using (true) with check (true);
create policy shared on hub.practice_quota
for select
to loopwell_guard
using (
  (
    ((select hub.viewer_party() as viewer_party) = organisation_id)
    or ((select hub.viewer_party() as viewer_party) = practice_id)
  )
  and (select hub.viewer_has_agreement() as viewer_has_agreement)
);
grant delete, insert, select, update on hub.practice_quota to loopwell_keeper;
grant select on hub.practice_quota to loopwell_guard;

alter table hub.practitioner
add constraint practitioner_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
create policy directory on hub.practitioner
for select
to loopwell_api, loopwell_guard
using (select (hub.viewer_is_organisation() or hub.viewer_is_operator()));
create policy keeper_all on hub.practitioner for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.practitioner
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy operator_update on hub.practitioner
for update
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.practitioner for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.practitioner to loopwell_keeper;
grant insert, select, update on hub.practitioner to loopwell_api;
grant select on hub.practitioner to loopwell_guard;

alter table hub.preparation
add constraint preparation_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
alter table hub.preparation
add constraint preparation_referral_id_fkey foreign key (referral_id) references hub.referral (id);
alter table hub.preparation alter column at set default hub.clock();
create policy keeper_all on hub.preparation for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.preparation for all to loopwell_owner using (true) with check (true);
create policy readers on hub.preparation
for select
to loopwell_api, loopwell_guard
using (
  COALESCE((select hub.viewer_party() as viewer_party) = any (party_ids), false)
  and (select hub.viewer_has_agreement() as viewer_has_agreement)
);
create policy writers on hub.preparation
for insert
to loopwell_api
with check (
  (organisation_id = (select hub.viewer_party() as viewer_party))
  and (
    exists (
      select
      from hub.referral as r
      where
        (
          (r.id = preparation.referral_id)
          and ((select hub.viewer_party() as viewer_party) = any ((r.writer_ids || r.full_party_ids)))
        )
    )
  )
);
create trigger seed
before insert on hub.preparation
for each row
execute function hub.seed_child('SUPPORT');
grant delete, insert, select, update on hub.preparation to loopwell_keeper;
grant insert (adjustments, at, kind, organisation_id, ready, referral_id) on hub.preparation to loopwell_api;
grant select (id, party_ids) on hub.preparation to loopwell_api;
grant select on hub.preparation to loopwell_guard;

alter table hub.programme
add constraint programme_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
create policy directory on hub.programme
for select
to loopwell_api, loopwell_guard
using (select (hub.viewer_is_organisation() or hub.viewer_is_operator()));
create policy keeper_all on hub.programme for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.programme
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy operator_update on hub.programme
for update
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.programme for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.programme to loopwell_keeper;
grant insert, select, update on hub.programme to loopwell_api;
grant select on hub.programme to loopwell_guard;

alter table hub.programme_parameters
add constraint programme_parameters_programme_id_fkey foreign key (programme_id) references hub.programme (id);
alter table hub.programme_parameters
add constraint programme_parameters_published_by_fkey foreign key (published_by) references hub.organisation (id);
alter table hub.programme_parameters alter column published_at set default hub.clock();
create policy directory on hub.programme_parameters
for select
to loopwell_api, loopwell_guard
using (select (hub.viewer_is_organisation() or hub.viewer_is_operator()));
create policy keeper_all on hub.programme_parameters for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.programme_parameters
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy operator_update on hub.programme_parameters
for update
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.programme_parameters for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.programme_parameters to loopwell_keeper;
grant insert, select, update on hub.programme_parameters to loopwell_api;
grant select on hub.programme_parameters to loopwell_guard;

alter table hub.programme_rule
add constraint programme_rule_parameters_id_fkey foreign key (parameters_id) references hub.programme_parameters (id);
create policy directory on hub.programme_rule
for select
to loopwell_api, loopwell_guard
using (select (hub.viewer_is_organisation() or hub.viewer_is_operator()));
create policy keeper_all on hub.programme_rule for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.programme_rule
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy operator_update on hub.programme_rule
for update
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.programme_rule for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.programme_rule to loopwell_keeper;
grant insert, select, update on hub.programme_rule to loopwell_api;
grant select on hub.programme_rule to loopwell_guard;

alter table hub.programme_service
add constraint programme_service_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
alter table hub.programme_service
add constraint programme_service_programme_id_fkey foreign key (programme_id) references hub.programme (id);
create policy directory on hub.programme_service
for select
to loopwell_api, loopwell_guard
using (select (hub.viewer_is_organisation() or hub.viewer_is_operator()));
create policy keeper_all on hub.programme_service for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.programme_service
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy operator_update on hub.programme_service
for update
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.programme_service for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.programme_service to loopwell_keeper;
grant insert, select, update on hub.programme_service to loopwell_api;
grant select on hub.programme_service to loopwell_guard;

alter table hub.proxy add constraint proxy_person_id_fkey foreign key (person_id) references hub.person (id);
alter table hub.proxy alter column created_at set default hub.clock();
create policy keeper_all on hub.proxy for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.proxy for all to loopwell_owner using (true) with check (true);
create policy readers on hub.proxy
for select
to loopwell_guard
using (
  (
    (recorded_by = (select hub.viewer_party() as viewer_party))
    and (select hub.viewer_has_agreement() as viewer_has_agreement)
  )
  or ((person_id = (select hub.viewer_party() as viewer_party)) and (select hub.viewer_is_person() as viewer_is_person))
);
grant delete, insert, select, update on hub.proxy to loopwell_keeper;
grant select on hub.proxy to loopwell_guard;

alter table hub.quarantine add constraint quarantine_inbox_id_fkey foreign key (inbox_id) references hub.inbox (id);
alter table hub.quarantine
add constraint quarantine_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
alter table hub.quarantine alter column at set default hub.clock();
create policy keeper_all on hub.quarantine for all to loopwell_keeper using (true) with check (true);
create policy own on hub.quarantine
for select
to loopwell_api, loopwell_guard
using (
  (not (organisation_id is distinct from (select hub.viewer_party() as viewer_party)))
  and ((organisation_id is not null) or (select hub.viewer_is_operator() as viewer_is_operator))
);
create policy own_insert on hub.quarantine
for insert
to loopwell_api
with check (
  (not (organisation_id is distinct from (select hub.viewer_party() as viewer_party)))
  and (
    exists (
      select
      from hub.inbox as i
      where (i.id = quarantine.inbox_id)
    )
  )
);
create policy owner_all on hub.quarantine for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.quarantine to loopwell_keeper;
grant insert (field, file, inbox_id, line, organisation_id, raw, reason) on hub.quarantine to loopwell_api;
grant select (field, file, id, inbox_id, line, organisation_id) on hub.quarantine to loopwell_api;
grant select on hub.quarantine to loopwell_guard;

create policy counter on hub.reason
for select
to loopwell_counter
using (select (hub.viewer_is_organisation() and (hub.viewer_sector() = 'COMMISSIONER'::text)));
create policy directory on hub.reason
for select
to loopwell_api, loopwell_guard
using (select (hub.viewer_is_organisation() or hub.viewer_is_operator()));
create policy keeper_all on hub.reason for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.reason
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy operator_update on hub.reason
for update
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.reason for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.reason to loopwell_keeper;
grant insert, select, update on hub.reason to loopwell_api;
grant select on hub.reason to loopwell_counter;
grant select on hub.reason to loopwell_guard;

alter table hub.reason_category
add constraint reason_category_reason_fkey foreign key (reason) references hub.reason (key);
create policy directory on hub.reason_category
for select
to loopwell_api, loopwell_guard
using (select (hub.viewer_is_organisation() or hub.viewer_is_operator()));
create policy keeper_all on hub.reason_category for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.reason_category
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy operator_update on hub.reason_category
for update
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.reason_category for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.reason_category to loopwell_keeper;
grant insert, select, update on hub.reason_category to loopwell_api;
grant select on hub.reason_category to loopwell_guard;

alter table hub.reason_code add constraint reason_code_reason_fkey foreign key (reason) references hub.reason (key);
create policy directory on hub.reason_code
for select
to loopwell_api, loopwell_guard
using (select (hub.viewer_is_organisation() or hub.viewer_is_operator()));
create policy keeper_all on hub.reason_code for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.reason_code
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy operator_update on hub.reason_code
for update
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.reason_code for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.reason_code to loopwell_keeper;
grant insert, select, update on hub.reason_code to loopwell_api;
grant select on hub.reason_code to loopwell_guard;

alter table hub.referral
add constraint referral_link_worker_id_fkey foreign key (link_worker_id) references hub.practitioner (id);
alter table hub.referral add constraint referral_parent_id_fkey foreign key (parent_id) references hub.referral (id);
alter table hub.referral add constraint referral_person_id_fkey foreign key (person_id) references hub.person (id);
alter table hub.referral
add constraint referral_practice_id_fkey foreign key (practice_id) references hub.organisation (id);
alter table hub.referral
add constraint referral_receiver_id_fkey foreign key (receiver_id) references hub.organisation (id);
alter table hub.referral
add constraint referral_referrer_id_fkey foreign key (referrer_id) references hub.organisation (id);
alter table hub.referral
add constraint referral_root_id_fkey foreign key (root_id) references hub.referral (id) deferrable initially deferred;
alter table hub.referral
add constraint referral_root_referrer_id_fkey foreign key (root_referrer_id) references hub.organisation (id);
alter table hub.referral add constraint referral_route_fkey foreign key (route) references hub.route (key);
alter table hub.referral add constraint referral_service_id_fkey foreign key (service_id) references hub.service (id);
alter table hub.referral alter column received_at set default hub.clock();
alter table hub.referral alter column updated_at set default hub.clock();
create policy counter on hub.referral
for select
to loopwell_counter
using (select (hub.viewer_is_organisation() and (hub.viewer_sector() = 'COMMISSIONER'::text)));
create policy keeper_all on hub.referral for all to loopwell_keeper using (true) with check (true);
create policy movers on hub.referral
for update
to loopwell_api
using (
  COALESCE((select hub.viewer_party() as viewer_party) = any (party_ids), false)
  and (select hub.viewer_has_agreement() as viewer_has_agreement)
)
with check (true);
create policy owner_all on hub.referral for all to loopwell_owner using (true) with check (true);
create policy readers on hub.referral
for select
to loopwell_api, loopwell_guard
using (
  COALESCE((select hub.viewer_party() as viewer_party) = any (party_ids), false)
  and (select hub.viewer_has_agreement() as viewer_has_agreement)
);
create trigger check_move
before update of status, link_worker_id, decline_reason on hub.referral
for each row
execute function hub.check_move();
create trigger copy_to_parties
after update of status on hub.referral
for each row
execute function hub.copy_to_parties();
create trigger keep_assignment
after update of link_worker_id on hub.referral
for each row
execute function hub.keep_assignment();
create trigger response_clock
before insert on hub.referral
for each row
execute function hub.set_response_clock();
create trigger set_review
before update of status on hub.referral
for each row
when ((new.status = 'ACCEPTED'::text) and (old.status = 'RECEIVED'::text) and (new.kind = 'LINK_WORKER'::text))
execute function hub.set_review();
create trigger watch_accepted
after update of status on hub.referral
for each row
when ((new.status = 'ACCEPTED'::text) and (new.service_id is not null))
execute function hub.watch_accepted();
grant delete, insert, select, update on hub.referral to loopwell_keeper;
grant select (assignment, full_party_ids, id, party_ids, version, writer_ids) on hub.referral to loopwell_api;
grant select (id, parent_id, received_at, receiver_id, route, service_id) on hub.referral to loopwell_counter;
grant select on hub.referral to loopwell_guard;
grant update (decline_reason, link_worker_id, status) on hub.referral to loopwell_api;

create policy keeper_all on hub.referral_child for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.referral_child for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.referral_child to loopwell_keeper;

alter table hub.referral_party
add constraint referral_party_referral_id_fkey foreign key (referral_id) references hub.referral (id);
create policy keeper_all on hub.referral_party for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.referral_party for all to loopwell_owner using (true) with check (true);
create policy readers on hub.referral_party
for select
to loopwell_guard
using (
  COALESCE((select hub.viewer_party() as viewer_party) = any (reader_ids), false)
  and (select hub.viewer_has_agreement() as viewer_has_agreement)
);
create trigger spare_the_dead
before insert on hub.referral_party
for each row
when (new.is_person)
execute function hub.spare_the_dead();
grant delete, insert, select, update on hub.referral_party to loopwell_keeper;
grant select on hub.referral_party to loopwell_guard;

alter table hub.response_limit
add constraint response_limit_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
alter table hub.response_limit
add constraint response_limit_service_id_fkey foreign key (service_id) references hub.service (id);
create policy directory on hub.response_limit
for select
to loopwell_api, loopwell_guard
using (select (hub.viewer_is_organisation() or hub.viewer_is_operator()));
create policy keeper_all on hub.response_limit for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.response_limit
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy operator_update on hub.response_limit
for update
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy own_insert on hub.response_limit
for insert
to loopwell_api
with check (
  (organisation_id = (select hub.viewer_party() as viewer_party))
  and (
    (service_id is null)
    or (
      exists (
        select
        from hub.service as s
        where ((s.id = response_limit.service_id) and (s.organisation_id = (select hub.viewer_party() as viewer_party)))
      )
    )
  )
);
create policy own_update on hub.response_limit
for update
to loopwell_api
using (organisation_id = (select hub.viewer_party() as viewer_party))
with check (
  (organisation_id = (select hub.viewer_party() as viewer_party))
  and (
    (service_id is null)
    or (
      exists (
        select
        from hub.service as s
        where ((s.id = response_limit.service_id) and (s.organisation_id = (select hub.viewer_party() as viewer_party)))
      )
    )
  )
);
create policy owner_all on hub.response_limit for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.response_limit to loopwell_keeper;
grant insert, select, update on hub.response_limit to loopwell_api;
grant select on hub.response_limit to loopwell_guard;

create policy keeper_all on hub.revocation for all to loopwell_keeper using (true) with check (true);
create policy nodes on hub.revocation for select to loopwell_sequencer using (true);
create policy operator_insert on hub.revocation
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.revocation for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.revocation to loopwell_keeper;
grant insert (kind, reason, value) on hub.revocation to loopwell_api;
grant select on hub.revocation to loopwell_sequencer;

create policy counter on hub.route
for select
to loopwell_counter
using (select (hub.viewer_is_organisation() and (hub.viewer_sector() = 'COMMISSIONER'::text)));
create policy directory on hub.route
for select
to loopwell_api, loopwell_guard
using (select (hub.viewer_is_organisation() or hub.viewer_is_operator()));
create policy keeper_all on hub.route for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.route
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy operator_update on hub.route
for update
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.route for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.route to loopwell_keeper;
grant insert, select, update on hub.route to loopwell_api;
grant select on hub.route to loopwell_counter;
grant select on hub.route to loopwell_guard;

alter table hub.route_name
add constraint route_name_network_id_fkey foreign key (network_id) references hub.network (id);
alter table hub.route_name add constraint route_name_route_fkey foreign key (route) references hub.route (key);
create policy directory on hub.route_name
for select
to loopwell_api, loopwell_guard
using (select (hub.viewer_is_organisation() or hub.viewer_is_operator()));
create policy keeper_all on hub.route_name for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.route_name
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy operator_update on hub.route_name
for update
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.route_name for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.route_name to loopwell_keeper;
grant insert, select, update on hub.route_name to loopwell_api;
grant select on hub.route_name to loopwell_guard;

alter table hub.safeguarding_note
add constraint safeguarding_note_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
alter table hub.safeguarding_note
add constraint safeguarding_note_person_id_fkey foreign key (person_id) references hub.person (id);
alter table hub.safeguarding_note
add constraint safeguarding_note_practitioner_id_fkey foreign key (practitioner_id) references hub.practitioner (id);
alter table hub.safeguarding_note
add constraint safeguarding_note_referral_id_fkey foreign key (referral_id) references hub.referral (id);
alter table hub.safeguarding_note alter column at set default hub.clock();
create policy keeper_all on hub.safeguarding_note for all to loopwell_keeper using (true) with check (true);
create policy leads on hub.safeguarding_note
for select
to loopwell_guard
using (
  (select hub.viewer_has_role('safeguarding'::text) as viewer_has_role)
  and (select hub.viewer_has_agreement() as viewer_has_agreement)
  and COALESCE((select hub.viewer_party() as viewer_party) = any (party_ids), false)
);
create policy owner_all on hub.safeguarding_note for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.safeguarding_note to loopwell_keeper;
grant select on hub.safeguarding_note to loopwell_guard;

alter table hub.service
add constraint service_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
create policy counter on hub.service
for select
to loopwell_counter
using (select (hub.viewer_is_organisation() and (hub.viewer_sector() = 'COMMISSIONER'::text)));
create policy directory on hub.service
for select
to loopwell_api, loopwell_guard
using (select (hub.viewer_is_organisation() or hub.viewer_is_operator()));
create policy keeper_all on hub.service for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.service
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy operator_update on hub.service
for update
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.service for all to loopwell_owner using (true) with check (true);
create policy publisher_insert on hub.service
for insert
to loopwell_api
with check (organisation_id = (select hub.viewer_party() as viewer_party));
create policy publisher_update on hub.service
for update
to loopwell_api
using (organisation_id = (select hub.viewer_party() as viewer_party))
with check (organisation_id = (select hub.viewer_party() as viewer_party));
create trigger watch_funding
after update of funding_ends_on on hub.service
for each row
when (old.funding_ends_on is distinct from new.funding_ends_on)
execute function hub.watch_funding();
grant delete, insert, select, update on hub.service to loopwell_keeper;
grant insert, select, update on hub.service to loopwell_api;
grant select (id, organisation_id) on hub.service to loopwell_counter;
grant select on hub.service to loopwell_guard;

alter table hub.service_load
add constraint service_load_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
alter table hub.service_load
add constraint service_load_service_id_fkey foreign key (service_id) references hub.service (id);
create policy counter on hub.service_load
for select
to loopwell_counter
using (select (hub.viewer_is_organisation() and (hub.viewer_sector() = 'COMMISSIONER'::text)));
create policy keeper_all on hub.service_load for all to loopwell_keeper using (true) with check (true);
create policy own on hub.service_load
for select
to loopwell_guard
using (organisation_id = (select hub.viewer_party() as viewer_party));
create policy owner_all on hub.service_load for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.service_load to loopwell_keeper;
grant select on hub.service_load to loopwell_counter;
grant select on hub.service_load to loopwell_guard;

alter table hub.sharing_agreement
add constraint sharing_agreement_network_id_fkey foreign key (network_id) references hub.network (id);
alter table hub.sharing_agreement
add constraint sharing_agreement_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
create policy counter on hub.sharing_agreement
for select
to loopwell_counter
using (organisation_id = (select hub.viewer_party() as viewer_party));
create policy keeper_all on hub.sharing_agreement for all to loopwell_keeper using (true) with check (true);
create policy operator_insert on hub.sharing_agreement
for insert
to loopwell_api
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy own on hub.sharing_agreement
for select
to loopwell_api, loopwell_guard
using (organisation_id = (select hub.viewer_party() as viewer_party));
create policy owner_all on hub.sharing_agreement for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.sharing_agreement to loopwell_keeper;
grant insert, select on hub.sharing_agreement to loopwell_api;
grant select on hub.sharing_agreement to loopwell_counter;

alter table hub.signpost
add constraint signpost_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
alter table hub.signpost add constraint signpost_route_fkey foreign key (route) references hub.route (key);
alter table hub.signpost add constraint signpost_service_id_fkey foreign key (service_id) references hub.service (id);
alter table hub.signpost alter column day set default hub.today();
create policy counter on hub.signpost
for select
to loopwell_counter
using (select (hub.viewer_is_organisation() and (hub.viewer_sector() = 'COMMISSIONER'::text)));
create policy keeper_all on hub.signpost for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.signpost for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.signpost to loopwell_keeper;
grant select on hub.signpost to loopwell_counter;

alter table hub.source_record
add constraint source_record_inbox_id_fkey foreign key (inbox_id) references hub.inbox (id);
alter table hub.source_record
add constraint source_record_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
alter table hub.source_record
add constraint source_record_person_id_fkey foreign key (person_id) references hub.person (id);
alter table hub.source_record
add constraint source_record_practice_id_fkey foreign key (practice_id) references hub.organisation (id);
alter table hub.source_record
add constraint source_record_referral_id_fkey
  foreign key (referral_id) references hub.referral (id) deferrable initially deferred;
alter table hub.source_record alter column received_at set default hub.clock();
create policy keeper_all on hub.source_record for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.source_record for all to loopwell_owner using (true) with check (true);
create policy readers on hub.source_record
for select
to loopwell_api, loopwell_guard
using (
  COALESCE((select hub.viewer_party() as viewer_party) = any (party_ids), false)
  and (select hub.viewer_has_agreement() as viewer_has_agreement)
);
grant delete, insert, select, update on hub.source_record to loopwell_keeper;
grant select (id, party_ids) on hub.source_record to loopwell_api;
grant select on hub.source_record to loopwell_guard;

create policy everyone on hub.transition for select to loopwell_api, loopwell_guard using (true);
create policy keeper_all on hub.transition for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.transition for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.transition to loopwell_keeper;
grant select on hub.transition to loopwell_api;
grant select on hub.transition to loopwell_guard;

alter table hub.unmet_need
add constraint unmet_need_network_id_fkey foreign key (network_id) references hub.network (id);
alter table hub.unmet_need add constraint unmet_need_reason_fkey foreign key (reason) references hub.reason (key);
alter table hub.unmet_need alter column day set default hub.today();
create policy counter on hub.unmet_need
for select
to loopwell_counter
using (select (hub.viewer_is_organisation() and (hub.viewer_sector() = 'COMMISSIONER'::text)));
create policy keeper_all on hub.unmet_need for all to loopwell_keeper using (true) with check (true);
create policy owner_all on hub.unmet_need for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.unmet_need to loopwell_keeper;
grant select on hub.unmet_need to loopwell_counter;

alter table hub.webhook
add constraint webhook_organisation_id_fkey foreign key (organisation_id) references hub.organisation (id);
create policy keeper_all on hub.webhook for all to loopwell_keeper using (true) with check (true);
create policy operator_all on hub.webhook
for all
to loopwell_api
using (select hub.viewer_is_operator() as viewer_is_operator)
with check (select hub.viewer_is_operator() as viewer_is_operator);
create policy owner_all on hub.webhook for all to loopwell_owner using (true) with check (true);
grant delete, insert, select, update on hub.webhook to loopwell_keeper;
grant insert (organisation_id, "position", position_hash, url) on hub.webhook to loopwell_api;
grant select on hub.webhook to loopwell_api;
grant update (attempts, failing_since, generation, next_attempt_at, overlap_until, state)
on hub.webhook
to loopwell_api;

insert into hub.bank_holiday (day, name)
values
  ('2024-01-01', 'New Year''s Day'),
  ('2024-03-29', 'Good Friday'),
  ('2024-04-01', 'Easter Monday'),
  ('2024-05-06', 'Early May bank holiday'),
  ('2024-05-27', 'Spring bank holiday'),
  ('2024-08-26', 'Summer bank holiday'),
  ('2024-12-25', 'Christmas Day'),
  ('2024-12-26', 'Boxing Day'),
  ('2025-01-01', 'New Year''s Day'),
  ('2025-04-18', 'Good Friday'),
  ('2025-04-21', 'Easter Monday'),
  ('2025-05-05', 'Early May bank holiday'),
  ('2025-05-26', 'Spring bank holiday'),
  ('2025-08-25', 'Summer bank holiday'),
  ('2025-12-25', 'Christmas Day'),
  ('2025-12-26', 'Boxing Day'),
  ('2026-01-01', 'New Year''s Day'),
  ('2026-04-03', 'Good Friday'),
  ('2026-04-06', 'Easter Monday'),
  ('2026-05-04', 'Early May bank holiday'),
  ('2026-05-25', 'Spring bank holiday'),
  ('2026-08-31', 'Summer bank holiday'),
  ('2026-12-25', 'Christmas Day'),
  ('2026-12-28', 'Boxing Day (substitute day)'),
  ('2027-01-01', 'New Year''s Day'),
  ('2027-03-26', 'Good Friday'),
  ('2027-03-29', 'Easter Monday'),
  ('2027-05-03', 'Early May bank holiday'),
  ('2027-05-31', 'Spring bank holiday'),
  ('2027-08-30', 'Summer bank holiday'),
  ('2027-12-27', 'Christmas Day (substitute day)'),
  ('2027-12-28', 'Boxing Day (substitute day)'),
  ('2028-01-03', 'New Year''s Day (substitute day)'),
  ('2028-04-14', 'Good Friday'),
  ('2028-04-17', 'Easter Monday'),
  ('2028-05-01', 'Early May bank holiday'),
  ('2028-05-29', 'Spring bank holiday'),
  ('2028-08-28', 'Summer bank holiday'),
  ('2028-12-25', 'Christmas Day'),
  ('2028-12-26', 'Boxing Day');

insert into hub.clock_job (name, "position")
values
  ('end_emergency_access', '45'),
  ('expire_access', '10'),
  ('remind_of_referrals', '50'),
  ('repeat_alerts', '41'),
  ('review_due', '20'),
  ('warn_of_expiry', '42'),
  ('warn_of_funding', '30');

insert into hub.crisis_setting (alert_every, one)
values
  ('00:15:00', 'true');

insert into hub.event_rule (condition, kind, role)
values
  ('NOT_RECEIVER', 'ONWARD_REFERRAL_CREATED', 'CARE_TEAM'),
  ('NOT_RECEIVER', 'ONWARD_REFERRAL_CREATED', 'LINK_WORKER'),
  ('NOT_RECEIVER', 'ONWARD_REFERRAL_CREATED', 'PERSON'),
  ('NOT_RECEIVER', 'ONWARD_REFERRAL_CREATED', 'REFERRER'),
  ('NOT_RECEIVER', 'ONWARD_REFERRAL_CREATED', 'REGISTERED_PRACTICE'),
  ('RECEIVER_OR_ROOT', 'REFERRAL_RECEIVED', 'LINK_WORKER'),
  ('RECEIVER_OR_ROOT', 'REFERRAL_RECEIVED', 'PERSON'),
  ('RECEIVER_OR_ROOT', 'REFERRAL_RECEIVED', 'PROVIDER'),
  ('RECEIVER_OR_ROOT', 'REFERRAL_RECEIVED', 'REFERRER'),
  ('RECEIVER_OR_ROOT', 'REFERRAL_RECEIVED', 'REGISTERED_PRACTICE'),
  ('SECOND_MISS', 'ATTENDANCE_RECORDED', 'REFERRER'),
  ('SUBJECT', 'CARE_TEAM_JOINED', 'CARE_TEAM'),
  (null, 'ATTENDANCE_RECORDED', 'LINK_WORKER'),
  (null, 'ATTENDANCE_RECORDED', 'PERSON'),
  (null, 'ATTENDANCE_RECORDED', 'PROVIDER'),
  (null, 'CARE_TEAM_JOINED', 'LINK_WORKER'),
  (null, 'CARE_TEAM_JOINED', 'PERSON'),
  (null, 'CHOICES_RECORDED', 'LINK_WORKER'),
  (null, 'CHOICES_RECORDED', 'PERSON'),
  (null, 'CONSENT_CHANGED', 'LINK_WORKER'),
  (null, 'CONSENT_CHANGED', 'PERSON'),
  (null, 'CRISIS_ESCALATED', 'LINK_WORKER'),
  (null, 'CRISIS_ESCALATED', 'PERSON'),
  (null, 'FUNDING_ENDING', 'LINK_WORKER'),
  (null, 'OUTCOME_RECORDED', 'CARE_TEAM'),
  (null, 'OUTCOME_RECORDED', 'LINK_WORKER'),
  (null, 'OUTCOME_RECORDED', 'PERSON'),
  (null, 'OUTCOME_RECORDED', 'PROVIDER'),
  (null, 'OUTCOME_RECORDED', 'REFERRER'),
  (null, 'OUTCOME_RECORDED', 'REGISTERED_PRACTICE'),
  (null, 'REENGAGEMENT_DUE', 'LINK_WORKER'),
  (null, 'REFERRAL_ACCEPTED', 'CARE_TEAM'),
  (null, 'REFERRAL_ACCEPTED', 'LINK_WORKER'),
  (null, 'REFERRAL_ACCEPTED', 'PERSON'),
  (null, 'REFERRAL_ACCEPTED', 'PROVIDER'),
  (null, 'REFERRAL_ACCEPTED', 'REFERRER'),
  (null, 'REFERRAL_ACCEPTED', 'REGISTERED_PRACTICE'),
  (null, 'REFERRAL_CANCELLED', 'CARE_TEAM'),
  (null, 'REFERRAL_CANCELLED', 'LINK_WORKER'),
  (null, 'REFERRAL_CANCELLED', 'PERSON'),
  (null, 'REFERRAL_CANCELLED', 'PROVIDER'),
  (null, 'REFERRAL_CANCELLED', 'REFERRER'),
  (null, 'REFERRAL_CANCELLED', 'REGISTERED_PRACTICE'),
  (null, 'REFERRAL_CLOSED', 'CARE_TEAM'),
  (null, 'REFERRAL_CLOSED', 'LINK_WORKER'),
  (null, 'REFERRAL_CLOSED', 'PERSON'),
  (null, 'REFERRAL_CLOSED', 'PROVIDER'),
  (null, 'REFERRAL_CLOSED', 'REFERRER'),
  (null, 'REFERRAL_CLOSED', 'REGISTERED_PRACTICE'),
  (null, 'REFERRAL_DECLINED', 'CARE_TEAM'),
  (null, 'REFERRAL_DECLINED', 'LINK_WORKER'),
  (null, 'REFERRAL_DECLINED', 'PERSON'),
  (null, 'REFERRAL_DECLINED', 'PROVIDER'),
  (null, 'REFERRAL_DECLINED', 'REFERRER'),
  (null, 'REFERRAL_DECLINED', 'REGISTERED_PRACTICE'),
  (null, 'REVIEW_DUE', 'LINK_WORKER'),
  (null, 'SOURCE_RECORD_CHANGED', 'LINK_WORKER'),
  (null, 'SUPPORT_PAUSED', 'CARE_TEAM'),
  (null, 'SUPPORT_PAUSED', 'LINK_WORKER'),
  (null, 'SUPPORT_PAUSED', 'PERSON'),
  (null, 'SUPPORT_PAUSED', 'PROVIDER'),
  (null, 'SUPPORT_PAUSED', 'REFERRER'),
  (null, 'SUPPORT_PAUSED', 'REGISTERED_PRACTICE'),
  (null, 'SUPPORT_RESUMED', 'CARE_TEAM'),
  (null, 'SUPPORT_RESUMED', 'LINK_WORKER'),
  (null, 'SUPPORT_RESUMED', 'PERSON'),
  (null, 'SUPPORT_RESUMED', 'PROVIDER'),
  (null, 'SUPPORT_RESUMED', 'REFERRER'),
  (null, 'SUPPORT_RESUMED', 'REGISTERED_PRACTICE'),
  (null, 'SUPPORT_STARTED', 'CARE_TEAM'),
  (null, 'SUPPORT_STARTED', 'LINK_WORKER'),
  (null, 'SUPPORT_STARTED', 'PERSON'),
  (null, 'SUPPORT_STARTED', 'PROVIDER'),
  (null, 'SUPPORT_STARTED', 'REFERRER'),
  (null, 'SUPPORT_STARTED', 'REGISTERED_PRACTICE'),
  (null, 'WAITING_LIST_JOINED', 'CARE_TEAM'),
  (null, 'WAITING_LIST_JOINED', 'LINK_WORKER'),
  (null, 'WAITING_LIST_JOINED', 'PERSON'),
  (null, 'WAITING_LIST_JOINED', 'PROVIDER'),
  (null, 'WAITING_LIST_JOINED', 'REFERRER'),
  (null, 'WAITING_LIST_JOINED', 'REGISTERED_PRACTICE');

insert into hub.instrument
  (
    higher_is_better,
    items,
    key,
    label,
    licence,
    licensed,
    maximum,
    minimum,
    "position",
    scored,
    scoring,
    source,
    version,
    whole_numbers
  )
values
  (
    'false',
    '0',
    'mMRC',
    'Modified Medical Research Council dyspnoea grade',
    'Free to use with attribution',
    'false',
    '4',
    '0',
    '11',
    'true',
    'SCORE',
    'One grade, 0 to 4',
    '1',
    'true'
  ),
  (
    'false',
    '11',
    'DJG-11',
    'De Jong Gierveld loneliness scale, eleven items',
    'Free to use with attribution',
    'false',
    '11',
    '0',
    '9',
    'true',
    'COUNT',
    'De Jong Gierveld and van Tilburg, Manual of the Loneliness Scale, s. 7 to 9; answers 1 no, 2 more or less, 3 yes',
    '1',
    'true'
  ),
  (
    'false',
    '3',
    'UCLA-3',
    'UCLA three-item loneliness scale',
    'Free to use with attribution',
    'false',
    '9',
    '3',
    '5',
    'true',
    'SUM',
    'Hughes and others, 2004: three items, each 1 to 3, added up',
    '1',
    'true'
  ),
  (
    'false',
    '6',
    'DJG-6',
    'De Jong Gierveld loneliness scale, six items',
    'Free to use with attribution',
    'false',
    '6',
    '0',
    '8',
    'true',
    'COUNT',
    'De Jong Gierveld and van Tilburg, Manual of the Loneliness Scale, s. 7 to 9; answers 1 no, 2 more or less, 3 yes',
    '1',
    'true'
  ),
  (
    'false',
    '8',
    'CAT',
    'COPD Assessment Test',
    'Copyright: on the terms of its owner',
    'true',
    '40',
    '0',
    '10',
    'true',
    'SUM',
    'Eight items, each 0 to 5, added up',
    '1',
    'true'
  ),
  (
    'true',
    '0',
    '6MWT',
    'Six-minute walk test, metres',
    'Free to use',
    'false',
    '1000',
    '0',
    '6',
    'true',
    'SCORE',
    'Distance walked in six minutes, in metres',
    '1',
    'false'
  ),
  (
    'true',
    '0',
    'PAM',
    'Patient Activation Measure score',
    'Commercial licence (Insignia)',
    'true',
    '100',
    '0',
    '4',
    'true',
    'SCORE',
    'Insignia Health: score 0 to 100 and four levels; items are not kept',
    '1',
    'false'
  ),
  (
    'true',
    '14',
    'WEMWBS',
    'Warwick-Edinburgh Mental Wellbeing Scale',
    'Copyright: register for a licence before use',
    'true',
    '70',
    '14',
    '3',
    'true',
    'SUM',
    'University of Warwick: fourteen items, each 1 to 5, added up',
    '1',
    'true'
  ),
  (
    'true',
    '7',
    'SWEMWBS',
    'Short Warwick-Edinburgh Mental Wellbeing Scale, raw score',
    'Copyright: register for a licence before use',
    'true',
    '35',
    '7',
    '2',
    'true',
    'SUM',
    'University of Warwick: seven items of WEMWBS; the sum is converted by the table of Stewart-Brown and others, 2009',
    '1',
    'true'
  ),
  (
    null,
    '3',
    'MYCaW',
    'Measure Yourself Concerns and Wellbeing',
    'Licence needed (Meaningful Measures)',
    'true',
    '6',
    '0',
    '7',
    'false',
    'NONE',
    'Meaningful Measures: one or two concerns and wellbeing, each 0 to 6, read one by one',
    '1',
    'true'
  ),
  (
    null,
    '4',
    'ONS4',
    'ONS4 personal well-being',
    'Free to use (Office for National Statistics)',
    'false',
    '10',
    '0',
    '1',
    'false',
    'NONE',
    'Office for National Statistics: four questions, each 0 to 10, reported one by one',
    '1',
    'false'
  );

insert into hub.instrument_conversion (converted, instrument, score, version)
values
  ('11.25', 'SWEMWBS', '9', '1'),
  ('12.4', 'SWEMWBS', '10', '1'),
  ('13.33', 'SWEMWBS', '11', '1'),
  ('14.08', 'SWEMWBS', '12', '1'),
  ('14.75', 'SWEMWBS', '13', '1'),
  ('15.32', 'SWEMWBS', '14', '1'),
  ('15.84', 'SWEMWBS', '15', '1'),
  ('16.36', 'SWEMWBS', '16', '1'),
  ('16.88', 'SWEMWBS', '17', '1'),
  ('17.43', 'SWEMWBS', '18', '1'),
  ('17.98', 'SWEMWBS', '19', '1'),
  ('18.59', 'SWEMWBS', '20', '1'),
  ('19.25', 'SWEMWBS', '21', '1'),
  ('19.98', 'SWEMWBS', '22', '1'),
  ('20.73', 'SWEMWBS', '23', '1'),
  ('21.54', 'SWEMWBS', '24', '1'),
  ('22.35', 'SWEMWBS', '25', '1'),
  ('23.21', 'SWEMWBS', '26', '1'),
  ('24.11', 'SWEMWBS', '27', '1'),
  ('25.03', 'SWEMWBS', '28', '1'),
  ('26.02', 'SWEMWBS', '29', '1'),
  ('27.03', 'SWEMWBS', '30', '1'),
  ('28.13', 'SWEMWBS', '31', '1'),
  ('29.31', 'SWEMWBS', '32', '1'),
  ('30.7', 'SWEMWBS', '33', '1'),
  ('32.55', 'SWEMWBS', '34', '1'),
  ('35', 'SWEMWBS', '35', '1'),
  ('7', 'SWEMWBS', '7', '1'),
  ('9.51', 'SWEMWBS', '8', '1');

insert into hub.instrument_item
  (higher_is_better, instrument, key, label, maximum, minimum, optional, "position", scores_on)
values
  ('false', 'CAT', 'item-1', 'Item 1', '5', '0', 'false', '1', '{}'),
  ('false', 'CAT', 'item-2', 'Item 2', '5', '0', 'false', '2', '{}'),
  ('false', 'CAT', 'item-3', 'Item 3', '5', '0', 'false', '3', '{}'),
  ('false', 'CAT', 'item-4', 'Item 4', '5', '0', 'false', '4', '{}'),
  ('false', 'CAT', 'item-5', 'Item 5', '5', '0', 'false', '5', '{}'),
  ('false', 'CAT', 'item-6', 'Item 6', '5', '0', 'false', '6', '{}'),
  ('false', 'CAT', 'item-7', 'Item 7', '5', '0', 'false', '7', '{}'),
  ('false', 'CAT', 'item-8', 'Item 8', '5', '0', 'false', '8', '{}'),
  ('false', 'DJG-11', 'item-10', 'Item 10 (emotional)', '3', '1', 'false', '10', '{2,3}'),
  ('false', 'DJG-11', 'item-2', 'Item 2 (emotional)', '3', '1', 'false', '2', '{2,3}'),
  ('false', 'DJG-11', 'item-3', 'Item 3 (emotional)', '3', '1', 'false', '3', '{2,3}'),
  ('false', 'DJG-11', 'item-5', 'Item 5 (emotional)', '3', '1', 'false', '5', '{2,3}'),
  ('false', 'DJG-11', 'item-6', 'Item 6 (emotional)', '3', '1', 'false', '6', '{2,3}'),
  ('false', 'DJG-11', 'item-9', 'Item 9 (emotional)', '3', '1', 'false', '9', '{2,3}'),
  ('false', 'DJG-6', 'item-10', 'Item 10 (emotional)', '3', '1', 'false', '10', '{2,3}'),
  ('false', 'DJG-6', 'item-3', 'Item 3 (emotional)', '3', '1', 'false', '3', '{2,3}'),
  ('false', 'DJG-6', 'item-9', 'Item 9 (emotional)', '3', '1', 'false', '9', '{2,3}'),
  ('false', 'MYCaW', 'concern-1', 'First concern', '6', '0', 'false', '1', '{}'),
  ('false', 'MYCaW', 'concern-2', 'Second concern', '6', '0', 'true', '2', '{}'),
  ('false', 'MYCaW', 'wellbeing', 'Wellbeing', '6', '0', 'false', '3', '{}'),
  ('false', 'ONS4', 'anxiety', 'Anxiety yesterday', '10', '0', 'false', '4', '{}'),
  ('false', 'UCLA-3', 'item-1', 'Item 1', '3', '1', 'false', '1', '{}'),
  ('false', 'UCLA-3', 'item-2', 'Item 2', '3', '1', 'false', '2', '{}'),
  ('false', 'UCLA-3', 'item-3', 'Item 3', '3', '1', 'false', '3', '{}'),
  ('true', 'DJG-11', 'item-1', 'Item 1 (social)', '3', '1', 'false', '1', '{1,2}'),
  ('true', 'DJG-11', 'item-11', 'Item 11 (social)', '3', '1', 'false', '11', '{1,2}'),
  ('true', 'DJG-11', 'item-4', 'Item 4 (social)', '3', '1', 'false', '4', '{1,2}'),
  ('true', 'DJG-11', 'item-7', 'Item 7 (social)', '3', '1', 'false', '7', '{1,2}'),
  ('true', 'DJG-11', 'item-8', 'Item 8 (social)', '3', '1', 'false', '8', '{1,2}'),
  ('true', 'DJG-6', 'item-4', 'Item 4 (social)', '3', '1', 'false', '4', '{1,2}'),
  ('true', 'DJG-6', 'item-7', 'Item 7 (social)', '3', '1', 'false', '7', '{1,2}'),
  ('true', 'DJG-6', 'item-8', 'Item 8 (social)', '3', '1', 'false', '8', '{1,2}'),
  ('true', 'ONS4', 'happiness', 'Happiness yesterday', '10', '0', 'false', '3', '{}'),
  ('true', 'ONS4', 'satisfaction', 'Life satisfaction', '10', '0', 'false', '1', '{}'),
  ('true', 'ONS4', 'worthwhile', 'Worthwhile', '10', '0', 'false', '2', '{}'),
  ('true', 'SWEMWBS', 'item-1', 'Item 1 (item 1 of WEMWBS)', '5', '1', 'false', '1', '{}'),
  ('true', 'SWEMWBS', 'item-2', 'Item 2 (item 2 of WEMWBS)', '5', '1', 'false', '2', '{}'),
  ('true', 'SWEMWBS', 'item-3', 'Item 3 (item 3 of WEMWBS)', '5', '1', 'false', '3', '{}'),
  ('true', 'SWEMWBS', 'item-4', 'Item 4 (item 6 of WEMWBS)', '5', '1', 'false', '4', '{}'),
  ('true', 'SWEMWBS', 'item-5', 'Item 5 (item 7 of WEMWBS)', '5', '1', 'false', '5', '{}'),
  ('true', 'SWEMWBS', 'item-6', 'Item 6 (item 9 of WEMWBS)', '5', '1', 'false', '6', '{}'),
  ('true', 'SWEMWBS', 'item-7', 'Item 7 (item 11 of WEMWBS)', '5', '1', 'false', '7', '{}'),
  ('true', 'WEMWBS', 'item-1', 'Item 1', '5', '1', 'false', '1', '{}'),
  ('true', 'WEMWBS', 'item-10', 'Item 10', '5', '1', 'false', '10', '{}'),
  ('true', 'WEMWBS', 'item-11', 'Item 11', '5', '1', 'false', '11', '{}'),
  ('true', 'WEMWBS', 'item-12', 'Item 12', '5', '1', 'false', '12', '{}'),
  ('true', 'WEMWBS', 'item-13', 'Item 13', '5', '1', 'false', '13', '{}'),
  ('true', 'WEMWBS', 'item-14', 'Item 14', '5', '1', 'false', '14', '{}'),
  ('true', 'WEMWBS', 'item-2', 'Item 2', '5', '1', 'false', '2', '{}'),
  ('true', 'WEMWBS', 'item-3', 'Item 3', '5', '1', 'false', '3', '{}'),
  ('true', 'WEMWBS', 'item-4', 'Item 4', '5', '1', 'false', '4', '{}'),
  ('true', 'WEMWBS', 'item-5', 'Item 5', '5', '1', 'false', '5', '{}'),
  ('true', 'WEMWBS', 'item-6', 'Item 6', '5', '1', 'false', '6', '{}'),
  ('true', 'WEMWBS', 'item-7', 'Item 7', '5', '1', 'false', '7', '{}'),
  ('true', 'WEMWBS', 'item-8', 'Item 8', '5', '1', 'false', '8', '{}'),
  ('true', 'WEMWBS', 'item-9', 'Item 9', '5', '1', 'false', '9', '{}');

insert into hub.instrument_level (from_score, instrument, label, version)
values
  ('0', 'DJG-11', 'Not lonely', '1'),
  ('0', 'DJG-6', 'Not lonely', '1'),
  ('0', 'PAM', 'Level 1', '1'),
  ('11', 'DJG-11', 'Very severely lonely', '1'),
  ('2', 'DJG-6', 'Moderately lonely', '1'),
  ('3', 'DJG-11', 'Moderately lonely', '1'),
  ('47.1', 'PAM', 'Level 2', '1'),
  ('5', 'DJG-6', 'Severely lonely', '1'),
  ('55.2', 'PAM', 'Level 3', '1'),
  ('72.5', 'PAM', 'Level 4', '1'),
  ('9', 'DJG-11', 'Severely lonely', '1');

insert into hub.reason (key, label, "position", snomed_code)
values
  ('antisocial-behaviour', 'Antisocial behaviour', '1', null),
  ('bereavement-related-anxiety', 'Bereavement-related anxiety', '2', null),
  ('care-following-cancer-heart-disease-or-stroke', 'Care following cancer, heart disease, or stroke', '3', null),
  ('crisis-support', 'Crisis support', '4', null),
  ('domestic-violence', 'Domestic violence', '5', null),
  ('employability-and-employment-support', 'Employability and employment support', '6', null),
  ('falls-prevention', 'Falls prevention', '7', null),
  ('financial-management-support', 'Financial management support', '8', null),
  ('healthy-lifestyle-support-and-weight-reduction', 'Healthy lifestyle support and weight reduction', '9', null),
  ('homelessness-or-housing-support', 'Homelessness or housing support', '10', null),
  ('learning-and-skills-development', 'Learning and skills development', '11', null),
  ('legal-advice', 'Legal advice', '12', null),
  ('lgbtq-support', 'LGBTQ support', '13', null),
  ('low-self-esteem-confidence', 'Low self-esteem/confidence', '14', null),
  ('mental-health', 'Mental health', '15', null),
  ('parenting-support', 'Parenting support', '16', null),
  ('personal-development', 'Personal development', '17', null),
  ('physical-inactivity', 'Physical inactivity', '18', '390893007'),
  ('prevention-of-chronic-disease', 'Prevention of chronic disease', '19', null),
  ('respiratory', 'Respiratory', '20', null),
  ('send-support', 'SEND support', '21', null),
  ('social-engagement-or-isolation', 'Social engagement or isolation', '22', null),
  ('substance-misuse', 'Substance misuse', '23', null),
  ('support-in-a-caring-role', 'Support in a caring role', '24', null),
  (
    'support-with-physical-needs-and-tasks-of-daily-living',
    'Support with physical needs and tasks of daily living',
    '25',
    null
  ),
  ('type-1-and-type-2-diabetes', 'Type 1 and type 2 diabetes', '26', null),
  ('volunteering', 'Volunteering', '27', null);

insert into hub.reason_category (category, reason)
values
  ('adult-learning', 'learning-and-skills-development'),
  ('befriending', 'social-engagement-or-isolation'),
  ('bereavement', 'bereavement-related-anxiety'),
  ('breathing', 'respiratory'),
  ('carers', 'support-in-a-caring-role'),
  ('choir', 'low-self-esteem-confidence'),
  ('coaching', 'personal-development'),
  ('debt', 'financial-management-support'),
  ('diabetes', 'type-1-and-type-2-diabetes'),
  ('domestic-abuse', 'domestic-violence'),
  ('healthy-eating', 'healthy-lifestyle-support-and-weight-reduction'),
  ('help-at-home', 'support-with-physical-needs-and-tasks-of-daily-living'),
  ('housing-advice', 'homelessness-or-housing-support'),
  ('job-club', 'employability-and-employment-support'),
  ('lgbtq', 'lgbtq-support'),
  ('neighbour-mediation', 'antisocial-behaviour'),
  ('parenting', 'parenting-support'),
  ('prevention', 'prevention-of-chronic-disease'),
  ('pulmonary-rehabilitation', 'respiratory'),
  ('recovery', 'substance-misuse'),
  ('recovery-group', 'care-following-cancer-heart-disease-or-stroke'),
  ('send', 'send-support'),
  ('strength-and-balance', 'falls-prevention'),
  ('walking-group', 'physical-inactivity'),
  ('welfare-benefits', 'financial-management-support');

insert into hub.reason_code (code, "position", reason, source, term, version)
values
  (
    '390893007',
    '3',
    'physical-inactivity',
    'Greater Manchester code set',
    'Referral to physical activity program',
    '1'
  ),
  (
    '771491000000104',
    '4',
    'healthy-lifestyle-support-and-weight-reduction',
    'Greater Manchester code set',
    'Local authority weight management programme (referral), wording abbreviated',
    '1'
  ),
  (
    '837111000000105',
    '5',
    'healthy-lifestyle-support-and-weight-reduction',
    'Greater Manchester code set',
    'Residential weight management programme (referral), wording abbreviated',
    '1'
  ),
  ('871711000000103', '2', null, 'socialrx.co.uk and TPHC pages', 'Social prescribing declined (situation)', '1'),
  (
    '871731000000106',
    '1',
    null,
    'socialrx.co.uk, Ardens and TPHC pages; cluster SOCPRESREF_COD',
    'Referral to social prescribing service (procedure)',
    '1'
  );

insert into hub.referral_child (readers, relation)
values
  ('FULL', 'hub.choice'),
  ('FULL', 'hub.contact'),
  ('FULL', 'hub.escalation'),
  ('FULL', 'hub.extension'),
  ('FULL', 'hub.measurement'),
  ('FULL', 'hub.safeguarding_note'),
  ('LIVE', 'hub.plan'),
  ('SUPPORT', 'hub.preparation');

insert into hub.response_limit (organisation_id, service_id, working_days)
values
  (null, null, '5');

insert into hub.route (key, label, "position")
values
  ('community-services', 'Community services', '6'),
  ('drop-in', 'Drop-in', '5'),
  ('general-practice', 'General practice', '1'),
  ('link-worker', 'Referred on by a link worker', '8'),
  ('secondary-care', 'Secondary care', '3'),
  ('self-referral', 'Self-referral', '2'),
  ('social-care', 'Social care', '4'),
  ('voluntary-sector', 'Voluntary sector', '7');

insert into hub.transition (action, from_status, "position", to_status, who)
values
  ('ACCEPT', 'RECEIVED', '1', 'ACCEPTED', 'RECEIVER'),
  ('CANCEL', 'ACCEPTED', '8', 'CANCELLED', 'REFERRER'),
  ('CANCEL', 'RECEIVED', '8', 'CANCELLED', 'REFERRER'),
  ('CANCEL', 'WAITING', '8', 'CANCELLED', 'REFERRER'),
  ('CLOSE', 'ACCEPTED', '7', 'CLOSED', 'RECEIVER'),
  ('CLOSE', 'ACTIVE', '7', 'CLOSED', 'RECEIVER'),
  ('CLOSE', 'PAUSED', '7', 'CLOSED', 'RECEIVER'),
  ('CLOSE', 'WAITING', '7', 'CLOSED', 'RECEIVER'),
  ('DECLINE', 'RECEIVED', '2', 'DECLINED', 'RECEIVER'),
  ('PAUSE', 'ACTIVE', '5', 'PAUSED', 'RECEIVER'),
  ('PAUSE', 'WAITING', '5', 'PAUSED', 'RECEIVER'),
  ('PLACE_ON_WAITING_LIST', 'ACCEPTED', '3', 'WAITING', 'RECEIVER'),
  ('RESUME', 'PAUSED', '6', 'ACTIVE', 'RECEIVER'),
  ('START', 'ACCEPTED', '4', 'ACTIVE', 'RECEIVER'),
  ('START', 'WAITING', '4', 'ACTIVE', 'RECEIVER'),
  ('WITHDRAW', 'ACCEPTED', '9', 'WITHDRAWN', 'PARTY'),
  ('WITHDRAW', 'ACTIVE', '9', 'WITHDRAWN', 'PARTY'),
  ('WITHDRAW', 'PAUSED', '9', 'WITHDRAWN', 'PARTY'),
  ('WITHDRAW', 'RECEIVED', '9', 'WITHDRAWN', 'PARTY'),
  ('WITHDRAW', 'WAITING', '9', 'WITHDRAWN', 'PARTY');
