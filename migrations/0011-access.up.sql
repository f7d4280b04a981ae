-- Who did or read what, answers that repeat for a repeated key, and tokens that count no more.
set local role loopwell_owner;

create table hub.audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  party uuid,
  practitioner uuid,
  roles text not null,
  purpose text,
  request_id text not null,
  operation text not null,
  action text not null check (action in ('READ', 'WRITE', 'DELIVER')),
  outcome text not null,
  person_ids uuid[] not null default '{}',
  referral_ids uuid[] not null default '{}',
  -- set by the sequencer, in this order: the chain shows an edited, removed or moved row
  position bigint unique,
  hash bytea,
  -- What a proxy does is audited as such, and shown to the person.
  proxy uuid,
  -- Cases of colleagues that were opened, as hub.may_open notes them: who opened which, and what for, is one plain
  -- question to this table.
  colleagues_cases uuid[] default string_to_array(
    nullif(current_setting('app.colleagues_cases', true), ''),
    ','
  )::uuid[]
);
create index audit_unchained on hub.audit (id) where position is null;
create index audit_person on hub.audit using gin (person_ids);
create index audit_proxy on hub.audit (proxy) where proxy is not null;
create index audit_colleagues_cases on hub.audit (at) where colleagues_cases is not null;

create table hub.idempotency (
  party uuid not null,
  practitioner uuid not null default '00000000-0000-0000-0000-000000000000',
  mutation text not null,
  key text not null,
  -- an HMAC: the input itself, which may name a person, is not kept twice
  input_hash bytea not null,
  result jsonb not null,
  at timestamptz not null,
  primary key (party, practitioner, mutation, key)
);

create table hub.revocation (
  id bigint generated always as identity primary key,
  -- TOKEN its `jti`; PRACTITIONER and ORGANISATION the uuid, for tokens issued before `at`
  kind text not null check (kind in ('TOKEN', 'PRACTITIONER', 'ORGANISATION')),
  value text not null,
  reason text not null,
  at timestamptz not null default clock_timestamp()
);
create index revocation_of on hub.revocation (kind, value);

reset role;
