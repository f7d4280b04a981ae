-- A crisis leaves the queue: it goes to a general practice, whose clinician must say that it has it; until then it comes again.
set local role loopwell_owner;

create table hub.crisis_setting (
  one boolean primary key default true check (one),
  alert_every interval not null default interval '15 minutes'
);
insert into hub.crisis_setting default values;
call hub.protect('hub.crisis_setting');

create table hub.escalation (
  id uuid primary key default gen_random_uuid(),
  referral_id uuid not null references hub.referral,
  person_id uuid not null references hub.person,
  at timestamptz not null default hub.clock(),
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
call hub.protect('hub.escalation');
call hub.protect('hub.escalation_alert');

-- Read by the practice it went to, also after its access to the referral has ended (it answers for what it was told); and, as what
-- hangs on a referral, by parties with FULL disclosure and whoever raised it.
insert into hub.referral_child (relation, readers) values ('hub.escalation', 'FULL');
create policy readers on hub.escalation for select to loopwell_guard
  using ((select hub.viewer_has_agreement()) and ((select hub.viewer_party()) = practice_id or coalesce((select hub.viewer_party()) = any (party_ids), false)));
-- read only together with the escalation itself
create policy readers on hub.escalation_alert for select to loopwell_guard using ((select hub.viewer_has_agreement()));
grant select on hub.escalation, hub.escalation_alert to loopwell_guard;

insert into hub.event_rule (kind, role) values ('CRISIS_ESCALATED', 'LINK_WORKER'), ('CRISIS_ESCALATED', 'PERSON');

-- The practice becomes a party that reads the escalation alone: no role, so no rule sends it anything else. Whatever it is already, it stays.
create function hub.add_crisis_party(referral hub.referral, practice uuid) returns void language sql set search_path = pg_catalog, hub, pg_temp as $$
  insert into hub.referral_party as p (referral_id, party_id, roles, disclosure, received_at, updated_at)
  values (referral.id, practice, '{}', 'CRISIS', referral.received_at, referral.updated_at)
  on conflict (referral_id, party_id) do update set roles = '{}', disclosure = 'CRISIS', ended_at = null, expires_on = null, waiting_since = null
    where p.ended_at is not null;
  select hub.fold_referral(referral.id)
$$;
alter function hub.add_crisis_party owner to loopwell_keeper;

-- Whoever is asked to help in a crisis must still know whom, until somebody there has it in hand: whatever else ends, that part does not.
create or replace function hub.end_party(referral hub.referral, party uuid) returns void language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
declare
  awaited boolean := exists (select from hub.escalation e join hub.organisation o on o.id = e.practice_id
    where e.referral_id = referral.id and e.practice_id = party and e.acknowledged_at is null and o.closed_on is null);
begin
  update hub.referral_party p set ended_at = hub.clock() where p.referral_id = referral.id and p.party_id = party and p.ended_at is null
    and not (awaited and p.disclosure = 'CRISIS');
  if found then
    update hub.source_record s set party_ids = array_remove(s.party_ids, party)
    where s.referral_id = referral.id and not (awaited and s.system = 'urn:loopwell:escalation');
    perform hub.add_crisis_party(referral, party) where awaited;
    perform hub.fold_referral(referral.id);
    perform hub.fold_person(referral.person_id);
    perform hub.write_event('ACCESS_ENDED', referral, '{}', array[party], array['STAGE']);
  end if;
end $$;

-- Tells the practice, the link worker and the person.
create function hub.alert_of_crisis(escalation hub.escalation, referral hub.referral) returns void language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
declare
  parties uuid[];
  disclosed text[];
begin
  select coalesce(array_agg(told.party order by told.party), '{}'), coalesce(array_agg(told.disclosure order by told.party), '{}') into parties, disclosed
  from (
    select p.party_id as party, p.disclosure from hub.referral_party p
      where p.referral_id = referral.id and p.party_id = escalation.practice_id and p.ended_at is null
    union
    select a.party, a.disclosure from hub.event_audience('CRISIS_ESCALATED', referral, '{}') a
  ) told;
  insert into hub.escalation_alert (event_id, escalation_id)
  select told, escalation.id from hub.write_event('CRISIS_ESCALATED', referral, '{}', parties, disclosed) told where told is not null;
  update hub.escalation e set alerts = e.alerts + 1, next_alert_at = hub.clock() + (select s.alert_every from hub.crisis_setting s) where e.id = escalation.id;
end $$;
alter function hub.alert_of_crisis owner to loopwell_keeper;

-- A general practice that can be told: a crisis that goes where nobody reads it would be thought to be in somebody's hands.
create function hub.reachable_practice(practice uuid) returns boolean language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select exists (select from hub.organisation o join hub.sharing_agreement a on a.organisation_id = o.id
    where o.id = practice and o.sector = 'PRIMARY_CARE' and o.closed_on is null and hub.clock()::date between a.valid_from and a.valid_to)
$$;
alter function hub.reachable_practice owner to loopwell_keeper;

-- The practice of this person, as far as whoever asks may be told of it: the referral's own; then one the asker knows; then any, unless
-- the asker opened the referral to itself unseen by the person: otherwise a guessed number would tell it where somebody is registered.
create function hub.practice_for_crisis(referral hub.referral, viewer uuid) returns uuid language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select coalesce((select referral.practice_id where hub.reachable_practice(referral.practice_id)), (
    select s.practice_id from hub.source_record s
    where s.person_id = referral.person_id and not s.superseded and hub.reachable_practice(s.practice_id)
      and (viewer = any (s.party_ids) or referral.root_referrer_id <> viewer
        or exists (select from hub.consent c where c.referral_id = referral.root_id and c.recorded_by = referral.person_id))
    order by viewer = any (s.party_ids) desc, s.received_at desc limit 1))
$$;
alter function hub.practice_for_crisis owner to loopwell_keeper;

-- {"wrong": …} names what the input got wrong, before anything is written.
create function hub.escalate(input jsonb) returns jsonb language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.require_organisation();
  about hub.referral;
  practice uuid;
  excluded boolean;
  teller uuid;
  told jsonb;
  raised hub.escalation;
begin
  select r.* into about from hub.referral r where r.id = (input ->> 'referral')::uuid and viewer = any (r.party_ids) for no key update;
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  elsif not viewer = any (about.full_party_ids || about.writer_ids) then
    raise exception 'not for this party to escalate' using errcode = 'LW403';
  elsif about.status not in ('RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED') then
    raise exception 'the referral is over' using errcode = 'LW409';
  end if;
  practice := coalesce((input ->> 'practice')::uuid, hub.practice_for_crisis(about, viewer));
  if not coalesce(hub.reachable_practice(practice), false) then
    return '{"wrong": "practice"}';
  end if;
  excluded := hub.kept_out(about, practice);
  if excluded and input ->> 'basis' <> 'VITAL_INTERESTS' then
    return '{"wrong": "basis"}';
  end if;

  insert into hub.escalation (referral_id, person_id, basis, facts, practice_id, override, organisation_id, practitioner_id, next_alert_at)
  values (about.id, about.person_id, input ->> 'basis', input ->> 'facts', practice, excluded, viewer, hub.viewer_practitioner(), hub.clock())
  returning * into raised;
  -- what a practice that is no more never acknowledged is in other hands now
  update hub.escalation e set next_alert_at = 'infinity'
  where e.referral_id = about.id and e.acknowledged_at is null and exists (select from hub.organisation o where o.id = e.practice_id and o.closed_on is not null);
  if excluded then
    insert into hub.override (person_id, organisation_id, by_id, practitioner_id, referral_id, basis, reason)
    values (about.person_id, practice, viewer, hub.viewer_practitioner(), about.id, raised.basis, raised.facts);
  end if;
  -- who it is: a duty clinician cannot ring a person without name and number
  if not practice = any (about.full_party_ids) then
    select f into teller from unnest(viewer || about.full_party_ids) f join hub.organisation o on o.id = f
      order by o.sector = 'VOLUNTARY', f = viewer desc, f limit 1;
    told := hub.known_to(teller, about.person_id, true, false);
    perform hub.add_record(about.person_id, teller, jsonb_build_object('system', 'urn:loopwell:escalation', 'externalId', raised.id, 'recordKind', 'Escalation',
      'summary', 'As told with a crisis', 'rawHash', md5(told::text)), told, about.id, array[practice]);
    perform hub.fold_person(about.person_id);
  end if;
  perform hub.add_crisis_party(about, practice);
  perform hub.alert_of_crisis(raised, about);
  -- a crisis waits in no queue
  if about.status = 'WAITING' then
    update hub.referral r set status = 'PAUSED' where r.id = about.id;
    perform hub.append_event('SUPPORT_PAUSED', about.id);
  end if;
  return jsonb_build_object('escalation', raised.id);
end $$;
alter function hub.escalate owner to loopwell_keeper;

-- A clinician of the practice has it. Said again it changes nothing: the first to say so stands.
create function hub.acknowledge_escalation(target uuid, note text) returns uuid language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.require_organisation();
  raised hub.escalation;
begin
  select * into raised from hub.escalation e where e.id = target and (viewer in (e.practice_id, e.organisation_id)
    or exists (select from hub.referral r where r.id = e.referral_id and viewer = any (r.full_party_ids))) for no key update;
  if not found then
    raise exception 'no such escalation' using errcode = 'LW404';
  elsif viewer <> raised.practice_id or hub.viewer_practitioner() is null then
    raise exception 'for a clinician of the practice' using errcode = 'LW403';
  end if;
  if raised.acknowledged_at is null then
    update hub.escalation e set acknowledged_at = hub.clock(), acknowledged_by = hub.viewer_practitioner(), acknowledgement = nullif(trim(note), '') where e.id = target;
    update hub.party_feed f set acted_at = hub.clock(), seen_at = coalesce(f.seen_at, hub.clock()), delivered_at = coalesce(f.delivered_at, hub.clock())
    where f.referral_id = raised.referral_id and f.party = viewer and f.acted_at is null;
  end if;
  return target;
end $$;
alter function hub.acknowledge_escalation owner to loopwell_keeper;
grant execute on function hub.escalate, hub.acknowledge_escalation to loopwell_api;

-- What nobody has acknowledged comes again, whatever became of the referral since, to a practice whose access ended as well. Where the
-- practice is no more, the link worker is told alone, until she takes it to another.
create function hub.repeat_alerts() returns integer language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  due hub.escalation;
  about hub.referral;
  repeated integer := 0;
begin
  for due in select * from hub.escalation e where e.acknowledged_at is null and e.next_alert_at <= hub.clock() order by e.next_alert_at limit 100
    for no key update skip locked
  loop
    select r.* into about from hub.referral r where r.id = due.referral_id;
    perform hub.add_crisis_party(about, due.practice_id) from hub.organisation o where o.id = due.practice_id and o.closed_on is null;
    update hub.source_record s set party_ids = array[due.practice_id]
    where s.referral_id = about.id and s.system = 'urn:loopwell:escalation' and s.external_id = due.id::text and s.party_ids = '{}';
    perform hub.fold_person(about.person_id) where found;
    perform hub.alert_of_crisis(due, about);
    repeated := repeated + 1;
  end loop;
  return repeated;
end $$;
alter function hub.repeat_alerts owner to loopwell_keeper;
insert into hub.clock_job (position, name) values (41, 'repeat_alerts');

create view graph.escalation as
  select e.id, e.referral_id, e.person_id, e.at, e.basis, e.facts, e.practice_id, e.override, e.organisation_id, e.practitioner_id,
    e.acknowledged_at, e.acknowledged_by, e.acknowledgement, e.alerts
  from hub.escalation e;
-- By the event that told of it.
create view graph.escalation_event as
  select a.event_id::text as key, e.* from hub.escalation_alert a join graph.escalation e on e.id = a.escalation_id;
alter view graph.escalation owner to loopwell_guard;
alter view graph.escalation_event owner to loopwell_guard;
reset role;
set local role loopwell_guard;
grant select on graph.escalation, graph.escalation_event to loopwell_api;
reset role;
