-- Somebody acts for a person: within what she said they may do, and until the day she said.
set local role loopwell_owner;

create table hub.proxy (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references hub.person,
  -- who acts, by a keyed hash of an NHS number: it need be nobody the hub knows, and the number is kept nowhere
  proxy_key bytea not null,
  relationship text not null,
  scopes text[] not null check ('READ' = any (scopes) and scopes <@ array['CONSENT', 'READ', 'REFER']),
  recorded_by uuid not null,
  created_at timestamptz not null default hub.clock(),
  expires_on date not null,
  ended_at timestamptz
);
create index proxy_key on hub.proxy (proxy_key, person_id);
create index proxy_person on hub.proxy (person_id, created_at, id);
call hub.protect('hub.proxy');
create policy readers on hub.proxy for select to loopwell_guard using (recorded_by = (select hub.viewer_party()) and (select hub.viewer_has_agreement())
  or person_id = (select hub.viewer_party()) and (select hub.viewer_is_person()));
grant select on hub.proxy to loopwell_guard;

-- Whoever is asking acts for the person under this delegation; null: she asks herself.
create function hub.viewer_proxy() returns uuid language sql stable parallel safe set search_path = pg_catalog, hub, pg_temp
  as $$ select nullif(current_setting('app.proxy', true), '')::uuid $$;
create function hub.proxy_stands(scope text) returns boolean language sql stable parallel safe security definer set search_path = pg_catalog, hub, pg_temp as $$
  select hub.viewer_proxy() is null or exists (select from hub.proxy p where p.id = hub.viewer_proxy() and p.person_id = hub.viewer_party()
    and p.ended_at is null and p.expires_on >= hub.clock()::date and scope = any (p.scopes))
$$;
alter function hub.proxy_stands owner to loopwell_keeper;
grant execute on function hub.viewer_proxy to loopwell_keeper, loopwell_api;
grant execute on function hub.proxy_stands to loopwell_owner, loopwell_guard, loopwell_counter, loopwell_sequencer, loopwell_api;
-- Asked anew in every transaction: where the delegation has ended, nobody is asking, on an open socket too.
create or replace function hub.viewer_is_person() returns boolean language sql stable parallel safe
  as $$ select coalesce(current_setting('app.kind', true), '') = 'person' and hub.proxy_stands('READ') $$;
create or replace function hub.own_word(scope text) returns boolean language sql stable set search_path = pg_catalog, hub, pg_temp
  as $$ select hub.viewer_is_person() and hub.proxy_stands(scope) $$;
create or replace function hub.speaks_for(referral hub.referral) returns boolean language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select case when hub.viewer_is_person() then referral.person_id = hub.viewer_party() and hub.own_word('CONSENT')
    else hub.viewer_has_agreement() and hub.viewer_party() = any (referral.full_party_ids) end
$$;

create function hub.proxy_key(number text) returns bytea language sql stable set search_path = pg_catalog, hub, pg_temp
  as $$ select sha256(convert_to('proxy:' || p.value || number, 'UTF8')) from hub.pepper p $$;
alter function hub.proxy_key owner to loopwell_keeper;

-- By the person herself, not by a proxy of hers; or on her word by a party that fully knows an open referral of hers.
create function hub.record_proxy(input jsonb) returns uuid language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
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
  select r.* into about from hub.referral r where r.person_id = (input ->> 'person')::uuid and hub.speaks_for(r)
    and r.status in ('RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED') order by r.depth, r.received_at desc limit 1 for no key update;
  if about.id is null and not (hub.viewer_is_person() and viewer = (input ->> 'person')::uuid and exists (select from hub.person p where p.id = viewer)) then
    raise exception 'no such person' using errcode = 'LW404';
  elsif hub.viewer_proxy() is not null then
    raise exception 'for the person herself' using errcode = 'LW403';
  end if;
  insert into hub.proxy (person_id, proxy_key, relationship, scopes, recorded_by, expires_on)
  values ((input ->> 'person')::uuid, hub.proxy_key(input ->> 'number'), input ->> 'relationship', hub.texts(input -> 'scopes'), viewer, (input ->> 'expiresOn')::date)
  returning id into recorded;
  perform hub.append_event('CONSENT_CHANGED', about.id) where about.id is not null;
  return recorded;
end $$;
alter function hub.record_proxy owner to loopwell_keeper;

-- By the person, by the proxy who will act no more, or by whoever recorded it.
create function hub.end_proxy(target uuid) returns uuid language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
begin
  update hub.proxy p set ended_at = coalesce(p.ended_at, hub.clock()) where p.id = target
    and case when hub.viewer_is_person() then p.person_id = hub.viewer_party() and coalesce(hub.viewer_proxy() = p.id, true)
      else hub.viewer_has_agreement() and p.recorded_by = hub.viewer_party() end;
  if not found then
    raise exception 'no such delegation' using errcode = 'LW404';
  end if;
  return target;
end $$;
alter function hub.end_proxy owner to loopwell_keeper;

-- For the sign-in: the delegation under which one number acts for another, and whom; nothing where none stands.
create function hub.delegation_of(acting text, for_number text) returns table (id uuid, person uuid)
  language plpgsql stable security definer set search_path = pg_catalog, hub, pg_temp as $$
begin
  if not hub.viewer_is_operator() then
    raise exception 'for the sign-in alone' using errcode = 'LW403';
  end if;
  return query select p.id, p.person_id from hub.proxy p where p.proxy_key = hub.proxy_key(acting) and p.person_id = hub.identity_of(for_number)
    and p.ended_at is null and p.expires_on >= hub.clock()::date order by cardinality(p.scopes) desc, p.created_at, p.id limit 1;
end $$;
alter function hub.delegation_of owner to loopwell_keeper;
grant execute on function hub.record_proxy, hub.end_proxy, hub.delegation_of to loopwell_api;

-- What a proxy does is audited as such, and shown to the person.
alter table hub.audit add proxy uuid default hub.viewer_proxy();
create index audit_proxy on hub.audit (proxy) where proxy is not null;
create or replace function hub.audit_text(entry hub.audit) returns text language sql immutable set search_path = pg_catalog, hub, pg_temp as $$
  select concat_ws('|', entry.position, entry.id, extract(epoch from entry.at), entry.party, entry.practitioner, entry.roles, entry.purpose,
    entry.request_id, entry.operation, entry.action, entry.outcome, entry.person_ids, entry.referral_ids, entry.proxy)
$$;
create or replace function hub.own_access_log() returns table (id text, at timestamptz, organisation text, purpose text, override boolean)
  language sql stable security definer set search_path = pg_catalog, hub, pg_temp as $$
  select 'a' || lpad(a.id::text, 19, '0'), date_trunc('milliseconds', a.at), o.name,
    concat(coalesce(replace(upper(left(a.purpose, 1)) || substr(a.purpose, 2), '-', ' ') || ': ', ''),
      case a.action when 'WRITE' then 'worked on your support' when 'DELIVER' then 'was kept informed' else 'looked at your records' end),
    exists (select from hub.override v where v.person_id = hub.viewer_party() and v.organisation_id = a.party
      and v.at <= a.at and a.at < coalesce(v.until, 'infinity'))
  from hub.audit a join hub.organisation o on o.id = a.party
  where hub.viewer_is_person() and a.person_ids @> array[hub.viewer_party()]
  union all
  select 'p' || lpad(a.id::text, 19, '0'), date_trunc('milliseconds', a.at), 'Acting for you: ' || p.relationship,
    case a.action when 'WRITE' then 'decided for you' else 'looked at what you see' end, false
  from hub.proxy p join hub.audit a on a.proxy = p.id
  where hub.viewer_is_person() and p.person_id = hub.viewer_party()
  union all
  select 'o' || v.id, v.at, o.name,
    case when v.by_id = v.organisation_id then 'Asked for emergency access, and gave its reason' else 'Was told of a crisis by ' || b.name || ', to protect your life or health' end,
    true
  from hub.override v join hub.organisation o on o.id = v.organisation_id join hub.organisation b on b.id = v.by_id
  where hub.viewer_is_person() and v.person_id = hub.viewer_party()
$$;

create view graph.proxy as
  select p.id, p.person_id, p.relationship, p.scopes, p.created_at, p.expires_on, p.ended_at from hub.proxy p;
alter view graph.proxy owner to loopwell_guard;
create view graph.my_proxy as
  select p.* from graph.proxy p where p.person_id = (select hub.viewer_party()) and (select hub.viewer_is_person());
alter view graph.my_proxy owner to loopwell_guard;
reset role;
set local role loopwell_guard;
grant select on graph.proxy, graph.my_proxy to loopwell_api;
reset role;
