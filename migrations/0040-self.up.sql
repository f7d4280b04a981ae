-- What a person sees and does herself: her referrals in plain words, her feed, who looked, and a self-referral.
set local role loopwell_owner;

-- Access that went past what the person agreed to: reasoned, kept beside the audit trail, and shown to her.
create table hub.override (
  id uuid primary key default gen_random_uuid(),
  at timestamptz not null default hub.clock(),
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
call hub.protect('hub.override');

-- Is it the person's own word? `scope` says what for: READ, CONSENT or REFER.
create function hub.own_word(scope text) returns boolean language sql stable set search_path = pg_catalog, hub, pg_temp
  as $$ select hub.viewer_is_person() and scope in ('READ', 'CONSENT', 'REFER') $$;
alter function hub.own_word owner to loopwell_keeper;

-- Her referrals as she may know them: no wait, no position. Rank 1 is what she is shown first: the newest that follows from no other.
create function hub.own_referrals() returns table (id uuid, reference text, status text, on_waiting_list boolean, supporter text, rank integer)
  language sql stable security definer set search_path = pg_catalog, hub, pg_temp as $$
  select r.id, r.reference,
    case r.status
      when 'RECEIVED' then 'Your referral has been received. Somebody will look at it.'
      when 'ACCEPTED' then 'Your referral has been accepted. Somebody will be in touch with you.'
      when 'WAITING' then 'You are on the list. Somebody will be in touch with you.'
      when 'ACTIVE' then 'Your support has started.'
      when 'PAUSED' then 'Your support is resting for now.'
      when 'CLOSED' then 'Your support has ended.'
      when 'DECLINED' then 'Your referral was not taken on. Whoever referred you can say what else there is.'
      when 'CANCELLED' then 'Your referral was called back by whoever sent it.'
      else 'You have withdrawn from this referral.' end,
    r.status = 'WAITING',
    case when r.status in ('ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED', 'CLOSED') then concat_ws(', ', w.name, o.name) end,
    (row_number() over (order by r.parent_id is null desc, r.received_at desc, r.id))::integer
  from hub.referral r join hub.organisation o on o.id = r.receiver_id left join hub.practitioner w on w.id = r.link_worker_id
  where hub.viewer_is_person() and r.person_id = hub.viewer_party()
$$;
alter function hub.own_referrals owner to loopwell_keeper;

-- Who takes part in a referral of hers, and in what followed from it: each was told to her when it came in.
create function hub.own_sharing() returns table (referral_id uuid, id uuid, name text)
  language sql stable security definer set search_path = pg_catalog, hub, pg_temp as $$
  with recursive tree as (
    select r.id as top, r.id from hub.referral r where hub.viewer_is_person() and r.person_id = hub.viewer_party()
    union all
    select t.top, r.id from hub.referral r join tree t on r.parent_id = t.id
  )
  select distinct t.top, o.id, o.name
  from tree t join hub.referral_party p on p.referral_id = t.id and p.ended_at is null and not p.is_person join hub.organisation o on o.id = p.party_id
$$;
alter function hub.own_sharing owner to loopwell_keeper;

-- The plan she agreed, of each referral of hers.
create function hub.own_plans() returns table (id uuid, what_matters text, goals jsonb, agreed_on date)
  language sql stable security definer set search_path = pg_catalog, hub, pg_temp as $$
  select distinct on (p.referral_id) p.referral_id, p.what_matters, p.goals, p.agreed_on
  from hub.plan p join hub.referral r on r.id = p.referral_id
  where hub.viewer_is_person() and r.person_id = hub.viewer_party()
  order by p.referral_id, p.ordinal desc
$$;
alter function hub.own_plans owner to loopwell_keeper;

-- Who looked at what concerns her: from the audit trail, and from the overrides. An override's reads are marked as what they are.
create function hub.own_access_log() returns table (id text, at timestamptz, organisation text, purpose text, override boolean)
  language sql stable security definer set search_path = pg_catalog, hub, pg_temp as $$
  select 'a' || lpad(a.id::text, 19, '0'), date_trunc('milliseconds', a.at), o.name,
    concat(coalesce(replace(upper(left(a.purpose, 1)) || substr(a.purpose, 2), '-', ' ') || ': ', ''),
      case a.action when 'WRITE' then 'worked on your support' when 'DELIVER' then 'was kept informed' else 'looked at your records' end),
    exists (select from hub.override v where v.person_id = hub.viewer_party() and v.organisation_id = a.party
      and v.at <= a.at and a.at < coalesce(v.until, 'infinity'))
  from hub.audit a join hub.organisation o on o.id = a.party
  where hub.viewer_is_person() and a.person_ids @> array[hub.viewer_party()]
  union all
  select 'o' || v.id, v.at, o.name,
    case when v.by_id = v.organisation_id then 'Asked for emergency access, and gave its reason' else 'Was told of a crisis by ' || b.name || ', to protect your life or health' end,
    true
  from hub.override v join hub.organisation o on o.id = v.organisation_id join hub.organisation b on b.id = v.by_id
  where hub.viewer_is_person() and v.person_id = hub.viewer_party()
$$;
alter function hub.own_access_log owner to loopwell_keeper;

-- Which person a number stands for when its bearer signs in. An unknown one gets an id of its own, which names nobody and is the same
-- next time: the answer never says whether the number is known.
create function hub.identity_of(number text) returns uuid language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select coalesce(
    (select s.person_id from hub.source_record s join hub.person p on p.id = s.person_id
      where s.nhs_number = number and not p.provisional order by s.received_at, s.id limit 1),
    -- with the version and variant of a random one, or its form would tell
    (select (left(h, 12) || '4' || substr(h, 14, 3) || substr('89ab', 1 + ascii(substr(h, 17, 1)) % 4, 1) || substr(h, 18, 15))::uuid
      from (select encode(sha256(convert_to(value || number, 'UTF8')), 'hex') as h from hub.pepper) peppered))
$$;
alter function hub.identity_of owner to loopwell_keeper;
create or replace function hub.person_of_number(number text) returns uuid language plpgsql stable security definer set search_path = pg_catalog, hub, pg_temp as $$
begin
  if not hub.viewer_is_operator() then
    raise exception 'for the sign-in alone' using errcode = 'LW403';
  end if;
  return hub.identity_of(number);
end $$;

-- Who takes a self-referral: of the network's organisations that receive referrals, may read of people and are not kept out by her,
-- one that supports her already, so that nobody hears her story anew; else the one that received fewest in the last four weeks; then by name.
create function hub.self_receiver(person uuid, of_network uuid, kept_out uuid[]) returns uuid language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select o.id from hub.network_member m join hub.organisation o on o.id = m.organisation_id
  where m.network_id = of_network and o.receives_referrals and o.sector <> 'COMMISSIONER' and o.id <> all (kept_out)
    and exists (select from hub.sharing_agreement a where a.organisation_id = o.id and hub.clock()::date between a.valid_from and a.valid_to)
  order by exists (select from hub.referral r where r.person_id = person and r.receiver_id = o.id and r.kind = 'LINK_WORKER'
      and r.status in ('RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED')) desc,
    (select count(*) from hub.referral_party p where p.party_id = o.id and p.ended_at is null and p.received_at > hub.clock() - interval '28 days'), o.name, o.id
  limit 1
$$;
alter function hub.self_receiver owner to loopwell_keeper;

-- For keepers alone: the known practice joins at STAGE where the consent lets it.
create function hub.let_practice_in(referral hub.referral, agreed hub.consent, practice uuid) returns void language plpgsql set search_path = pg_catalog, hub, pg_temp as $$
begin
  if practice is not null and hub.consent_allows(agreed, practice) and not hub.kept_out(referral, practice) then
    perform hub.add_party(referral, practice, 'REGISTERED_PRACTICE', 'STAGE', false);
    update hub.referral r set practice_id = practice where r.id = referral.id;
  end if;
end $$;
alter function hub.let_practice_in owner to loopwell_keeper;

-- A person refers herself. `number` is the one she signed in with. {"wrong": …} names what the input got wrong, before anything is written.
create function hub.self_refer(input jsonb) returns jsonb language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  me uuid := hub.viewer_party();
  draft jsonb := jsonb_strip_nulls(input -> 'person');
  record jsonb := jsonb_build_object('system', 'urn:loopwell:self-referral', 'externalId', input ->> 'reference', 'recordKind', 'Referral', 'summary', 'As the person said');
  receiver hub.organisation;
  opened hub.referral;
  agreed hub.consent;
begin
  if not hub.own_word('REFER') then
    raise exception 'for the person herself' using errcode = 'LW403';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('nhs-number:' || (input ->> 'number'), 0));
  if hub.identity_of(input ->> 'number') <> me then
    -- somebody has just made this number known: the next sign-in is as that person
    raise exception 'sign in again' using errcode = 'LW409';
  end if;
  if exists (select from unnest(hub.texts(input -> 'reasons')) key where key not in (select r.key from hub.reason r)) then
    return '{"wrong": "reasons"}';
  elsif not exists (select from hub.network n where n.id = (input ->> 'network')::uuid) then
    return '{"wrong": "network"}';
  end if;
  select * into receiver from hub.organisation o
  where o.id = hub.self_receiver(me, (input ->> 'network')::uuid, coalesce(hub.uuids(input #> '{consent,exclude}'), '{}'));
  if receiver.id is null then
    return '{"wrong": "receiver"}';
  end if;
  -- what she left out and the hub shows her of herself, goes with it
  draft := (select jsonb_strip_nulls(jsonb_build_object('birthDate', o.birth_date, 'postcode', o.postcode,
      'givenName', o.given_name, 'familyName', o.family_name)) from hub.own_particulars() o) || draft || jsonb_build_object('nhsNumber', input ->> 'number', 'nhsNumberVerified', true);
  if draft ->> 'familyName' is null then
    return '{"wrong": "person"}';
  end if;
  insert into hub.person (id) values (me) on conflict do nothing;

  insert into hub.referral (reference, kind, person_id, referrer_id, receiver_id, root_id, id, root_referrer_id, route, reasons)
  select input ->> 'reference', 'LINK_WORKER', me, receiver.id, receiver.id, new_id, new_id, receiver.id, 'self-referral', hub.texts(input -> 'reasons')
  from gen_random_uuid() new_id
  returning * into opened;
  -- the first names her in the hub and is read by nobody; the second is what she gives the receiver
  perform hub.add_record(me, receiver.id, record, draft, null, '{}');
  agreed := hub.add_consent(me, opened.id, input -> 'consent', null);
  perform hub.add_record(me, receiver.id, record || '{"system": "urn:loopwell:referral"}',
    case when receiver.sector = 'VOLUNTARY' then draft - 'nhsNumber' else draft end, opened.id, array[receiver.id]);
  if nullif(trim(input ->> 'note'), '') is not null then
    insert into hub.note (referral_id, text, organisation_id, addressee_id) values (opened.id, 'From the person herself: ' || (input ->> 'note'), receiver.id, receiver.id);
  end if;

  perform hub.add_party(opened, receiver.id, 'LINK_WORKER', 'FULL', false);
  perform hub.add_party(opened, me, 'PERSON', 'FULL', true);
  perform hub.let_practice_in(opened, agreed, (select s.practice_id from hub.source_record s
    where s.person_id = me and s.practice_id is not null and not s.superseded order by s.received_at desc limit 1));
  perform hub.fold_referral(opened.id);
  perform hub.fold_person(me);
  perform hub.append_event('REFERRAL_RECEIVED', opened.id);
  perform hub.tell_holders(opened);
  return jsonb_build_object('referral', opened.id);
end $$;
alter function hub.self_refer owner to loopwell_keeper;
grant execute on function hub.self_refer to loopwell_api;

-- The newest of each particular the hub holds of the person who asks.
create function hub.own_particulars() returns table (given_name text, family_name text, birth_date date, nhs_number text, postcode text)
  language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select (array_agg(s.given_name order by s.received_at desc) filter (where s.given_name is not null))[1],
    (array_agg(s.family_name order by s.received_at desc) filter (where s.family_name is not null))[1],
    (array_agg(s.birth_date order by s.received_at desc) filter (where s.birth_date is not null))[1],
    (array_agg(s.nhs_number order by s.received_at desc) filter (where s.nhs_number is not null))[1],
    (array_agg(s.postcode order by s.received_at desc) filter (where s.postcode is not null))[1]
  from hub.source_record s where hub.viewer_is_person() and s.person_id = hub.viewer_party() and s.demographic and not s.superseded
$$;
alter function hub.own_particulars owner to loopwell_keeper;
create or replace function hub.own_demographics() returns table (name text, birth_date date, nhs_number text, postcode text)
  language sql stable security definer set search_path = pg_catalog, hub, pg_temp as $$
  select trim(concat(o.given_name, ' ', o.family_name)), o.birth_date, o.nhs_number, o.postcode from hub.own_particulars() o
$$;
grant execute on function hub.own_referrals, hub.own_plans, hub.own_sharing, hub.own_access_log to loopwell_guard, loopwell_api;

create view graph.my_referral as select o.id, 'ref_' || o.id as global_id, o.reference, o.status, o.on_waiting_list, o.supporter, o.rank from hub.own_referrals() o;
create view graph.my_shared_with as select s.referral_id, s.id, 'org_' || s.id as global_id, s.name from hub.own_sharing() s;
create view graph.my_access as select l.id, l.at, l.organisation, l.purpose, l.override from hub.own_access_log() l;
-- Her feed, by the guard's own policies: her rows, and events she was told of.
create view graph.my_feed_entry as
  select f.seq, e.id as event_id, e.kind, e.occurred_at, coalesce(e.reference, '') as reference, sha256(convert_to(e.id::text, 'UTF8')) as event_hash
  from hub.party_feed f join hub.event e on e.ordinal = f.event_ordinal
  where f.party = (select hub.viewer_party()) and (select hub.viewer_is_person());
create view graph.my_feed_head as
  select h.last_seq, h.floor_seq, h.floor_hash from hub.feed_head h where h.party = (select hub.viewer_party()) and (select hub.viewer_is_person());
alter view graph.my_referral owner to loopwell_guard;
alter view graph.my_shared_with owner to loopwell_guard;
alter view graph.my_access owner to loopwell_guard;
alter view graph.my_feed_entry owner to loopwell_guard;
alter view graph.my_feed_head owner to loopwell_guard;
reset role;
set local role loopwell_guard;
create or replace view graph.plan as
  (select distinct on (p.referral_id) p.referral_id as id, p.what_matters, p.goals, p.agreed_on
  from hub.plan p join hub.referral r on r.id = p.referral_id
  where (select hub.viewer_party()) = any (r.full_party_ids || r.writer_ids || array[r.root_referrer_id, r.referrer_id, r.practice_id])
  order by p.referral_id, p.ordinal desc)
  union all
  -- her own; asked of nobody else
  select o.id, o.what_matters, o.goals, o.agreed_on from hub.own_plans() o where (select hub.viewer_is_person());
grant select on graph.my_referral, graph.my_shared_with, graph.my_access, graph.my_feed_entry, graph.my_feed_head to loopwell_api;
reset role;
