-- The event log and the parties' feeds. An event names no recipient: its audience is computed here, from the rules.
set local role loopwell_owner;

create table hub.event (
  ordinal bigint generated always as identity primary key,
  id uuid not null default gen_random_uuid() unique,
  kind text not null,
  occurred_at timestamptz not null default hub.clock(),
  referral_id uuid references hub.referral,
  reference text,
  actor_id uuid,
  service_id uuid,
  contact_id uuid,
  measurement_id uuid,
  -- a set: a party twice in it would break the feed's key and stall every feed behind it
  audience uuid[] not null,
  disclosures text[] not null,
  check (cardinality(audience) = cardinality(disclosures))
);
create index event_referral on hub.event (referral_id, ordinal);

-- kind x role: who hears what. `condition` narrows: RECEIVER_OR_ROOT the receiver of an onward referral, anyone of a root;
-- NOT_RECEIVER everyone else; SECOND_MISS from the second missed contact on; SUBJECT the organisation the event is about.
create table hub.event_rule (
  kind text not null,
  role text not null check (role in ('REFERRER', 'LINK_WORKER', 'PROVIDER', 'REGISTERED_PRACTICE', 'CARE_TEAM', 'PERSON')),
  condition text check (condition in ('RECEIVER_OR_ROOT', 'NOT_RECEIVER', 'SECOND_MISS', 'SUBJECT')),
  primary key (kind, role)
);
insert into hub.event_rule (kind, role)
select kind, role
from unnest(array['REFERRAL_ACCEPTED', 'REFERRAL_DECLINED', 'REFERRAL_CANCELLED', 'WAITING_LIST_JOINED', 'SUPPORT_STARTED',
    'SUPPORT_PAUSED', 'SUPPORT_RESUMED', 'REFERRAL_CLOSED', 'OUTCOME_RECORDED']) kind,
  unnest(array['REFERRER', 'LINK_WORKER', 'PROVIDER', 'REGISTERED_PRACTICE', 'CARE_TEAM', 'PERSON']) role;
insert into hub.event_rule (kind, role, condition) values
  ('REFERRAL_RECEIVED', 'REFERRER', 'RECEIVER_OR_ROOT'),
  ('REFERRAL_RECEIVED', 'LINK_WORKER', 'RECEIVER_OR_ROOT'),
  ('REFERRAL_RECEIVED', 'PROVIDER', 'RECEIVER_OR_ROOT'),
  ('REFERRAL_RECEIVED', 'REGISTERED_PRACTICE', 'RECEIVER_OR_ROOT'),
  ('REFERRAL_RECEIVED', 'PERSON', 'RECEIVER_OR_ROOT'),
  ('ONWARD_REFERRAL_CREATED', 'REFERRER', 'NOT_RECEIVER'),
  ('ONWARD_REFERRAL_CREATED', 'LINK_WORKER', 'NOT_RECEIVER'),
  ('ONWARD_REFERRAL_CREATED', 'REGISTERED_PRACTICE', 'NOT_RECEIVER'),
  ('ONWARD_REFERRAL_CREATED', 'CARE_TEAM', 'NOT_RECEIVER'),
  ('ONWARD_REFERRAL_CREATED', 'PERSON', 'NOT_RECEIVER'),
  ('ATTENDANCE_RECORDED', 'LINK_WORKER', null),
  ('ATTENDANCE_RECORDED', 'PROVIDER', null),
  ('ATTENDANCE_RECORDED', 'PERSON', null),
  ('ATTENDANCE_RECORDED', 'REFERRER', 'SECOND_MISS'),
  ('REENGAGEMENT_DUE', 'LINK_WORKER', null),
  ('REVIEW_DUE', 'LINK_WORKER', null),
  ('SOURCE_RECORD_CHANGED', 'LINK_WORKER', null),
  ('FUNDING_ENDING', 'LINK_WORKER', null),
  ('CHOICES_RECORDED', 'LINK_WORKER', null),
  ('CHOICES_RECORDED', 'PERSON', null),
  ('CONSENT_CHANGED', 'LINK_WORKER', null),
  ('CONSENT_CHANGED', 'PERSON', null),
  ('CARE_TEAM_JOINED', 'LINK_WORKER', null),
  ('CARE_TEAM_JOINED', 'CARE_TEAM', 'SUBJECT'),
  ('CARE_TEAM_JOINED', 'PERSON', null);

create table hub.outbox_pending (ordinal bigint primary key references hub.event);
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

do $$
declare
  feed_table regclass;
begin
  foreach feed_table in array array['hub.event', 'hub.event_rule', 'hub.outbox_pending', 'hub.feed_head', 'hub.party_feed']::regclass[] loop
    call hub.protect(feed_table);
  end loop;
end $$;
create policy sequencer on hub.event for select to loopwell_sequencer using (true);
create policy sequencer on hub.outbox_pending to loopwell_sequencer using (true) with check (true);
create policy sequencer on hub.feed_head to loopwell_sequencer using (true) with check (true);
create policy sequencer on hub.party_feed to loopwell_sequencer using (true) with check (true);
grant select on hub.event to loopwell_sequencer;
-- no UPDATE: DELETE … RETURNING is all the sequencer does to the outbox
grant select, delete on hub.outbox_pending to loopwell_sequencer;
grant select, insert, update on hub.feed_head to loopwell_sequencer;
grant select, insert on hub.party_feed to loopwell_sequencer;

create policy own on hub.feed_head for select to loopwell_guard, loopwell_api using (party = (select hub.viewer_party()));
grant select on hub.feed_head to loopwell_guard, loopwell_api;
create policy readers on hub.event for select to loopwell_guard using ((select hub.viewer_party()) = any (audience));
grant select on hub.party_feed, hub.event to loopwell_guard;

-- A party says how far it came with what it was sent. A later stage implies the earlier; `through` covers all before.
create policy own on hub.party_feed for select to loopwell_guard, loopwell_api using (party = (select hub.viewer_party()));
create policy own_ledger on hub.party_feed for update to loopwell_api
  using (party = (select hub.viewer_party())) with check (party = (select hub.viewer_party()));
grant select (party, seq, event_ordinal, referral_id, delivered_at, seen_at, acted_at) on hub.party_feed to loopwell_api;
grant update (delivered_at, seen_at, acted_at) on hub.party_feed to loopwell_api;

-- How far the newest entry of a party has come, for whoever may read that party's row of the referral.
create function hub.loop_state(referral uuid, of_party uuid)
  returns table (sent_at timestamptz, delivered_at timestamptz, seen_at timestamptz, acted_at timestamptz)
  language sql stable rows 1 security definer set search_path = pg_catalog, hub, pg_temp as $$
  select f.sent_at, f.delivered_at, f.seen_at, f.acted_at
  from hub.party_feed f
  where f.referral_id = referral and f.party = of_party and hub.viewer_has_agreement() and exists (
    select from hub.referral_party p where p.referral_id = referral and p.party_id = of_party and hub.viewer_party() = any (p.reader_ids))
  order by f.seq desc limit 1
$$;
alter function hub.loop_state owner to loopwell_keeper;
grant execute on function hub.loop_state to loopwell_api;

create function hub.missed_contacts(referral uuid) returns bigint language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select count(*) from hub.contact c
  where c.referral_id = referral and c.attendance in ('DID_NOT_ATTEND', 'UNABLE_TO_ATTEND') and c.recorded_in_error_at is null
$$;
alter function hub.missed_contacts owner to loopwell_keeper;

-- The audience of an event of this kind on this referral, as it stands now. A set, by construction: one row a party.
create function hub.event_audience(event_kind text, referral hub.referral, subject jsonb)
  returns table (party uuid, disclosure text) language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select p.party_id, p.disclosure
  from hub.referral_party p
  where p.referral_id = referral.id and p.ended_at is null and exists (
    select from hub.event_rule r
    where r.kind = event_kind and r.role = any (p.roles) and case r.condition
      when 'RECEIVER_OR_ROOT' then referral.parent_id is null or p.party_id = referral.receiver_id
      when 'NOT_RECEIVER' then p.party_id <> referral.receiver_id
      when 'SECOND_MISS' then hub.missed_contacts(referral.id) >= 2
        and exists (select from hub.contact c where c.id = (subject ->> 'contact')::uuid and c.attendance in ('DID_NOT_ATTEND', 'UNABLE_TO_ATTEND'))
      when 'SUBJECT' then p.party_id = (subject ->> 'organisation')::uuid
      else true end)
  order by p.party_id
$$;
alter function hub.event_audience owner to loopwell_keeper;

-- For keepers alone: writes the event for an audience already decided.
create function hub.write_event(event_kind text, referral hub.referral, subject jsonb, parties uuid[], disclosed text[])
  returns uuid language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
declare
  written hub.event;
begin
  if cardinality(parties) = 0 then
    return null;
  end if;
  insert into hub.event (kind, referral_id, reference, actor_id, service_id, contact_id, measurement_id, audience, disclosures)
  values (event_kind, referral.id, referral.reference, case when hub.viewer_is_organisation() then hub.viewer_party() end,
    (subject ->> 'service')::uuid, (subject ->> 'contact')::uuid, (subject ->> 'measurement')::uuid, parties, disclosed)
  returning * into written;
  insert into hub.outbox_pending (ordinal) values (written.ordinal);
  -- A domain action closes the actor's own loop up to here.
  update hub.party_feed f set acted_at = hub.clock(), seen_at = coalesce(f.seen_at, hub.clock()), delivered_at = coalesce(f.delivered_at, hub.clock())
  where f.referral_id = referral.id and f.party = hub.viewer_party() and f.acted_at is null;
  return written.id;
end $$;
alter function hub.write_event owner to loopwell_keeper;

-- The one way a service says that something happened. It names no recipient.
create function hub.append_event(event_kind text, referral uuid, subject jsonb default '{}') returns uuid
  language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  about hub.referral;
  parties uuid[];
  disclosed text[];
begin
  select r.* into about from hub.referral r
  where r.id = referral and (hub.viewer_has_agreement() and hub.viewer_party() = any (r.party_ids)
    or hub.viewer_is_person() and r.person_id = hub.viewer_party())
  for no key update;
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  end if;
  -- a party that only watches reports nothing, and its referrer only what a referrer does
  if hub.viewer_is_organisation() and not hub.viewer_party() = any (about.writer_ids || about.full_party_ids) and not (
    hub.viewer_party() = about.referrer_id and event_kind in ('REFERRAL_RECEIVED', 'ONWARD_REFERRAL_CREATED', 'REFERRAL_CANCELLED', 'SOURCE_RECORD_CHANGED')) then
    raise exception 'not for this party to report' using errcode = 'LW403';
  end if;
  -- a foreign key does not ask row security: what the event is about must be of this referral
  if subject ->> 'contact' is not null and not exists (select from hub.contact c where c.id = (subject ->> 'contact')::uuid and c.referral_id = about.id)
    or subject ->> 'measurement' is not null and not exists (select from hub.measurement m where m.id = (subject ->> 'measurement')::uuid and m.referral_id = about.id) then
    raise exception 'no such subject' using errcode = 'LW404';
  end if;
  select coalesce(array_agg(a.party), '{}'), coalesce(array_agg(a.disclosure), '{}') into parties, disclosed
  from hub.event_audience(event_kind, about, subject) a;
  return hub.write_event(event_kind, about, subject, parties, disclosed);
end $$;
alter function hub.append_event owner to loopwell_keeper;
grant execute on function hub.append_event to loopwell_api;

-- The sequencer's whole work in one statement, so that its transaction is the statement's own. The lock ends with it: a dead
-- node holds nothing, and a node with an older snapshot finds its rows gone and takes none.
create function hub.sequence_events(batch_size integer) returns integer language sql security invoker set search_path = pg_catalog, hub, pg_temp as $$
  with lock as materialized (
    select pg_try_advisory_xact_lock(hashtext('loopwell_sequencer')) as mine
  ), batch as (
    delete from hub.outbox_pending
    where ordinal in (select o.ordinal from hub.outbox_pending o, lock where lock.mine order by o.ordinal limit batch_size)
    returning ordinal
  ), want as (
    select a.party, a.disclosure, e.ordinal, e.referral_id,
      -- what a party did itself it need not be told: that entry is closed as it arrives
      case when a.party = e.actor_id then e.occurred_at end as done_at, row_number() over (partition by a.party order by e.ordinal) as place
    from batch b join hub.event e using (ordinal) cross join lateral unnest(e.audience, e.disclosures) a (party, disclosure)
  ), total as (
    select party, count(*) as events from want group by party
  ), head as (
    insert into hub.feed_head as h (party, last_seq) select party, events from total order by party
    on conflict (party) do update set last_seq = h.last_seq + excluded.last_seq
    returning party, last_seq
  ), put as (
    insert into hub.party_feed (party, seq, event_ordinal, referral_id, disclosure, sent_at, delivered_at, seen_at, acted_at)
    select w.party, h.last_seq - t.events + w.place, w.ordinal, w.referral_id, w.disclosure, hub.clock(), w.done_at, w.done_at, w.done_at
    from want w join head h using (party) join total t using (party)
    returning party, referral_id
  ), woken as (
    -- A payload ends at 7,999 bytes, about 215 parties; above that everybody looks. So they do where it is news of a whole
    -- network, since readers woken together are answered together.
    select pg_notify('loopwell_feed', case when count(distinct party) > 200 or bool_or(referral_id is null) then '*' else string_agg(distinct party::text, ',') end)
    from put having count(*) > 0
  )
  select (select count(*)::integer from batch) + (select 0 * count(*)::integer from woken)
$$;
grant execute on function hub.sequence_events to loopwell_sequencer;
reset role;
