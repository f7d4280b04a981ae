-- Referrals, their parties, and the work done on them.
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
  received_at timestamptz not null default hub.clock(),
  updated_at timestamptz not null default hub.clock(),
  waiting_since timestamptz,
  decline_reason text,
  decline_at timestamptz,
  source_system text,
  source_id text,
  party_ids uuid[] not null default '{}',
  full_party_ids uuid[] not null default '{}',
  writer_ids uuid[] not null default '{}'
);
create unique index referral_source on hub.referral (referrer_id, source_system, source_id) where source_id is not null;
create index referral_parent on hub.referral (parent_id, received_at, id) where parent_id is not null;
create index referral_person on hub.referral (person_id, received_at desc, id);
create index referral_root on hub.referral (root_id);
alter table hub.source_record add foreign key (referral_id) references hub.referral deferrable initially deferred;

-- One row a party: a set of roles, the greatest disclosure. Lists are driven from here, so it repeats what they sort by.
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
create index party_waiting on hub.referral_party (party_id, coalesce(waiting_since, 'infinity'::timestamptz), referral_id) where ended_at is null;
create index party_expiry on hub.referral_party (expires_on) where ended_at is null and expires_on is not null;

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
  created_at timestamptz not null default hub.clock(),
  party_ids uuid[] not null default '{}'
);
create index consent_person on hub.consent (person_id, created_at, id);
create index consent_referral on hub.consent (referral_id);

create table hub.contact (
  id uuid primary key default gen_random_uuid(),
  referral_id uuid not null references hub.referral,
  at timestamptz not null,
  attendance text check (attendance in ('ATTENDED', 'DID_NOT_ATTEND', 'UNABLE_TO_ATTEND', 'CANCELLED_BY_PERSON', 'CANCELLED_BY_SERVICE')),
  minutes integer check (minutes between 0 and 1440),
  mode text,
  barriers text[] not null default '{}',
  organisation_id uuid not null references hub.organisation,
  practitioner_id uuid references hub.practitioner,
  note text,
  recorded_in_error_at timestamptz,
  created_at timestamptz not null default hub.clock(),
  party_ids uuid[] not null default '{}'
);
create index contact_referral on hub.contact (referral_id, at, id);

create table hub.measurement (
  id uuid primary key default gen_random_uuid(),
  referral_id uuid not null references hub.referral,
  instrument text not null references hub.instrument,
  occasion text not null check (occasion in ('BASELINE', 'REVIEW', 'FOLLOW_UP', 'DISCHARGE')),
  score double precision,
  items jsonb not null default '{}',
  taken_on date not null,
  organisation_id uuid not null references hub.organisation,
  created_at timestamptz not null default hub.clock(),
  party_ids uuid[] not null default '{}'
);
create index measurement_referral on hub.measurement (referral_id, taken_on, id);

create table hub.note (
  id uuid primary key default gen_random_uuid(),
  referral_id uuid not null references hub.referral,
  text text not null,
  at timestamptz not null default hub.clock(),
  organisation_id uuid not null references hub.organisation,
  -- whom it was sent to with the referral: that party reads it whatever its disclosure
  addressee_id uuid references hub.organisation,
  party_ids uuid[] not null default '{}'
);
create index note_referral on hub.note (referral_id, at, id);

-- One outcome a referral; it shares the referral's id.
create table hub.outcome (
  referral_id uuid primary key references hub.referral,
  result text not null,
  summary text,
  self_management_plan text,
  plan_declined boolean not null,
  closed_at timestamptz not null default hub.clock(),
  organisation_id uuid not null references hub.organisation,
  party_ids uuid[] not null default '{}'
);

-- The one table of the referral's states. allowedActions, IllegalTransition, the guard's trigger, the documentation's
-- diagram and the tests all read it. `who`: RECEIVER its receiver, REFERRER who sent it, PARTY any party on the person's word.
create table hub.transition (
  from_status text not null,
  action text not null,
  to_status text not null,
  who text not null check (who in ('RECEIVER', 'REFERRER', 'PARTY')),
  position integer not null,
  primary key (from_status, action),
  unique (from_status, to_status)
);
insert into hub.transition (from_status, action, to_status, who, position) values
  ('RECEIVED', 'ACCEPT', 'ACCEPTED', 'RECEIVER', 1),
  ('RECEIVED', 'DECLINE', 'DECLINED', 'RECEIVER', 2),
  ('RECEIVED', 'CANCEL', 'CANCELLED', 'REFERRER', 8),
  ('RECEIVED', 'WITHDRAW', 'WITHDRAWN', 'PARTY', 9),
  ('ACCEPTED', 'PLACE_ON_WAITING_LIST', 'WAITING', 'RECEIVER', 3),
  ('ACCEPTED', 'START', 'ACTIVE', 'RECEIVER', 4),
  ('ACCEPTED', 'CLOSE', 'CLOSED', 'RECEIVER', 7),
  ('ACCEPTED', 'CANCEL', 'CANCELLED', 'REFERRER', 8),
  ('ACCEPTED', 'WITHDRAW', 'WITHDRAWN', 'PARTY', 9),
  ('WAITING', 'START', 'ACTIVE', 'RECEIVER', 4),
  ('WAITING', 'PAUSE', 'PAUSED', 'RECEIVER', 5),
  ('WAITING', 'CLOSE', 'CLOSED', 'RECEIVER', 7),
  ('WAITING', 'CANCEL', 'CANCELLED', 'REFERRER', 8),
  ('WAITING', 'WITHDRAW', 'WITHDRAWN', 'PARTY', 9),
  ('ACTIVE', 'PAUSE', 'PAUSED', 'RECEIVER', 5),
  ('ACTIVE', 'CLOSE', 'CLOSED', 'RECEIVER', 7),
  ('ACTIVE', 'WITHDRAW', 'WITHDRAWN', 'PARTY', 9),
  ('PAUSED', 'RESUME', 'ACTIVE', 'RECEIVER', 6),
  ('PAUSED', 'CLOSE', 'CLOSED', 'RECEIVER', 7),
  ('PAUSED', 'WITHDRAW', 'WITHDRAWN', 'PARTY', 9);

do $$
declare
  referral_table regclass;
  child regclass;
begin
  foreach referral_table in array array['hub.referral', 'hub.referral_party', 'hub.consent', 'hub.contact', 'hub.measurement', 'hub.note',
    'hub.outcome', 'hub.transition']::regclass[] loop
    call hub.protect(referral_table);
  end loop;
  foreach child in array array['hub.consent', 'hub.contact', 'hub.measurement', 'hub.note', 'hub.outcome']::regclass[] loop
    execute format('create policy readers on %s for select to loopwell_guard, loopwell_api
      using ((select hub.viewer_party()) = any (party_ids) and (select hub.viewer_has_agreement()))', child);
    execute format('grant select on %s to loopwell_guard', child);
  end loop;
  -- Only its receiver records work on a referral; a hidden referral and an absent one fail alike (see seed_child).
  foreach child in array array['hub.contact', 'hub.measurement', 'hub.note', 'hub.outcome']::regclass[] loop
    execute format('create policy writers on %s for insert to loopwell_api with check (organisation_id = (select hub.viewer_party())
      and exists (select from hub.referral r where r.id = referral_id and %s))', child,
      case child when 'hub.note'::regclass then 'true' else '(select hub.viewer_party()) = any (r.writer_ids)' end);
  end loop;
end $$;

create policy readers on hub.referral for select to loopwell_guard, loopwell_api
  using ((select hub.viewer_party()) = any (party_ids) and (select hub.viewer_has_agreement()));
create policy movers on hub.referral for update to loopwell_api
  using ((select hub.viewer_party()) = any (party_ids) and (select hub.viewer_has_agreement())) with check (true);
grant select on hub.referral to loopwell_guard;
grant select (id, version, assignment, party_ids, full_party_ids, writer_ids) on hub.referral to loopwell_api;
grant update (status, link_worker_id, decline_reason) on hub.referral to loopwell_api;

create policy readers on hub.referral_party for select to loopwell_guard
  using ((select hub.viewer_party()) = any (reader_ids) and (select hub.viewer_has_agreement()));
grant select on hub.referral_party to loopwell_guard;

create policy everyone on hub.transition for select to loopwell_guard, loopwell_api using (true);
grant select on hub.transition to loopwell_guard, loopwell_api;

grant select (id, party_ids) on hub.consent, hub.contact, hub.measurement, hub.note to loopwell_api;
grant select (referral_id, party_ids) on hub.outcome to loopwell_api;
grant insert (referral_id, at, attendance, minutes, mode, barriers, organisation_id, practitioner_id, note) on hub.contact to loopwell_api;
grant insert (referral_id, instrument, occasion, score, items, taken_on, organisation_id) on hub.measurement to loopwell_api;
grant insert (referral_id, text, organisation_id, addressee_id) on hub.note to loopwell_api;
grant insert (referral_id, result, summary, self_management_plan, plan_declined, organisation_id) on hub.outcome to loopwell_api;

-- Children take their readers from the referral as the writer sees it: whoever cannot see it inserts nothing.
create function hub.seed_child() returns trigger language plpgsql as $$
begin
  select case tg_table_name when 'outcome' then r.party_ids else r.full_party_ids end into new.party_ids
  from hub.referral r where r.id = new.referral_id;
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  end if;
  if tg_table_name = 'note' and to_jsonb(new) ->> 'addressee_id' is not null then
    new.party_ids := new.party_ids || array(select a.id from hub.referral r, unnest(r.writer_ids) a (id)
      where r.id = new.referral_id and a.id = (to_jsonb(new) ->> 'addressee_id')::uuid);
  end if;
  if not new.organisation_id = any (new.party_ids) then
    new.party_ids := new.party_ids || new.organisation_id;
  end if;
  return new;
end $$;
create trigger seed before insert on hub.contact for each row execute function hub.seed_child();
create trigger seed before insert on hub.measurement for each row execute function hub.seed_child();
create trigger seed before insert on hub.note for each row execute function hub.seed_child();
create trigger seed before insert on hub.outcome for each row execute function hub.seed_child();

-- The state machine, where no code path can forget it.
create function hub.check_move() returns trigger language plpgsql as $$
declare
  viewer uuid := hub.viewer_party();
  move hub.transition;
begin
  if current_user = 'loopwell_keeper' or current_user = 'loopwell_owner' then
    null; -- a keeper function has checked its viewer already; the move itself is checked below
  elsif new.link_worker_id is distinct from old.link_worker_id then
    if not viewer = any (old.writer_ids) then
      raise exception 'only its receiver assigns a referral' using errcode = 'LW403';
    end if;
  elsif new.status = old.status then
    raise exception 'nothing to change' using errcode = 'LW403';
  end if;
  if new.link_worker_id is distinct from old.link_worker_id then
    new.assignment := old.assignment + 1;
  end if;
  if new.status <> old.status then
    select * into move from hub.transition t where t.from_status = old.status and t.to_status = new.status;
    if not found then
      raise exception 'no transition from % to %', old.status, new.status using errcode = 'LW409';
    end if;
    if not hub.may_move(move.who, old.writer_ids, old.referrer_id, old.full_party_ids, old.root_referrer_id, old.practice_id)
      and current_user not in ('loopwell_keeper', 'loopwell_owner')
      -- withdrawing ends access, which is the keepers' to do
      or new.status = 'WITHDRAWN' and current_user not in ('loopwell_keeper', 'loopwell_owner') then
      raise exception 'this party may not move the referral so' using errcode = 'LW403';
    end if;
    new.version := old.version + 1;
    new.updated_at := hub.clock();
    if new.status = 'WAITING' then
      new.waiting_since := hub.clock();
    elsif new.status in ('ACTIVE', 'CLOSED', 'CANCELLED', 'WITHDRAWN') then
      new.waiting_since := null;
    end if;
    if new.status in ('DECLINED', 'CANCELLED') then
      new.decline_at := hub.clock();
    end if;
  end if;
  return new;
end $$;
create function hub.may_move(who text, writer_ids uuid[], referrer_id uuid, full_party_ids uuid[], root_referrer_id uuid, practice_id uuid)
  returns boolean language sql stable parallel safe as $$
  select case who
    when 'RECEIVER' then hub.viewer_party() = any (writer_ids)
    when 'REFERRER' then hub.viewer_party() = referrer_id
    else hub.viewer_party() = any (writer_ids || full_party_ids) or hub.viewer_party() in (referrer_id, root_referrer_id, practice_id)
  end
$$;
grant execute on function hub.may_move to loopwell_api, loopwell_guard, loopwell_keeper;
create trigger check_move before update of status, link_worker_id, decline_reason on hub.referral for each row execute function hub.check_move();

-- Lists sort by the parties' copies.
create function hub.copy_to_parties() returns trigger language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
begin
  update hub.referral_party p set updated_at = new.updated_at,
    waiting_since = case when p.disclosure = 'STAGE' then null else new.waiting_since end
  where p.referral_id = new.id;
  return null;
end $$;
alter function hub.copy_to_parties() owner to loopwell_keeper;
create trigger copy_to_parties after update of status on hub.referral for each row execute function hub.copy_to_parties();
reset role;
