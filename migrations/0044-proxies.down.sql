set local role loopwell_guard;
drop view graph.my_proxy, graph.proxy;
reset role;
set local role loopwell_owner;
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
  select 'o' || v.id, v.at, o.name,
    case when v.by_id = v.organisation_id then 'Asked for emergency access, and gave its reason' else 'Was told of a crisis by ' || b.name || ', to protect your life or health' end,
    true
  from hub.override v join hub.organisation o on o.id = v.organisation_id join hub.organisation b on b.id = v.by_id
  where hub.viewer_is_person() and v.person_id = hub.viewer_party()
$$;
create or replace function hub.audit_text(entry hub.audit) returns text language sql immutable set search_path = pg_catalog, hub, pg_temp as $$
  select concat_ws('|', entry.position, entry.id, extract(epoch from entry.at), entry.party, entry.practitioner, entry.roles, entry.purpose,
    entry.request_id, entry.operation, entry.action, entry.outcome, entry.person_ids, entry.referral_ids)
$$;
create or replace function hub.speaks_for(referral hub.referral) returns boolean language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select case when hub.viewer_is_person() then referral.person_id = hub.viewer_party()
    else hub.viewer_has_agreement() and hub.viewer_party() = any (referral.full_party_ids) end
$$;
create or replace function hub.own_word(scope text) returns boolean language sql stable set search_path = pg_catalog, hub, pg_temp
  as $$ select hub.viewer_is_person() and scope in ('READ', 'CONSENT', 'REFER') $$;
create or replace function hub.viewer_is_person() returns boolean language sql stable parallel safe
  as $$ select coalesce(current_setting('app.kind', true), '') = 'person' $$;
alter table hub.audit drop proxy;
drop function hub.delegation_of, hub.end_proxy, hub.record_proxy, hub.proxy_key;
drop table hub.proxy;
drop function hub.proxy_stands, hub.viewer_proxy;
reset role;
