-- A delegation is recorded, and ends.

-- Records a delegation: by the person herself, not by a proxy of hers; or on her word by a party that fully knows an
-- open referral of hers.
create or replace function hub.record_proxy(input jsonb)
returns uuid
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
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
$$;
alter function hub.record_proxy owner to loopwell_keeper;
grant execute on function hub.record_proxy to loopwell_api;

-- Ends a delegation: by the person, by the proxy who will act no more, or by the party that recorded it.
create or replace function hub.end_proxy(target uuid)
returns uuid
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
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
$$;
alter function hub.end_proxy owner to loopwell_keeper;
grant execute on function hub.end_proxy to loopwell_api;
